"""Papers of a process: a page to print, and the same as PDF."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from zhijia.core import clock, printing
from zhijia.core.clock import local_date
from zhijia.core.http import PDF, download
from zhijia.organising import papers, selectors
from zhijia.organising.enums import Paper
from zhijia.organising.views.process import frame_of


def _facts(request: HttpRequest, public_id: Any, paper: str) -> dict[str, Any]:
    now = clock.now()
    process = selectors.process_of(public_id, request.user, local_date(now))
    return papers.facts(process, paper, now)


@login_required
def page(request: HttpRequest, public_id: Any, paper: str) -> HttpResponse:
    """The paper as a page, for printing where PDF is not installed."""
    with papers.language_of_papers():
        facts = _facts(request, public_id, paper)
        context = {
            **facts, "paper_template": papers.template_of(Paper(paper)), "can_print": printing.can_print(),
            "pdf_url": reverse("organising:paper_pdf", args=[public_id, paper]),
            "back": reverse("organising:process", args=[public_id]), "back_title": facts["process"].title,
            "frame": frame_of(request.user),
        }  # fmt: skip
        return render(request, "core/paper_page.html", context)


@login_required
def as_pdf(request: HttpRequest, public_id: Any, paper: str) -> HttpResponse:
    """The paper as PDF."""
    with papers.language_of_papers():
        facts = _facts(request, public_id, paper)
        made = printing.pdf(papers.template_of(Paper(paper)), facts)
    return download(made, f"{paper}.pdf", PDF, opens=True)
