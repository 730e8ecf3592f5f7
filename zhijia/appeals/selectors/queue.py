"""The officer's queue: which appeals, in what order, how many; a fixed number of queries.

Rows are plain values worked out here, so that the template only prints them.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhijia.appeals.enums import Channel, Kind, State, Urgency
from zhijia.appeals.models import Appeal, Category, EmployerFlag, Review
from zhijia.appeals.selectors.words import state_words
from zhijia.appeals.urgency import BY_CODE
from zhijia.appeals.workflow import OPEN, RUNNING
from zhijia.core.clock import CHINA, end_of_day, local_date
from zhijia.core.errors import NotFound
from zhijia.core.paging import Page, paginate
from zhijia.core.text import tidy
from zhijia.regulations import places
from zhijia.unions import selectors as unions
from zhijia.unions.enums import Role
from zhijia.unions.models import Post, UnionBody

PAGE = 50
SOON = 2
"""Days before the due date from which a matter counts as due soon."""
COUNTS_KEPT = 10
"""Seconds for which the counts on the tabs are kept, unless the officer himself does something."""
ORDERS = {
    "urgency": ["queue_rank", "final_due_at"],
    "due": ["final_due_at"],
    "newest": ["-received_at"],
}
IN_REVIEW = (State.UNDER_REVIEW, State.UNDER_RE_REVIEW)
WITH_OTHERS = (State.REPLIED, *IN_REVIEW)
"""Open, but the next step is the worker's or a reviewing body's."""
REVIEW_ROLES = (Role.CHAIR, Role.SUPERVISOR)
SHARING_ROLES = (Role.HANDLER, Role.DISPATCHER, Role.CHAIR)


def late(now: dt.datetime) -> Q:
    """Return the condition "a clock runs and has run out"."""
    over = Q(final_due_at__lt=now) | Q(first_responded_at=None, first_due_at__lt=now)
    return Q(todo=1, state__in=RUNNING) & over


def due_soon(now: dt.datetime) -> Q:
    """Return the condition "a clock runs out today or within two days, and has not yet"."""
    limit = end_of_day(local_date(now) + dt.timedelta(days=SOON))
    near = Q(final_due_at__lte=limit) | Q(first_responded_at=None, first_due_at__lte=limit)
    return (
        Q(todo=1, state__in=RUNNING, final_due_at__gte=now)
        & near
        & ~Q(first_responded_at=None, first_due_at__lt=now)
    )


def conditions(user: Any, now: dt.datetime) -> dict[str, Q]:
    """Return the condition of every tab; ``all`` has none."""
    posts = unions.posts_of(user, local_date(now))
    reviewing = [p.body_id for p in posts if p.role in REVIEW_ROLES]
    open_reviews = Review.objects.filter(body__in=reviewing, decided_at=None).values("appeal")
    todo = Q(todo=1)
    return {
        "open": todo,
        "mine": todo & Q(handler=user),
        "new": todo & Q(state=State.RECEIVED),
        "unassigned": todo & Q(state=State.ACCEPTED, handler=None),
        "late": late(now),
        "soon": due_soon(now),
        "waiting": todo & Q(state__in=(State.WAITING, State.SUSPENDED)),
        "supervised": todo & Q(supervised_at__isnull=False),
        "escalated": todo & Q(escalated_at__isnull=False),
        "reviews": Q(state__in=IN_REVIEW, pk__in=open_reviews) if reviewing else Q(pk__in=()),
        "answered": Q(state=State.REPLIED),
    }


def tab_counts(user: Any, now: dt.datetime, deeds: int = 0) -> dict[str, int]:
    """Return how many matters stand behind each tab; two queries over what is open.

    Kept for ten seconds; ``deeds`` counts what the officer did in this session, so that his own
    step shows at once.
    """
    key = f"queue-counts:{user.pk}:{deeds}:{int(now.timestamp()) // COUNTS_KEPT}"
    found = caches["process"].get_or_set(key, lambda: _count(user, now), COUNTS_KEPT)
    return found or {}


def _count(user: Any, now: dt.datetime) -> dict[str, int]:
    asked = conditions(user, now)
    beyond = {name: asked.pop(name) for name in ("reviews", "answered")}
    if not any(p.role in REVIEW_ROLES for p in unions.posts_of(user, local_date(now))):
        beyond.pop("reviews")
    rows = Appeal.objects.work_for(user, local_date(now))
    return _counts(rows.filter(todo=1), asked) | _counts(rows.filter(state__in=WITH_OTHERS), beyond)


def _counts(rows: QuerySet[Appeal], asked: Mapping[str, Q]) -> dict[str, int]:
    counted = rows.aggregate(**{f"n_{name}": Count("pk", filter=q) for name, q in asked.items()})
    return {name: counted[f"n_{name}"] for name in asked}


def first_tab(user: Any, now: dt.datetime) -> str:
    """Return where an officer begins: a handler with his own, everybody else with all that is to do."""
    roles = {p.role for p in unions.posts_of(user, local_date(now))}
    return "open" if roles & {Role.DISPATCHER, Role.CHAIR, Role.SUPERVISOR} else "mine"


def work_rows(user: Any, now: dt.datetime, tab: str, asked: Mapping[str, Any]) -> QuerySet[Appeal]:
    """Return the officer's matters of a tab that fit the filter; an unknown tab is all."""
    rows = Appeal.objects.work_for(user, local_date(now))
    condition = conditions(user, now).get(tab)
    if condition is not None:
        rows = rows.filter(condition)
    return filtered(rows, asked)


def filtered(rows: QuerySet[Appeal], asked: Mapping[str, Any]) -> QuerySet[Appeal]:
    """Narrow a list by what the filter form says; empty fields narrow nothing."""
    for name in ("state", "urgency", "channel", "round"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("category"):
        rows = rows.filter(Q(category__code=asked["category"]) | Q(category__parent__code=asked["category"]))
    if asked.get("scope"):
        rows = rows.filter(asked["scope"].q("handling_body__"))
    if asked.get("since"):
        rows = rows.filter(received_at__gte=asked["since"])
    if asked.get("until"):
        rows = rows.filter(received_at__lt=asked["until"])
    if asked.get("employer"):
        rows = rows.filter(employer__name__icontains=asked["employer"])
    return rows.filter(says(asked["q"])) if asked.get("q") else rows


def says(text: str) -> Q:
    """Return the condition "this is its number"; texts are sealed and cannot be searched."""
    digits = tidy(text).replace(" ", "")
    if digits.isascii() and digits.isdigit() and len(digits) >= 4:
        return Q(number__startswith=digits)
    return Q(pk__in=())


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue, as it is printed."""

    pk: int
    url: str
    number: str
    title: str
    """What it is about: the kind, and the employer where he is in the register."""
    state: str
    urgency: str
    urgency_tone: str
    due_on: str
    due_text: str
    due_tone: str
    about: str
    handler: str
    body: str
    marks: tuple[str, ...]


FIELDS = (
    "pk", "public_id", "number", "state", "kind", "place", "circumstances", "urgency", "score", "channel",
    "round", "people_count",
    "category__name_zh", "category__name_en", "handling_body__short_name", "handling_body__name",
    "handler__name", "employer__name", "received_at", "first_due_at", "first_responded_at",
    "final_due_at", "supervised_at", "escalated_at", "group_id", "queue_rank",
)  # fmt: skip


def queue_page(rows: QuerySet[Appeal], cursor: str | None, order: str, now: dt.datetime) -> Page[Any]:
    """Return one page of the queue as printed rows; one query."""
    values = rows.values_list(*FIELDS, named=True)
    page = paginate(values, cursor, PAGE, ORDERS.get(order, ORDERS["urgency"]))  # type: ignore[type-var]
    write = RowWriter(now)
    return Page([write(row) for row in page.items], page.next_cursor, page.previous_cursor)


URGENCY_TONES = {Urgency.URGENT: "red", Urgency.COMPLEX: "amber", Urgency.DIFFICULT: "amber"}
DONE = ("", "grey")


class RowWriter:
    """Turns values into printed rows; labels are looked up once a page."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.today = local_date(now)
        self.states = {s.value: state_words(s.value) for s in State}
        self.urgencies = {u.value: str(u.label) for u in Urgency}
        self.channels = {c.value: str(c.label) for c in Channel}
        self.kinds = {k.value: str(k.label) for k in Kind}
        self.places: dict[str, str] = {}
        self.english = (get_language() or "").startswith("en")
        self.prefix = reverse("appeals:queue")
        self.words = {
            "round": _("round 2"), "supervised": _("supervised"), "escalated": _("escalated"),
            "group": _("group"), "unsorted": _("not sorted yet"), "first": _("first response"),
            "nobody": _("nobody yet"),
        }  # fmt: skip

    def __call__(self, row: Any) -> Row:
        due, text, tone = self.due(row)
        category = row.category__name_en if self.english else row.category__name_zh
        title = [category or self.words["unsorted"], *([row.employer__name] if row.employer__name else [])]
        about = [self.kinds[row.kind], self.channels[row.channel], self.place(row.place), self.came(row)]
        return Row(
            pk=row.pk, url=f"{self.prefix}{row.public_id}/", number=row.number, title=" · ".join(title),
            state=self.states[row.state], urgency=self.urgencies[row.urgency],
            urgency_tone=URGENCY_TONES.get(row.urgency, "grey"),
            due_on=due, due_text=text, due_tone=tone, about=" · ".join(part for part in about if part),
            handler=row.handler__name or self.words["nobody"],
            body=row.handling_body__short_name or row.handling_body__name, marks=self.marks(row),
        )  # fmt: skip

    def marks(self, row: Any) -> tuple[str, ...]:
        """Return the words that stand out: people, what was ticked, round, supervised, escalated, group."""
        found = []
        if row.people_count > 1:
            found.append(_("%(count)s people") % {"count": row.people_count})
        if row.round > 1:
            found.append(self.words["round"])
        flags = {"supervised": row.supervised_at, "escalated": row.escalated_at, "group": row.group_id}
        told = (str(BY_CODE[code].label) for code in row.circumstances if code in BY_CODE)
        return (*found, *told, *(self.words[name] for name, present in flags.items() if present))

    def place(self, code: str) -> str:
        """Return the name of a place, looked up once a page."""
        if code not in self.places:
            self.places[code] = places.name(code)
        return self.places[code]

    def came(self, row: Any) -> str:
        """Return how old the matter is."""
        days = (self.today - local_date(row.received_at)).days
        return _("came today") if days <= 0 else _("%(days)s d old") % {"days": days}

    def due(self, row: Any) -> tuple[str, str, str]:
        """Return the day, the words and the tone of the clock that runs out next."""
        if row.state not in OPEN:
            return self.day(row.final_due_at), *DONE
        waits = row.first_responded_at is None
        moment = min(row.first_due_at, row.final_due_at) if waits else row.final_due_at
        if row.state not in RUNNING:
            return self.day(moment), _("clock stands"), "blue"
        text, tone = self.left(moment)
        if waits and moment == row.first_due_at:
            text = f"{self.words['first']}: {text}"
        return self.day(moment), text, tone

    def left(self, moment: dt.datetime) -> tuple[str, str]:
        """Return how long there is, in words, with the tone."""
        days = (local_date(moment) - self.today).days
        if moment < self.now:
            return (_("late by %(days)s d") % {"days": -days} if days < 0 else _("late since today")), "red"
        if days == 0:
            clock = moment.astimezone(CHINA)
            return _("today %(time)s") % {"time": clock.strftime("%H:%M")}, "amber"
        return _("%(days)s d left") % {"days": days}, "amber" if days <= SOON else "green"

    def day(self, moment: dt.datetime) -> str:
        """Return a date as short as it can be."""
        local = moment.astimezone(CHINA)
        return local.strftime("%m-%d" if local.year == self.today.year else "%Y-%m-%d")


# What the filter and the bulk bar offer -------------------------------------------------------


def category_choices() -> list[tuple[str, str]]:
    """Return all kinds in use, those of a group behind its name."""
    rows = list(Category.objects.filter(is_active=True).order_by("order", "code"))
    tops = {c.pk: c for c in rows if c.parent_id is None}
    found = []
    for top in tops.values():
        found.append((top.code, top.name))
        found += [(c.code, f"　{c.name}") for c in rows if c.parent_id == top.pk]
    return found


def category_named(code: str) -> Category | None:
    """Return the kind with this code, or None."""
    return Category.objects.filter(code=code, is_active=True).first() if code else None


def category_names(codes: list[str]) -> list[tuple[str, str]]:
    """Return the names of some kinds, in the given order."""
    names = {c.code: c.name for c in Category.objects.filter(code__in=codes)} if codes else {}
    return [(code, names[code]) for code in codes if code in names]


def body_choices(user: Any, on: dt.date) -> list[UnionBody]:
    """Return the bodies of the officer's posts and those directly below them."""
    own = {p.body_id: p.body for p in unions.posts_of(user, on)}
    below = [child for body in own.values() for child in unions.children(body)[:200]]
    return [*own.values(), *(c for c in below if c.pk not in own)]


def people_to_assign(user: Any, on: dt.date, body: UnionBody | None = None) -> list[tuple[int, str]]:
    """Return who may be given work in the bodies where the officer shares it out; one query."""
    mine = {p.body_id for p in unions.posts_of(user, on) if p.role in (Role.DISPATCHER, Role.CHAIR)}
    bodies = mine | ({body.pk} if body and mine else set())
    rows = Post.objects.held_on(on).filter(body__in=bodies, role__in=SHARING_ROLES, user__is_active=True)
    people = rows.order_by("body__level", "user__name", "user").values_list(
        "user", "user__name", "body__short_name", "body__name"
    )
    return list({u: (u, f"{name}（{short or long}）") for u, name, short, long in people}.values())


def flags_for(user: Any, on: dt.date) -> QuerySet[EmployerFlag]:
    """Return the open flags raised to bodies of the officer's scope, without conflict."""
    wide = unions.scope(user, (Role.DISPATCHER, Role.CHAIR, Role.SUPERVISOR), on)
    rows = EmployerFlag.objects.filter(wide.q("to_body__"), seen_at=None)
    rows = rows.exclude(employer__in=unions.conflicted_employer_ids(user, on))
    return rows.select_related("employer", "to_body").order_by("-raised_at")


def flag_seen_by(user: Any, on: dt.date, flag_id: int) -> EmployerFlag:
    """Return one open flag that the officer may see; raise ``NotFound``."""
    found = flags_for(user, on).filter(pk=flag_id).first()
    if found is None:
        raise NotFound
    return found


def numbers_of(user: Any, on: dt.date, ids: list[int]) -> dict[int, str]:
    """Return the numbers of those of these matters that the officer may see."""
    return dict(Appeal.objects.work_for(user, on).filter(pk__in=ids).values_list("pk", "number"))


def pool_ids(user: Any, on: dt.date, limit: int = 10) -> list[int]:
    """Return the next matters without a handler where the person handles, most pressing first."""
    desks = [p.body_id for p in unions.posts_of(user, on) if p.role == Role.HANDLER]
    rows = Appeal.objects.work_for(user, on).filter(
        state=State.ACCEPTED, handler=None, handling_body__in=desks
    )
    return list(rows.order_by(*ORDERS["urgency"]).values_list("pk", flat=True)[:limit])
