"""Addresses of privacy."""

from django.urls import path, re_path

from zhijia.privacy.views import officer, own, public

app_name = "privacy"

urlpatterns = [
    path("", public.notice, name="notice"),
    path("periods/", public.periods, name="periods"),
    path("me/", own.mine, name="mine"),
    re_path(r"^me/copy\.(?P<form>json|html|zip)$", own.copy, name="copy"),
    path("me/choices/", own.choices, name="choices"),
    path("me/choices/<slug:key>/", own.choose, name="choose"),
    path("me/requests/", own.my_requests, name="requests"),
    path("me/requests/new/", own.ask, name="ask"),
    path("me/requests/<uuid:public_id>/withdraw/", own.withdraw, name="withdraw"),
    path("desk/", officer.queue, name="queue"),
    path("desk/<uuid:public_id>/", officer.decide, name="decide"),
    path("desk/<uuid:public_id>/hold/", officer.hold, name="hold"),
    path("desk/<uuid:public_id>/share/", officer.share, name="share"),
    path("desk/holds/<int:hold_id>/confirm/", officer.confirm_hold, name="confirm_hold"),
    path("desk/holds/<int:hold_id>/end/", officer.end_hold, name="end_hold"),
]
