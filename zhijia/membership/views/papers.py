"""Papers of a member: a page to print, and the same as PDF; one's own, and for who keeps the roll."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhijia.core import clock, printing
from zhijia.core.http import PDF, download
from zhijia.membership import papers, selectors
from zhijia.membership.views.officer import day_of_keeper
from zhijia.membership.views.roll import note_reading


@login_required
@require_safe
def own(request: HttpRequest, paper: str) -> HttpResponse:
    """One's own paper as a page."""
    back = {"back": reverse("membership:mine"), "back_title": _("My membership"), "frame": "core/worker.html"}
    with papers.language_of_papers():
        facts = _own(request, paper)
        return _page(request, paper, facts, back, reverse("membership:own_paper_pdf", args=[paper]))


@login_required
@require_safe
def own_pdf(request: HttpRequest, paper: str) -> HttpResponse:
    """One's own paper as PDF."""
    with papers.language_of_papers():
        return _pdf(request, paper, _own(request, paper))


def _own(request: HttpRequest, paper: str) -> dict[str, Any]:
    return papers.own_facts(request.user, paper, clock.local_date(clock.now()))


@login_required
@require_safe
def of_entry(request: HttpRequest, membership_id: int, paper: str) -> HttpResponse:
    """A member's paper as a page; reading it is written down."""
    with papers.language_of_papers():
        facts = _of_entry(request, membership_id, paper)
        back = {"back": reverse("membership:entry", args=[membership_id]), "back_title": _("Entry")}
        address = reverse("membership:paper_pdf", args=[membership_id, paper])
        return _page(request, paper, facts, back, address)


@login_required
@require_safe
def of_entry_pdf(request: HttpRequest, membership_id: int, paper: str) -> HttpResponse:
    """A member's paper as PDF; reading it is written down."""
    with papers.language_of_papers():
        return _pdf(request, paper, _of_entry(request, membership_id, paper))


def _of_entry(request: HttpRequest, membership_id: int, paper: str) -> dict[str, Any]:
    today = day_of_keeper(request)
    shown = selectors.entry_page(request.user, membership_id, today)
    facts = papers.facts_of_entry(shown, paper, today)
    note_reading(request, shown)
    return facts


@require_safe
def check(request: HttpRequest, token: str) -> HttpResponse:
    """Say whether a paper is ours and when it was made; nothing about anybody."""
    found = papers.check_of(token)
    context = {"check": found}
    return render(request, "membership/paper_check.html", context, status=200 if found else 404)


def _page(
    request: HttpRequest, paper: str, facts: dict[str, Any], frame: dict[str, str], pdf_url: str
) -> HttpResponse:
    context = {
        **_with_code(request, facts), **frame, "paper_template": papers.template_of(paper),
        "can_print": printing.can_print(), "pdf_url": pdf_url,
    }  # fmt: skip
    response = render(request, "core/paper_page.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _pdf(request: HttpRequest, paper: str, facts: dict[str, Any]) -> HttpResponse:
    made = printing.pdf(papers.template_of(paper), _with_code(request, facts))
    response = download(made, f"{facts['paper'].value}.pdf", PDF, opens=True)
    response["Cache-Control"] = "private, no-store"
    return response


def _with_code(request: HttpRequest, facts: dict[str, Any]) -> dict[str, Any]:
    """Add the code by which a reader checks the paper."""
    address = request.build_absolute_uri(reverse("membership:paper_check", args=[facts["token"]]))
    return {**facts, "code": printing.qr(address)}
