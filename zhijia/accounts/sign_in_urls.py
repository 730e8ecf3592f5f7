"""The sign-in library's pages that we use, and only those (mounted at ``/accounts/``)."""

from allauth.account import views
from allauth.mfa.urls import urlpatterns as second_factor_urls
from django.urls import include, path
from django.views.generic import RedirectView

to_code = RedirectView.as_view(pattern_name="account_request_login_code")

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("login/code/", views.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", views.confirm_login_code, name="account_confirm_login_code"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),
    path("phone/verify/", views.verify_phone, name="account_verify_phone"),
    path("phone/change/", views.change_phone, name="account_change_phone"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    # Whoever forgot his password signs in with a one-time code and sets a new one.
    path("password/reset/", to_code, name="account_reset_password"),
    path(
        "password/set/",
        RedirectView.as_view(pattern_name="accounts:new_password"),
        name="account_set_password",
    ),
    path("2fa/", RedirectView.as_view(pattern_name="accounts:second_factor"), name="mfa_index"),
    path("2fa/", include(second_factor_urls)),
]
