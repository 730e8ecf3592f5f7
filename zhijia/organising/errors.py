"""What the processes about union bodies refuse, and what to do then."""

from zhijia.core.errors import BadInput, DomainError, NotAllowed
from zhijia.core.words import _


class AlreadyRunning(DomainError):
    """One process of a kind runs for a body at a time."""

    code = "process-running"
    text = _("Such a process of this body is already running.")
    next_step = _("Open it in the list and go on there, or withdraw it first.")


class SamePerson(NotAllowed):
    """Who applied does not decide."""

    code = "same-person"
    text = _("You took part in the application, so another person has to decide.")
    next_step = _("Ask a colleague of your body, or somebody of the body above.")


class UnionThere(BadInput):
    """The employer has a union already; a further one can only be its branch."""

    code = "union-there"
    field = "employer"
    text = _("There is already a union at this employer.")
    next_step = _("Look it up under “Find my union”. It can found branches itself.")


class WrongYears(BadInput):
    """Grassroots three or five years, all above five (Trade Union Law art. 16)."""

    code = "wrong-years"
    field = "years"
    text = _("A term lasts three or five years at the grassroots, and five years above it.")
    next_step = _("Choose another length of the term.")


class SizeOutsideTable(BadInput):
    """Number of seats against the table of the regulations."""

    code = "size-outside-table"
    field = "seats"
    text = _(
        "With %(members)s members the committee has %(least)s to %(most)s seats, not %(seats)s "
        "(%(source)s, %(article)s)."
    )
    next_step = _("Change the number of seats, or the number of members if that is wrong.")


class DelegatesOutsideTable(BadInput):
    """Number of delegates against the table of the regulations."""

    code = "delegates-outside-table"
    field = "entitled"
    text = _(
        "With %(members)s members there are %(least)s to %(most)s delegates, not %(delegates)s "
        "(%(source)s, %(article)s)."
    )
    next_step = _("Change the number of delegates.")


class AssemblyNeeded(BadInput):
    """Small unions vote together."""

    code = "assembly-needed"
    field = "voters"
    text = _("With fewer than %(limit)s members all of them vote, not delegates (%(source)s, %(article)s).")
    next_step = _("Choose the assembly of all members.")


class TooFewCandidates(BadInput):
    """Surplus of candidates."""

    code = "too-few-candidates"
    field = "candidates"
    text = _("For %(seats)s seats at least %(needed)s candidates must stand; there are %(standing)s.")
    next_step = _("Name more candidates: the voters must have a choice.")


class NoElection(BadInput):
    """A union needs a committee with a chair."""

    code = "no-election"
    text = _("The votes for the union committee and for its chair are not both prepared yet.")
    next_step = _("Add the vote that is missing, with its candidates.")


class KinOfHead(BadInput):
    """Close relatives of the head of the enterprise are no candidates (Trade Union Law art. 10)."""

    code = "kin-of-head"
    field = "is_kin_of_head"
    text = _("Close relatives of the head of the enterprise cannot be candidates (%(source)s, %(article)s).")
    next_step = _("Name another person.")


class OnBothCommittees(BadInput):
    """Nobody audits himself."""

    code = "on-both-committees"
    field = "name"
    text = _(
        "The same person cannot stand for the union committee and for the audit committee "
        "(%(source)s, %(article)s)."
    )
    next_step = _("Name another person for one of the two.")


class NamedTwice(BadInput):
    """A candidate stands once in a vote."""

    code = "named-twice"
    field = "name"
    text = _("This person already stands in this vote.")
    next_step = _("If two people have the same name, add something that tells them apart.")


class WomenOnly(BadInput):
    """The women workers' committee is made up of women."""

    code = "women-only"
    field = "sex"
    text = _("The women workers' committee is made up of women.")
    next_step = _("Check what is written down for this person.")


class VoteExists(BadInput):
    """One vote for each office."""

    code = "vote-exists"
    field = "office"
    text = _("There is already a vote on this.")
    next_step = _("Open it below and change it there.")


class CountImpossible(BadInput):
    """Totals that no valid vote can have."""

    code = "count-impossible"
    field = "returned"
    text = _("These totals cannot be right, so nobody is elected: %(reason)s")
    next_step = _("Count again. If they are right, the vote was not valid and is held again.")


class MoreYesThanEntitled(CountImpossible):
    """More people agreed than may vote."""

    field = "yes"
    text = _("%(yes)s yes votes cannot be: only %(entitled)s may vote.")
    next_step = _("Count again and correct the number that is mistyped.")


class MoreEntitledThanMembers(CountImpossible):
    """More people were entitled than there are members."""

    field = "entitled"
    text = _("%(entitled)s were entitled, and there are only %(members)s members.")
    next_step = _("Correct the number; who only keeps the membership has no vote.")


class NotAllCounted(CountImpossible):
    """Somebody was left out of the number that more than half is counted of (Trade Union Law art. 18)."""

    field = "entitled"
    text = _("All %(members)s members count, present or not, as was entered at the beginning.")
    next_step = _("Enter this number. If it is no longer right, take the process back and begin anew.")


class NotAllDecided(DomainError):
    """Some votes are not counted yet."""

    code = "not-all-decided"
    text = _("Not every vote is decided yet.")
    next_step = _("Enter the totals of each vote, or leave its open seats vacant.")


class TooFewMembers(BadInput):
    """A vote needs members."""

    code = "too-few-members"
    field = "members"
    text = _("Fewer than %(limit)s members cannot form a committee of their own (%(source)s, %(article)s).")
    next_step = _("Win more members, or found a joint union together with other small employers.")


class NoRegistrar(DomainError):
    """Only federations of a county and above register."""

    code = "no-registrar"
    status = 403
    text = _("Only a federation of a county or above registers unions as legal persons.")
    next_step = _("Pass the application on to the county's federation.")


class MaterialsMissing(BadInput):
    """The checklist is not complete."""

    code = "materials-missing"
    field = "materials"
    text = _("Something is still missing: %(missing)s.")
    next_step = _("Hand it in later; what you have entered stays.")


class BadPartner(BadInput):
    """A body merges into another one of its kind of place."""

    code = "bad-partner"
    field = "partner"
    text = _("The body cannot be merged into this one.")
    next_step = _("Choose another active body under the same union above, not one below it.")


class BodiesBelow(DomainError):
    """What stands below must go somewhere first."""

    code = "bodies-below"
    field = "partner"
    text = _("%(count)s bodies still stand below this one.")
    next_step = _("Say which body they go to.")


class RecallNeedsVote(BadInput):
    """Nobody is taken out of a seat by a stroke of the pen (Trade Union Law art. 17 and 18)."""

    code = "recall-needs-vote"
    field = "why"
    text = _("Against the will of an officer only the members can take a seat away.")
    next_step = _("Begin a recall: the members vote, and the union above approves.")


class ConsentNeeded(BadInput):
    """A chair is not moved at the employer's wish (Trade Union Law art. 18)."""

    code = "consent-needed"
    field = "committee_agreed"
    text = _(
        "A chair or vice chair is moved within the term only if the own committee and the union above agree."
    )
    next_step = _("Ask the union above; once both have agreed, the chair or steward there enters it.")


class TooFewSignatures(BadInput):
    """An extraordinary assembly is asked for by the committee or by one third (Trade Union Law art. 17)."""

    code = "too-few-signatures"
    field = "signatures"
    text = _("At least %(needed)s members must ask for it; %(signatures)s did (%(source)s, %(article)s).")
    next_step = _("Collect more signatures, or let the union committee propose it.")


class TooManySignatures(BadInput):
    """More people signed than there are members: one of the two numbers is mistyped."""

    code = "too-many-signatures"
    field = "signatures"
    text = _("%(signatures)s signed, and there are only %(members)s members.")
    next_step = _("Count the signatures of members only, or correct the number of members.")


class NoMembers(BadInput):
    """Nobody could vote."""

    code = "no-members"
    field = "members"
    text = _("There is at least one member who may vote.")
    next_step = _("Enter how many members may vote, present or not.")


class DayAhead(BadInput):
    """A vote lies in the past."""

    code = "day-ahead"
    field = "held_on"
    text = _("This day is still to come.")
    next_step = _("Enter the day on which the vote was held.")


class ReasonMissing(BadInput):
    """A refusal names its reason."""

    code = "reason-missing"
    field = "reason"
    text = _("The reason is missing.")
    next_step = _("Write in plain words why: the applicants read it and can ask for a review.")
