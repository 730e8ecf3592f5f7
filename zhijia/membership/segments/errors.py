"""What is refused about a group of members, and what to do then."""

from zhijia.core.errors import BadInput, DomainError
from zhijia.core.words import _


class ConditionUnknown(BadInput):
    """The field, the comparison or a value is no longer in the grammar."""

    code = "condition-unknown"
    field = "values"
    text = _("This condition is no longer known here.")
    next_step = _("Remove it, or add it anew from the list.")


class NothingChosen(BadInput):
    """A condition without a value asks nothing."""

    code = "nothing-chosen"
    field = "values"
    text = _("Nothing is chosen.")
    next_step = _("Choose at least one, or remove the condition.")


class TooManyValues(BadInput):
    """A condition that names half the country is a mistake."""

    code = "too-many-values"
    field = "values"
    text = _("These are more than %(most)s.")
    next_step = _("Name fewer, or the union or place above them.")


class NumberWrong(BadInput):
    """How long ago is a whole number."""

    code = "number-wrong"
    field = "number"
    text = _("This is no number from 1 to %(most)s.")
    next_step = _("Write for example 90, and choose days, months or years beside it.")


class DaysWrong(BadInput):
    """Two days, of which one may be left open."""

    code = "days-wrong"
    field = "first"
    text = _("These two days do not fit.")
    next_step = _("Give at least one day; the first must not lie after the last.")


class BodyUnknown(BadInput):
    """No such union in or below the body of the group."""

    code = "segment-body-unknown"
    field = "values"
    text = _("“%(typed)s” is no union here or below.")
    next_step = _("Write its full name, its short name or its number, as the list of unions shows it.")


class BodyUnclear(BadInput):
    """Several unions have the typed text in their name."""

    code = "segment-body-unclear"
    field = "values"
    text = _("“%(typed)s” may be one of several: %(found)s.")
    next_step = _("Write the number of the one you mean.")


class PlaceUnclear(BadInput):
    """No place, or several, by this name."""

    code = "segment-place-unclear"
    field = "values"
    text = _("We do not know which place “%(typed)s” is.")
    next_step = _("Write the whole name with the city before it, or the six digits of its code.")


class TooManyConditions(BadInput):
    """Past ``grammar.MOST_CONDITIONS``."""

    code = "too-many-conditions"
    text = _("There are more than %(most)s conditions.")
    next_step = _("Remove some.")


class SegmentNameMissing(BadInput):
    """A group is found again by its name."""

    code = "segment-name-missing"
    field = "name"
    text = _("The group has no name yet.")
    next_step = _("Write a short name by which others know it too.")


class SegmentNameTaken(DomainError):
    """Two groups of one body must not have one name."""

    code = "segment-name-taken"
    field = "name"
    text = _("This union already has a group by this name, perhaps saved by somebody else just now.")
    next_step = _("Write another name. Your conditions are still here.")


class SegmentChanged(DomainError):
    """Somebody saved it after this page was opened."""

    code = "segment-changed"
    text = _("Somebody else has changed this group meanwhile, and your changes are not saved.")
    next_step = _("Open the group in another window and compare, or save yours as a new group.")


class SegmentUnclear(DomainError):
    """It holds a condition that is no longer known: nobody is chosen rather than too many."""

    code = "segment-unclear"
    text = _("The group “%(name)s” holds a condition that is no longer known, so it chooses nobody.")
    next_step = _("Open the group, remove that condition or add it anew, and save.")
