"""How many members each body has: kept beside the rows of the roll, mended from them each night."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel
from zhijia.unions.models import UnionBody

FIGURES = ("members", "women", "migrants", "platform", "retained")
"""What is counted of full memberships. A person whom nobody may learn of is in none of them."""


class BodyTotals(TenantModel):
    """How many members a body has itself (``own_…``), and with all below it by the line of leadership.

    Members who joined by themselves at an employer that must not learn of it are in ``hidden_members``
    alone: counted late, rounded down, nothing for few (``services.totals.release_hidden``).
    """

    body = models.OneToOneField(
        UnionBody, models.CASCADE, primary_key=True, db_constraint=False, related_name="totals"
    )
    own_members = models.PositiveIntegerField(default=0)
    own_women = models.PositiveIntegerField(default=0)
    own_migrants = models.PositiveIntegerField(default=0)
    own_platform = models.PositiveIntegerField(default=0)
    own_retained = models.PositiveIntegerField(default=0)
    members = models.PositiveIntegerField(default=0)
    women = models.PositiveIntegerField(default=0)
    migrants = models.PositiveIntegerField(default=0)
    platform = models.PositiveIntegerField(default=0)
    retained = models.PositiveIntegerField(default=0)
    bodies = models.PositiveIntegerField(default=0)
    """Active bodies, with the body itself; as of the last recount."""
    hidden_members = models.PositiveIntegerField(default=0)
    workers = models.PositiveIntegerField(_("workers, as reported"), null=True)
    """Sum of the last reports; a body's own report stands for all below it. None where nobody reported."""
    reporting_members = models.PositiveIntegerField(default=0)
    """Members of the bodies for which those workers were reported."""
    reports = models.PositiveIntegerField(default=0)
    oldest_report_on = models.DateField(_("oldest of these reports"), null=True)
    counted_at = models.DateTimeField(_("counted up at"))
    mended_at = models.DateTimeField(_("last mended at"), null=True)
    mended_own = models.PositiveIntegerField(default=0)
    """By how much the own figures were off when a recount mended them last, all five together."""
    mended_sums = models.PositiveIntegerField(default=0)
    """The same of the figures with all below."""

    class Meta:
        verbose_name = _("totals of a body")
        verbose_name_plural = _("totals of bodies")


class TotalsDelta(TenantModel):
    """That figures of a body changed: appended by each step, folded into the totals by a timer.

    A row of the nation's body would be one lock for every joining worker in the country.
    """

    body = models.ForeignKey(UnionBody, models.CASCADE, db_index=False, db_constraint=False, related_name="+")
    members = models.IntegerField(default=0)
    women = models.IntegerField(default=0)
    migrants = models.IntegerField(default=0)
    platform = models.IntegerField(default=0)
    retained = models.IntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of totals")
        verbose_name_plural = _("changes of totals")


class TotalsState(TenantModel):
    """The one row that whoever changes kept totals locks first, and what the last recount found."""

    folded_at = models.DateTimeField(_("last folded at"), null=True)
    recounted_at = models.DateTimeField(_("last recounted at"), null=True)
    drifted = models.PositiveIntegerField(_("bodies whose totals were mended"), default=0)
    hidden_on = models.DateField(_("hidden members counted up to"), null=True)

    class Meta:
        verbose_name = _("state of the totals")
        verbose_name_plural = _("state of the totals")
