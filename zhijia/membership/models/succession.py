"""Bodies that were merged or dissolved, and who takes over their members."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel
from zhijia.membership.enums import Ending
from zhijia.unions.models import UnionBody

ENDINGS = [(one.value, one.label) for one in (Ending.MERGED, Ending.DISSOLVED)]


class Succession(TenantModel):
    """That the members of a body go to another from a day on; moved in batches, and once only."""

    body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="+")
    successor = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="+")
    ending = models.CharField(_("why"), max_length=12, choices=ENDINGS)
    is_held = models.BooleanField(_("held until there is a union again"), default=False)
    """Nobody was named who takes them over: the union above keeps the memberships."""
    moves_on = models.DateField(_("last day in the old union"))
    begun_at = models.DateTimeField(_("begun at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("succession of a body")
        verbose_name_plural = _("successions of bodies")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "body"], name="one_succession_of_a_body"),
            models.CheckConstraint(condition=~Q(body=F("successor")), name="nobody_succeeds_itself"),
            models.CheckConstraint(
                condition=Q(ending__in=[value for value, _label in ENDINGS]), name="succession_ending_known"
            ),
        ]
