"""What notifications hold about one person, and how they let go of it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from zhijia.accounts.models import User
from zhijia.core.rights import Eraser, Held
from zhijia.notifications import selectors
from zhijia.notifications.models import Notification, OutboxMessage


def held(user: Any, now: dt.datetime, proven: bool) -> Iterator[Held]:
    """Yield the messages of the inbox; what was sent outside says only that there is one."""
    for message in selectors.inbox_of(user).order_by("-created_at"):
        line = selectors.line_of(message)
        yield Held("notifications.Notification", line.title, line.body if proven else "", line.at)
    if selectors.sent_outside(user):
        told = _("Text messages and e-mails that say only that there is news.")
        yield Held("notifications.Delivery", _("Messages sent to your number or address"), told)


def erase(reference: str, *, now: dt.datetime) -> dict[str, int]:
    """Delete the inbox and everything sent from it; return how many messages."""
    user = User.objects.filter(pk=reference.partition(":")[2]).first()
    if user is None:
        return {}
    kept = OutboxMessage.objects.filter(address__in=[a for a in (user.phone_or_blank, user.email) if a])
    gone = kept.delete()[0] + Notification.objects.filter(tenant=user.tenant, to=user).delete()[0]
    return {"messages": gone}


ERASER = Eraser(kind="user", erase=erase, order=50)
