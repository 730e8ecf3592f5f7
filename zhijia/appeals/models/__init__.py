"""The rows of an appeal, one aggregate a file."""

from zhijia.appeals.models.appeal import Appeal, MatterGroup, ReceiptLookup
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
    "Appeal",
    "Assignment",
    "BodyPromise",
    "Category",
    "EmployerFlag",
    "Escalation",
    "Extension",
    "Hold",
    "MatterGroup",
    "Note",
    "PublishedAnswer",
    "Rating",
    "ReceiptLookup",
    "Reply",
    "Review",
    "RoutingStep",
    "SavedReply",
    "Supervision",
    "Talk",
]
