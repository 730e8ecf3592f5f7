"""Size, doors between apps, and the shape of services."""

import ast
import re
import statistics

import pytest

from tests.architecture.sources import PACKAGE, app_of, code, functions, length, nothing, shown, tree

FUNCTION_LINES = 60
FILE_LINES = 500
# What one app may import of another; the rest is private. See docs/explanation/architecture.md.
OPEN_FILES = {"models", "selectors", "services", "permissions", "errors", "enums"}
# Files of the lower floors that exist to be used by those above.
OPEN_MODULES = {
    "accounts": {
        "auth",
        "session_life",
        "tokens",
        "rate_limit",
        "second_factor",
        "devices",
        "testing",
        "http",
        "slow_down",
    },
    "attachments": {"http", "handlers", "forms"},
    "membership": {"segments"},
    "notifications": {"gateways"},
    "regulations": {"calendar", "places", "periods", "elapsed"},
    "statistics": {"gate", "charts", "periods"},
    "unions": {"conflict", "demo", "http", "offices", "paths", "row_security"},
    "vault": {"keys", "session"},
}
HTTP_MODULES = ("django.http", "django.shortcuts", "django.contrib.messages")


def test_no_function_is_longer_than_sixty_lines() -> None:
    long = [
        f"{shown(path)}:{node.lineno} {node.name} has {length(node)} lines"
        for path in code()
        for node in functions(path)
        if length(node) > FUNCTION_LINES
    ]
    nothing(long)


def test_half_of_all_functions_have_nine_lines_or_fewer_and_nine_in_ten_thirty() -> None:
    lengths = sorted(length(node) for path in code() for node in functions(path))
    assert statistics.median(lengths) <= 9
    assert lengths[len(lengths) * 9 // 10] <= 30


def test_no_file_is_longer_than_five_hundred_lines() -> None:
    counts = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in code()}
    assert {name: lines for name, lines in counts.items() if lines > FILE_LINES} == {}


def test_there_is_no_drawer_for_everything() -> None:
    nothing([shown(p) for p in code() if p.stem in ("utils", "helpers", "misc", "common")])


def _imports(path):  # type: ignore[no-untyped-def]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
            for name in node.names:
                yield node.lineno, f"{node.module}.{name.name}"
        elif isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name


def _is_private(module: str, own: str) -> bool:
    parts = module.split(".")
    if len(parts) < 3 or parts[0] != "zhijia" or parts[1] in (own, "core") or own == "config":
        return False
    if not (PACKAGE / parts[1]).is_dir() or not _is_module(parts):
        return False
    return parts[2] not in OPEN_FILES | OPEN_MODULES.get(parts[1], set())


def _is_module(parts: list[str]) -> bool:
    place = PACKAGE / parts[1] / parts[2]
    return place.is_dir() or place.with_suffix(".py").exists()


def test_apps_use_only_the_open_files_of_other_apps() -> None:
    wrong = [
        f"{shown(path)}:{line} imports {module}"
        for path in code()
        for line, module in _imports(path)
        if _is_private(module, app_of(path))
    ]
    nothing(sorted(set(wrong)))


def test_workflow_tables_know_nothing_of_django_but_lazy_text() -> None:
    wrong = [
        f"{shown(path)}:{line} imports {module}"
        for path in code()
        if path.stem == "workflow"
        for line, module in _imports(path)
        if module.startswith("django") and not module.startswith("django.utils.translation")
    ]
    nothing(wrong)


SERVICE = re.compile(r"^[a-z]+(_[a-z0-9]+)+$")


def _services():  # type: ignore[no-untyped-def]
    for path in code():
        if path.stem == "services" or path.parent.name == "services":
            if app_of(path) in ("core", "config"):
                continue
            for node in tree(path).body:
                if isinstance(node, ast.FunctionDef) and _is_service(node):
                    yield path, node


def _is_service(node: ast.FunctionDef) -> bool:
    """A service is a public function in one transaction; what stands beside it are its parts."""
    decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
    return not node.name.startswith("_") and "transaction.atomic" in decorators


def test_services_take_keyword_arguments_only() -> None:
    wrong = [f"{shown(p)}:{n.lineno} {n.name}" for p, n in _services() if n.args.args or n.args.posonlyargs]
    # audit.record(action, *, …) reads as a sentence; it is the one exception.
    nothing([line for line in wrong if not line.startswith("zhijia/audit/services")])


def test_services_are_told_who_acts_and_when() -> None:
    wrong = []
    for path, node in _services():
        names = {argument.arg for argument in node.args.kwonlyargs}
        # A service without ``by`` is the platform's own work (timers, deliveries); the time it needs always.
        if "now" not in names:
            wrong.append(f"{shown(path)}:{node.lineno} {node.name} takes no now")
    nothing(wrong)


CLOCKS = {f"{name}.now" for name in ("clock", "timezone", "datetime", "dt.datetime")}
CLOCKS |= {"date.today", "dt.date.today", "time.time"}


def test_only_the_outer_ring_asks_the_clock() -> None:
    outer = {
        "views",
        "api",
        "tasks",
        "tasks_rosters",
        "api_rosters",
        "api_dues",
        "api_segments",
        "api_coverage",
        "management",
        "middleware",
        "adapters",
        "serving",
        "auth",
        "http",
        "forms",
    }
    outer |= {"context_processors", "handlers", "demo", "templatetags", "replay", "boot_checks", "session"}
    wrong = []
    for path in code():
        parts = {part.removesuffix(".py") for part in path.relative_to(PACKAGE).parts}
        if parts & outer or path.stem == "clock" or app_of(path) == "config":
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in CLOCKS:
                wrong.append(f"{shown(path)}:{node.lineno}")
    nothing(wrong)


def test_views_reach_rows_only_through_selectors() -> None:
    pattern = re.compile(r"\.objects\.(all|filter|get|exclude|create|update)\(")
    wrong = []
    for path in code():
        if (
            "views" in {part.removesuffix(".py") for part in path.relative_to(PACKAGE).parts}
            or path.stem == "api"
        ):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if pattern.search(line):
                    wrong.append(f"{shown(path)}:{number} {line.strip()}")
    nothing(wrong)


def test_a_row_is_saved_with_the_names_of_what_changed() -> None:
    wrong = []
    for path, node in _services():
        for call in ast.walk(node):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr == "save"
                and not any(word.arg in ("update_fields", "force_insert", None) for word in call.keywords)
            ):
                wrong.append(f"{shown(path)}:{call.lineno} {ast.unparse(call)}")
    nothing(wrong)


@pytest.mark.parametrize("forbidden", ["post_save", "pre_save", "m2m_changed"])
def test_no_signal_carries_a_business_effect(forbidden: str) -> None:
    name = re.compile(rf"^from django\.db\.models\.signals import .*\b{forbidden}\b", re.MULTILINE)
    named = {shown(p) for p in code() if name.search(p.read_text(encoding="utf-8"))}
    # The journal only watches which rows a submission makes.
    nothing(named - {"zhijia/core/journal/collecting.py"})


SCORES = re.compile(r"(loyalty|attitude|risk|stability|troublemaker)_(score|rank|index|level)", re.IGNORECASE)


def test_nobody_is_scored() -> None:
    nothing([shown(p) for p in code() if SCORES.search(p.read_text(encoding="utf-8"))])
