"""Posts and settings of a body, for its stewards."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.models import User
from zhijia.core import clock
from zhijia.core.errors import NotFound
from zhijia.core.forms import attempt
from zhijia.unions import services
from zhijia.unions.errors import NoSuchPerson
from zhijia.unions.forms import BodyForm, FoundForm, PostForm, blank_post, initial_of
from zhijia.unions.models import UnionBody
from zhijia.unions.permissions import may_manage
from zhijia.unions.selectors import body_of_post, body_page, posts_in


def for_stewards(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Load the body for its steward; to everyone else the page does not exist."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, body_id: int) -> HttpResponse:
        body = body_page(body_id)
        if not may_manage(request.user, body, clock.local_date(clock.now())):
            raise NotFound
        return view(request, body)

    return guarded


@for_stewards
def posts(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """Who holds which post; a form to grant one."""
    now = clock.now()
    form = PostForm(request.POST or None, initial=blank_post(clock.local_date(now)))
    if request.method == "POST" and form.is_valid() and _grant(request, body, form):
        return redirect("unions:posts", body.pk)
    return render(request, "unions/posts.html", {"body": body, "posts": posts_in(body), "form": form})


def _grant(request: HttpRequest, body: UnionBody, form: PostForm) -> bool:
    asked = dict(form.cleaned_data)
    phone = asked.pop("phone")
    granted = attempt(
        form,
        lambda: services.grant_post(
            body=body, user=_person(phone), **asked, by=request.user, now=clock.now()
        ),
    )
    if granted is None:
        return False
    messages.success(request, _("The post is granted. It works from the next page the person opens."))
    return True


def _person(phone: str) -> User:
    try:
        return User.objects.get_by_phone(phone)
    except User.DoesNotExist:
        raise NoSuchPerson from None


@require_POST
@login_required
def end_post(request: HttpRequest, post_id: int) -> HttpResponse:
    """End a post; the service decides whether this person may."""
    body_id = body_of_post(post_id)
    services.end_post(post_id=post_id, by=request.user, now=clock.now())
    messages.success(request, _("The post is ended."))
    return redirect("unions:posts", body_id)


@for_stewards
def settings(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """Public details and settings of a body."""
    form = BodyForm(request.POST or None, initial=initial_of(body))
    if request.method == "POST" and form.is_valid():
        services.change_body(body_id=body.pk, by=request.user, now=clock.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("unions:body", body.pk)
    return render(request, "unions/settings.html", {"body": body, "form": form})


@for_stewards
def found(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """Found a body below this one."""
    form = FoundForm(request.POST or None, initial={"level": min(body.level + 1, 8)})
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: services.found_body(parent=body, **form.cleaned_data, by=request.user, now=clock.now()),
        )
        if made is not None:
            return redirect("unions:body", made.pk)
    return render(request, "unions/found.html", {"body": body, "form": form})
