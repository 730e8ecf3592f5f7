"""What programs send."""

import datetime as dt

from ninja import Field, Schema

from zhijia.organising.enums import Material, Office, Proposer, Voters
from zhijia.unions.enums import CommitteeSystem, Leaving, Sex

Number = Field(0, ge=0, le=10_000_000)
Id = Field(ge=1, le=2**62)


class FoundingIn(Schema):
    """An application to found a union. The employer is not told."""

    employer_id: int | None = Field(None, ge=1, le=2**62)
    employer_name: str = Field("", max_length=120)
    place: str = Field(pattern="^[0-9]{6}$", description="GB/T 2260 code.")
    union_name: str = Field("", max_length=120)
    body_kind: str = Field("grassroots", pattern="^(grassroots|joint)$")
    workers: int = Number
    members: int = Number
    women: int = Number
    years: int = Field(3, ge=1, le=9)


class TermIn(Schema):
    """A change of term of a body that the caller leads."""

    body_id: int = Field(ge=1, le=2**62)
    kind: str = Field("term", pattern="^(term|by_election)$")
    workers: int = Number
    members: int = Number
    women: int = Number
    years: int = Field(5, ge=1, le=9)


class VoteIn(Schema):
    """One vote to prepare."""

    office: Office
    seats: int = Field(ge=1, le=200)
    voters: Voters = Voters.ASSEMBLY
    system: CommitteeSystem = CommitteeSystem.ELECTED


class CandidateIn(Schema):
    """One candidate."""

    name: str = Field(min_length=1, max_length=60)
    sex: Sex = Sex.UNKNOWN
    is_full_time: bool = False
    is_kin_of_head: bool = False
    represents: str = Field("", max_length=120)
    contract_until_on: dt.date | None = None


class CountIn(Schema):
    """The totals of a vote; ``yes`` by number of the candidate. There is no field for a single ballot."""

    entitled: int = Number
    present: int = Number
    issued: int = Number
    returned: int = Number
    invalid: int = Number
    yes: dict[int, int] = {}
    held_on: dt.date
    leave_vacant: bool = False


class ReasonIn(Schema):
    """A remark or a reason; a refusal needs one."""

    reason: str = Field("", max_length=1000)


class DecisionIn(ReasonIn):
    """The decision on a review."""

    decision: str = Field(pattern="^(granted|refused)$")


class RegistrationIn(Schema):
    """What is there for a registration as legal person; it may be completed later."""

    representative: str = Field(min_length=1, max_length=60)
    materials: list[Material] = []


class NewRegistrationIn(RegistrationIn):
    """A registration of a body that the caller leads."""

    body_id: int = Id


class CertificateIn(ReasonIn):
    """The certificate of a legal person."""

    credit_code: str = Field(min_length=18, max_length=18, description="Of the union: begins with 8.")
    certified_on: dt.date
    valid_until_on: dt.date | None = None


class ClosingIn(Schema):
    """A merger or dissolution of a body that the caller leads."""

    body_id: int = Id
    kind: str = Field(pattern="^(merger|dissolution)$")
    partner_id: int | None = Field(None, ge=1, le=2**62, description="Where everything goes.")


class AssemblyIn(Schema):
    """How the assembly of all members voted, as sums."""

    entitled: int = Number
    yes: int = Number
    held_on: dt.date


class RecallVoteIn(AssemblyIn):
    """How all members, or all their delegates, voted on a recall, as sums."""

    voters: Voters = Voters.ASSEMBLY


class RecallIn(Schema):
    """The recall of an officer, as the committee or a third of the members ask."""

    seat_id: int = Id
    reason: str = Field(min_length=1, max_length=1000)
    proposed_by: Proposer
    signatures: int | None = Field(None, ge=0, le=10_000_000)
    members: int = Number


class LeaveIn(Schema):
    """Why and when somebody left a seat."""

    why: Leaving
    on: dt.date
    committee_agreed: bool = False


class DelegatesIn(Schema):
    """Since when the delegates of a joint committee are sent."""

    held_on: dt.date
