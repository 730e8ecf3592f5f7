"""The tree of union bodies, employers, posts and ties, and what bodies are made of."""

from zhijia.unions.models.bodies import UnionBody, UnionBodyQuerySet
from zhijia.unions.models.employers import Employer, EmployerGram, EmployerQuerySet
from zhijia.unions.models.offices import Committee, Headcount, LegalPerson, Seat, Term
from zhijia.unions.models.posts import Affiliation, Post, PostQuerySet

__all__ = [
    "Affiliation",
    "Committee",
    "Employer",
    "EmployerGram",
    "EmployerQuerySet",
    "Headcount",
    "LegalPerson",
    "Post",
    "PostQuerySet",
    "Seat",
    "Term",
    "UnionBody",
    "UnionBodyQuerySet",
]
