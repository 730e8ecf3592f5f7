"""What appeals hold about people, why, and how it is erased."""

from typing import Any

from zhijia.core.manifest import PersonalField, personal_fields
from zhijia.core.words import _

TOLD = _("To solve your matter")
STEP = _("To explain to you what was decided, and why")
OFFICE = _("Who acted for a union; the record of office stays")
ANSWERS = _("Texts of the union, without names")

MATTER = _("What you told: what happened, what you want, the employer's name")
TALK = _("Your conversation with the union")
DECISIONS = _("What was said to you: answers, reasons, corrections")
RATING = _("What you said about an answer")
NOTES = _("Notes among officers")
ACTORS = _("Who worked on your matter, as an account number")
TEXTS = _("Texts that a union keeps or publishes")


def _fields(
    model: str, level: str, purpose: Any, erasure: str, *names: str, thing: Any
) -> tuple[PersonalField, ...]:
    return personal_fields(f"appeals.{model}", level, purpose, erasure, *names, thing=thing)


def _nobody(model: str, purpose: Any) -> tuple[PersonalField, ...]:
    """Say of a whole table that it is about nobody."""
    return personal_fields(f"appeals.{model}", "C0", purpose, "keep", "*")


PERSONAL_DATA = (
    *_fields(
        "Appeal", "C2", TOLD, "clear", "subject", "text", "wish", "employer_text", "circumstances",
        thing=MATTER,
    ),
    *_fields("Appeal", "C2", STEP, "clear", "notice", thing=DECISIONS),
    *_fields(
        "Appeal", "C3", _("So that you find your matter; your name itself lies under seal"), "clear",
        "author_sealed", thing=_("Whose matter it is"),
    ),
    *_fields(
        "Appeal", "C1", _("To seal to your matter's key what is added to it"), "clear", "narrative_public",
        thing=_("Public half of your matter's key"),
    ),
    *_fields(
        "OwnMatter", "C3", _("So that you find your matter; your name itself lies under seal"), "delete",
        "index", "sealed", thing=_("Whose matter it is"),
    ),
    *_fields("Appeal", "C1", OFFICE, "keep", "entered_by", "handler", "refused_by", thing=ACTORS),
    *_fields(
        "Appeal", "C1", _("To find the matter again"), "keep",
        "number", "place", "source", "source_reference", thing=_("Number, place and origin of the matter"),
    ),
    *_fields(
        "ReceiptLookup", "C1", _("To find a matter by its receipt; the receipt cannot be read from it"),
        "delete", "receipt_index", thing=_("Digest of your receipt"),
    ),
    *_fields(
        "MatterGroup", "C1", _("To solve matters of several people together"), "keep", "title",
        thing=_("Name that officers give to several matters"),
    ),
    *_fields("MatterGroup", "C1", OFFICE, "keep", "created_by", thing=ACTORS),
    *_fields("Assignment", "C1", OFFICE, "keep", "handler", "assigned_by", "end_reason", thing=ACTORS),
    *_fields("Talk", "C2", TOLD, "delete", "text", "author", thing=TALK),
    *_fields("Reply", "C2", STEP, "clear", "text", "legal_basis", "correction", thing=DECISIONS),
    *_fields("Reply", "C1", OFFICE, "keep", "replied_by", thing=ACTORS),
    *_fields(
        "Rating", "C2", _("So that unions learn how their answers are received"), "clear", "comment",
        thing=RATING,
    ),
    *_fields(
        "Rating", "C1", _("So that an answer is rated once, by whom it was given"), "keep", "rated_by",
        thing=_("That you rated an answer, as an account or receipt number"),
    ),
    *_fields("Hold", "C2", STEP, "clear", "explanation", thing=DECISIONS),
    *_fields("Extension", "C2", STEP, "clear", "reason", thing=DECISIONS),
    *_fields("Extension", "C1", OFFICE, "keep", "asked_by", "decided_by", thing=ACTORS),
    *_fields("RoutingStep", "C2", STEP, "clear", "reason", thing=DECISIONS),
    *_fields("RoutingStep", "C1", OFFICE, "keep", "moved_by", thing=ACTORS),
    *_fields("Note", "C2", TOLD, "delete", "text", "noted_by", thing=NOTES),
    *_fields("Supervision", "C2", STEP, "clear", "demand", thing=DECISIONS),
    *_fields("Supervision", "C1", OFFICE, "keep", "supervised_by", thing=ACTORS),
    *_fields("Review", "C2", STEP, "clear", "reason", "text", thing=DECISIONS),
    *_fields("Review", "C1", OFFICE, "keep", "decided_by", thing=ACTORS),
    *_fields("EmployerFlag", "C1", OFFICE, "keep", "seen_by", thing=ACTORS),
    *_fields("SavedReply", "C1", ANSWERS, "keep", "title", "text", thing=TEXTS),
    *_fields("SavedReply", "C1", OFFICE, "keep", "changed_by", thing=ACTORS),
    *_fields("PublishedAnswer", "C1", ANSWERS, "keep", "title", "question", "answer", thing=TEXTS),
    *_fields("PublishedAnswer", "C1", OFFICE, "keep", "published_by", thing=ACTORS),
    *_nobody("Category", _("The list of kinds of matters")),
    *_nobody("Escalation", _("That a clock ran out")),
    *_nobody("BodyPromise", _("How fast a union promises to be")),
)  # fmt: skip
