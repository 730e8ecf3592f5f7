"""Who is told what, when. Outside the house every message reads the same."""

import datetime as dt
from typing import Any

from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.appeals.models import Appeal
from zhijia.core.clock import local_date
from zhijia.core.manifest import MessageKind
from zhijia.core.words import _
from zhijia.notifications.services import notify
from zhijia.unions import selectors as unions
from zhijia.unions.enums import Role
from zhijia.unions.models import UnionBody

KINDS = (
    MessageKind("appeal.submitted", _("New matter %(number)s"),
                _("A new matter has come in and waits for a decision."), audience="officer"),
    MessageKind("appeal.accepted", _("Matter %(number)s is accepted"),
                _("The union body has taken it on and will answer you by %(due)s.")),
    MessageKind("appeal.refused", _("Matter %(number)s is not accepted"),
                _("Open it to read why, and where to go. You can ask the body above for a review.")),
    MessageKind("appeal.referred", _("Matter %(number)s is passed on"),
                _("Open it to read to whom it was forwarded.")),
    MessageKind("appeal.routed", _("Matter %(number)s has another body"),
                _("It was sent to the union body that is responsible. You need not do anything.")),
    MessageKind("appeal.assigned", _("Matter %(number)s is yours"),
                _("It was given to you. Please sign for it."), audience="officer"),
    MessageKind("appeal.handling", _("Matter %(number)s is in hand"), _("A handler works on it.")),
    MessageKind("appeal.asked", _("A question about matter %(number)s"),
                _("The handler needs something from you. The clock stands until you answer.")),
    MessageKind("appeal.worker_answered", _("Answer in matter %(number)s"),
                _("The worker has answered. The clock runs again."), audience="officer"),
    MessageKind("appeal.suspended", _("Matter %(number)s is suspended"), _("Open it to read why.")),
    MessageKind("appeal.extension_asked", _("More time asked in matter %(number)s"),
                _("Please decide on the extension."), audience="officer"),
    MessageKind("appeal.extended", _("More time in matter %(number)s"),
                _("A decision on more time was taken; the answer is due by %(due)s.")),
    MessageKind("appeal.replied", _("Answer to matter %(number)s"),
                _("Please read it and judge it by %(until)s. Only you decide whether it is solved.")),
    MessageKind("appeal.rated", _("Matter %(number)s was judged"), _("The worker has judged the answer."),
                audience="officer"),
    MessageKind("appeal.closed_unconfirmed", _("Matter %(number)s is closed, not confirmed"),
                _("You did not answer in time. You can still reopen it until %(until)s.")),
    MessageKind("appeal.reopened", _("Matter %(number)s is reopened"),
                _("The worker was not satisfied. Another handler must take it."), audience="officer"),
    MessageKind("appeal.review_asked", _("Review asked in matter %(number)s"),
                _("Your body is to review the answer of the body below."), audience="officer"),
    MessageKind("appeal.review_decided", _("Review decided in matter %(number)s"),
                _("Open it to read the decision.")),
    MessageKind("appeal.supervised", _("Matter %(number)s is supervised"),
                _("The body above urges this matter. Please read its demand."), audience="officer"),
    MessageKind("appeal.escalated", _("Matter %(number)s is late and went up"),
                _("The time ran out, so the union body above was told.")),
    MessageKind("appeal.escalated_to_you", _("Late matter %(number)s from below"),
                _("The body below has let a time limit pass."), audience="officer"),
    MessageKind("appeal.withdrawn", _("Matter %(number)s was withdrawn"), _("The worker took it back."),
                audience="officer"),
    MessageKind("appeal.name_opened", _("Your data in matter %(number)s were opened"),
                _("The handler has opened who you are. Open the matter to read why, and who agreed.")),
    MessageKind("appeal.talk", _("New message in matter %(number)s"), _("Open it to read and answer.")),
    MessageKind("appeal.flag_raised", _("Several people, one employer"),
                _("Five or more people have raised matters about one employer."), audience="officer"),
)  # fmt: skip

DESK_ROLES = (Role.DISPATCHER, Role.CHAIR)
ABOVE_ROLES = (Role.SUPERVISOR, Role.CHAIR, Role.DISPATCHER)


def tell_worker(appeal: Appeal, kind: str, now: dt.datetime, **data: Any) -> None:
    """Tell the author in the app, and neutrally outside.

    Who has no account looks by receipt; if he left a number, a timer sends him the neutral text.
    """
    pk = appeal.author_pk
    author = User.objects.filter(pk=pk).first() if pk is not None else None
    if author is not None:
        url = reverse("appeals:detail", args=[appeal.public_id])
        told = {"number": appeal.number, **data}
        notify(kind=kind, to=author, now=now, data=told, url=url, tenant=appeal.tenant, is_own=True)
    elif not appeal.is_anonymous:
        Appeal.objects.filter(pk=appeal.pk).update(news_at=now)


def tell_handler(appeal: Appeal, kind: str, now: dt.datetime, **data: Any) -> None:
    """Tell the person who has it in hand, if anybody has."""
    tell_officer(appeal.handler, appeal, kind, now, **data)


def tell_officer(user: User | None, appeal: Appeal, kind: str, now: dt.datetime, **data: Any) -> None:
    """Tell one officer, if there is one."""
    if user is not None:
        _tell(user, kind, now, _work_url(appeal), appeal.tenant, number=appeal.number, **data)


def tell_desk(appeal: Appeal, kind: str, now: dt.datetime) -> None:
    """Tell the dispatchers of the responsible body."""
    tell_body(appeal.handling_body, kind, now, appeal=appeal, tenant=appeal.tenant)


def tell_body(
    body: UnionBody,
    kind: str,
    now: dt.datetime,
    *,
    tenant: int,
    appeal: Appeal | None = None,
    employer_id: int | None = None,
    roles: tuple[Role, ...] = DESK_ROLES,
) -> None:
    """Tell the people who hold one of the posts in exactly this body, minus conflict."""
    on = local_date(now)
    employer = appeal.employer_id if appeal else employer_id
    for user in unions.holders(body, roles, on):
        if employer is None or employer not in unions.conflicted_employer_ids(user, on):
            url = _work_url(appeal) if appeal else reverse("portal:desk")
            _tell(user, kind, now, url, tenant, number=appeal.number if appeal else "")


def _work_url(appeal: Appeal) -> str:
    return reverse("appeals:work", args=[appeal.public_id])


def _tell(user: User, kind: str, now: dt.datetime, url: str, tenant: int, **data: Any) -> None:
    notify(kind=kind, to=user, now=now, data=data, url=url, tenant=tenant)
