"""Closed lists of the processes about union bodies."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProcessKind(TextChoices):
    """What a process is about."""

    FOUNDING = "founding", _("Founding a union")
    TERM = "term", _("Change of term")
    BY_ELECTION = "by_election", _("Filling vacant seats")
    REGISTRATION = "registration", _("Registration as legal person")
    MERGER = "merger", _("Merging")
    DISSOLUTION = "dissolution", _("Dissolving")
    RECALL = "recall", _("Recalling an officer")


class State(TextChoices):
    """Where a process stands; which kind has which of them says the table."""

    DRAFT = "draft", _("Being prepared")
    PREP_APPLIED = "prep_applied", _("Applied for the preparation")
    PREP_APPROVED = "prep_approved", _("Preparation approved")
    PREP_REJECTED = "prep_rejected", _("Preparation not approved")
    RECRUITING = "recruiting", _("Members are being won")
    CANDIDATES_ASKED = "candidates_asked", _("Candidates put to the union above")
    CANDIDATES_REJECTED = "candidates_rejected", _("Candidates not approved")
    ELECTION_PREPARED = "election_prepared", _("Election prepared")
    ELECTED = "elected", _("Elected")
    RESULT_REPORTED = "result_reported", _("Result reported")
    RESULT_REJECTED = "result_rejected", _("Result not approved")
    ESTABLISHED = "established", _("Union established")
    RENEWED = "renewed", _("In office")
    APPLIED = "applied", _("Applied")
    REJECTED = "rejected", _("Not approved")
    REGISTERED = "registered", _("Registered")
    VOTED = "voted", _("Assembly has agreed")
    VOTED_DOWN = "voted_down", _("Assembly has not agreed")
    CLOSED = "closed", _("Carried out")
    UNDER_REVIEW = "under_review", _("Under review by the body above")
    REFUSED = "refused", _("Refused after review")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Office(TextChoices):
    """What one vote is about."""

    FULL = "full", _("Members of the union committee")
    CHAIR = "chair", _("Chair")
    VICE_CHAIR = "vice_chair", _("Vice chairs")
    STANDING = "standing", _("Members of the standing committee")
    WOMEN = "women", _("Members of the women workers' committee")
    AUDIT = "audit", _("Members of the audit committee")


class Voters(TextChoices):
    """Who votes."""

    ASSEMBLY = "assembly", _("Assembly of all members")
    DELEGATES = "delegates", _("Delegates of the members")
    COMMITTEE = "committee", _("The committee itself")


class Proposer(TextChoices):
    """Who asks for an extraordinary assembly (Trade Union Law art. 17)."""

    COMMITTEE = "committee", _("The union committee")
    MEMBERS = "members", _("Members, at least one third of all")


class Material(TextChoices):
    """What a registration as legal person needs; the certificates are shown, copies stay with the union."""

    FORM = "form", _("Application form, three copies")
    FUNDS = "funds", _("Verification of funds and assets, or bank statements")
    IDENTITY = "identity", _("Identity card of the chair")
    FOUNDING_REPLY = "founding_reply", _("Reply of the union above on the founding")
    CHAIR_REPLY = "chair_reply", _("Reply of the union above on the election of the chair")


class Paper(TextChoices):
    """Papers that are printed from the record."""

    FOUNDING_REQUEST = "founding_request", _("Application to found a union")
    FOUNDING_REPLY = "founding_reply", _("Reply on the preparation of a union")
    CANDIDATES_REQUEST = "candidates_request", _("Application about the candidates")
    CANDIDATES_REPLY = "candidates_reply", _("Reply on the change of term and the candidates")
    RESULT_REPORT = "result_report", _("Report on the result of the election")
    RESULT_REPLY = "result_reply", _("Reply on the result of the election")
    REGISTRATION_FORM = "registration_form", _("Application for registration as legal person")
    CLOSING_REQUEST = "closing_request", _("Application to merge or dissolve")
    RECALL_REQUEST = "recall_request", _("Application about the recall of an officer")
    RECALL_REPLY = "recall_reply", _("Reply on the recall of an officer")
