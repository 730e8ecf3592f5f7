"""The page about the interface for programs, drawn from its OpenAPI document without any script."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

SHAPES = "#/components/schemas/"


@dataclass(frozen=True)
class Field:
    """One value of a shape, or one parameter."""

    name: str
    kind: str
    shape: str
    """Name of the shape it holds, or nothing."""
    required: bool
    note: str


@dataclass(frozen=True)
class Operation:
    """One method at one address."""

    method: str
    path: str
    summary: str
    description: str
    scopes: bool
    """Whether a token is needed."""
    parameters: list[Field]
    body: str
    """Name of the shape that is sent."""
    answer: str
    answer_is_list: bool


class Reference(DocsBase):
    """Draws the page."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """Return the page with every operation, by app, and every shape."""
        told: dict[str, Any] = dict(api.get_openapi_schema())
        groups: dict[str, list[Operation]] = {}
        for path, methods in told["paths"].items():
            for method, facts in methods.items():
                made = operation(method, path, facts)
                groups.setdefault((facts.get("tags") or [""])[0], []).append(made)
        shapes = [
            (name, str(shape.get("description", "")), list(fields(shape)))
            for name, shape in sorted(told["components"]["schemas"].items())
        ]
        source = self.get_openapi_url(api, kwargs)
        context = {"groups": groups, "shapes": shapes, "source": source, "about": api.description}
        return render(request, "core/api_reference.html", context)


def operation(method: str, path: str, facts: dict[str, Any]) -> Operation:
    """Return an operation as the page shows it."""
    answers = {str(code): answer for code, answer in facts.get("responses", {}).items()}
    answer, is_list = _content(next((answers[code] for code in sorted(answers) if code[0] == "2"), {}))
    return Operation(
        method=method.upper(), path=path, summary=str(facts.get("summary", "")),
        description=str(facts.get("description", "")), scopes=bool(facts.get("security")),
        parameters=[_parameter(one) for one in facts.get("parameters", [])],
        body=_content(facts.get("requestBody", {}))[0], answer=answer, answer_is_list=is_list,
    )  # fmt: skip


def fields(shape: dict[str, Any]) -> Iterator[Field]:
    """Yield the values of a shape."""
    required = shape.get("required", [])
    for name, facts in shape.get("properties", {}).items():
        kind, held = _kind(facts)
        yield Field(name, kind, held, name in required, str(facts.get("description", "")))


def _parameter(facts: dict[str, Any]) -> Field:
    kind, held = _kind(facts.get("schema", {}))
    place = str(facts.get("in", ""))
    return Field(f"{facts['name']} ({place})", kind, held, bool(facts.get("required")),
                 str(facts.get("description", "")))  # fmt: skip


def _content(facts: dict[str, Any]) -> tuple[str, bool]:
    """Return the shape of a body, and whether it is a list of them."""
    for content in facts.get("content", {}).values():
        schema = content.get("schema", {})
        return _kind(schema)[1] or str(schema.get("title", "")), schema.get("type") == "array"
    return "", False


def _kind(facts: dict[str, Any]) -> tuple[str, str]:
    """Return what a value is, in words of JSON, and the shape that it holds."""
    held = str(facts.get("$ref", "")).removeprefix(SHAPES)
    if held:
        return "object", held
    if facts.get("type") == "array":
        kind, held = _kind(facts.get("items", {}))
        return f"array of {kind}", held
    choices = [_kind(one) for one in facts.get("anyOf", [])]
    if choices:
        return " or ".join(kind for kind, _ in choices), next((held for _, held in choices if held), "")
    if "enum" in facts:
        return ", ".join(map(str, facts["enum"])), ""
    form = facts.get("format")
    return f"{facts.get('type', 'any')}{f' ({form})' if form else ''}", ""
