"""What membership refuses, and what to do then."""

from django.utils.translation import gettext_lazy as _

from zhijia.core.errors import BadInput, DomainError, NotAllowed


class NameMissing(BadInput):
    """Nobody can be entered without a name."""

    code = "member-name-missing"
    field = "name"
    text = _("The name is missing.")
    next_step = _("Type the name as it stands on the identity card.")


class TooYoung(BadInput):
    """Work begins at 16 (labour law art. 15)."""

    code = "too-young"
    field = "id_number"
    text = _("Whoever joins must be 16 or older.")
    next_step = _(
        "Compare the number with the card. If a child works somewhere, tell us: that is against the law."
    )


class AlreadyMember(DomainError):
    """The person has a full membership; a transfer is the way, not a second one."""

    code = "already-member"
    text = _("This person is already a member of a union.")
    next_step = _("Ask for a transfer instead: the old union then has some days to object.")


class AlreadyInBody(DomainError):
    """One membership in one body at a time."""

    code = "already-in-body"
    text = _("This person already belongs to this union.")
    next_step = _("Open the entry on the roll and change it there.")


class AlreadyApplied(DomainError):
    """One application at a time."""

    code = "already-applied"
    text = _("You have already applied, and the answer is still to come.")
    next_step = _("Look at your application. To apply elsewhere, take it back first.")


class NoSuchUnion(BadInput):
    """The name typed is that of no union, or of several."""

    code = "no-such-union"
    field = "body"
    text = _("No single union has this name. Similar: %(names)s")
    next_step = _("Write the whole name of one union.")


class ReasonMissing(BadInput):
    """A refusal, an objection, an end against somebody's will needs a reason."""

    code = "reason-missing"
    field = "reason"
    text = _("A reason is needed.")
    next_step = _("Write in plain words why. The person reads it.")


class BadDay(BadInput):
    """A day that cannot be: before the step it follows, or in the future."""

    code = "bad-day"
    field = "on"
    text = _("This day does not fit: it lies in the future or before the step that it follows.")
    next_step = _("Choose a day between the last step and today.")


class ReminderNeeded(DomainError):
    """Charter art. 6: only after a reminder and a refusal."""

    code = "reminder-needed"
    text = _(
        "Nobody is deemed to have left without having been reminded and having refused (Charter art. 6)."
    )
    next_step = _("Remind the member first and write down what he says.")


class SixMonthsNeeded(BadInput):
    """Charter art. 6: six months without dues and without taking part."""

    code = "six-months-needed"
    field = "months"
    text = _(
        "The Charter asks for six months in a row without dues and without taking part, without good reason."
    )
    next_step = _("Wait until then, or let the member decide himself.")


class VerdictNeeded(BadInput):
    """Charter art. 7: expulsion follows a criminal punishment for a serious crime."""

    code = "verdict-needed"
    field = "verdict"
    text = _(
        "Expulsion needs a criminal punishment for a serious crime, the group's talk "
        "and the committee's decision."
    )
    next_step = _("Write down the number of the judgment and the day of the decision.")


class AlreadyReminded(DomainError):
    """One reminder at a time."""

    code = "already-reminded"
    text = _("This member has been reminded, and his time to answer is not over.")
    next_step = _("Wait for the answer, or write down what he said.")


class TransferRunning(DomainError):
    """One transfer at a time."""

    code = "transfer-running"
    text = _("A transfer of this member is already running.")
    next_step = _("Wait until it is decided.")


class SameBody(BadInput):
    """A transfer goes elsewhere."""

    code = "same-body"
    field = "body"
    text = _("The member already belongs to this union.")
    next_step = _("Choose the union that he goes to.")


class DoorClosed(DomainError):
    """The QR code or invitation serves no longer."""

    code = "door-closed"
    status = 410
    text = _("This code or invitation is no longer valid.")
    next_step = _("You can join all the same: begin without it, and we find the union for you.")


class ReviewOver(DomainError):
    """The time to ask for a review has passed."""

    code = "review-over"
    text = _("The time to ask for a review is over.")
    next_step = _("You can apply again at any time.")


class NotYourself(NotAllowed):
    """Nobody decides about himself."""

    code = "not-yourself"
    text = _("This is about yourself: somebody else has to decide.")
    next_step = _("Ask a colleague, or the union above.")


class WrongBody(BadInput):
    """A body that takes no members, or one tied to an employer who must not learn of it."""

    code = "wrong-body"
    field = "body"
    text = _("This union cannot take up the application.")
    next_step = _("Choose another union, or leave the choice to us.")


class NothingToCorrect(BadInput):
    """The new value is the old one, or the field cannot be corrected here."""

    code = "nothing-to-correct"
    field = "value"
    text = _("Nothing would change.")
    next_step = _("Type what is right.")


class TooManyRecords(DomainError):
    """So many entries opened in an hour is reading a roster, not doing a task."""

    code = "too-many-records"
    status = 429
    text = _("You have opened many entries of the roll in the last hour.")
    next_step = _("Go on in an hour. For a whole list, ask for an export, which is written down.")


class ProofNeeded(BadInput):
    """An entry with this identity number exists, and nothing shows yet that it is the same person."""

    code = "proof-needed"
    field = "seen"
    text = _("Somebody with this identity number is on a roll already, with another telephone number.")
    next_step = _(
        "Look at the original identity card. If it is the same person, tick the box and accept again."
    )


class PlaceMissing(BadInput):
    """Without a place nobody knows which union is near."""

    code = "place-missing"
    field = "place"
    text = _("Please say where you work.")
    next_step = _("Choose the county or district. It is enough to type a part of its name.")
