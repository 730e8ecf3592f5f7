"""The closed lists of an appeal."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an appeal stands; ``workflow.TABLE`` says which may follow which."""

    RECEIVED = "received", _("Received")  # registered under a number, nobody has decided on it yet
    ACCEPTED = "accepted", _("Accepted")  # ours to solve, waiting for a handler
    ASSIGNED = "assigned", _("Assigned")  # a handler is named and has not signed for it
    HANDLING = "handling", _("In hand")  # the handler has signed for it
    WAITING = "waiting", _("Waiting for you")  # the worker was asked something; the clock stands
    SUSPENDED = "suspended", _("Suspended")  # in arbitration, court or petition; the clock stands
    REPLIED = "replied", _("Answered")  # final answer given, the worker judges it
    REFUSED = "refused", _("Not accepted")  # with a lawful ground and where to go
    REFERRED = "referred", _("Passed on")  # forwarded to an authority outside the unions
    CONFIRMED = "confirmed", _("Solved, you confirmed")  # the worker said so
    UNCONFIRMED = "unconfirmed", _("Closed, not confirmed")  # the worker kept silent; never "satisfied"
    UNSATISFIED = "unsatisfied", _("Closed, you were not satisfied")
    UNDER_REVIEW = "under_review", _("Under review")  # 复查
    REVIEWED = "reviewed", _("Review decided")
    UNDER_RE_REVIEW = "under_re_review", _("Under final review")  # 复核
    RE_REVIEWED = "re_reviewed", _("Final review decided")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Channel(models.TextChoices):
    """How the appeal reached us."""

    WEB = "web", _("Web or phone page")
    COUNTER = "counter", _("Counter")  # an officer typed it for the person
    HOTLINE = "hotline", _("12351 hotline")
    LETTER = "letter", _("Letter")
    TRANSFER = "transfer", _("Transfer from another hotline")


class Confidentiality(models.TextChoices):
    """What may be known of the person, and by whom."""

    NAMED = "named", _("With my name")  # handlers see the name; the employer still never does
    SEALED = "sealed", _("With my name, kept sealed")  # sealed part; opening needs a reason and is logged
    ANONYMOUS = "anonymous", _("Without my name")  # nobody knows; followed by receipt


class Kind(models.TextChoices):
    """What the person wants of us."""

    CONSULTATION = "consultation", _("A question")
    HELP = "help", _("Help with a problem")
    COMPLAINT = "complaint", _("A complaint")
    SUGGESTION = "suggestion", _("A suggestion")
    REPORT = "report", _("A report of something unlawful")


class Urgency(models.TextChoices):
    """How hard and how pressing; each has a service promise."""

    CONSULTATION = "consultation", _("Question")
    GENERAL = "general", _("Ordinary")
    DIFFICULT = "difficult", _("Difficult")
    COMPLEX = "complex", _("Very complex")
    URGENT = "urgent", _("Urgent")  # danger to life, collective arrears


class Mark(models.TextChoices):
    """The worker's judgement, on the result and on the attitude apart."""

    SATISFIED = "satisfied", _("Satisfied")
    BASICALLY = "basically", _("Fairly satisfied")
    DISSATISFIED = "dissatisfied", _("Not satisfied")


class RefusalGround(models.TextChoices):
    """The only grounds on which a body may refuse (Petition Work Regulations art. 19)."""

    OTHER_AUTHORITY = "other_authority", _("An authority has already accepted the same matter")
    COURT = "court", _("It is before arbitration or a court")
    OUTSIDE_SCOPE = "outside_scope", _("It is outside what a union can deal with")
    SAME_MATTER = "same_matter", _("The same matter is already being handled here")


class Opinion(models.TextChoices):
    """What the final answer says to the request (Petition Work Regulations art. 32)."""

    SUPPORTED = "supported", _("Request supported")
    EXPLAINED = "explained", _("Explained")
    NOT_SUPPORTED = "not_supported", _("Request not supported")


class HoldReason(models.TextChoices):
    """Why the clock stands."""

    WAITING = "waiting", _("Waiting for the worker's answer")
    ARBITRATION = "arbitration", _("In labour arbitration")
    COURT = "court", _("Before a court")
    PETITION = "petition", _("In a petition procedure")


class Clock(models.TextChoices):
    """Which of the two clocks."""

    FIRST = "first", _("First response")
    FINAL = "final", _("Final answer")


class RoutingKind(models.TextChoices):
    """Why an appeal moved from one body to another."""

    ROUTED = "routed", _("Sent to the responsible body")
    OBJECTED = "objected", _("Sent back: wrong body")
    ESCALATED = "escalated", _("Taken up by the body above")


class ReviewKind(models.TextChoices):
    """Which instance."""

    REVIEW = "review", _("Review")
    RE_REVIEW = "re_review", _("Final review")


class ReviewDecision(models.TextChoices):
    """What the reviewing body decided."""

    UPHELD = "upheld", _("The answer stands")
    OVERTURNED = "overturned", _("To be handled again")
