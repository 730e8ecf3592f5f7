"""Groups of members: list, build, look, save, copy, put away. Works by sending forms, without a script."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhijia.core import clock
from zhijia.core.http import whole_number
from zhijia.core.paging import paginate
from zhijia.membership import services
from zhijia.membership.forms_segments import Builder
from zhijia.membership.roster.lists import bodies_to_import
from zhijia.membership.segments import segment_seen_by, segments_for
from zhijia.membership.segments.pages import Found, found, lines_of
from zhijia.membership.segments.questions import Question, questions_of
from zhijia.membership.views.officer import attempt, day_of_keeper

PAGE = 40


@login_required
@require_safe
def segments(request: HttpRequest) -> HttpResponse:
    """The groups of one's bodies, each with its conditions in words."""
    today = day_of_keeper(request)
    rows = segments_for(request.user, today)
    listed = paginate(rows, request.GET.get("cursor"), PAGE, ["name", "id"])
    context = {"listed": listed, "lines": lines_of(listed)}
    return render(request, "membership/segments/list.html", context)


@login_required
def new_segment(request: HttpRequest) -> HttpResponse:
    """Build a group, from nothing or from another one (``?copy=``)."""
    today = day_of_keeper(request)
    wanted = request.POST.get("body") or request.GET.get("body") or ""
    bodies = bodies_to_import(request.user, today, whole_number(wanted))
    asked, name = Question(bodies[0]), ""
    copied = whole_number(request.GET.get("copy", ""))
    if copied is not None:
        row = segment_seen_by(copied, request.user, today)
        asked, name = questions_of([row])[0], _("%(name)s (copy)") % {"name": row.name}
        bodies = [row.body, *(body for body in bodies if body != row.body)]

    def save(name: str, question: Question) -> Any:
        return services.save_segment(
            body=question.body, name=name, conditions=question.conditions, by=request.user, now=clock.now()
        )

    return _build(request, bodies, lambda: Builder.saved(asked, bodies, name=name), save)


@login_required
def edit_segment(request: HttpRequest, segment_id: int) -> HttpResponse:
    """Rename a group or change its conditions."""
    row = segment_seen_by(segment_id, request.user, day_of_keeper(request))

    def save(name: str, question: Question) -> Any:
        return services.change_segment(
            segment_id=segment_id, name=name, conditions=question.conditions,
            seen=request.POST.get("seen", ""), by=request.user, now=clock.now(),
        )  # fmt: skip

    def start() -> Builder:
        asked = questions_of([row])[0]
        return Builder.saved(asked, [row.body], name=row.name, seen=row.changed_at.isoformat())

    return _build(request, [row.body], start, save, {"segment": row})


def _build(
    request: HttpRequest, bodies: list[Any], start: Callable[[], Builder],
    save: Callable[[str, Question], Any], more: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """Take one step of the builder: add, remove, look or save; all that was typed comes back."""
    step = request.POST.get("step", "look")
    context: dict[str, Any] = {**(more or {}), "bodies": bodies}
    status = 200
    if request.method != "POST":
        builder = start()
    elif step == "add" or step.startswith("remove-"):
        builder = Builder.sent(request.POST, bodies, checking=False)
        if step == "add":
            builder.add(request.POST.get("add", ""))
            context["is_added"] = True
        else:
            builder.remove(step.removeprefix("remove-"))
    else:
        builder = Builder.sent(request.POST, bodies, checking=True)
        asked = _asked(builder, naming=step == "save")
        made = None
        if asked is not None and step == "save":
            made = attempt(builder.head, lambda: save(builder.head.cleaned_data["name"], asked))
        if made is not None:
            messages.success(request, _("Saved."))
            return redirect("membership:segment", made.pk)
        if asked is not None and step != "save":
            context["found"] = _look(request, asked)
        status = 422 if any(form.errors for form in (builder.head, *builder.rows)) else 200
    return render(request, "membership/segments/build.html", {**context, "builder": builder}, status=status)


def _asked(builder: Builder, *, naming: bool) -> Question | None:
    """Return what is asked, or None with the errors shown in the forms."""
    return attempt(builder.head, builder.question) if builder.is_valid(naming=naming) else None


def _look(request: HttpRequest, asked: Question, row: Any = None) -> Found:
    """Return who is meant today; that names were listed by facts is written down."""
    now = clock.now()
    services.note_listing(asked=asked, segment=row, by=request.user, now=now)
    return found(asked, request.user, clock.local_date(now))


@login_required
@require_safe
def segment(request: HttpRequest, segment_id: int) -> HttpResponse:
    """One group: its conditions, how many it means today, and the first of them."""
    row = segment_seen_by(segment_id, request.user, day_of_keeper(request))
    context = {"segment": row, "found": _look(request, questions_of([row])[0], row)}
    return render(request, "membership/segments/segment.html", context)


@login_required
@require_POST
def drop(request: HttpRequest, segment_id: int) -> HttpResponse:
    """Put a group away."""
    services.drop_segment(segment_id=segment_id, by=request.user, now=clock.now())
    messages.success(request, _("Put away. Its members are not touched."))
    return redirect("membership:segments")
