"""Tables of membership, one file for each thing that changes together."""

from zhijia.membership.models.joining import Application, JoinDoor
from zhijia.membership.models.membership import (
    Correction,
    Membership,
    MembershipStep,
    Reminder,
    Transfer,
)
from zhijia.membership.models.person import Employment, Identity, PastFact, Worker
from zhijia.membership.models.roster import Pair, RosterImport, RosterProblem, Segment
from zhijia.membership.models.succession import Succession
from zhijia.membership.models.totals import BodyTotals, TotalsDelta, TotalsState

__all__ = [
    "Application", "BodyTotals", "Correction", "Employment", "Identity", "JoinDoor", "Membership",
    "MembershipStep", "Pair", "PastFact", "Reminder", "RosterImport", "RosterProblem", "Segment",
    "Succession", "TotalsDelta", "TotalsState", "Transfer", "Worker",
]  # fmt: skip
