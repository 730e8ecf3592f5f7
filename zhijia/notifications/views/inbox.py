"""The inbox, and the outbox page of trial installations."""

import uuid

from django.conf import settings
from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.http import person_of
from zhijia.core import clock
from zhijia.core.errors import NotFound
from zhijia.core.http import back_to
from zhijia.core.paging import paginate
from zhijia.notifications import selectors, services

SIZE = 20
NEWEST_FIRST = ("-created_at", "-id")


@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """List one's messages, newest first."""
    page = paginate(selectors.inbox_of(request.user), request.GET.get("cursor", ""), SIZE, NEWEST_FIRST)
    found = {
        "page_of": page,
        "lines": [selectors.line_of(row) for row in page.items],
        "unread": selectors.unread_count(request.user),
    }
    return render(request, "notifications/inbox.html", found)


@login_required
@require_POST
def open_message(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Mark a message as read and go where it points."""
    message = services.mark_read(public_id=public_id, by=person_of(request), now=clock.now())
    return back_to(request, message.page, otherwise=request.POST.get("back") or "/messages/")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark every message as read."""
    services.mark_all_read(by=person_of(request), now=clock.now())
    flash.success(request, _("All messages are marked as read."))
    return redirect("notifications:inbox")


def outbox(request: HttpRequest) -> HttpResponse:
    """Show the text messages that a trial installation keeps instead of sending them."""
    if not settings.DEVELOPMENT:
        raise NotFound
    page = paginate(selectors.outbox(), request.GET.get("cursor", ""), SIZE, NEWEST_FIRST)
    return render(request, "notifications/outbox.html", {"page_of": page})
