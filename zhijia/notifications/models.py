"""Messages inside the house, and what leaves it."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel
from zhijia.core.sealing import seal, seal_json, unseal, unseal_json
from zhijia.notifications.enums import Channel, DeliveryState


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Rows of the inbox."""

    def visible_to(self, user: Any) -> "NotificationQuerySet":
        """Return the reader's own messages only; nobody reads another's inbox."""
        if getattr(user, "pk", None) is None:
            return self.none()
        return self.filter(tenant=user.tenant, to=user)

    def unread(self) -> "NotificationQuerySet":
        """Return what was not opened yet."""
        return self.filter(read_at=None)


class Notification(TenantModel):
    """A message in somebody's inbox. It lives in its reader's tenant, wherever it comes from.

    Pages name it by ``public_id``: gaps between serial numbers would tell that others got messages.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        db_index=False,
        related_name="+",
        verbose_name=_("recipient"),
    )
    about_tenant = models.PositiveSmallIntegerField(_("tenant of the matter"), default=0)
    kind = models.CharField(_("kind of message"), max_length=60)
    data = models.JSONField(_("facts for the text"), default=dict, encoder=DjangoJSONEncoder)
    url = models.CharField(_("page"), max_length=200, blank=True)
    sealed = models.BinaryField(_("facts and page, sealed"), default=b"", blank=True)
    """In place of both where they would say, in clear, which matter is the recipient's own."""
    created_at = models.DateTimeField(_("written at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects: ClassVar[Any] = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["tenant", "to", "-created_at", "-id"], name="inbox_newest_first"),
            models.Index(fields=["tenant", "to"], condition=Q(read_at=None), name="inbox_unread"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(read_at=None) | Q(read_at__gte=F("created_at")), name="message_read_after_written"
            )
        ]

    @property
    def place(self) -> str:
        """Return what the sealed facts are bound to."""
        return f"notification|{self.public_id}"

    def seal_facts(self, data: dict[str, Any], url: str) -> None:
        """Set facts and page under seal."""
        self.sealed = seal_json({"data": data, "url": url}, purpose="notification", place=self.place)

    def _opened(self) -> dict[str, Any]:
        if not self.sealed:
            return {"data": self.data, "url": self.url}
        return dict(unseal_json(self.sealed, purpose="notification", place=self.place))

    @property
    def facts(self) -> dict[str, Any]:
        """Return what is filled into the text."""
        return dict(self._opened()["data"])

    @property
    def page(self) -> str:
        """Return where the message leads."""
        return str(self._opened()["url"])


class Delivery(TenantModel):
    """One message on its way out of the house, kept until it is sent or given up.

    Address and text are sealed; a one-time code is forgotten as soon as it was handed over.
    """

    notification = models.ForeignKey(
        Notification,
        on_delete=models.CASCADE,
        null=True,
        db_index=False,
        related_name="deliveries",
        verbose_name=_("message"),
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    address_sealed = models.BinaryField(_("number or e-mail address, sealed"))
    text_sealed = models.BinaryField(_("text of the message, sealed"))
    key = models.CharField(_("sending key"), max_length=36)
    """Sent to the gateway, so that a repeated attempt does not become a second message."""
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("written at"))
    finished_at = models.DateTimeField(_("sent or given up at"), null=True, blank=True)

    class Meta:
        verbose_name = _("outside message")
        verbose_name_plural = _("outside messages")
        indexes = [
            models.Index(fields=["tenant", "notification"], name="deliveries_of_a_message"),
            models.Index(
                fields=["tenant", "next_at"],
                condition=Q(state=DeliveryState.WAITING),
                name="deliveries_waiting",
            ),
            models.Index(
                fields=["tenant", "-created_at"],
                condition=Q(state=DeliveryState.FAILED),
                name="deliveries_failed",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "key"], name="one_delivery_per_key"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="delivery_channel_known"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING, finished_at=None, next_at__isnull=False)
                | Q(
                    state__in=(DeliveryState.SENT, DeliveryState.FAILED),
                    finished_at__isnull=False,
                    next_at=None,
                ),
                name="delivery_state_fits_times",
            ),
        ]

    @property
    def address(self) -> str:
        """Return the telephone number or e-mail address."""
        return unseal(self.address_sealed, purpose="delivery", place=f"delivery|address|{self.key}").decode()

    @property
    def text(self) -> str:
        """Return what is sent; empty once a one-time code was handed over."""
        return unseal(self.text_sealed, purpose="delivery", place=f"delivery|text|{self.key}").decode()

    def set_address(self, address: str) -> None:
        """Seal the address; the caller saves."""
        self.address_sealed = seal(address.encode(), purpose="delivery", place=f"delivery|address|{self.key}")

    def set_text(self, text: str) -> None:
        """Seal the text; the caller saves."""
        self.text_sealed = seal(text.encode(), purpose="delivery", place=f"delivery|text|{self.key}")


class OutboxMessage(TenantModel):
    """A message that the development gateway kept instead of sending it."""

    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    address = models.CharField(_("number or e-mail address"), max_length=254)
    text = models.TextField(_("text of the message"))
    created_at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("kept message")
        verbose_name_plural = _("kept messages")
        indexes = [models.Index(fields=["tenant", "-created_at", "-id"], name="outbox_newest_first")]
