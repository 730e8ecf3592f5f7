"""What every table keeps alike."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tests.architecture.sources import PACKAGE, ROOT, nothing, shown
from zhijia.core.manifest import contributions, manifests
from zhijia.core.models import TenantModel

HOUSE = [m for m in apps.get_models() if m.__module__.startswith("zhijia.")]
TEXT = (models.CharField, models.TextField, models.EmailField, models.BinaryField, models.JSONField)
# Rows of these lower floors are shared by all tenants, or are looked up by key only.
LAYERS = (
    "core", "audit", "regulations", "accounts", "unions", "vault", "notifications", "attachments",
    "portal", "statistics", "privacy", "recovery", "membership", "organising", "funds",
)  # fmt: skip


def _label(model: type[models.Model]) -> str:
    return f"{model._meta.app_label}.{model.__name__}"


def _names(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.fields}


def _is_closed_list(field: models.Field) -> bool:  # type: ignore[type-arg]
    return bool(field.choices)


def test_every_text_field_is_in_the_map_of_personal_data() -> None:
    listed = {(entry.model.lower(), entry.field) for entry in contributions("personal_data")}
    missing = [
        f"{_label(model)}.{field.name}"
        for model in HOUSE
        for field in model._meta.local_fields
        if isinstance(field, TEXT) and not _is_closed_list(field)
        and (_label(model).lower(), field.name) not in listed
        and (_label(model).lower(), "*") not in listed
    ]  # fmt: skip
    nothing(missing)


def test_the_map_of_personal_data_names_only_fields_that_exist() -> None:
    known = {(m._meta.label_lower, field.name) for m in apps.get_models() for field in m._meta.get_fields()}
    # "*" with level C0 says that a whole table holds nothing about a person.
    known |= {(model._meta.label_lower, "*") for model in HOUSE}
    entries = list(contributions("personal_data"))
    nothing([e for e in entries if (e.model.lower(), e.field) not in known])
    nothing([e for e in entries if e.level not in ("C0", "C1", "C2", "C3")])
    nothing([e for e in entries if e.erasure not in ("clear", "delete", "keep", "shred")])


def test_an_instant_and_its_person_stand_or_fall_together() -> None:
    wrong = []
    for model in HOUSE:
        checks = " ".join(
            str(c.condition) for c in model._meta.constraints if isinstance(c, models.CheckConstraint)
        )
        for field in model._meta.local_fields:
            stem = field.name.removesuffix("_at")
            partner = f"{stem}_by"
            if stem == field.name or partner not in _names(model) or not field.null:
                continue
            if f"{field.name}__isnull" not in checks:
                wrong.append(f"{_label(model)}: {field.name} and {partner}")
    nothing(wrong)


def test_names_of_instants_and_days_tell_what_they_are() -> None:
    wrong = []
    for model in HOUSE:
        for field in model._meta.local_fields:
            if (
                isinstance(field, models.DateTimeField)
                and not field.name.endswith(("_at", "_until"))
                and field.name != "at"
            ):
                wrong.append(f"{_label(model)}.{field.name} is an instant: …_at")
            elif type(field) is models.DateField and not field.name.endswith("_on"):
                wrong.append(f"{_label(model)}.{field.name} is a day: …_on")
    nothing([w for w in wrong if ".last_login " not in w])


@pytest.mark.parametrize("model", [m for m in HOUSE if issubclass(m, TenantModel)], ids=_label)
def test_the_tenant_comes_first(model: type[models.Model]) -> None:
    for index in model._meta.indexes:
        if index.fields:
            assert index.fields[0].lstrip("-") == "tenant", index.name
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            assert constraint.fields[0] == "tenant", constraint.name


def test_no_text_column_gets_a_twin_index() -> None:
    wrong = [
        f"{_label(model)}.{field.name}"
        for model in HOUSE
        for field in model._meta.local_fields
        if isinstance(field, models.CharField) and (field.unique or field.db_index) and not field.primary_key
    ]
    nothing(wrong)


def test_rows_point_downwards_only() -> None:
    wrong = []
    for model in HOUSE:
        for field in model._meta.local_fields:
            if field.is_relation and field.related_model:
                one, other = model._meta.app_label, field.related_model._meta.app_label
                if one in LAYERS and other in LAYERS and LAYERS.index(other) > LAYERS.index(one):
                    wrong.append(f"{_label(model)}.{field.name} points up to {other}")
    nothing(wrong)


def test_nothing_is_deleted_along_with_something_else_unsaid() -> None:
    allowed = (models.PROTECT, models.RESTRICT, models.SET_NULL, models.CASCADE, models.DO_NOTHING)
    wrong = [
        f"{_label(model)}.{field.name}"
        for model in HOUSE
        for field in model._meta.local_fields
        if field.is_relation and field.remote_field and field.remote_field.on_delete not in allowed
    ]
    nothing(wrong)


def _migrations() -> list[Path]:
    return sorted(PACKAGE.glob("*/migrations/[0-9]*.py"))


def test_every_migration_has_a_name_that_says_what_it_does() -> None:
    nothing(
        [shown(p) for p in _migrations() if "_auto_" in p.name or re.fullmatch(r"\d{4}_initial\.py", p.name)]
    )


def test_migrations_of_an_app_form_one_line() -> None:
    for folder in {path.parent for path in _migrations()}:
        numbers = [path.name[:4] for path in sorted(folder.glob("[0-9]*.py"))]
        assert len(numbers) == len(set(numbers)), shown(folder)


def test_every_app_of_the_house_has_a_manifest_and_a_page_about_itself() -> None:
    named = {manifest.app for manifest in manifests()}
    configs = [c for c in apps.get_app_configs() if c.name.startswith("zhijia.")]
    assert {c.label for c in configs} - named == set()
    nothing([c.label for c in configs if not (Path(c.path) / "README.md").exists()])


def test_every_setting_that_is_read_is_described_and_no_other() -> None:
    pattern = re.compile(r"""(?:env\.\w+|environ\.get|environ)[\[(]\s*"([A-Z][A-Z_]+)""")
    read = {
        name
        for path in PACKAGE.rglob("*.py")
        if "tests" not in path.parts
        for name in pattern.findall(path.read_text())
    }
    page = (ROOT / "docs/reference/settings.md").read_text()
    described = set(re.findall(r"^\| `([A-Z][A-Z_]+)`", page, re.MULTILINE))
    read -= {"DJANGO_SETTINGS_MODULE", "ZHIJIA_TESTING"}
    assert described == read
