"""The ledger of published figures: what was once released is never changed or dropped."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel


class Release(TenantModel):
    """One public table: an indicator, a quarter, and the parts that passed the gate."""

    indicator = models.CharField(_("indicator"), max_length=80)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    threshold = models.PositiveSmallIntegerField(_("smallest group shown"))
    rounding = models.PositiveSmallIntegerField(_("rounded to"))
    rows = models.JSONField(_("rows"))
    """List of ``{body, name, merged, number, bound, people}``; bodies only, never employers."""
    made_at = models.DateTimeField(_("published at"))

    class Meta:
        verbose_name = _("published table")
        verbose_name_plural = _("published tables")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "indicator", "starts_on"], name="published_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")), name="published_dates_in_order"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "starts_on"], name="published_by_quarter")]
