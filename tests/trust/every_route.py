"""Every address and every operation of the API, called as one person; and what came back."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.trust.twin_worlds import PASSWORD, chance, secret_of
from zhijia.config.api import api

HEADERS = (
    "Content-Type",
    "Content-Disposition",
    "Location",
    "Cache-Control",
    "WWW-Authenticate",
    "Retry-After",
)
NOBODY = "00000000-0000-4000-8000-000000000000"
ALLOWED_METHODS = ("get", "post")


class NoRecipe(KeyError):
    """An address takes an argument for which nobody said what to put there."""


@dataclass(frozen=True)
class Call:
    """One request, the same in both worlds."""

    name: str
    method: str
    address: str
    body: tuple[tuple[str, Any], ...] = ()
    is_api: bool = False

    @property
    def key(self) -> str:
        """Return what tells this call from all others."""
        return f"{self.method} {self.address} {hashlib.sha256(repr(self.body).encode()).hexdigest()[:8]}"


@dataclass(frozen=True)
class Answer:
    """What a person can see of a response."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


@dataclass
class Recipes:
    """What to put for each argument of an address, and into every form. One entry fits many routes."""

    arguments: dict[str, list[Any]]
    form: dict[str, Any]
    queries: list[dict[str, Any]]
    together: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Arguments that belong to each other, such as a matter and its own file, by their names in order."""
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What a route asks differently from what the shared form says."""

    def narrowed(self) -> "Recipes":
        """Return the same with the first value of each and two searches."""
        first = {name: found[:1] for name, found in self.arguments.items()}
        pairs = {names: found[:1] for names, found in self.together.items()}
        return Recipes(first, self.form, self.queries[:2], pairs, self.forms)

    def form_of(self, route: str) -> tuple[tuple[str, Any], ...]:
        """Return what is sent to a route."""
        return _frozen(self.form | self.forms.get(route, {}))

    def fill(self, route: str, names: list[str]) -> Iterator[dict[str, Any]]:
        """Yield the arguments of an address, one set for each value of the longest list."""
        if pairs := self.together.get(" ".join(sorted(names))):
            yield from pairs
            return
        values = {name: self._values(route, name) for name in names}
        longest = max(map(len, values.values()), default=1)
        for i in range(longest):
            yield {name: found[i % len(found)] for name, found in values.items()}

    def _values(self, route: str, name: str) -> list[Any]:
        found = self.arguments.get(f"{route} {name}", self.arguments.get(name))
        if found is None:
            raise NoRecipe(f"tests/trust/every_route.py has no recipe for {name!r} of {route}")
        return found


def recipes(world: Any, grieved: list[Any], common: list[Any], ids: dict[str, list[Any]]) -> Recipes:
    """Return the recipes; the ids of the grievances, and of what hangs on them, are used in both worlds."""
    accused, other = world.employer.pk, world.other_employer.pk
    matters = [a.public_id for a in grieved] + [common[0].public_id, NOBODY]
    return Recipes(
        arguments={
            "public_id": matters,
            "reply_id": ids["replies"],
            "body_id": [world.bodies["own_union"].pk, world.bodies["county"].pk],
            "flag_id": ids["flags"],
            "answer_id": ids["answers"],
            "post_id": [1, 2],
            "employer_id": [accused, other],
            "session_id": ids["sessions"],
            "token_id": ids["api_tokens"],
            "pk": ids["answers"],
            "vault:request public_id": ids["name_requests"],
            **{f"privacy:{name} public_id": ids["rights_requests"] for name in RIGHTS},
            "statistics:indicator key": ["appeals.received", "nothing"],
            "privacy:choose key": ["notice_email", "nothing"],
            "key": ["nothing"],
            "process_kind": ["term"],
            "step": ["withdraw", "approve_preparation"],
            "paper": ["founding_request", "registration"],
            "vote_id": [1],
            "seat_id": [1],
            "candidate_id": [1],
            "request_id": ids["name_requests"],
            "tie": [1],
            "hold_id": ids["holds"],
            "form": ["json"],
            "token": ids["file_tokens"],
            **{f"{name} public_id": ids["applications"] for name in JOINING},
            "membership_id": ids["memberships"], "reminder_id": [1], "transfer_id": [1],
            "correction_id": [1], "door_id": [1], "code": ["nothing"], "pair_id": [1], "roster_id": [1],
            "segment_id": ids["segments"],
            "year": [2026],
            "number": [1],
            "adjustment_id": [1],
            "return_id": [1],
            "budget_id": [1],
            "batch_id": [1],
        },
        form=_form(world, grieved, common),
        together={"file_id public_id": ids["files"]},
        forms=_forms(world, grieved),
        queries=[
            {"q": grieved[0].number}, {"q": world.employer.name}, {"q": "通风"},
            {"number": grieved[0].number}, {"employer": accused}, {"tab": "all", "more": "1"},
            {"body": world.bodies["own_union"].pk}, {"tab": "late", "cursor": "x"}, {"q": "12"},
            {"indicator": "appeals.received", "tab": "all"},
        ],
    )  # fmt: skip


_OWN, _WORK = "/api/v1/membership/applications/", "/api/v1/membership/work/applications/"
JOINING = (
    "membership:application", "membership:work_application", f"GET {_OWN}{{public_id}}",
    *(f"POST {_OWN}{{public_id}}/{step}" for step in ("answer", "review", "withdrawal")),
    *(f"POST {_WORK}{{public_id}}/{step}" for step in ("acceptance", "refusal", "question")),
)  # fmt: skip
"""Addresses of an application to join, named by its public id."""
RIGHTS = ("decide", "hold", "share", "withdraw")
"""Pages of a request for a right of a person, named by its public id."""


def real_ids(grieved: list[Any]) -> dict[str, list[Any]]:
    """Return the ids of what hangs on the grievances, each with one that is nowhere.

    They exist in one world; in the other the same numbers lead to nothing, or to something else.
    """
    from zhijia.accounts.models import ApiToken
    from zhijia.appeals.models import EmployerFlag, PublishedAnswer, SavedReply
    from zhijia.attachments.models import Attachment
    from zhijia.membership.models import Application, Membership, Segment
    from zhijia.privacy.models import LegalHold, RightsRequest
    from zhijia.vault.models import IdentityRequest

    owners = {a.owner: a.public_id for a in grieved}
    kept = list(Attachment.objects.filter(owner__in=owners).order_by("pk"))
    files = [{"file_id": file.public_id, "public_id": owners[file.owner]} for file in kept]

    def numbers(model: Any) -> list[Any]:
        return [*model.objects.order_by("pk").values_list("pk", flat=True), 999_999]

    return {
        "files": [*files, {"file_id": NOBODY, "public_id": grieved[0].public_id}],
        "file_tokens": [*(_token(file) for file in kept if file.can_be_opened), "nothing"],
        "name_requests": [
            *IdentityRequest.objects.filter(owner__in=owners).values_list("public_id", flat=True), NOBODY,
        ],
        "rights_requests": [
            *RightsRequest.objects.order_by("pk").values_list("public_id", flat=True), NOBODY,
        ],
        "applications": [*Application.objects.values_list("public_id", flat=True), NOBODY],
        "memberships": numbers(Membership), "segments": numbers(Segment),
        "holds": numbers(LegalHold), "flags": numbers(EmployerFlag), "replies": numbers(SavedReply),
        "answers": numbers(PublishedAnswer), "api_tokens": numbers(ApiToken)[:2], "sessions": [1],
    }  # fmt: skip


def _token(file: Any) -> str:
    """Return an address on the files' own host, or what looks like one where a key is needed for it."""
    from django.utils import timezone

    from zhijia.attachments import fetching
    from zhijia.attachments.errors import FileLocked

    try:
        return fetching.address_of(file, key=None, session="0" * 32, now=timezone.now()).rpartition("/")[2]
    except FileLocked:
        return "nothing"


def _forms(world: Any, grieved: list[Any]) -> dict[str, dict[str, Any]]:
    """Return, for the routes that refuse the shared form as it is, what they ask."""
    return {
        "privacy:ask": {"kind": "explain"},
        "privacy:choose": {"agrees": "1"},
        "vault:request": {"approves": "no"},
        "vault:unlock": {"password": PASSWORD},
        "POST /api/v1/desk/name-requests/{request_id}/decision": {"approves": False},
    }


def _form(world: Any, grieved: list[Any], common: list[Any]) -> dict[str, Any]:
    """Return one form that has a plausible value for whatever a page or an operation asks."""
    return {
        "text": "补充说明", "reason": "原因", "question": "问题", "answer": "答复", "demand": "请尽快",
        "title": "标题", "explanation": "说明", "notice": "通知", "correction": "", "legal_basis": "",
        "comment": "", "handler_id": world.people["second_handler"].pk,
        "body_id": world.bodies["other_county"].pk, "body": world.bodies["own_union"].pk,
        "number": grieved[0].number, "other_number": grieved[0].number, "other": grieved[0].number,
        "days": 5, "opinion": "explained", "ground": "court", "result": "satisfied",
        "attitude": "satisfied", "category": "WAGE.ARREARS", "kind": "help", "urgency": "general",
        "employer_id": world.employer.pk, "employer": world.employer.pk,
        "employer_text": world.employer.name, "rows": grieved[0].pk,
        "public_ids": [str(a.public_id) for a in grieved], "place": "130502", "decision": "upheld",
        "approve": True, "decided": "approve", "from_on": "2025-01-01", "role": "handler",
        "name": "某人", "phone": "13911112222", "mobile": "13911112222", "channel": "phone",
        "credit_code": "", "confidentiality": "named", "circumstances": [], "people_count": 1,
        "consents": True, "wish": "", "keep": world.other_employer.pk, "clock": "first", "amount": 1,
        "unit": "day", "tie": 1, "q": grieved[0].number, "size_band": "unknown", "level": 7,
        "purpose": "grievance_handle", "checked_marks": "on", "subject": "主题",
    }  # fmt: skip


def pages() -> Iterator[tuple[str, list[str]]]:
    """Yield every named address outside the API with the names of its arguments, in order."""
    yield from sorted(_walk(get_resolver(), (), frozenset()))


def _walk(
    resolver: URLResolver, names: tuple[str, ...], above: frozenset[str]
) -> Iterator[tuple[str, list[str]]]:
    for pattern in resolver.url_patterns:
        asked = above | frozenset(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLPattern):
            yield ":".join([*names, pattern.name or f"unnamed {pattern.pattern}"]), sorted(asked)
        elif pattern.namespace != "api":
            yield from _walk(pattern, names + ((pattern.namespace,) if pattern.namespace else ()), asked)


def operations() -> Iterator[tuple[str, str]]:
    """Yield method and path of every operation that the OpenAPI schema describes."""
    for path, methods in sorted(api.get_openapi_schema()["paths"].items()):
        for method in sorted(methods):
            yield method.lower(), path


def calls(found: Recipes, *, wide: bool) -> Iterator[Call]:
    """Yield every call: each address and operation with each set of arguments; more of them when wide."""
    found = found if wide else found.narrowed()
    for name, arguments in pages():
        for filled in found.fill(name, arguments):
            address = reverse(name, kwargs=filled or None)
            yield Call(name, "get", address)
            yield Call(name, "post", address, found.form_of(name))
            for query in found.queries if wide or not arguments else ():
                yield Call(name, "get", f"{address}?{urlencode(query)}")
    for method, path in operations():
        names = re.findall(r"{(\w+)}", path)
        for filled in found.fill(path, names):
            address = path.format(**filled)
            body = found.form_of(f"{method.upper()} {path}") if method != "get" else ()
            yield Call(f"{method.upper()} {path}", method, address, body, is_api=True)
            for query in found.queries if method == "get" and not names else ():
                yield Call(f"{method.upper()} {path}", method, f"{address}?{urlencode(query)}", is_api=True)


def _frozen(form: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((k, tuple(v) if isinstance(v, list) else v) for k, v in form.items())


def make(call: Call, client: Client, person: str) -> Answer:
    """Make a call as a person, by his browser or by his token, and return what he sees of it."""
    kept = client.cookies.copy()
    with chance(f"{person} {call.key}"):
        response = _send(call, client, person)
        body = b"".join(response.streaming_content) if response.streaming else response.content
    client.cookies = kept  # a call that signs out must not silence those after it
    told = tuple((name, response[name]) for name in HEADERS if response.has_header(name))
    return Answer(response.status_code, told, _without_file_times(body))


def _without_file_times(body: bytes) -> bytes:
    """Return a spreadsheet as its parts: the archive holds the moments of temporary files."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return repr([(name, book.read(name)) for name in book.namelist()]).encode()


def _send(call: Call, client: Client, person: str) -> Any:
    if call.is_api:
        headers = {"Authorization": f"Bearer {secret_of(person)}", "Idempotency-Key": "twin-worlds-key-0001"}
        if call.address.endswith("/with-files"):
            note = SimpleUploadedFile("note.txt", "通风不好".encode(), "text/plain")
            return client.post(call.address, dict(call.body) | {"files": note}, headers=headers)
        told = json.dumps(dict(call.body)) if call.body else ""
        return client.generic(call.method.upper(), call.address, told, "application/json", headers=headers)
    if call.method == "post":
        form = {k: ("on" if v is True else v) for k, v in call.body}
        return client.post(call.address, form)
    return client.get(call.address)
