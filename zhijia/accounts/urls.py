"""Addresses of one's own account, mounted at ``/me/``."""

from django.urls import path

from zhijia.accounts.views import lost_phone, profile, security

app_name = "accounts"

urlpatterns = [
    path("", profile.profile, name="profile"),
    path("data/", profile.personal_data, name="personal_data"),
    path("password/", security.new_password, name="new_password"),
    path("second-factor/", security.second_factor, name="second_factor"),
    path("sessions/", security.sessions, name="sessions"),
    path("sessions/<int:session_id>/end/", security.end_session, name="end_session"),
    path("sessions/end-others/", security.end_other_sessions, name="end_other_sessions"),
    path("lost-phone/", lost_phone.lost_phone, name="lost_phone"),
    path("printed-codes/", lost_phone.printed_codes, name="printed_codes"),
    path("stay/", security.stay, name="stay"),
    path("tokens/", security.tokens, name="tokens"),
    path("tokens/<int:token_id>/revoke/", security.revoke_token, name="revoke_token"),
]
