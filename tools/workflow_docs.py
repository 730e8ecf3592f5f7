"""Write the diagram and tables of every workflow into docs/reference, from the tables themselves.

python tools/workflow_docs.py            write them
python tools/workflow_docs.py --check    exit 1 when one is stale
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference"
NOTE = "<!-- Written by tools/workflow_docs.py from the table in workflow.py: make format. -->"


def set_up() -> None:
    """Load the house with an empty data folder, in English."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhijia.config.settings")
    os.environ["ZHIJIA_DATA"] = tempfile.mkdtemp(prefix="zhijia-docs-")
    os.environ["ZHIJIA_TESTING"] = "1"
    import django
    from django.utils import translation

    django.setup()
    translation.activate("en")


def diagram(workflow: Any) -> Iterator[str]:
    """Yield the lines of a Mermaid state diagram."""
    yield "```mermaid"
    yield "stateDiagram-v2"
    for state in workflow.states:
        yield f'    state "{state.label}" as {state.name}'
    for step in workflow.transitions:
        for source in step.sources or ("[*]",):
            for target in targets(step, source):
                yield f"    {source} --> {target}: {step.name}"
    for state in workflow.states:
        if state.final:
            yield f"    {state.name} --> [*]"
    yield "```"


def targets(step: Any, source: str) -> Iterator[str]:
    """Yield where a step leads from one state; a step that keeps the state leads back to it."""
    for target in step.targets:
        if target == source or source not in step.targets or target not in step.sources:
            yield target


def states(workflow: Any) -> Iterator[str]:
    """Yield the table of states."""
    yield "| state | called | clock | what the worker reads |"
    yield "|---|---|---|---|"
    for state in workflow.states:
        clock = "ended" if state.final else ("runs" if state.clock_runs else "stands still")
        yield f"| `{state.name}` | {state.label} | {clock} | {state.happens_next} |"


def transitions(workflow: Any) -> Iterator[str]:
    """Yield the table of transitions."""
    yield "| step | from | to | who | time limit that begins | article | message | in the audit |"
    yield "|---|---|---|---|---|---|---|---|"
    for step in workflow.transitions:
        cells = [
            f"`{step.name}`" + (" (by timer)" if step.by_timer else ""),
            ", ".join(step.sources) or "–",
            ", ".join(step.targets),
            f"`{step.permission}`" + who(step.permission),
            f"`{step.deadline}`" if step.deadline else "–",
            step.article or "–",
            f"`{step.message}`" if step.message else "–",
            f"`{step.audit}`",
        ]
        yield "| " + " | ".join(cell.replace("|", "or") for cell in cells) + " |"


def who(permission: str) -> str:
    """Return the predicate behind a permission, in brackets, where it has a name."""
    from rules.permissions import permissions

    if permission not in permissions or permissions[permission] is None:
        return ""
    return f" = {permissions[permission].name}"


def page(manifest: Any) -> str:
    """Return the page of one app."""
    lines = [f"# Workflow of {manifest.app}", "", NOTE, ""]
    for workflow in manifest.workflows:
        lines += [f"## {workflow.name}", "", *diagram(workflow), "", "### States", "", *states(workflow), ""]
        lines += ["### Steps", "", *transitions(workflow), ""]
    return "\n".join(lines)


def pages() -> Iterator[tuple[Path, str]]:
    """Yield the path and text of every page."""
    from zhijia.core.manifest import manifests

    for manifest in manifests():
        if manifest.workflows:
            yield FOLDER / f"{manifest.app}-workflow.md", page(manifest)


def main() -> int:
    """Write or check every page."""
    set_up()
    stale = 0
    for path, text in pages():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if "--check" in sys.argv:
            print(f"{path.relative_to(ROOT)} is stale; run make format")
            stale = 1
        else:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    return stale


if __name__ == "__main__":
    sys.exit(main())
