"""The intake journal: each submission a second time, outside the database, before its receipt is shown.

Order of an acknowledgement: one transaction holds the rows and the sealed envelope; after its durable
commit the envelope is appended to the journal of this machine, on the disk; then to the second place, if
there is one; then the receipt is shown. An app joins by one argument of ``core.idempotency.once``.
"""

from zhijia.core.errors import NotReceived
from zhijia.core.journal.collecting import note, note_file, paused

__all__ = ["NotReceived", "note", "note_file", "paused"]
