"""The machine door, ``/api/v1``: routers come from the manifests, every refusal is a problem document.

Problem documents follow RFC 9457 (``application/problem+json``) and carry, beside the standard
members, ``code`` (stable name) and ``next_step`` (what the caller can do).
"""

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, Throttled, ValidationError
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from zhijia.config.api_reference import Reference
from zhijia.core.errors import DomainError, NotAllowed, NotFound
from zhijia.core.manifest import manifests

PROBLEM = "application/problem+json"
Handler = Callable[[HttpRequest, Any], HttpResponse]


def problem(status: int, code: str, title: str, next_step: str = "", **more: Any) -> HttpResponse:
    """Return a problem document; ``more`` adds members such as ``errors`` or ``field``."""
    body = {"type": f"urn:zhijia:problem:{code}", "title": title, "status": status, "code": code}
    if next_step:
        body["next_step"] = next_step
    body.update({name: value for name, value in more.items() if value is not None})
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = PROBLEM
    response["Cache-Control"] = "no-store"
    return response


def domain_problem(error: DomainError) -> HttpResponse:
    """Return the problem document of a refusal of the house."""
    return problem(error.status, error.code, error.message, error.advice, field=error.field)


def _on_domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    return domain_problem(error)


def _on_bad_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {"field": ".".join(str(part) for part in item["loc"]), "code": item["type"], "message": item["msg"]}
        for item in error.errors
    ]
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "bad-input",
        _("The request does not have the expected shape."),
        _("Each entry of errors names a field and what is wrong with it."),
        errors=errors,
    )


def _on_unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem(
        HTTPStatus.UNAUTHORIZED,
        "not-signed-in",
        _("This needs a sign-in or an access token."),
        _("Send the header Authorization: Bearer with a valid token."),
    )
    response["WWW-Authenticate"] = "Bearer"
    return response


def _on_forbidden(request: HttpRequest, error: AuthorizationError) -> HttpResponse:
    return domain_problem(NotAllowed())


def _on_missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return domain_problem(NotFound())


def _on_throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    response = problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too-many-requests",
        _("Too many requests came from this account in a short time."),
        _("Wait as many seconds as the header Retry-After says, then send again."),
    )
    response["Retry-After"] = str(max(1, int(error.wait or 1)))
    return response


def _on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, f"http-{error.status_code}", error.message)


HANDLERS: tuple[tuple[type[Exception], Handler], ...] = (
    (DomainError, _on_domain_error),
    (ValidationError, _on_bad_shape),
    (AuthenticationError, _on_unauthenticated),
    (AuthorizationError, _on_forbidden),
    (Throttled, _on_throttled),
    (HttpError, _on_http_error),
    (Http404, _on_missing),
)


PROBLEM_SHAPE: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "Why it was refused and what the caller can do (RFC 9457).",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "What is wrong, in the caller's language."},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable name of the refusal."},
        "next_step": {"type": "string", "description": "What the caller can do."},
        "field": {"type": "string", "description": "The field that is wrong."},
        "errors": {"type": "array", "items": {"type": "object"}, "description": "Each wrong field."},
    },
}
REFUSALS = {"4XX": "Refused; nothing was changed.", "507": "Our storage is full; nothing was received."}
"""Any operation may answer so."""


UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL and halves of characters: no text of a person, and no database can keep them."""


class PlainParser(Parser):
    """Reads what comes in and leaves out the characters that nobody can keep."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the JSON body."""
        return _keepable(super().parse_body(request))

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> Any:
        """Return the fields of a query or a form."""
        return _keepable(super().parse_querydict(data, list_fields, request))


def _keepable(told: Any) -> Any:
    if isinstance(told, str):
        return UNKEEPABLE.sub("", told)
    if isinstance(told, list):
        return [_keepable(item) for item in told]
    if isinstance(told, dict):
        return {_keepable(name): _keepable(value) for name, value in told.items()}
    return told


class PlainRenderer(JSONRenderer):
    """Writes Chinese as it is: half the bytes on a slow network, and readable."""

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> Any:
        """Return the text of the answer."""
        return json.dumps(data, cls=self.encoder_class, ensure_ascii=False)


class Api(NinjaAPI):
    """The API, whose description names the refusals of every operation."""

    def get_openapi_schema(self, **options: Any) -> Any:
        """Return the OpenAPI document."""
        told = super().get_openapi_schema(**options)
        told.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM_SHAPE
        content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for path in told["paths"].values():
            for operation in path.values():
                for status, sentence in REFUSALS.items():
                    operation["responses"][status] = {"description": sentence, "content": content}
        return told


def build() -> NinjaAPI:
    """Return the API with every router that a manifest names."""
    built = Api(
        title="Zhijia",
        version="1",
        description="The services of the Workers' Home for programs: the same rules as the pages.",
        urls_namespace="api",
        openapi_url="/openapi.json",
        docs_url="/docs",
        docs=Reference(),  # the library's own viewers need a weaker page policy
        parser=PlainParser(),
        renderer=PlainRenderer(),
    )
    for kind, handler in HANDLERS:
        built.add_exception_handler(kind, handler)
    for manifest in manifests():
        if manifest.api_router:
            tags = [manifest.app]
            built.add_router(f"/{manifest.api_prefix}", import_string(manifest.api_router), tags=tags)
    return built


api = build()
