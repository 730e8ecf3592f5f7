"""The books of a body: accounts, vouchers (记账凭证) and their lines.

A line moves an amount from the account it credits to the account it debits. So every row balances by
its shape, and with it every voucher and every body, whatever writes into the table.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.models import TenantModel
from zhijia.funds.enums import AccountKind
from zhijia.funds.models.columns import AppendOnly, body_key, fen, link, officer_key


class Book(TenantModel):
    """The books of one body. Whoever posts locks this row, so numbers have no gaps and caps hold."""

    body = body_key()
    opened_at = models.DateTimeField(_("books opened at"))
    closed_until_on = models.DateField(_("closed until"), null=True)
    """Last day of the newest closed month; nothing is posted on it or before."""

    class Meta:
        verbose_name = _("books of a body")
        verbose_name_plural = _("books of bodies")
        constraints = [models.UniqueConstraint(fields=["tenant", "body"], name="one_book_per_body")]


class Account(TenantModel):
    """One account of a body's chart."""

    body = body_key()
    code = models.CharField(_("code"), max_length=12)
    kind = models.CharField(_("kind"), max_length=10, choices=AccountKind)
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("ledger account")
        verbose_name_plural = _("ledger accounts")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "body", "code"], name="account_code_once"),
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="account_kind_known"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="account_is_named"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Voucher(AppendOnly, TenantModel):
    """One posting: what happened on a day. Never changed; a correction reverses it."""

    body = body_key()
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    """1, 2, 3 … in a body and year, without gaps."""
    posted_on = models.DateField(_("day"))
    text = models.CharField(_("voucher text"), max_length=200)
    """Never names a person."""
    source = models.CharField(_("source"), max_length=120)
    """What it was posted for, e.g. ``spending:UUID:1``: the same source is posted once."""
    reverses = link("self", "reversed_by", verbose_name=_("takes back"), null=True)
    made_at = models.DateTimeField(_("posted at"))
    made_by = officer_key(null=True, verbose_name=_("posted by"))
    """None: the platform itself."""

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "body", "year", "number"], name="voucher_number_once"),
            models.UniqueConstraint(fields=["tenant", "body", "source"], name="voucher_source_once"),
            models.UniqueConstraint(
                fields=["tenant", "reverses"], condition=Q(reverses__isnull=False), name="reversed_once"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="voucher_numbers_begin_at_one"),
            models.CheckConstraint(condition=~Q(source="") & ~Q(text=""), name="voucher_says_what_for"),
        ]
        indexes = [models.Index(fields=["tenant", "body", "posted_on", "number"], name="vouchers_by_day")]

    @property
    def reference(self) -> str:
        """Return year and number as they are quoted, ``2026-0012``."""
        return f"{self.year}-{self.number:04d}"


class Line(AppendOnly, TenantModel):
    """An amount that goes from the credited to the debited account."""

    voucher = link(Voucher, "lines")
    position = models.PositiveSmallIntegerField()
    debit = link(Account, "debits", verbose_name=_("debit"))
    credit = link(Account, "credits", verbose_name=_("credit"))
    amount = fen(_("amount (fen)"))

    class Meta:
        verbose_name = _("line of a voucher")
        verbose_name_plural = _("lines of vouchers")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "voucher", "position"], name="line_position_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="line_moves_something"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="line_between_two_accounts"),
        ]
        indexes = [
            models.Index(fields=["tenant", "debit", "voucher", "amount"], name="lines_by_debit"),
            models.Index(fields=["tenant", "credit", "voucher", "amount"], name="lines_by_credit"),
        ]
