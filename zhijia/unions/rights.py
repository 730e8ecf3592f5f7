"""What the union tree holds about one person, for how long, and how it lets go of it."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhijia.accounts.models import User
from zhijia.core.clock import local_date
from zhijia.core.rights import Eraser, Ground, Held, Keeping, keepings
from zhijia.regulations.selectors import let_go_before
from zhijia.unions.models import Affiliation, Post, Seat
from zhijia.unions.offices import seats_of
from zhijia.unions.selectors import posts_of

KEEPING = (
    *keepings(
        "retention.post", gettext_lazy("the end of the post"), "unions.forget_posts", Ground.DUTY,
        "unions.Post",
    ),
    *keepings(
        "retention.affiliation", gettext_lazy("the last day of that employment"),
        "unions.forget_affiliations", Ground.DUTY, "unions.Affiliation",
    ),
    *keepings(
        "retention.post", gettext_lazy("the day on which the seat was left"), "unions.forget_seats",
        Ground.DUTY, "unions.Seat",
    ),
    Keeping(
        "unions.LegalPerson", "", gettext_lazy("as long as the body exists; the certificate is public"), "",
        Ground.DUTY,
    ),
    Keeping(
        "unions.Employer", "", gettext_lazy("as long as the employer exists; it is no person"), "",
        Ground.DUTY,
    ),
)  # fmt: skip


def held(user: User, now: dt.datetime, proven: bool) -> Iterator[Held]:
    """Yield posts held and employments declared."""
    for post in Post.objects.filter(user=user).select_related("body").order_by("-from_on"):
        until = post.ended_at.date() if post.ended_at else post.until_on
        words = {"role": post.get_role_display(), "body": post.body.name, "from": post.from_on}
        value = _("%(role)s, %(body)s, from %(from)s") % words
        if until:
            value = _("%(post)s until %(until)s") % {"post": value, "until": until}
        yield Held("unions.Post", _("Post in a union"), value)
    for seat in seats_of(user):
        term = seat.committee.term
        words = {
            "position": seat.get_position_display(), "committee": seat.committee.get_kind_display(),
            "body": term.body.name, "from": seat.from_on,
        }  # fmt: skip
        value = _("%(position)s, %(committee)s, %(body)s, from %(from)s") % words
        yield Held("unions.Seat", _("Seat in a committee"), value)
    for one in Affiliation.objects.filter(user=user).select_related("employer").order_by("-from_on"):
        yield Held("unions.Affiliation", _("Employer that you declared"), one.employer.name, one.declared_at)


def obstacles(reference: str, now: dt.datetime) -> Iterator[str]:
    """Yield what stands against erasing an account: a post that is still held."""
    user = User.objects.filter(pk=reference.partition(":")[2]).first()
    for post in posts_of(user, local_date(now)):
        yield _("You hold a post in %(body)s. It must be ended first.") % {"body": post.body.name}


def erase(reference: str, *, now: dt.datetime) -> dict[str, int]:
    """Delete declared employments; the record of office stays for its own period."""
    return {"employments": Affiliation.objects.filter(user=int(reference.partition(":")[2])).delete()[0]}


ERASER = Eraser(kind="user", erase=erase, obstacles=obstacles, order=50)


def forget_affiliations(now: dt.datetime) -> int:
    """Timer: delete declared employments that hide nothing any more; return how many."""
    limit = local_date(let_go_before("retention.affiliation", now))
    return Affiliation.objects.filter(until_on__lt=limit).delete()[0]


def forget_posts(now: dt.datetime) -> int:
    """Timer: delete the record of posts that ended long ago; return how many."""
    limit = let_go_before("retention.post", now)
    over = Q(ended_at__lt=limit) | Q(until_on__lt=local_date(limit))
    return Post.objects.filter(over).delete()[0]


def forget_seats(now: dt.datetime) -> int:
    """Timer: delete the record of seats that were left long ago; return how many."""
    limit = local_date(let_go_before("retention.post", now))
    return Seat.objects.filter(ended_on__lt=limit).delete()[0]
