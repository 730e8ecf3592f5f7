"""The tree of union bodies."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel
from zhijia.unions import paths
from zhijia.unions.enums import BodyKind, Level
from zhijia.unions.models.employers import Employer


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
