"""A worker who lost his telephone, and the two officers who saw him."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import phone_index
from zhijia.core.models import TenantModel
from zhijia.core.sealing import seal, unseal
from zhijia.recovery.enums import Document, NumberProof, State
from zhijia.unions.models import UnionBody

PURPOSE = "recovery"


def _person(**options: object) -> "models.ForeignKey[object, object]":
    told = {"on_delete": models.PROTECT, "related_name": "+", "db_index": False, **options}
    return models.ForeignKey(settings.AUTH_USER_MODEL, **told)  # type: ignore[arg-type]


def _office(**options: object) -> "models.ForeignKey[object, object]":
    told = {"on_delete": models.PROTECT, "related_name": "+", "db_index": False, **options}
    return models.ForeignKey(UnionBody, **told)  # type: ignore[arg-type]


class Recovery(TenantModel):
    """One try to give an account to a new number. It never says who the person is, only what was seen."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="recoveries"
    )
    new_phone_sealed = models.BinaryField(_("new mobile number, sealed"), default=b"")
    """Emptied when the recovery ends."""
    new_phone_index = models.CharField(_("look-up key of the new number"), max_length=32, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    opened_at = models.DateTimeField(_("opened at"))
    opened_by = _person(verbose_name=_("first officer"))
    opened_for = _office(verbose_name=_("first office"))
    document = models.CharField(_("original seen"), max_length=20, choices=Document)
    number_proof = models.CharField(
        _("how the number was shown to be his"), max_length=20, choices=NumberProof
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    confirmed_by = _person(verbose_name=_("second officer"), null=True)
    confirmed_for = _office(verbose_name=_("second office"), null=True)
    due_at = models.DateTimeField(_("takes effect at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("recovery")
        verbose_name_plural = _("recoveries")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "account"],
                condition=Q(state__in=("waiting", "cooling")),
                name="one_recovery_at_a_time",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="recovery_state_known"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by=None, confirmed_for=None, due_at=None)
                | Q(
                    confirmed_at__isnull=False,
                    confirmed_by__isnull=False,
                    confirmed_for__isnull=False,
                    due_at__isnull=False,
                ),
                name="recovery_confirmed_whole",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("opened_by")),
                name="recovery_seen_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("cooling", "done")) | Q(confirmed_at__isnull=False),
                name="recovery_goes_on_after_two",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "cooling"), ended_at=None)
                | Q(ended_at__isnull=False, new_phone_sealed=b"", new_phone_index=""),
                name="recovery_ended_holds_no_number",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "state", "due_at"], name="recoveries_due")]  # fmt: skip

    @property
    def place(self) -> str:
        """Return the associated data that binds the number to this row."""
        return f"recovery|{self.account_id}|{self.new_phone_index}"

    @property
    def new_phone(self) -> str:
        """Return the new number in E.164 form; only while the recovery runs."""
        return unseal(self.new_phone_sealed, purpose=PURPOSE, place=self.place).decode()

    def set_new_phone(self, phone: str) -> None:
        """Take over a number in E.164 form; the caller saves."""
        self.new_phone_index = phone_index(phone)
        self.new_phone_sealed = seal(phone.encode(), purpose=PURPOSE, place=self.place)
