"""Translations: find the strings of an app, check its catalogue, make the binary files.

    python tools/messages.py update [app …]   add missing strings (--prune drops unused ones)
    python tools/messages.py missing [app …]  print untranslated strings as JSON
    python tools/messages.py fill APP FILE    put {"English": "中文"} from a JSON file into a catalogue
    python tools/messages.py check [app …]    exit 1 with file:line for each gap, leftover or mismatch,
                                              and where two apps say the same words differently
    python tools/messages.py compile          write the .mo files, Traditional Chinese by conversion

No system gettext is needed. The English text is the key; ``zh_Hans`` is written by people;
``zh_Hant`` is converted from it when compiling. Strings of ``config`` live in core's catalogue.
"""

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "zhijia"
PO = Path("locale/zh_Hans/LC_MESSAGES/django.po")
HEADER = """msgid ""
msgstr ""
"Project-Id-Version: zhijia\\n"
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
_PLAIN: dict[str, Any] = {"gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
_PLAIN["npgettext"] = ((1, "c"), 2, 3)
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext_noop": None,
    **_PLAIN,
    **{f"{name}_lazy": spec for name, spec in _PLAIN.items()},
}
NAMED = re.compile(r"%\((\w+)\)[a-z]|\{(\w+)\}")
ANONYMOUS = re.compile(r"%[sdif](?![a-z])")
# ``:title="_('Due')"`` on a component: an expression that the template lexer leaves alone.
ATTRIBUTE = re.compile(r"""\s:[\w.-]+="_\('([^']+)'\)|\s:[\w.-]+='_\("([^"]+)"\)""")
Message = Any
"""``babel.messages.catalog.Message``, whose own types allow more than a read catalogue holds."""
Key = tuple[str, str]
"""Context and English text."""


@dataclass
class Found:
    """A string in the code: its plural, if any, and where it stands."""

    plural: str = ""
    places: list[tuple[str, int]] = field(default_factory=list)


def apps(names: Iterable[str] = ()) -> list[str]:
    """Return the app folders to work on: the named ones, or all."""
    known = sorted(p.parent.name for p in PACKAGE.glob("*/__init__.py"))
    for name in names:
        if name not in known:
            raise SystemExit(f"there is no app {name!r} in {PACKAGE}")
    return list(names) or [name for name in known if name != "config"]


def folders(app: str) -> list[Path]:
    """Return the folders whose strings the app's catalogue holds."""
    return [PACKAGE / app, PACKAGE / "config"] if app == "core" else [PACKAGE / app]


def sources(app: str) -> Iterator[Path]:
    """Yield the files of an app that may hold strings."""
    for folder in folders(app):
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder).parts
            if path.suffix not in (".py", ".html", ".txt") or {"tests", "migrations", "static"} & set(inside):
                continue
            if path.suffix == ".py" or "templates" in inside:
                yield path


def strings_of(path: Path) -> Iterator[tuple[int, str, Any]]:
    """Yield ``(line, function, arguments)`` for every translated string of a file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = python_of_template(text, path)
    found: Iterable[Any] = extract_python(BytesIO(text.encode()), KEYWORDS, (), {})
    for line, function, messages, _comments in found:
        yield line, function or "gettext", messages


def python_of_template(text: str, path: Path) -> str:
    """Return pseudo-Python with one gettext call for each string of a template, line by line."""
    from django.utils.translation.template import templatize

    calls = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).split("\n")).split("\n")
    for match in ATTRIBUTE.finditer(text):
        line = text.count("\n", 0, match.start())
        calls[line] += f" _({match[1] or match[2]!r}) "
    return "\n".join(calls)


def extract(app: str) -> dict[Key, Found]:
    """Return every string of an app."""
    found: dict[Key, Found] = {}
    for path in sources(app):
        for line, function, messages in strings_of(path):
            context, text, plural = arguments(function, messages)
            if not text:
                continue
            entry = found.setdefault((context, text), Found())
            entry.plural = entry.plural or plural
            entry.places.append((str(path.relative_to(ROOT)), line))
    return found


def arguments(function: str, messages: Any) -> tuple[str, str, str]:
    """Return ``(context, text, plural)`` from the arguments of a gettext call."""
    given = [m or "" for m in messages] if isinstance(messages, tuple) else [messages or ""]
    name = function.removesuffix("_lazy")
    context = given.pop(0) if name in ("pgettext", "npgettext") and len(given) > 1 else ""
    plural = given[1] if name in ("ngettext", "npgettext") and len(given) > 1 else ""
    return context, given[0], plural


def po_path(app: str) -> Path:
    """Return where the Simplified Chinese catalogue of an app stands."""
    return PACKAGE / app / PO


def read(path: Path) -> Catalog:
    """Return the catalogue, an empty one if the file does not exist."""
    if not path.exists():
        return Catalog(locale="zh_Hans", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans", charset="utf-8")


def entries(catalog: Catalog) -> dict[Key, Message]:
    """Return the messages of a catalogue by context and English text."""
    return {key_of(message): message for message in catalog if message.id}


def key_of(message: Message) -> Key:
    """Return the key of a message."""
    text = message.id[0] if isinstance(message.id, tuple) else message.id
    return (message.context or "", text)


def update(app: str, *, prune: bool) -> None:
    """Add the strings that the catalogue lacks; with ``prune`` drop those nobody uses."""
    found, old = extract(app), entries(read(po_path(app)))
    if not found and not old:
        return
    fresh = Catalog(locale="zh_Hans", charset="utf-8")
    for key in sorted(found, key=lambda k: (found[k].places[0], k)):
        copy(fresh, key, old.get(key), found[key])
    unused = [key for key in old if key not in found]
    for key in () if prune else unused:
        copy(fresh, key, old[key], None)
    write(fresh, po_path(app))
    added = [key for key in found if key not in old]
    print(f"{app}: {len(found)} strings, {len(added)} added, {len(unused)} unused" + (" dropped" * prune))


def copy(fresh: Catalog, key: Key, old: Message | None, found: Found | None) -> None:
    """Add one message to ``fresh``, with the old translation where there is one."""
    plural = found.plural if found else (old.id[1] if old and isinstance(old.id, tuple) else "")
    places = sorted({place for place, _line in found.places}) if found else []
    fresh.add(
        (key[1], plural) if plural else key[1],
        translation(old, bool(plural)),
        locations=[(place, 1) for place in places],
        flags=[flag for flag in (old.flags if old else ()) if flag == "fuzzy"],
        user_comments=old.user_comments if old else (),
        context=key[0] or None,
    )


def translation(old: Message | None, plural: bool) -> Any:
    """Return the old translation in the shape that the new message needs."""
    text = old.string if old else ""
    text = text[0] if isinstance(text, tuple) else text
    return (text,) if plural else text


def write(catalog: Catalog, path: Path) -> None:
    """Write a catalogue with a fixed header, so that two runs make the same file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body = BytesIO()
    write_po(body, catalog, width=110, omit_header=True, include_lineno=False)
    path.write_text(HEADER + body.getvalue().decode().strip() + "\n", encoding="utf-8")


def fill(app: str, file: Path) -> None:
    """Put translations from a JSON object into an app's catalogue."""
    update(app, prune=False)
    given: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    catalog = read(po_path(app))
    known = entries(catalog)
    by_text = {key[1]: message for key, message in known.items()}
    for text, chinese in given.items():
        if text not in by_text:
            print(f"{app}: no such string, left out: {text!r}", file=sys.stderr)
            continue
        message = by_text[text]
        message.string = (chinese,) if isinstance(message.id, tuple) else chinese
    write(catalog, po_path(app))


def missing(app: str) -> dict[str, str]:
    """Return the strings of an app that have no translation yet."""
    known = entries(read(po_path(app)))
    return {key[1]: "" for key in extract(app) if key not in known or not translated(known[key])}


def translated(message: Message) -> bool:
    """Say whether a message has a whole translation."""
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def complaints(app: str) -> Iterator[str]:
    """Yield what is wrong with an app's strings, each with file and line."""
    found, path = extract(app), po_path(app)
    known = entries(read(path))
    for key, entry in found.items():
        place = "{}:{}".format(*entry.places[0])
        if ANONYMOUS.search(key[1]):
            yield f"{place}: name the placeholder: {key[1]!r}"
        if key not in known:
            yield f"{place}: not in the catalogue: {key[1]!r}"
    where = line_numbers(path)
    for key, message in known.items():
        place = f"{path.relative_to(ROOT)}:{where.get(key[1], 1)}"
        yield from (f"{place}: {wrong}: {key[1]!r}" for wrong in faults(key, message, key in found))


def disagreements(names: Iterable[str]) -> Iterator[str]:
    """Yield what two catalogues say differently: merged into one, either of them would win."""
    said: dict[Key, tuple[str, Any]] = {}
    for app in names:
        for key, message in entries(read(po_path(app))).items():
            if not translated(message):
                continue
            other, text = said.setdefault(key, (app, message.string))
            if text != message.string:
                yield f"{app} and {other} say it differently: {key[1]!r}"


def faults(key: Key, message: Message, used: bool) -> Iterator[str]:
    """Yield what is wrong with one message of a catalogue."""
    if not used:
        yield "nobody uses it"
    if not translated(message):
        yield "not translated"
        return
    if message.fuzzy:
        yield "fuzzy"
    wanted = [names(text) for text in (message.id if isinstance(message.id, tuple) else (message.id,))]
    for text in message.string if isinstance(message.string, tuple) else (message.string,):
        if names(text) not in wanted:
            yield f"placeholders differ ({', '.join(sorted(names(text) ^ wanted[0]))})"
        if text.startswith("\n") != key[1].startswith("\n") or text.endswith("\n") != key[1].endswith("\n"):
            yield "begins or ends with a line break where the other does not"


def names(text: str) -> set[str]:
    """Return the names of the placeholders of a text."""
    return {one or other for one, other in NAMED.findall(text)}


def line_numbers(path: Path) -> dict[str, int]:
    """Return the line of each msgid of a catalogue."""
    found: dict[str, int] = {}
    start, parts = 0, []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n") if path.exists() else (), 1):
        if line.startswith("msgid "):
            start, parts = number, [line.removeprefix("msgid ")]
        elif start and line.startswith('"'):
            parts.append(line)
        elif start:
            found["".join(ast.literal_eval(part) for part in parts)] = start
            start = 0
    return found


def compile_all(*, only_stale: bool = True) -> int:
    """Write the .mo files of every app; return how many catalogues were written."""
    stale = []
    for app in apps():
        source, target = po_path(app), po_path(app).with_suffix(".mo")
        if source.exists() and not (
            only_stale and target.exists() and target.stat().st_mtime >= source.stat().st_mtime
        ):
            stale.append(source)
    if stale:
        from opencc import OpenCC

        convert = OpenCC("s2twp").convert
        for source in stale:
            compile_one(source, convert)
    return len(stale)


def compile_one(source: Path, convert: Any) -> None:
    """Write the Simplified and the Traditional .mo of one catalogue."""
    catalog = read(source)
    traditional = Catalog(locale="zh_Hant", charset="utf-8")
    for message in catalog:
        if message.id and translated(message):
            text = message.string
            changed = tuple(map(convert, text)) if isinstance(text, tuple) else convert(text)
            traditional.add(message.id, changed, context=message.context)
    folder = source.parents[2] / "zh_Hant" / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    replace(folder / "django.mo", traditional)
    replace(source.with_suffix(".mo"), catalog)


def replace(path: Path, catalog: Catalog) -> None:
    """Write a .mo file whole or not at all: a server may be reading it."""
    fresh = path.with_suffix(".fresh")
    with fresh.open("wb") as file:
        write_mo(file, catalog)
    fresh.replace(path)


def main() -> int:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("command", choices=["update", "missing", "fill", "check", "compile"])
    parser.add_argument("names", nargs="*", metavar="app")
    parser.add_argument("--prune", action="store_true", help="drop the strings that nobody uses")
    given = parser.parse_args()
    if given.command == "compile":
        print(f"{compile_all()} catalogues compiled")
        return 0
    if given.command == "fill":
        fill(given.names[0], Path(given.names[1]))
        return 0
    return _over_apps(given)


def _over_apps(given: argparse.Namespace) -> int:
    wrong = 0
    for app in apps(given.names):
        if given.command == "update":
            update(app, prune=given.prune)
        elif given.command == "missing":
            print(json.dumps(missing(app), ensure_ascii=False, indent=1))
        else:
            for line in complaints(app):
                print(line)
                wrong += 1
    if given.command == "check":
        for line in disagreements(apps()):
            print(line)
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
