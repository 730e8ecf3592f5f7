"""The tree of union bodies, employers, the posts people hold and whom they work for."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel
from zhijia.unions import paths
from zhijia.unions.enums import BodyKind, Industry, Level, Role, SizeBand


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


class UnionBodyQuerySet(models.QuerySet["UnionBody"]):
    def visible_to(self, user: Any) -> "UnionBodyQuerySet":
        """The directory of bodies is public: everyone may know where to go."""
        return self

    def active(self) -> "UnionBodyQuerySet":
        return self.filter(is_active=True)

    def subtree(self, body: "UnionBody") -> "UnionBodyQuerySet":
        """``body`` and all below it, by the territorial or the industrial line."""
        found = Q(path__under=body.path)
        if body.line_path:
            found |= Q(line_path__under=body.line_path)
        return self.filter(found)


class UnionBody(TenantModel):
    """One node of the union tree, from the national federation to a station's group.

    ``path`` is the line of leadership (ids from the root); every body has one. ``line_path`` is
    the industrial line beside it (dual leadership, Charter art. 11), blank where there is none.
    """

    name = models.CharField(_("full name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=40, blank=True, default="")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices)
    kind = models.CharField(_("kind"), max_length=12, choices=BodyKind.choices)
    path = paths.PathField(max_length=180)
    line_path = paths.PathField(max_length=180, blank=True, default="")
    depth = models.PositiveSmallIntegerField(default=0)
    """How many bodies stand above, by ``path``."""
    place = models.CharField(_("place"), max_length=12, blank=True, default="")
    """GB/T 2260 code; blank for the whole nation."""
    employer = models.ForeignKey(
        Employer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bodies",
        verbose_name=_("employer"),
    )
    accepts_appeals = models.BooleanField(_("takes up appeals"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True, default="")
    address = models.CharField(_("address"), max_length=160, blank=True, default="")
    hours = models.CharField(_("opening hours"), max_length=120, blank=True, default="")
    about = models.TextField(_("what we do"), max_length=1000, blank=True, default="")
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    dissolved_on = models.DateField(_("dissolved on"), null=True, blank=True)

    objects = UnionBodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("union body")
        verbose_name_plural = _("union bodies")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "path"], name="body_path_once"),
            models.UniqueConstraint(
                fields=["tenant", "line_path"], condition=~Q(line_path=""), name="body_line_once"
            ),
            models.CheckConstraint(condition=Q(path__endswith="/"), name="body_path_ends_with_slash"),
            models.CheckConstraint(
                condition=Q(line_path="") | Q(line_path__endswith="/"), name="body_line_ends_with_slash"
            ),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="body_level_known"),
            models.CheckConstraint(condition=Q(kind__in=BodyKind.values), name="body_kind_known"),
            models.CheckConstraint(condition=~Q(name=""), name="body_has_name"),
            models.CheckConstraint(
                condition=Q(dissolved_on=None)
                | Q(founded_on=None)
                | Q(dissolved_on__gte=models.F("founded_on")),
                name="body_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(employer=None) | Q(level__gte=Level.VILLAGE),
                name="only_grassroots_have_an_employer",
            ),
        ]
        indexes = [
            # Hold all that a scope asks for, so that a subtree is read from the index alone.
            models.Index(fields=["tenant", "path", "id", "is_active"], name="body_path_covering"),
            models.Index(
                fields=["tenant", "line_path", "id"], name="body_line_covering", condition=~Q(line_path="")
            ),
            models.Index(fields=["tenant", "depth", "path"], name="body_children"),
            models.Index(fields=["tenant", "place", "level"], name="body_by_place"),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def parent_id(self) -> int | None:
        """Id of the body above, by the line of leadership."""
        above = paths.ids_of(self.path)[:-1]
        return above[-1] if above else None

    @property
    def line_parent_id(self) -> int | None:
        """Id of the body above by the industrial line."""
        above = paths.ids_of(self.line_path)[:-1]
        return above[-1] if above else None

    @property
    def chain_ids(self) -> frozenset[int]:
        """Ids of the body itself and of all above it, by both lines."""
        return frozenset(paths.ids_of(self.path)) | frozenset(paths.ids_of(self.line_path))

    def is_under(self, other: "UnionBody") -> bool:
        """Say whether this is ``other`` or stands below it by either line."""
        return paths.is_under(self.path, other.path) or paths.is_under(self.line_path, other.line_path)


class PostQuerySet(models.QuerySet["Post"]):
    def held_on(self, on: dt.date) -> "PostQuerySet":
        """Posts in force on a day: begun, not past their term, not ended."""
        term = Q(until_on=None) | Q(until_on__gte=on)
        return self.filter(term, from_on__lte=on, ended_at=None)

    def visible_to(self, user: Any) -> "PostQuerySet":
        """Officers see who holds which post; others see nothing here."""
        return self if getattr(user, "is_officer", False) else self.none()


class Post(TenantModel):
    """A role that a person holds in a union body for a term."""

    body = models.ForeignKey(UnionBody, on_delete=models.PROTECT, db_index=False, related_name="posts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    from_on = models.DateField(_("first day"))
    until_on = models.DateField(_("last day"), null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "body", "user", "role"],
                condition=Q(ended_at=None),
                name="one_such_post_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=models.F("from_on")), name="post_dates_in_order"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="post_role_known"),
            # Nobody ended a post that goes on; one whose term ran out ended without anybody.
            models.CheckConstraint(
                condition=Q(ended_by=None) | Q(ended_at__isnull=False), name="post_ended_by_means_ended"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "body", "role"], name="post_by_body")]

    def is_held_on(self, on: dt.date) -> bool:
        """Say whether the post is in force on a day; the row form of ``held_on``."""
        return self.ended_at is None and self.from_on <= on and (self.until_on is None or on <= self.until_on)


class Affiliation(TenantModel):
    """An officer's declared employment. The employer's matters are hidden from him for 24 months."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="affiliations")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="affiliations")
    from_on = models.DateField(_("first day"))
    until_on = models.DateField(_("last day"), null=True, blank=True)
    declared_at = models.DateTimeField(_("declared at"))

    class Meta:
        verbose_name = _("declared employment")
        verbose_name_plural = _("declared employments")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "user", "employer", "from_on"], name="affiliation_once"
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=models.F("from_on")),
                name="affiliation_dates_in_order",
            ),
        ]
