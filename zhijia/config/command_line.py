"""``zhijia …``: everything an operator does, on one command line. ``zhijia --help`` is the manual."""

import os
import sys
from importlib.metadata import version

# Django's own commands that an operator needs, with a line of our own.
FROM_DJANGO = {
    "migrate": "bring the database to this version",
    "check": "look for mistakes in the configuration (--deploy for production)",
    "collectstatic": "gather and compress the static files",
    "createcachetable": "make the table of counters and short-lived codes",
    "dumpdata": "write rows as JSON",
    "shell": "open a Python prompt with the house loaded",
}
# Needed by developers and by ``make``; they work, but the manual does not list them.
QUIET = frozenset({"makemigrations", "showmigrations", "sqlmigrate", "diffsettings", "dbshell", "loaddata"})
HELP = frozenset({"help", "--help", "-h"})
NOTHING_DONE = 2


def _own_commands() -> dict[str, str]:
    """Return name -> app folder of every command that lives in the house."""
    from django.core.management import get_commands

    return {
        name: str(app).removeprefix("zhijia.")
        for name, app in get_commands().items()
        if isinstance(app, str) and app.startswith("zhijia.")
    }


def _first_line(name: str, app: str) -> str:
    from django.core.management import load_command_class

    return str(load_command_class(f"zhijia.{app}", name).help).strip().split("\n")[0]


def manual() -> str:
    """Return the text of ``zhijia --help``: our commands by app, one line each."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, app in sorted(_own_commands().items()):
        groups.setdefault(app, []).append((name, _first_line(name, app)))
    lines = [f"zhijia {version('zhijia')}: an online Workers' Home for trade unions", ""]
    lines += ["usage: zhijia COMMAND [options]; zhijia COMMAND --help tells more", ""]
    for app in sorted(groups, key=lambda a: (a != "core", a)):
        lines += [app, *(f"  {name:<22}{line}" for name, line in groups[app]), ""]
    lines += ["database and files", *(f"  {name:<22}{line}" for name, line in FROM_DJANGO.items()), ""]
    lines += [
        "Exit status: 0 done, 1 some of it refused, 2 nothing done.",
        "Settings are environment variables; docs/reference/settings.md lists them.",
    ]
    return "\n".join(lines)


def main() -> None:
    """Run one command; an unknown one changes nothing and exits with 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhijia.config.settings")
    arguments = sys.argv[1:]
    if arguments[:1] == ["--version"]:
        print(version("zhijia"))
        return
    _set_up()
    if not arguments or arguments[0] in HELP:
        print(manual())
        return
    _run(arguments)


def _set_up() -> None:
    """Load settings and apps; a wrong setting is told in one line."""
    import django
    from environs import EnvError

    try:
        django.setup()
    except (EnvError, ValueError) as error:
        print(f"zhijia: wrong setting: {error}", file=sys.stderr)
        raise SystemExit(NOTHING_DONE) from None


def _run(arguments: list[str]) -> None:
    from django.core.management import execute_from_command_line

    name = arguments[0]
    if name not in {*_own_commands(), *FROM_DJANGO, *QUIET}:
        print(f"zhijia: there is no command {name!r}. zhijia --help lists them.", file=sys.stderr)
        raise SystemExit(NOTHING_DONE)
    execute_from_command_line(["zhijia", *arguments])


if __name__ == "__main__":
    main()
