"""The rows of an appeal, one aggregate a file."""

from zhijia.appeals.models.appeal import (
    FILED,
    Appeal,
    FiledTextChanged,
    MatterGroup,
    OwnMatter,
    ReceiptLookup,
    outside,
    own_matters,
    own_public_ids,
)
from zhijia.appeals.models.category import Category
from zhijia.appeals.models.desk import BodyPromise, PublishedAnswer, SavedReply
from zhijia.appeals.models.steps import (
    Assignment,
    EmployerFlag,
    Escalation,
    Extension,
    Hold,
    Note,
    Rating,
    Reply,
    Review,
    RoutingStep,
    Supervision,
    Talk,
)

__all__ = [
    "FILED",
    "Appeal",
    "Assignment",
    "BodyPromise",
    "Category",
    "EmployerFlag",
    "Escalation",
    "Extension",
    "FiledTextChanged",
    "Hold",
    "MatterGroup",
    "Note",
    "OwnMatter",
    "PublishedAnswer",
    "Rating",
    "ReceiptLookup",
    "Reply",
    "Review",
    "RoutingStep",
    "SavedReply",
    "Supervision",
    "Talk",
    "outside",
    "own_matters",
    "own_public_ids",
]
