"""What can be wrong with a cell or a row, in plain words, and what to do about it.

``%(found)s`` is what stands in the cell, ``%(other)s`` what it was compared with.
"""

from dataclasses import dataclass
from typing import Any

from zhijia.core.words import _


@dataclass(frozen=True)
class Problem:
    """A kind of problem. A warning does not keep the row from being written."""

    text: Any
    advice: Any
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A problem found in a row: which column (name of the field, "" for the row), and the facts."""

    code: str
    field: str = ""
    found: str = ""
    other: str = ""


P = Problem
PROBLEMS = {
    "name-missing": P(_("The name is missing."), _("Write the name as it stands on the identity card.")),
    "name-odd": P(_("“%(found)s” does not look like a name."), _("Compare it with the identity card.")),
    "garbled-lost": P(_("Characters were lost when the file was saved: “%(found)s”."),
                      _("Type the text anew, or save the original as “CSV UTF-8” or XLSX.")),
    "garbled-mended": P(_("“%(found)s” was saved in the wrong encoding; we read it as “%(other)s”."),
                        _("Compare it. If it is right, nothing needs to be done."), warning=True),
    "id-missing": P(_("There is no identity number."),
                    _("Add the number, or at least a mobile number, so that the person can be told from "
                      "others.")),
    "id-later": P(_("There is no identity number; the entry is kept by name and mobile number."),
                  _("Add the number when the person shows the card."), warning=True),
    "id-rounded": P(_("The spreadsheet rounded this identity number (“%(found)s”): its last digits are "
                      "lost."),
                    _("Format the column as text first, then type or copy the number anew. "
                      "Changing the format afterwards does not bring the digits back.")),
    "id-length": P(_("An identity number has 18 characters, this one has %(other)s."),
                   _("Compare it with the card.")),
    "id-old": P(_("This is an identity number of the old kind, with 15 digits."),
                _("Use the number with 18 characters that stands on the card today.")),
    "id-characters": P(_("“%(found)s” holds characters that no identity number has."),
                       _("An identity number has 17 digits and a digit or X. Compare it with the card.")),
    "id-birth": P(_("No such day of birth can stand in an identity number: %(other)s."),
                  _("Compare it with the card.")),
    "id-checksum": P(_("This identity number does not fit its check character: a digit is wrong or swapped."),
                     _("Compare it with the card.")),
    "id-doubted": P(_("This identity number cannot be right; the entry is kept by name and mobile number."),
                    _("Correct the number when the person shows the card."), warning=True),
    "id-foreign": P(_("“%(found)s” is not a resident identity number; it is kept as another document."),
                    _("Say in a column which kind of document it is."), warning=True),
    "birth-differs": P(_("The day of birth %(found)s is not the one in the identity number, %(other)s."),
                       _("Compare both with the card.")),
    "sex-differs": P(_("The sex does not fit the identity number, which says: %(other)s."),
                     _("Compare it with the card. We go by the number."), warning=True),
    "too-young": P(_("This person is younger than 16."),
                   _("Compare the number with the card. If a child works somewhere, tell the union above.")),
    "very-old": P(_("This person would be %(other)s years old."), _("Compare it with the card."),
                  warning=True),
    "mobile-invalid": P(_("“%(found)s” is not a mobile number of mainland China."), _("It has 11 digits.")),
    "mobile-rounded": P(_("The spreadsheet shortened this mobile number (“%(found)s”): its last digits are "
                          "lost."),
                        _("Format the column as text first, then type or copy the number anew.")),
    "mobile-shared": P(_("The mobile number also stands in row %(other)s."),
                       _("Each member needs a number of his own to be reached."), warning=True),
    "twice": P(_("The same identity number stands in row %(other)s."),
               _("Delete one of the two rows, or correct the number.")),
    "twice-person": P(_("The same name and mobile number stand in row %(other)s."),
                      _("Delete one of the rows.")),
    "body-unknown": P(_("No union “%(found)s” stands below this one."),
                      _("Write its name as in the directory, its short name, or its credit code.")),
    "body-ambiguous": P(_("Several unions below this one are called “%(found)s”."),
                        _("Write the full name or the credit code.")),
    "body-closed": P(_("The union “%(found)s” is no longer active."),
                     _("Write the union that took its place.")),
    "date-unreadable": P(_("“%(found)s” is not a date."), _("Write it like 2020-05-01.")),
    "date-ambiguous": P(_("“%(found)s” can mean two days."), _("Write it like 2020-05-01.")),
    "date-open": P(_("“%(found)s” is not a day."), _("Write it like 2020-05-01, or leave the cell empty.")),
    "month-only": P(_("“%(found)s” names no day; the first of the month is taken."), _("Add the day."),
                    warning=True),
    "joined-later": P(_("The day of joining, %(found)s, lies in the future."), _("Correct the day.")),
    "joined-early": P(_("The day of joining, %(found)s, lies before 1 May 1925, when the federation was "
                        "founded."),
                      _("Correct the day.")),
    "joined-young": P(_("On the day of joining, %(found)s, this person was younger than 16."),
                      _("Correct the day.")),
    "sex-unknown": P(_("“%(found)s” is no sex that we know."), _("Write 男 or 女.")),
    "education-unknown": P(_("“%(found)s” is no level of education that we know."),
                           _("Write it as in the national list: 博士, 硕士, 本科, 大专, 中专, 高中, 初中, "
                             "小学.")),
    "work_status-unknown": P(_("“%(found)s” is no standing at work that we know."),
                             _("Write 在岗, 内退, 待岗, 失业, 退休 or 灵活就业.")),
    "engagement-unknown": P(_("“%(found)s” is no kind of engagement that we know."),
                            _("Write 劳动合同, 劳务派遣, 非全日制, 灵活就业 or 平台.")),
    "trade-unknown": P(_("“%(found)s” is no group of workers that we know."),
                       _("Write for example 货车司机, 快递员, 外卖员, 网约车司机, or leave it empty.")),
    "is_migrant-unknown": P(_("“%(found)s” is neither yes nor no."), _("Write 是 or 否.")),
    "id_kind-unknown": P(_("“%(found)s” is no kind of document that we know."),
                         _("Write 居民身份证, 护照 or 港澳台居民居住证.")),
    "formula-text": P(_("A text that begins with “=” stands here: “%(found)s”."),
                      _("Write the value itself, without “=”.")),
    "cell-error": P(_("The spreadsheet shows an error here: %(found)s."),
                    _("Mend the formula, or write the value itself.")),
    "formula-empty": P(_("A formula stands here that was never computed."),
                       _("Open the file in a spreadsheet, save it, and upload it again.")),
    "too-long": P(_("This text is too long: “%(found)s”…"), _("There is room for %(other)s characters.")),
    "already-member": P(_("This person is already a member of another union."),
                        _("Ask for a transfer. Do not enter the person a second time.")),
    "joined-before-end": P(_("The day of joining, %(found)s, lies before %(other)s, when an earlier "
                             "membership of this person ended."),
                           _("Write a day of joining from then on; on no day does anybody have two.")),
    "appeared": P(_("Somebody entered this person while the roster was being written."),
                  _("Look at the roll before you try again.")),
}  # fmt: skip


def is_warning(code: str) -> bool:
    """Say whether rows with this problem are written all the same."""
    return PROBLEMS[code].warning


def sentence(code: str, found: str, other: str) -> str:
    """Return what is wrong, in the reader's language."""
    return str(PROBLEMS[code].text) % {"found": found, "other": other}
