"""Payment files for the bank."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel
from zhijia.funds.enums import BatchState
from zhijia.funds.models.columns import body_key, fen, link, officer_key
from zhijia.funds.models.spending import Spending


class Batch(TenantModel):
    """Payments that go to the bank in one file. Once exported it cannot be exported differently."""

    body = body_key()
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=BatchState, default=BatchState.OPEN)
    made_at = models.DateTimeField(_("made at"))
    made_by = officer_key(verbose_name=_("made by"))
    exported_at = models.DateTimeField(_("exported at"), null=True)
    exported_by = officer_key(null=True, verbose_name=_("exported by"))
    digest = models.CharField(_("digest of the file"), max_length=64, blank=True, default="")
    confirmed_on = models.DateField(_("carried out on"), null=True)

    class Meta:
        verbose_name = _("payment file")
        verbose_name_plural = _("payment files")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "body", "year", "number"], name="batch_number_once"),
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="batch_state_known"),
            models.CheckConstraint(
                condition=Q(state="open", exported_at__isnull=True, exported_by=None, digest="")
                | (Q(state__in=("exported", "confirmed"), exported_at__isnull=False,
                     exported_by__isnull=False)
                   & ~Q(digest="")),
                name="batch_exported_whole",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on=None) | Q(state="confirmed"), name="batch_confirmed_has_a_day"
            ),
        ]  # fmt: skip

    @property
    def reference(self) -> str:
        """Return what names the file, ``2026-0003``."""
        return f"{self.year}-{self.number:04d}"


class BatchItem(TenantModel):
    """One payment in a file."""

    batch = link(Batch, "items")
    spending = link(Spending, "items")
    position = models.PositiveSmallIntegerField()
    amount = fen(_("amount (fen)"))
    returned_on = models.DateField(_("returned on"), null=True)
    return_reason = models.CharField(_("why the bank returned it"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("line of a payment file")
        verbose_name_plural = _("lines of payment files")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "batch", "position"], name="batch_position_once"),
            models.UniqueConstraint(
                fields=["tenant", "spending"], condition=Q(returned_on=None), name="in_one_file_at_a_time"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="batch_item_positive"),
            models.CheckConstraint(
                condition=Q(return_reason="") | Q(returned_on__isnull=False), name="return_has_a_day"
            ),
        ]
