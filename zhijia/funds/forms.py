"""What officers type about money. Fields give shape only; rules stand in the services."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.core.forms import OnceForm, PlainForm, TidyCharField
from zhijia.funds.enums import Barred, LevyKind, PayeeKind, Purpose
from zhijia.funds.money import to_fen
from zhijia.funds.selectors import PayerLine
from zhijia.funds.services import Order
from zhijia.unions.models import Employer


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class YuanField(forms.CharField):
    """An amount in yuan; cleaned to whole fen. A positive one refuses a minus."""

    def __init__(self, *, is_positive: bool = False, **kwargs: Any) -> None:
        self.is_positive = is_positive
        super().__init__(max_length=24, **kwargs)

    def clean(self, value: Any) -> int:
        """Return the amount in fen; an empty field that may be empty is nothing."""
        text = super().clean(value)
        if not text:
            return 0
        try:
            fen = to_fen(text)
        except ValueError:
            raise forms.ValidationError(
                _("Type an amount in yuan with at most two decimals."), code="bad-amount"
            ) from None
        if self.is_positive and fen < 0:
            raise forms.ValidationError(_("Type an amount without a minus."), code="bad-amount")
        return fen

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"inputmode": "decimal", "autocomplete": "off"}


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **more)


class DaysForm(PlainForm):
    """A stretch of days; without it, the year so far."""

    since = _day(_("First day"), required=False)
    until = _day(_("Last day"), required=False)

    def __init__(self, data: Any, *, today: dt.date) -> None:
        first = {"since": today.replace(month=1, day=1).isoformat(), "until": today.isoformat()}
        super().__init__({**first, **{key: value for key, value in data.dict().items() if value}})

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        found = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first day."))
        return found

    def days(self, today: dt.date) -> tuple[dt.date, dt.date]:
        """Return the days that were asked for, or the year so far."""
        if not self.is_valid():
            return today.replace(month=1, day=1), today
        return self.cleaned_data["since"], self.cleaned_data["until"]


class StatementForm(DaysForm):
    """An account over a stretch of days."""

    code = forms.ChoiceField(label=_("Account"))

    field_order = ("code", "since", "until")

    def __init__(self, data: Any, *, accounts: Any, today: dt.date) -> None:
        super().__init__(data, today=today)
        cast(forms.ChoiceField, self.fields["code"]).choices = [(one.code, str(one)) for one in accounts]


class VoucherForm(OnceForm):
    """A voucher with one debit and one credit, by hand."""

    posted_on = _day(_("Day"))
    text = TidyCharField(label=_("Voucher text"), max_length=200,
                         help_text=_("In Chinese, and without the name of any person."))  # fmt: skip
    debit = forms.ChoiceField(label=_("Debit"))
    credit = forms.ChoiceField(label=_("Credit"))
    amount = YuanField(label=_("Amount (yuan)"))

    def __init__(self, *args: Any, accounts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("debit", "credit"):
            choices = [("", _("Please choose")), *((one.code, str(one)) for one in accounts)]
            cast(forms.ChoiceField, self.fields[name]).choices = choices


class ReversalForm(PlainForm):
    """Why a voucher is taken back, and on which day."""

    on = _day(_("Day"))
    reason = TidyCharField(label=_("Reason"), max_length=100)


class CloseForm(PlainForm):
    """Up to which day the books are closed."""

    until_on = _day(_("Last day of the month"), help_text=_("A closed month is never opened again."))


class MonthForm(PlainForm):
    """A month; without it, the one that runs."""

    month = forms.CharField(
        label=_("Month"), required=False, max_length=7,
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-03"}),
    )  # fmt: skip

    def clean_month(self) -> dt.date | None:
        """Return the first day of the month; None where none was typed."""
        typed = str(self.cleaned_data["month"])
        if not typed:
            return None
        try:
            return dt.date.fromisoformat(f"{typed}-01")
        except ValueError:
            raise forms.ValidationError(_("Type a month, such as 2026-03."), code="bad-month") from None


class WagesForm(PlainForm):
    """The monthly basic wage of each member shown; blank leaves what is known."""

    PREFIX = "wage-"

    def __init__(self, data: Any, *, lines: Iterable[PayerLine], names: Mapping[str, str]) -> None:
        super().__init__(data)
        for line in lines:
            reference = line.payer.reference
            label = _("Basic wage of %(name)s (yuan)") % {"name": names.get(reference, reference)}
            field = YuanField(label=label, required=False, is_positive=True)
            field.widget.attrs["aria-label"] = label
            self.fields[f"{self.PREFIX}{reference}"] = field

    def wages(self) -> dict[str, int]:
        """Return what was typed, in fen, by reference."""
        start = len(self.PREFIX)
        return {name[start:]: fen for name, fen in self.cleaned_data.items() if fen}


class DuesPaymentForm(OnceForm):
    """Dues that came in."""

    member_reference = TidyCharField(
        label=_("Membership"), max_length=36,
        help_text=_("The number beside the name; in the list above, “Enter payment” fills it in."),
    )  # fmt: skip
    amount = YuanField(label=_("Amount (yuan)"))
    paid_on = _day(_("Paid on"))


class AdjustmentForm(PlainForm):
    """A change that a second person decides."""

    member_reference = TidyCharField(
        label=_("Membership"), max_length=36, help_text=_("The number beside the name in the list above.")
    )
    month_on = _day(_("A day of the month"))
    amount = YuanField(label=_("More or less (yuan)"), help_text=_("With a minus: the member owes less."))
    reason = TidyCharField(label=_("Reason"), max_length=200)


class LevyReturnForm(PlainForm):
    """The total wages of an employer, part by part."""

    employer = forms.ModelChoiceField(queryset=Employer.objects.none(), label=_("Employer"))
    kind = forms.ChoiceField(label=_("Kind"), choices=LevyKind.choices)
    from_on = _day(_("First day"))
    until_on = _day(_("Last day"))
    time_wages = YuanField(label=_("Time wages"), required=False)
    piece_wages = YuanField(label=_("Piece wages"), required=False)
    bonuses = YuanField(label=_("Bonuses"), required=False)
    allowances = YuanField(label=_("Allowances and subsidies"), required=False)
    overtime = YuanField(label=_("Overtime pay"), required=False)
    special = YuanField(label=_("Wages in special circumstances (leave, stoppage, study)"), required=False)

    def __init__(self, *args: Any, employers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Any, self.fields["employer"]).queryset = employers


class PaymentForm(OnceForm):
    """Levy that came in."""

    amount = YuanField(label=_("Amount (yuan)"))
    paid_on = _day(_("Paid on"))


class OnDayForm(PlainForm):
    """A day."""

    on = _day(_("Day"))


class RefundForm(OnDayForm):
    """The year whose levy is given back to a small payer."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)


class BudgetForm(PlainForm):
    """One amount for each account of income and expense."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)

    def __init__(self, *args: Any, accounts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [account.code for account in accounts]
        for account in accounts:
            self.fields[f"line_{account.code}"] = YuanField(label=str(account), required=False)

    @property
    def lines(self) -> dict[str, int]:
        """Return the amounts in fen by code."""
        return {code: self.cleaned_data[f"line_{code}"] for code in self.codes}


class SpendingForm(PlainForm):
    """A request to pay, with the list of barred spending."""

    code = forms.ChoiceField(label=_("Account"))
    purpose = forms.ChoiceField(label=_("Purpose"), choices=[("", _("Please choose")), *Purpose.choices])
    amount = YuanField(label=_("Amount (yuan)"))
    text = TidyCharField(label=_("What for"), max_length=200,
                         help_text=_("Stands in the voucher: do not name anybody."))  # fmt: skip
    period = TidyCharField(label=_("Period"), max_length=20,
                           help_text=_("For example 2026, or 2026 Spring Festival."))  # fmt: skip
    source = TidyCharField(label=_("Number of the invoice or paper"), max_length=60, required=False)
    member_reference = TidyCharField(
        label=_("Membership of who gets a gift"), max_length=36, required=False,
        help_text=_("Caps count for one person and year."),
    )  # fmt: skip
    headcount = forms.IntegerField(label=_("For how many people"), min_value=1, max_value=10**6, initial=1)
    payee_kind = forms.ChoiceField(label=_("Paid to"), choices=PayeeKind.choices)
    payee_name = TidyCharField(label=_("Name of who is paid"), max_length=80)
    payee_number = TidyCharField(label=_("Account number"), max_length=40)
    bank = TidyCharField(label=_("Bank"), max_length=60, required=False)
    has_relative = forms.BooleanField(label=_("I am a relative of who is paid"), required=False)
    confirmed = forms.MultipleChoiceField(
        label=_("I confirm for this payment"), choices=Barred.choices,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, accounts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Please choose")), *((one.code, str(one)) for one in accounts)]
        cast(forms.ChoiceField, self.fields["code"]).choices = choices

    def clean(self) -> dict[str, Any]:
        """Ask for a paper unless it is a gift to a member."""
        found = super().clean() or {}
        if not found.get("source") and not found.get("member_reference"):
            self.add_error("source", _("Type the number of the paper that this payment is made for."))
        return found

    @property
    def order(self) -> Order:
        """Return what was typed as an order."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "confirmed"}
        member = told["member_reference"]
        told["source"] = f"member:{member}" if member else f"paper:{told['source']}"
        return Order(**told)


class ApproveForm(PlainForm):
    """Who approves says that the payee is no relative."""

    no_relative = forms.BooleanField(label=_("I am no relative of who is paid"), required=False)


class ReasonForm(PlainForm):
    """A reason."""

    reason = TidyCharField(label=_("Reason"), max_length=200)


class PayeeForm(PlainForm):
    """Where a returned payment goes."""

    payee_name = TidyCharField(label=_("Name of who is paid"), max_length=80)
    payee_number = TidyCharField(label=_("Account number"), max_length=40)
    bank = TidyCharField(label=_("Bank"), max_length=60, required=False)


class ReturnForm(PlainForm):
    """What the bank returned."""

    item = forms.IntegerField(widget=forms.HiddenInput)
    on = _day(_("Returned on"))
    reason = TidyCharField(label=_("Reason of the bank"), max_length=200)
