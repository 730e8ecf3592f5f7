"""The newest signed heads for everybody, and the door for servers whose witness we are."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from zhijia.audit import export, selectors
from zhijia.audit.errors import NotAHead
from zhijia.audit.models import SignedHead
from zhijia.audit.services import keep_heads
from zhijia.core import clock
from zhijia.core.errors import DomainError, NotFound
from zhijia.core.http import public_page
from zhijia.core.qr import qr_svg

LARGEST = 512 * 1024
"""Bytes of one call of a peer."""


@require_safe
@public_page(60)
def heads(request: HttpRequest) -> HttpResponse:
    """Show the newest signed heads, and one of them as a QR code for the notice board."""
    known = selectors.newest_signed_heads()
    context: dict[str, Any] = {
        "heads": known,
        "chosen": _chosen(request, known),
        "keys": [groups(key.public) for key in selectors.signing_keys()],
        "exposure": selectors.exposure(),
        "now": clock.now(),
    }
    chosen = context["chosen"]
    if chosen:
        context |= {"qr": qr_svg(chosen.statement), "seal": groups(chosen.hash)}
    return render(request, "audit/heads.html", context)


def groups(digits: str) -> str:
    """Return digits in groups of eight, which eyes can compare and a narrow screen can break."""
    return " ".join(digits[start : start + 8] for start in range(0, len(digits), 8))


def _chosen(request: HttpRequest, known: list[SignedHead]) -> SignedHead | None:
    wanted = request.GET.get("tenant")
    if wanted is None:
        return known[0] if known else None
    for head in known:
        if str(head.tenant) == wanted:
            return head
    raise NotFound


@require_safe
@public_page(60)
def heads_json(request: HttpRequest) -> HttpResponse:
    """Tell other servers the newest signed heads and the public keys."""
    told = {"keys": export.keys(), "heads": [head.statement for head in selectors.newest_signed_heads()]}
    return JsonResponse(told)


@csrf_exempt
@require_POST
def witness(request: HttpRequest) -> HttpResponse:
    """Keep heads that a registered server shows us; who it is, its signature says."""
    try:
        return JsonResponse({"kept": keep_heads(lines=_statements(request), now=clock.now())})
    except DomainError as refused:
        return JsonResponse({"code": refused.code, "detail": str(refused)}, status=refused.status)


def _statements(request: HttpRequest) -> list[str]:
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        raise NotAHead
    try:
        told: Any = json.loads(request.body)
        lines = list(told["statements"])
    except (ValueError, KeyError, TypeError):
        raise NotAHead from None
    if not all(isinstance(line, str) for line in lines):
        raise NotAHead
    return lines
