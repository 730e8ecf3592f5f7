"""For who lost the telephone: ways back, signing in with a printed code, and printing codes beforehand."""

from allauth.account.internal import flows
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from zhijia.accounts import selectors, services
from zhijia.accounts.forms import PrintedCodeForm
from zhijia.accounts.http import needs_fresh_proof, person_of
from zhijia.accounts.proofs import RECOVERY_CODE
from zhijia.core import clock


@sensitive_post_parameters("code")
def lost_phone(request: HttpRequest) -> HttpResponse:
    """Say what can be done, and take a printed code."""
    form = PrintedCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.user is not None:
        record_authentication(request, form.user, method=RECOVERY_CODE)
        login = Login(user=form.user, redirect_url=reverse("accounts:new_password"))
        response: HttpResponse = flows.login.perform_login(request, login)
        messages.info(request, _("Set a new password now. Then change the number on your account page."))
        return response
    return render(request, "accounts/lost_phone.html", {"form": form}, status=422 if form.errors else 200)


@needs_fresh_proof()
def printed_codes(request: HttpRequest) -> HttpResponse:
    """Make printed codes and show them once, for paper; new ones replace the old."""
    user = person_of(request)
    if request.method == "POST":
        codes = services.make_printed_codes(user=user, by=user, now=clock.now())
        return render(request, "accounts/printed_codes.html", {"codes": codes, "phone": user.masked_phone})
    left = selectors.second_factors_of(user).recovery_codes_left
    return render(request, "accounts/printed_codes.html", {"left": left})
