"""Rosters that are read in, and entries that may be one person."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel
from zhijia.core.sealed_fields import KeptTextField
from zhijia.membership.enums import ImportState, PairState
from zhijia.membership.models.membership import by_person
from zhijia.membership.models.person import Worker
from zhijia.unions.enums import KEEPERS_OF_THE_ROLL as KEEPERS
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import scope


class RosterImport(TenantModel):
    """One file with members of a body and of those below it; checked whole before anything is written.

    The file lies sealed below ``settings.ZHIJIA_ROSTERS``. Writing goes on where it stopped: the rows
    of a batch and ``rows_done`` commit together.
    """

    body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=ImportState, default=ImportState.UPLOADED)
    file_name = KeptTextField(_("name of the file"), max_length=200, blank=True)
    stored_as = models.UUIDField(_("where it lies"), default=uuid.uuid4, editable=False)
    file_key = models.BinaryField(_("key of the file, sealed"))
    """Destroyed with the row, and with it the file and what was made ready from it."""
    digest = models.CharField(_("SHA-256 of the file"), max_length=64)
    size = models.PositiveBigIntegerField(_("bytes"))
    layout = models.JSONField(_("sheet, header row and columns"), default=dict)
    """See ``roster.mapping.Layout``."""
    rows_found = models.PositiveIntegerField(_("rows"), default=0)
    rows_good = models.PositiveIntegerField(_("rows that can be written"), default=0)
    rows_known = models.PositiveIntegerField(_("rows already on the roll"), default=0)
    rows_bad = models.PositiveIntegerField(_("rows with a problem"), default=0)
    rows_looked_at = models.PositiveIntegerField(_("rows checked so far"), default=0)
    rows_done = models.PositiveIntegerField(_("rows gone through"), default=0)
    rows_written = models.PositiveIntegerField(_("rows written"), default=0)
    made_at = models.DateTimeField(_("uploaded at"))
    made_by = by_person(verbose_name=_("uploaded by"))
    changed_at = models.DateTimeField(_("changed at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("roster import")
        verbose_name_plural = _("roster imports")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_known"),
            models.CheckConstraint(condition=Q(rows_done__lte=F("rows_good")), name="import_rows_in_order"),
        ]
        indexes = [models.Index(fields=["tenant", "body", "-made_at"], name="imports_of_a_body")]

    @property
    def place(self) -> str:
        """Return what the key of the file is bound to."""
        return f"membership_rosterimport|{self.tenant}|{self.stored_as}"


class RosterProblem(TenantModel):
    """What is wrong with one cell or one row of a roster."""

    roster = models.ForeignKey(RosterImport, models.CASCADE, db_index=False, related_name="problems")
    row = models.PositiveIntegerField(_("row in the file"))
    column = models.CharField(_("column"), max_length=20, blank=True, default="")
    code = models.CharField(_("what is wrong"), max_length=40)
    facts = KeptTextField(_("what stands there"), max_length=400, blank=True)
    """JSON with the placeholders of the message."""
    is_warning = models.BooleanField(_("only a warning"), default=False)

    class Meta:
        verbose_name = _("problem of a roster")
        verbose_name_plural = _("problems of rosters")
        indexes = [models.Index(fields=["tenant", "roster", "row", "id"], name="problems_by_row")]


class Pair(TenantModel):
    """Two entries that may be one person, and what an officer found out. Asked once, remembered."""

    first = models.ForeignKey(Worker, models.CASCADE, db_index=False, db_constraint=False, related_name="+")
    second = models.ForeignKey(Worker, models.CASCADE, db_index=False, db_constraint=False, related_name="+")
    ground = models.CharField(_("what is alike"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=PairState, default=PairState.OPEN)
    body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="+")
    """The lowest body over both, whose officers look at it."""
    found_at = models.DateTimeField(_("found at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = by_person(verbose_name=_("decided by"))

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "first", "second"], name="pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order"),
            models.CheckConstraint(condition=Q(state__in=PairState.values), name="pair_state_known"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="pair_decided_whole",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "body", "state"], name="pairs_to_look_at")]


class SegmentQuerySet(models.QuerySet["Segment"]):
    def visible_to(self, user: Any, on: dt.date) -> "SegmentQuerySet":
        """Groups of the bodies whose roll the person keeps."""
        return self.filter(scope(user, KEEPERS, on).q("body__"))


class Segment(TenantModel):
    """A saved question "which workers": conditions only, never a list of people."""

    body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    conditions = models.JSONField(_("conditions"), default=list)
    made_at = models.DateTimeField(_("made at"))
    made_by: Any = by_person(verbose_name=_("made by"))
    changed_at = models.DateTimeField(_("changed at"))
    dropped_at = models.DateTimeField(_("dropped at"), null=True)

    objects: ClassVar[Any] = SegmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("group of recipients")
        verbose_name_plural = _("groups of recipients")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "body", "name"], condition=Q(dropped_at=None), name="segment_name_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="segment_has_name"),
        ]
