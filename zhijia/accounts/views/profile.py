"""One's own account: what it says, and what the house holds."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.accounts import selectors, services
from zhijia.accounts.forms import ProfileForm
from zhijia.accounts.http import person_of
from zhijia.core import clock


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change name, notices and language."""
    user = person_of(request)
    form = ProfileForm(
        request.POST or None, initial={field: getattr(user, field) for field in services.PROFILE}
    )
    if request.method == "POST" and form.is_valid():
        services.update_profile(user=user, changes=form.cleaned_data, by=user, now=clock.now())
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    page = {"form": form, "factors": selectors.second_factors_of(user)}
    return render(request, "accounts/profile.html", page, status=422 if form.errors else 200)


@login_required
def personal_data(request: HttpRequest) -> HttpResponse:
    """Lead to what the house holds about the person; the address is kept for old bookmarks."""
    return redirect("privacy:mine")
