"""Addresses of messages."""

from django.urls import path

from zhijia.notifications.views import inbox

app_name = "notifications"

urlpatterns = [
    path("messages/", inbox.inbox, name="inbox"),
    path("messages/<uuid:public_id>/open/", inbox.open_message, name="open"),
    path("messages/read-all/", inbox.read_all, name="read_all"),
    path("outbox/", inbox.outbox, name="outbox"),
]
