"""What rosters add to the manifest of membership."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import FileFolder
from zhijia.core.rekeying import sealed_column
from zhijia.membership.enums import ImportState
from zhijia.membership.models import RosterImport
from zhijia.membership.roster.storing import PURPOSE, path_of

ON_DISK = (
    ImportState.UPLOADED,
    ImportState.CHECKING,
    ImportState.CHECKED,
    ImportState.WRITING,
    ImportState.DONE,
)


def referenced(using: str) -> Iterator[str]:
    """Yield each file below the folder of rosters that a row needs."""
    for roster in RosterImport.objects.using(using).filter(state__in=ON_DISK).order_by("pk").iterator():
        yield f"{roster.tenant}/{path_of(roster).name}"
        if roster.state in (ImportState.CHECKED, ImportState.WRITING):
            yield f"{roster.tenant}/{path_of(roster, 'ready').name}"


ROSTER_FOLDER = FileFolder("ZHIJIA_ROSTERS", referenced)
ROSTER_KEYS = sealed_column("membership.RosterImport", "file_key", PURPOSE, lambda row: row.place)
ROSTER_LABELS = (
    ("roster.uploaded", _("Roster uploaded")),
    ("roster.checked", _("Roster checked")),
    ("roster.unreadable", _("Roster could not be read")),
    ("roster.begun", _("Writing of a roster begun")),
    ("roster.written", _("Roster written")),
    ("roster.dropped", _("Roster thrown away")),
    ("roster.problems_read", _("Rows of a roster with problems read")),
    ("pair.kept_apart", _("Two entries of the roll found to be two people")),
    ("worker.merged", _("Two entries of the roll put together")),
)
