"""Closed lists of the union tree."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Level(IntegerChoices):
    """How far below the national federation a body stands; a parent has a smaller number."""

    NATION = 0, _("National")
    PROVINCE = 1, _("Province")
    CITY = 2, _("City")
    COUNTY = 3, _("County or district")
    TOWNSHIP = 4, _("Township or street")
    VILLAGE = 5, _("Village, park or local federation")
    GRASSROOTS = 6, _("Grassroots union")
    BRANCH = 7, _("Branch")
    GROUP = 8, _("Union group")


class BodyKind(TextChoices):
    """What sort of body it is."""

    FEDERATION = "federation", _("Federation of a territory")
    INDUSTRIAL = "industrial", _("Industrial union")
    GRASSROOTS = "grassroots", _("Union of one employer")
    JOINT = "joint", _("Joint union of several small employers")
    BRANCH = "branch", _("Branch")
    GROUP = "group", _("Union group")
    OFFICE = "office", _("Office sent by a federation")


class Role(TextChoices):
    """What a post allows its holder to do, in its body and in every body below."""

    CHAIR = "chair", _("Chair")
    DISPATCHER = "dispatcher", _("Dispatcher")
    HANDLER = "handler", _("Case handler")
    HOTLINE_AGENT = "hotline_agent", _("Hotline agent")
    SUPERVISOR = "supervisor", _("Supervisor")
    STEWARD = "steward", _("Steward of posts and settings")
    CUSTODIAN = "custodian", _("Custodian of names")
    """Decides, as the second person, whether a handler may learn a name; sees neither name nor text."""
    ORGANISER = "organiser", _("Organiser: joining and roll of members")
    TREASURER = "treasurer", _("Treasurer")
    AUDITOR = "auditor", _("Member of the audit committee")


KEEPERS_OF_THE_ROLL = (Role.ORGANISER, Role.CHAIR, Role.STEWARD)
"""Roles that keep the roll of members of their body and of those below it."""


class CommitteeKind(TextChoices):
    """Which committee of a body."""

    FULL = "full", _("Union committee")
    STANDING = "standing", _("Standing committee")
    WOMEN = "women", _("Women workers' committee")
    AUDIT = "audit", _("Audit committee")


class CommitteeSystem(TextChoices):
    """How a committee is made up."""

    ELECTED = "elected", _("Elected by the members")
    JOINT = "joint", _("Joint system: the units send delegates")


class Position(TextChoices):
    """What a person is in a committee."""

    CHAIR = "chair", _("Chair")
    VICE_CHAIR = "vice_chair", _("Vice chair")
    MEMBER = "member", _("Member of the committee")
    DELEGATE = "delegate", _("Delegate of a unit")


class Leaving(TextChoices):
    """Why somebody left a seat before its term was over."""

    RESIGNED = "resigned", _("Resigned")
    DECEASED = "deceased", _("Died")
    LEFT_UNIT = "left_unit", _("No longer works there, or retired")
    MOVED = "moved", _("Was moved to other work")
    REPLACED = "replaced", _("The unit that sent him sends somebody else")
    RECALLED = "recalled", _("Recalled by the members")


class Sex(TextChoices):
    """As the statistics of unions ask it."""

    UNKNOWN = "unknown", _("Not stated")
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")


class Tie(TextChoices):
    """What ties an officer to an employer, beside posts in its union. The relative is never named."""

    WORK = "work", _("I work or worked there")
    RELATIVE = "relative", _("A close relative of mine works or worked there")


class SizeBand(TextChoices):
    """How many people work for an employer; only the band is kept."""

    UNKNOWN = "unknown", _("Unknown")
    UNDER_25 = "under_25", _("Fewer than 25")
    UNDER_200 = "under_200", _("25 to 199")
    UNDER_1000 = "under_1000", _("200 to 999")
    OVER_1000 = "over_1000", _("1000 or more")


class Industry(TextChoices):
    """Sections of GB/T 4754-2017."""

    UNKNOWN = "", _("Unknown")
    A = "A", _("Farming, forestry, animal husbandry, fishing")
    B = "B", _("Mining")
    C = "C", _("Manufacturing")
    D = "D", _("Electricity, heat, gas and water")
    E = "E", _("Construction")
    F = "F", _("Wholesale and retail")
    G = "G", _("Transport, storage and post")
    H = "H", _("Hotels and restaurants")
    I = "I", _("Information and software")  # noqa: E741
    J = "J", _("Finance")
    K = "K", _("Real estate")
    L = "L", _("Leasing and business services")
    M = "M", _("Research and technical services")
    N = "N", _("Water, environment and public facilities")
    O = "O", _("Household and repair services")  # noqa: E741
    P = "P", _("Education")
    Q = "Q", _("Health and social work")
    R = "R", _("Culture, sport and entertainment")
    S = "S", _("Public administration and social organisations")
    T = "T", _("International organisations")
