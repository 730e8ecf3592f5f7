"""Numbers that people type: mobile, resident ID, unified social credit code, receipts.

Everything is normalised on the way in (full-width digits, spaces, dashes, lower-case x).
"""

import re
import unicodedata

import phonenumbers
from django.utils.translation import gettext_lazy as _
from stdnum import luhn
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError as NumberError

from zhijia.core.errors import BadInput

HOTLINES = frozenset({"12351", "12345", "12333", "12348"})
RECEIPT_DIGITS = 20


class BadMobile(BadInput):
    """Not a Chinese mobile number."""

    code = "bad-mobile"
    text = _("This is not a mobile number of mainland China.")
    next_step = _("Type the 11 digits, for example 13800000000. Spaces and dashes do not matter.")


class BadResidentId(BadInput):
    """Fails GB 11643."""

    code = "bad-resident-id"
    text = _("This is not a valid resident ID number: a digit is wrong or missing.")
    next_step = _("Compare it with the card. You can ask for help without it.")


class BadCreditCode(BadInput):
    """Fails GB 32100."""

    code = "bad-credit-code"
    text = _("This is not a valid unified social credit code.")
    next_step = _("It has 18 characters and stands on the business licence. You may leave it empty.")


class BadReceipt(BadInput):
    """A receipt whose check digit does not fit."""

    code = "bad-receipt"
    text = _("This receipt number has a typing mistake.")
    next_step = _("It has 20 digits in five groups. Compare it group by group.")


def normalise(text: str) -> str:
    """Return ``text`` with full-width forms made narrow and spaces, dashes and controls removed."""
    narrow = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s\-‐-―·•._()]|[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", "", narrow)


def clean_mobile(text: str) -> str:
    """Return a mainland mobile number in E.164 form (``+86…``); raise ``BadMobile``."""
    digits = normalise(text)
    try:
        number = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException:
        raise BadMobile from None
    national = str(number.national_number)
    if number.country_code != 86 or not re.fullmatch(r"1[3-9]\d{9}", national):
        raise BadMobile
    return f"+86{national}"


def mask_mobile(number: str) -> str:
    """Return a mobile number with its middle hidden, ``138****0000``."""
    national = number.removeprefix("+86")
    return f"{national[:3]}****{national[-4:]}"


def show_mobile(number: str) -> str:
    """Return a mobile number as people here write it, ``138 0013 8000``; anything else unchanged."""
    national = number.removeprefix("+86")
    is_mainland = len(national) == 11 and national.isdecimal()
    return f"{national[:3]} {national[3:7]} {national[7:]}" if is_mainland else number


def clean_resident_id(text: str) -> str:
    """Return an 18-character resident ID number (GB 11643); raise ``BadResidentId``."""
    number = normalise(text).upper()
    if not re.fullmatch(r"\d{17}[\dX]", number) or ric.calc_check_digit(number) != number[-1]:
        raise BadResidentId
    try:
        ric.get_birth_date(number)
    except NumberError:
        raise BadResidentId from None
    return number


def clean_credit_code(text: str) -> str:
    """Return an 18-character unified social credit code (GB 32100); raise ``BadCreditCode``."""
    number = normalise(text).upper()
    try:
        return str(uscc.validate(number))
    except NumberError:
        raise BadCreditCode from None


def is_union_credit_code(number: str) -> bool:
    """Say whether a credit code belongs to a trade union (first character 8)."""
    return number.startswith("8")


def clean_receipt(text: str) -> str:
    """Return the 20 digits of a receipt as typed or read aloud; raise ``BadReceipt``."""
    digits = normalise(text)
    if not re.fullmatch(rf"\d{{{RECEIPT_DIGITS}}}", digits) or not luhn.is_valid(digits):
        raise BadReceipt
    return digits


def show_receipt(receipt: str) -> str:
    """Return a receipt in groups of four, as it is read aloud."""
    return " ".join(receipt[i : i + 4] for i in range(0, len(receipt), 4))
