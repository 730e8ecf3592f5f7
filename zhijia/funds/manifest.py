"""What the money of union bodies contributes to the house."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import Manifest, MenuEntry, Timer, personal_fields
from zhijia.funds import messages, rights, selectors, stats
from zhijia.funds.http import has_money
from zhijia.funds.workflow import BUDGET, SPENDING

PURPOSE = _("To account for the union's money; accounting law asks to keep it")
BOOKS = _("Books of union bodies and returns of employers: they name no person")

MANIFEST = Manifest(
    app="funds",
    order=45,
    urls="zhijia.funds.urls",
    prefix="funds/",
    api_router="zhijia.funds.api.router",
    api_prefix="funds",
    menu=(
        MenuEntry(_("Union money"), "funds:index", "officer", icon="scale", order=62, visible=has_money),
    ),
    desk=selectors.desk_cards,
    timers=(Timer("funds.forget", rights.forget, dt.timedelta(days=1)),),
    indicators=stats.INDICATORS,
    messages=messages.KINDS,
    audit_labels=(
        ("voucher.posted", _("Voucher posted")),
        ("voucher.reversed", _("Voucher taken back")),
        ("books.closed", _("Books closed")),
        ("dues.charged", _("Dues of a month charged")),
        ("adjustment.asked", _("Adjustment of dues asked for")),
        ("adjustment.decided", _("Adjustment of dues decided")),
        ("levy_return.entered", _("Levy return entered")),
        ("levy.refunded", _("Levy given back to a small payer")),
        ("budget.drafted", _("Budget drafted")),
        ("budget.changed", _("Lines of a budget changed")),
        ("budget.agreed", _("Budget agreed by the committee")),
        ("budget.approved", _("Budget approved by the audit committee")),
        ("budget.refused", _("Budget refused")),
        ("spending.drafted", _("Payment drafted")),
        ("spending.reserved", _("Payment reserved by another service")),
        ("spending.withdrawn", _("Payment withdrawn")),
        ("spending.checked", _("Payment checked")),
        ("spending.approved", _("Payment approved")),
        ("spending.refused", _("Payment refused")),
        ("spending.paid", _("Payment carried out")),
        ("spending.returned", _("Payment returned by the bank")),
        ("spending.corrected", _("Account of a payment corrected")),
        ("spending.reversed", _("Payment taken back")),
        ("batch.made", _("Payment file made")),
        ("batch.exported", _("Payment file exported")),
        ("batch.confirmed", _("Payment file confirmed")),
    ),
    personal_data=(
        *personal_fields("funds.Account", "C0", BOOKS, "keep", "*"),
        *personal_fields("funds.Voucher", "C0", BOOKS, "keep", "*"),
        *personal_fields("funds.LevyReturn", "C0", BOOKS, "keep", "*"),
        *personal_fields("funds.Budget", "C0", BOOKS, "keep", "*"),
        *personal_fields("funds.Batch", "C0", BOOKS, "keep", "*"),
        *personal_fields(
            "funds.DuesCharge", "C2", PURPOSE, "keep", "member_reference", "base", "amount",
            thing=_("What you owed in dues for each month"),
        ),
        *personal_fields("funds.DuesCharge", "C0", BOOKS, "keep", "rule"),
        *personal_fields(
            "funds.DuesPayment", "C2", PURPOSE, "keep", "member_reference", "amount",
            thing=_("Dues that you paid"),
        ),
        *personal_fields(
            "funds.DuesAdjustment", "C2", PURPOSE, "keep", "member_reference", "reason", "amount",
            thing=_("Changes of your dues, and why"),
        ),
        *personal_fields(
            "funds.Spending", "C3", PURPOSE, "keep", "payee_name", "payee_number",
            thing=_("Name and bank account of who was paid, sealed"),
        ),
        *personal_fields(
            "funds.Spending", "C2", PURPOSE, "keep", "member_reference", "person", "source", "bank", "payee",
            thing=_("Payments of the union to you"),
        ),
        *personal_fields(
            "funds.Spending", "C1", PURPOSE, "keep", "period", "text", "confirmed", "rule", "reason",
            thing=_("What the payment was for"),
        ),
        *personal_fields(
            "funds.BatchItem", "C2", PURPOSE, "keep", "return_reason",
            thing=_("Why the bank returned a payment to you"),
        ),
    ),
    keeping=rights.KEEPING,
    held=rights.held,
    workflows=(SPENDING, BUDGET),
    demo="zhijia.funds.demo.load",
)  # fmt: skip
