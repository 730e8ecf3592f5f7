"""What the import of a roster refuses as a whole, and what to do then."""

from zhijia.core.errors import BadInput, DomainError
from zhijia.core.words import _
from zhijia.membership.roster.sources import Unreadable

UNREADABLE = {
    "empty": (_("The file is empty."), _("Choose the file with the members.")),
    "binary": (_("This is no table."), _("Save it as XLSX or CSV and upload it again.")),
    "markup": (_("This is a web page or XML, whatever its name says."),
               _("Open it in a spreadsheet, save it as XLSX and upload it again.")),
    "locked": (_("The workbook cannot be opened: it has a password, or it is damaged."),
               _("Take the password off, save it as XLSX and upload it again.")),
    "no-workbook": (_("The workbook cannot be opened: it is damaged."),
                    _("Open it in a spreadsheet, save it as XLSX and upload it again.")),
    "no-sheet": (_("The workbook has no sheet with cells."), _("Save the list on a sheet of its own.")),
    "too-large-inside": (_("The workbook is far too large when it is unpacked."),
                         _("Divide it into several files.")),
    "quote-open": (_("A quotation mark is opened in row %(row)s and never closed."),
                   _("Delete the quotation mark and upload the file again.")),
    "no-columns": (_("We could not find out which column is which."),
                   _("Say for each column what stands in it. At least the name is needed.")),
    "gone": (_("The file is no longer here."), _("Upload it again.")),
}  # fmt: skip


class RosterTooLarge(BadInput):
    """Past ``ZHIJIA_ROSTER_CAP``."""

    code = "roster-too-large"
    status = 413
    field = "file"
    text = _("The file is too large.")
    next_step = _("Divide it into several files, for example one for each county.")


class RosterUnreadable(BadInput):
    """The file is no table that we can read."""

    code = "roster-unreadable"
    field = "file"
    text = _("%(text)s")
    next_step = _("%(advice)s")

    @classmethod
    def because(cls, error: Unreadable) -> "RosterUnreadable":
        """Return the refusal for what the reader found."""
        text, advice = UNREADABLE[error.code]
        return cls(text=str(text) % {"row": error.row}, advice=str(advice))


class ColumnsMissing(BadInput):
    """Without the name nobody can be entered, without a number nobody told from others."""

    code = "columns-missing"
    field = "column_name"
    text = _("A column for the name is needed, and one for the identity number or the mobile number.")
    next_step = _("Choose the columns.")


class ColumnTwice(BadInput):
    """One column means one thing."""

    code = "column-twice"
    text = _("Two of our fields were given the same column of the file.")
    next_step = _("Choose another column for one of them, or leave it out.")


class SheetMissing(BadInput):
    """No such sheet."""

    code = "sheet-missing"
    field = "sheet"
    text = _("The workbook has no such sheet.")
    next_step = _("Choose one of its sheets.")


class NothingToWrite(DomainError):
    """Every row has a problem, or all are known."""

    code = "nothing-to-write"
    text = _("No row of this file can be written.")
    next_step = _("Mend the rows and upload the file again.")
