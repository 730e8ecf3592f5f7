#!/usr/bin/env bash
# The browser tests need Debian's Chromium and a Chinese font: install them, or say who can.
set -euo pipefail
packages=(chromium fonts-noto-cjk)
missing=()
command -v "${CHROMIUM:-chromium}" >/dev/null || missing+=(chromium)
{ command -v fc-list >/dev/null && fc-list :lang=zh-cn family | grep -q .; } || missing+=(fonts-noto-cjk)
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ]; then as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo -n)
else
  echo "The browser tests need: ${missing[*]}. Ask the administrator for: apt-get install ${packages[*]}" >&2
  exit 1
fi
echo "set-up: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
install() { "${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null; }
install 2>/dev/null || { "${as_root[@]}" apt-get update -q >/dev/null; install; }
