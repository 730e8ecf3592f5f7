"""Messages for tests."""

import datetime as dt

import factory

from zhijia.accounts.tests.factories import UserFactory
from zhijia.notifications.models import Notification

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)


class NotificationFactory(factory.django.DjangoModelFactory):
    """An unread message to a worker."""

    class Meta:
        model = Notification

    to = factory.SubFactory(UserFactory)
    tenant = factory.SelfAttribute("to.tenant")
    kind = "test.news"
    data = factory.LazyFunction(dict)
    created_at = factory.LazyFunction(lambda: NOW)
