"""Employers: codes, finding, merging."""

import pytest
from django.db import IntegrityError, transaction

from zhijia.accounts.tests.factories import UserFactory
from zhijia.core.actors import SYSTEM, ReceiptHolder
from zhijia.core.errors import NotAllowed
from zhijia.core.identifiers import BadCreditCode
from zhijia.unions.demo import demo_code
from zhijia.unions.errors import EmployerExists, NameMissing, SameEmployer, UnionCodeForEmployer
from zhijia.unions.models import Employer
from zhijia.unions.selectors import employers_for, find_employers
from zhijia.unions.services import add_employer, change_employer, merge_employers, name_employer
from zhijia.unions.tests.factories import NOW, TODAY, EmployerFactory, PostFactory, Tree

CODE = demo_code(1, "130582")


def test_a_code_is_checked_and_cleaned_of_spaces_and_full_width_letters(db: None) -> None:
    wide = " ".join("９" if c == "9" else c.lower() for c in CODE)
    assert EmployerFactory(credit_code=wide).credit_code == CODE
    with pytest.raises(BadCreditCode):
        EmployerFactory(credit_code=CODE[:-1] + ("1" if CODE[-1] != "1" else "2"))


def test_a_unions_own_code_is_refused_for_an_employer(db: None) -> None:
    body = "81" + CODE[2:17]
    from stdnum.cn import uscc

    with pytest.raises(UnionCodeForEmployer) as refused:
        EmployerFactory(credit_code=body + uscc.calc_check_digit(body))
    assert refused.value.field == "credit_code"


def test_the_database_itself_refuses_a_unions_code_and_a_second_use_of_a_code(db: None) -> None:
    one, other = EmployerFactory(credit_code=CODE), EmployerFactory()
    for code in ("8" + CODE[1:], CODE):
        with pytest.raises(IntegrityError), transaction.atomic():
            Employer.objects.filter(pk=other.pk).update(credit_code=code)
    assert one.credit_code == CODE


def test_a_code_belongs_to_one_employer_of_a_province(db: None) -> None:
    EmployerFactory(credit_code=CODE, name="甲公司")
    with pytest.raises(EmployerExists) as refused:
        EmployerFactory(credit_code=CODE)
    assert "甲公司" in refused.value.message
    assert EmployerFactory(credit_code=CODE, place="370100").tenant == 37


def test_employers_are_found_by_part_of_the_name_or_by_code(db: None) -> None:
    glass = EmployerFactory(name="沙河明澈玻璃有限公司", credit_code=CODE)
    EmployerFactory(name="清河暖云羊绒纺织有限公司")
    assert find_employers("明澈") == [glass]
    assert find_employers("沙河 明澈公司") == [glass]
    assert find_employers(CODE.lower()) == [glass]
    assert find_employers("不存在的单位") == []
    assert find_employers("  ") == []


def test_an_employer_of_the_place_comes_first(db: None) -> None:
    far = EmployerFactory(name="平安保安公司", place="130102")
    near = EmployerFactory(name="平安保安服务公司", place="130502")
    assert find_employers("平安保安", "130502") == [near, far]
    assert find_employers("平安保安", "130102") == [far, near]


def test_common_words_of_company_names_alone_do_not_list_everybody_first(db: None) -> None:
    glass = EmployerFactory(name="明澈玻璃有限责任公司")
    for number in range(5):
        EmployerFactory(name=f"第{number}有限责任公司")
    assert find_employers("明澈玻璃有限责任公司", limit=1) == [glass]
    assert [e.name for e in find_employers("明澈玻璃有限责任公司")] == ["明澈玻璃有限责任公司"]


def test_a_name_typed_by_a_worker_is_found_by_nobody_until_it_is_checked(tree: Tree) -> None:
    typed = name_employer(name="神秘加工厂", place="130582", by=ReceiptHolder("appeal:1"), now=NOW)
    assert not typed.is_confirmed
    assert find_employers("神秘加工厂") == []
    inside = PostFactory(body=tree.glass_union).user
    county = PostFactory(body=tree.county).user
    assert typed not in employers_for(inside, TODAY)
    assert typed in employers_for(county, TODAY, unchecked=True)
    change_employer(employer_id=typed.pk, by=county, now=NOW, name="神秘加工厂有限公司")
    assert find_employers("神秘加工厂") == [typed]


def test_people_naming_an_employer_alike_name_one_entry(db: None) -> None:
    first, second = (
        name_employer(name=n, place="130582", by=SYSTEM, now=NOW) for n in ("某某厂", " 某某厂 ")
    )
    assert first == second
    assert name_employer(name="某某厂", place="370100", by=SYSTEM, now=NOW) != first


def test_only_officers_confirm_and_change(db: None) -> None:
    worker = UserFactory()
    with pytest.raises(NotAllowed):
        add_employer(name="甲", place="130500", is_confirmed=True, by=worker, now=NOW)
    assert not add_employer(name="甲", place="130500", by=worker, now=NOW).is_confirmed
    with pytest.raises(NotAllowed):
        change_employer(employer_id=EmployerFactory().pk, by=worker, now=NOW, name="乙")
    with pytest.raises(NameMissing):
        add_employer(name=" ", place="130500", by=worker, now=NOW)


def test_an_entry_is_corrected_only_by_federations_of_its_own_place(tree: Tree) -> None:
    inside, elsewhere = PostFactory(body=tree.glass_union).user, PostFactory(body=tree.other_county).user
    for stranger in (inside, elsewhere):
        with pytest.raises(NotAllowed):
            change_employer(employer_id=tree.glass.pk, by=stranger, now=NOW, name="改名玻璃")
    for body in (tree.county, tree.city, tree.province, tree.nation):
        officer = PostFactory(body=body).user
        changed = change_employer(employer_id=tree.glass.pk, by=officer, now=NOW, name=f"{body.name}核")
        assert changed.name == f"{body.name}核"


def test_two_entries_are_merged_only_by_whom_both_places_belong_to(tree: Tree) -> None:
    double = EmployerFactory(name="明澈玻璃", place="130533")
    county, city = PostFactory(body=tree.county).user, PostFactory(body=tree.city).user
    with pytest.raises(NotAllowed):
        merge_employers(keep_id=tree.glass.pk, gone_id=double.pk, by=county, now=NOW)
    assert merge_employers(keep_id=tree.glass.pk, gone_id=double.pk, by=city, now=NOW) == tree.glass


def test_merging_moves_the_union_and_the_code_and_keeps_the_old_entry_pointing_on(tree: Tree) -> None:
    double = EmployerFactory(name="明澈玻璃", place="130582", credit_code=CODE)
    kept = merge_employers(keep_id=tree.glass.pk, gone_id=double.pk, by=SYSTEM, now=NOW)
    double.refresh_from_db()
    kept.refresh_from_db()
    assert (double.is_active, double.merged_into_id, double.credit_code) == (False, kept.pk, "")
    assert kept.credit_code == CODE
    for keep, gone in ((kept, kept), (double, kept), (kept, double)):
        with pytest.raises(SameEmployer):
            merge_employers(keep_id=keep.pk, gone_id=gone.pk, by=SYSTEM, now=NOW)
