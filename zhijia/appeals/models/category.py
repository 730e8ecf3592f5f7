"""The list of what appeals are about."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhijia.appeals.enums import Kind, Urgency


class Category(models.Model):
    """A kind of matter; two levels. National reference data, the same for every tenant.

    Removed by ``is_active=False``: appeals that use it keep it.
    """

    code = models.CharField(_("code"), max_length=40)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("above")
    )
    name_zh = models.CharField(_("name in Chinese"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=80)
    hint_zh = models.CharField(_("hint in Chinese"), max_length=200, blank=True)
    hint_en = models.CharField(_("hint in English"), max_length=200, blank=True)
    against_employer = models.BooleanField(_("usually against the employer"), default=True)
    default_kind = models.CharField(_("usual kind"), max_length=20, choices=Kind, default=Kind.HELP)
    default_urgency = models.CharField(
        _("usual urgency"), max_length=20, choices=Urgency, default=Urgency.GENERAL
    )
    official = models.JSONField(_("kinds of the public hotline"), default=list, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["order", "code"]
        constraints = [models.UniqueConstraint(fields=["code"], name="category_code_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Return the name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh

    @property
    def hint(self) -> str:
        """Return the hint in the reader's language."""
        return self.hint_en if (get_language() or "").startswith("en") else self.hint_zh
