"""Closed lists of membership. The codes are those of the national standards where there is one."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Sex(IntegerChoices):
    """GB/T 2261.1."""

    UNKNOWN = 0, _("Unknown")
    MALE = 1, _("Male")
    FEMALE = 2, _("Female")
    UNSTATED = 9, _("Not stated")


class Education(TextChoices):
    """First digit pair of GB/T 4658."""

    UNKNOWN = "", _("Unknown")
    DOCTOR = "11", _("Doctoral degree course")
    MASTER = "14", _("Master's degree course")
    GRADUATE = "10", _("Graduate school")
    BACHELOR = "20", _("University")
    COLLEGE = "30", _("Junior college")
    VOCATIONAL = "40", _("Secondary vocational school")
    UPPER = "60", _("Senior secondary school")
    LOWER = "70", _("Junior secondary school")
    PRIMARY = "80", _("Primary school")
    OTHER = "90", _("Other schooling")


class WorkStatus(TextChoices):
    """How a worker stands to work now."""

    UNKNOWN = "", _("Unknown")
    AT_WORK = "at_work", _("At work")
    OFF_POST = "off_post", _("Off the post, still employed (internal retirement)")
    WAITING = "waiting", _("Waiting for a post")
    UNEMPLOYED = "unemployed", _("Out of work")
    RETIRED = "retired", _("Retired")
    FLEXIBLE = "flexible", _("Flexible work")


class Engagement(TextChoices):
    """By which kind of relation somebody works."""

    UNKNOWN = "", _("Unknown")
    CONTRACT = "contract", _("Labour contract")
    AGENCY = "agency", _("Agency worker (labour dispatch)")
    PART_TIME = "part_time", _("Part-time")
    FLEXIBLE = "flexible", _("Self-employed or casual")
    PLATFORM = "platform", _("Work through a platform")


class Trade(TextChoices):
    """The eight groups of 2018 and ride-hailing drivers: workers whom no plant roster finds."""

    NONE = "", _("None of these")
    TRUCK = "truck", _("Truck driver")
    COURIER = "courier", _("Courier")
    FOOD = "food", _("Food delivery rider")
    RIDE = "ride", _("Ride-hailing driver")
    CARER = "carer", _("Hospital or home carer")
    DOMESTIC = "domestic", _("Domestic worker")
    PROMOTER = "promoter", _("Shop promoter")
    AGENT = "agent", _("Estate agent")
    GUARD = "guard", _("Security guard")


class IdKind(TextChoices):
    """What proves who somebody is."""

    NONE = "", _("No number given")
    RESIDENT = "resident", _("Resident identity card")
    PERMIT = "permit", _("Residence permit of Hong Kong, Macao or Taiwan residents")
    FOREIGN = "foreign", _("Passport or permanent residence card")


class IdStanding(TextChoices):
    """How far a number is to be trusted. A doubtful one never keeps anybody from help."""

    MISSING = "missing", _("No number yet")
    PLAUSIBLE = "plausible", _("Fits its check digit")
    DOUBTED = "doubted", _("Does not fit, or somebody else has it too")
    SEEN = "seen", _("Original seen by an officer")


class Kind(TextChoices):
    """A worker has one full membership; he may belong to other unions beside it."""

    FULL = "full", _("Full membership")
    ASSOCIATE = "associate", _("Further membership")


class State(TextChoices):
    """Where a membership stands."""

    ACTIVE = "active", _("Member")
    RETAINED = "retained", _("Membership retained")
    HELD = "held", _("Held by the union above")
    ENDED = "ended", _("Ended")


class Ending(TextChoices):
    """Why a membership ended. Charter art. 5 to 8."""

    NONE = "", _("It goes on")
    TRANSFERRED = "transferred", _("Transferred to another union")
    WITHDRAWN = "withdrawn", _("Left at the member's own wish")
    DEEMED = "deemed", _("Deemed to have left, after a reminder and a refusal")
    EXPELLED = "expelled", _("Expelled")
    DECEASED = "deceased", _("Died")
    MISTAKE = "mistake", _("Entered by mistake")
    MERGED = "merged", _("The union was merged into another")
    DISSOLVED = "dissolved", _("The union was dissolved")


class Channel(TextChoices):
    """By which way somebody joined."""

    SELF = "self", _("On a phone, by himself")
    QR = "qr", _("QR code of a union")
    INVITATION = "invitation", _("Personal invitation")
    COUNTER = "counter", _("At a counter")
    ROSTER = "roster", _("Roster of the unit")
    TRANSFER = "transfer", _("Transfer from another union")
    SUCCESSION = "succession", _("Taken over from a union that was merged or dissolved")


class ApplicationState(TextChoices):
    """Where an application stands."""

    SUBMITTED = "submitted", _("Handed in")
    QUESTION = "question", _("Something is missing")
    ACCEPTED = "accepted", _("Accepted as a member")
    REFUSED = "refused", _("Refused")
    REVIEW = "review", _("Under review by the union above")
    UPHELD = "upheld", _("Refusal confirmed on review")
    WITHDRAWN = "withdrawn", _("Taken back")


class TransferState(TextChoices):
    """Where a transfer stands: the new union pulls, silence of the old one releases."""

    ASKED = "asked", _("The old union may object")
    OBJECTED = "objected", _("The old union objects; the union above decides")
    RELEASED = "released", _("Released")
    KEPT = "kept", _("Not released")
    CANCELLED = "cancelled", _("Taken back")


class ReminderState(TextChoices):
    """Where a reminder stands before anybody is deemed to have left."""

    SENT = "sent", _("Reminded")
    ANSWERED = "answered", _("The member stays")
    REFUSED = "refused", _("The member refused")
    USED = "used", _("Followed by the end of the membership")
    DROPPED = "dropped", _("Dropped")


class CorrectionState(TextChoices):
    """Where a correction stands that needs proof."""

    ASKED = "asked", _("Your union looks at it")
    DONE = "done", _("Put right")
    REFUSED = "refused", _("Not put right")


class PairState(TextChoices):
    """What was found out about two entries that may be one person."""

    OPEN = "open", _("To be looked at")
    MERGED = "merged", _("One person; put together")
    DISTINCT = "distinct", _("Two people")


class ImportState(TextChoices):
    """How far the import of a roster has come."""

    UPLOADED = "uploaded", _("Uploaded")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked; nothing is written yet")
    WRITING = "writing", _("Being written")
    DONE = "done", _("Written")
    UNREADABLE = "unreadable", _("Could not be read")
    DROPPED = "dropped", _("Thrown away")


class Paper(TextChoices):
    """What is printed from the record of a member."""

    REGISTRATION = "registration", _("Member's registration form")
    APPLICATION = "application", _("Letter of application to the union")


class Provable(TextChoices):
    """What a worker may have put right with proof; the values are names of facts."""

    NAME = "name", _("Name")
    ID_NUMBER = "id_number", _("Identity card number")
    BORN_ON = "born_on", _("Date of birth")
    SEX = "sex", _("Sex")
    PHONE = "phone", _("Mobile number")
