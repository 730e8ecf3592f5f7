#!/usr/bin/env bash
# Debian packages beside Python's: install what is missing, or say who can.
#   tools/system_packages.sh            what the house itself uses: Pango and a Chinese font, to print papers
#   tools/system_packages.sh tests      also Chromium for the journeys and Bubblewrap for documents
# The house runs without its share, and says on the page that printing is not installed; the tests do not.
set -euo pipefail
wanted=${1:-house}
libraries=$(/sbin/ldconfig -p 2>/dev/null || true)
missing=()
has_library() { grep -q "$1" <<<"$libraries"; }
has_library libpango-1.0.so.0 || missing+=(libpango-1.0-0)
has_library libpangoft2-1.0.so.0 || missing+=(libpangoft2-1.0-0)
has_library libharfbuzz-subset.so.0 || missing+=(libharfbuzz-subset0)
{ command -v fc-list >/dev/null && fc-list :lang=zh-cn family | grep -q .; } || missing+=(fonts-noto-cjk)
if [ "$wanted" = tests ]; then
  command -v "${CHROMIUM:-chromium}" >/dev/null || missing+=(chromium)
  command -v bwrap >/dev/null || missing+=(bubblewrap)
fi
[ ${#missing[@]} -gt 0 ] || exit 0

give_up() {
  echo "Not installed: ${missing[*]}. Ask the administrator for: apt-get install ${missing[*]}" >&2
  # Without them the house still runs; only papers cannot be made as PDF.
  [ "$wanted" = house ]
  exit
}
if [ "$(id -u)" = 0 ]; then as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo -n)
else give_up
fi
command -v apt-get >/dev/null || give_up
echo "set-up: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
install() { "${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null; }
install 2>/dev/null || { "${as_root[@]}" apt-get update -q >/dev/null && install; } || give_up
