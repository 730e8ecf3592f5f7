"""Marks on a text that is to be published, and taking a published answer back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.appeals import services
from zhijia.appeals.highlighter import identifying_spans
from zhijia.appeals.selectors import officer as selectors
from zhijia.appeals.views.officer.access import officers_only
from zhijia.core import clock


def marked(form: Any) -> list[dict[str, Any]]:
    """Return question and answer cut into pieces, those that may identify a person with the reason."""
    fields = ("title", "question", "answer")
    return [
        {"label": form.fields[name].label, "pieces": pieces(form.typed(name))}
        for name in fields
        if identifying_spans(form.typed(name))
    ]


def pieces(text: str) -> list[tuple[str, str]]:
    """Return (text, reason) pairs in order; the reason is empty for what is harmless."""
    found, at = [], 0
    for span in identifying_spans(text):
        found.append((text[at : span.start], ""))
        found.append((text[span.start : span.end], str(span.why)))
        at = span.end
    return [pair for pair in [*found, (text[at:], "")] if pair[0]]


@officers_only
@require_POST
def withdraw_answer(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Take the published answer of a matter off the public page."""
    now = clock.now()
    appeal = selectors.work_appeal(public_id, request.user, now)
    published = selectors.published_of(appeal)
    if published is not None:
        services.withdraw_answer(answer_id=published.pk, by=request.user, now=now)
        messages.success(request, _("Taken off the public page."))
    return redirect("appeals:work", public_id)
