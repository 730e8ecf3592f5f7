"""Rows of the union tree for tests, made by the services that make real ones."""

import datetime as dt
from typing import Any

import factory

from zhijia.accounts.tests.factories import UserFactory
from zhijia.core.actors import SYSTEM
from zhijia.unions.enums import BodyKind, Level, Role
from zhijia.unions.models import Affiliation, Employer, Post, UnionBody
from zhijia.unions.services import add_employer, declare_affiliation, found_body, grant_post

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 2)


class EmployerFactory(factory.django.DjangoModelFactory):
    """A confirmed employer in 邢台."""

    class Meta:
        model = Employer

    name = factory.Sequence(lambda n: f"第{n}玻璃制造有限公司")
    place = "130500"
    is_confirmed = True
    by = SYSTEM
    now = NOW

    @classmethod
    def _create(cls, model_class: type[Employer], *args: Any, **kwargs: Any) -> Employer:
        return add_employer(**kwargs)


class UnionBodyFactory(factory.django.DjangoModelFactory):
    """A county's federation, or what the test says."""

    class Meta:
        model = UnionBody

    name = factory.Sequence(lambda n: f"第{n}总工会")
    level = Level.COUNTY
    kind = BodyKind.FEDERATION
    place = "130500"
    tenant = 13
    by = SYSTEM
    now = NOW

    @classmethod
    def _create(cls, model_class: type[UnionBody], *args: Any, **kwargs: Any) -> UnionBody:
        return found_body(**kwargs)


class PostFactory(factory.django.DjangoModelFactory):
    """A handler's post without an end."""

    class Meta:
        model = Post

    body = factory.SubFactory(UnionBodyFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.HANDLER
    from_on = dt.date(2026, 1, 1)
    by = SYSTEM
    now = NOW

    @classmethod
    def _create(cls, model_class: type[Post], *args: Any, **kwargs: Any) -> Post:
        return grant_post(**kwargs)


class AffiliationFactory(factory.django.DjangoModelFactory):
    """A declared employment that goes on."""

    class Meta:
        model = Affiliation

    employer = factory.SubFactory(EmployerFactory)
    from_on = dt.date(2020, 1, 1)
    now = NOW

    @classmethod
    def _create(cls, model_class: type[Affiliation], *args: Any, **kwargs: Any) -> Affiliation:
        return declare_affiliation(**kwargs)


class Tree:
    """A small real tree: nation, province, city, county, an enterprise with a branch, a forest farm."""

    def __init__(self) -> None:
        make = UnionBodyFactory
        self.nation = make(name="全国总工会", level=Level.NATION, place="", tenant=0)
        self.forest_nation = make(
            name="全国林业工会",
            level=Level.NATION,
            kind=BodyKind.INDUSTRIAL,
            place="",
            tenant=107,
            parent=self.nation,
        )
        self.province = make(name="河北省总工会", level=Level.PROVINCE, place="130000", parent=self.nation)
        self.city = make(name="邢台市总工会", level=Level.CITY, place="130500", parent=self.province)
        self.county = make(name="沙河市总工会", level=Level.COUNTY, place="130582", parent=self.city)
        self.other_county = make(name="威县总工会", level=Level.COUNTY, place="130533", parent=self.city)
        self.forest_city = make(
            name="邢台市林业工会", level=Level.CITY, kind=BodyKind.INDUSTRIAL, place="130500",
            parent=self.city, line_parent=self.forest_nation,
        )  # fmt: skip
        self.glass = EmployerFactory(name="沙河明澈玻璃有限公司", place="130582")
        self.glass_union = make(
            name="明澈玻璃工会", level=Level.GRASSROOTS, kind=BodyKind.GRASSROOTS, place="130582",
            parent=self.county, employer=self.glass,
        )  # fmt: skip
        self.kiln = make(
            name="窑炉分会", level=Level.BRANCH, kind=BodyKind.BRANCH, place="130582", parent=self.glass_union
        )
        self.farm = EmployerFactory(name="云顶山国有林场", place="130503")
        self.farm_union = make(
            name="云顶山林场工会", level=Level.GRASSROOTS, kind=BodyKind.GRASSROOTS, place="130503",
            parent=self.forest_city, employer=self.farm,
        )  # fmt: skip
        self.station = make(
            name="望云护林站工会小组",
            level=Level.GROUP,
            kind=BodyKind.GROUP,
            place="130503",
            parent=self.farm_union,
        )
