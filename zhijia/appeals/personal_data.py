"""What appeals hold about people, why, and how it is erased."""

from zhijia.core.manifest import PersonalField

TOLD = "what the worker tells, to solve the matter"
OFFICE = "who acted for a union; kept as record of office"
STEP = "words of a step, to explain the decision to the worker"
ACTOR = "who acted, as an account number; kept as record of office"


def _fields(model: str, level: str, purpose: str, erasure: str, *names: str) -> tuple[PersonalField, ...]:
    return tuple(PersonalField(f"appeals.{model}", name, level, purpose, erasure) for name in names)


PERSONAL_DATA = (
    *_fields(
        "Appeal", "C2", TOLD, "clear", "subject", "text", "wish", "employer_text", "circumstances", "notice"
    ),
    *_fields("Appeal", "C3", "whose matter it is; the name itself lies in the vault", "clear", "author"),
    *_fields("Appeal", "C1", OFFICE, "keep", "entered_by", "handler"),
    *_fields(
        "Appeal", "C1", "finds the matter again; says nothing about a person", "keep", "number", "place"
    ),
    *_fields("Appeal", "C1", "number in the system it came from", "keep", "source", "source_reference"),
    *_fields(
        "ReceiptLookup", "C1", "keyed look-up of a receipt; cannot be read back", "delete", "receipt_index"
    ),
    *_fields("MatterGroup", "C1", "name that officers give a group of matters", "keep", "title"),
    *_fields("MatterGroup", "C1", ACTOR, "keep", "created_by"),
    *_fields("Assignment", "C1", OFFICE, "keep", "handler", "assigned_by"),
    *_fields("Assignment", "C1", "why it was handed over, among officers", "keep", "end_reason"),
    *_fields("Talk", "C2", "conversation between worker and body", "delete", "text", "author"),
    *_fields("Reply", "C2", STEP, "clear", "text", "legal_basis", "correction"),
    *_fields("Reply", "C1", ACTOR, "keep", "replied_by"),
    *_fields("Rating", "C2", "the worker's judgement of an answer", "clear", "comment"),
    *_fields("Rating", "C1", "that the worker judged; an account or receipt number", "keep", "rated_by"),
    *_fields("Hold", "C2", STEP, "clear", "explanation"),
    *_fields("Extension", "C2", STEP, "clear", "reason"),
    *_fields("Extension", "C1", OFFICE, "keep", "asked_by", "decided_by"),
    *_fields("RoutingStep", "C2", STEP, "clear", "reason"),
    *_fields("RoutingStep", "C1", ACTOR, "keep", "moved_by"),
    *_fields("Note", "C2", "notes among officers", "delete", "text", "noted_by"),
    *_fields("Supervision", "C2", STEP, "clear", "demand"),
    *_fields("Supervision", "C1", OFFICE, "keep", "supervised_by"),
    *_fields("Review", "C2", STEP, "clear", "reason", "text"),
    *_fields("Review", "C1", ACTOR, "keep", "decided_by"),
    *_fields("EmployerFlag", "C1", OFFICE, "keep", "seen_by"),
    *_fields(
        "SavedReply", "C1", "texts that a body keeps for its answers", "keep", "title", "text", "changed_by"
    ),
    *_fields(
        "PublishedAnswer",
        "C1",
        "question and answer without names, for everybody",
        "keep",
        "title",
        "question",
        "answer",
    ),
    *_fields("PublishedAnswer", "C1", OFFICE, "keep", "published_by"),
    PersonalField("appeals.Category", "*", "C0", "the list of kinds; holds nothing about a person", "keep"),
    PersonalField(
        "appeals.Escalation", "*", "C0", "that a clock ran out; holds nothing about a person", "keep"
    ),
    PersonalField("appeals.BodyPromise", "*", "C0", "how fast a body promises to be", "keep"),
)
