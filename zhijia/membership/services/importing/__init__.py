"""Reading in a roster: upload, columns, check, write. Nothing is written before all was checked.

``check_roster`` and ``write_roster`` are long: they yield the rows gone through, and whoever calls
them shows it. Both may be cut off and called again.
"""

from zhijia.membership.services.importing.afterwards import drop_roster, forget_rosters, read_corrected_rows
from zhijia.membership.services.importing.base import load_roster
from zhijia.membership.services.importing.checking import begin_check, check_roster
from zhijia.membership.services.importing.columns import check_columns, choose_sheet, set_columns
from zhijia.membership.services.importing.uploading import upload_roster
from zhijia.membership.services.importing.writing import begin_writing, resume_rosters, write_roster

__all__ = [
    "begin_check", "begin_writing", "check_columns", "check_roster", "choose_sheet", "drop_roster",
    "forget_rosters", "load_roster", "read_corrected_rows", "resume_rosters", "set_columns", "upload_roster",
    "write_roster",
]  # fmt: skip
