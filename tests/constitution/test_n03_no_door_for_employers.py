"""N3: employers have no way to complaints: no account of theirs, no role, no page."""

import re

from django.urls import get_resolver

from tests.architecture.sources import nothing
from tests.constitution.houses import house_models, label, person_keys
from tests.trust.every_route import operations, pages
from zhijia.unions.enums import Role
from zhijia.unions.models import Employer

ROLES = {
    "auditor", "chair", "custodian", "dispatcher", "handler", "hotline_agent", "organiser", "steward",
    "supervisor", "treasurer",
}  # fmt: skip
"""Posts of union bodies. There is none for the employer's side."""
TIES = {
    "appeals.MatterGroup": "the officer who joined two matters",
    "funds.LevyReturn": "the officer who entered what the employer owes the union",
    "unions.Affiliation": "hides the employer's matters from the person",
    "appeals.EmployerFlag": "the officer who acknowledged it",
    "appeals.Appeal": "the officers who entered and handle it",
    "organising.Process": "who asks to found a union there: hidden from whoever is tied to the employer",
    "membership.Application": "the applicant, and where he works: hidden from whoever is tied to it",
}


def test_roles_are_those_of_unions_only() -> None:
    assert set(Role.values) == ROLES


def test_no_row_makes_a_person_act_for_an_employer() -> None:
    found = {
        label(model)
        for model in house_models()
        if person_keys(model)
        and any(f.is_relation and f.related_model is Employer for f in model._meta.local_fields)
    }
    nothing(f"{name} joins a person and an employer" for name in found - set(TIES))


def test_no_address_is_made_for_employers() -> None:
    names = [name for name, _arguments in pages()] + [path for _method, path in operations()]
    assert len(names) > 100
    wrong = [name for name in names if re.search(r"(enterprise|company|portal_for|for_employer)", name)]
    nothing(wrong)
    assert get_resolver().url_patterns
