"""Employers, as the register names them."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel
from zhijia.unions.enums import Industry, SizeBand


class EmployerQuerySet(models.QuerySet["Employer"]):
    def visible_to(self, user: Any) -> "EmployerQuerySet":
        """Employers are named publicly in registers; who complained about them is never here."""
        return self

    def current(self) -> "EmployerQuerySet":
        """Without those that were merged into another entry or closed."""
        return self.filter(is_active=True)


class Employer(TenantModel):
    """An enterprise, institution or office that employs people."""

    name = models.CharField(_("name"), max_length=120)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True, default="")
    place = models.CharField(_("place"), max_length=12, blank=True, default="")
    """GB/T 2260 code, six digits."""
    industry = models.CharField(_("industry"), max_length=1, choices=Industry.choices, blank=True, default="")
    size_band = models.CharField(
        _("people employed"), max_length=12, choices=SizeBand.choices, default=SizeBand.UNKNOWN
    )
    is_confirmed = models.BooleanField(_("confirmed"), default=True)
    """False: somebody typed the name; an officer has not checked it yet."""
    is_active = models.BooleanField(_("in use"), default=True)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    created_at = models.DateTimeField(_("added at"))

    objects = EmployerQuerySet.as_manager()

    class Meta:
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "credit_code"], condition=~Q(credit_code=""), name="employer_code_once"
            ),
            models.CheckConstraint(
                condition=~Q(credit_code__startswith="8"), name="employer_code_not_of_a_union"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="employer_has_name"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(is_active=False), name="merged_employer_is_not_in_use"
            ),
            models.CheckConstraint(
                condition=Q(size_band__in=SizeBand.values), name="employer_size_band_known"
            ),
            models.CheckConstraint(condition=Q(industry__in=Industry.values), name="employer_industry_known"),
        ]
        indexes = [
            models.Index(fields=["tenant", "place", "name"], name="employer_by_place"),
            models.Index(fields=["tenant", "is_confirmed", "id"], name="employer_to_confirm"),
        ]

    def __str__(self) -> str:
        return self.name


class EmployerGram(TenantModel):
    """Two-character pieces of an employer's name, for finding it by part of the name."""

    gram = models.CharField(max_length=40)
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="grams")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "gram", "employer"], name="employer_gram_once")
        ]
