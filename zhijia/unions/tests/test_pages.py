"""The pages, as people see them."""

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.accounts.tests.factories import UserFactory, sign_in
from zhijia.unions.enums import Role
from zhijia.unions.models import Affiliation, Employer, Post, UnionBody
from zhijia.unions.tests.factories import EmployerFactory, PostFactory, Tree, UnionBodyFactory


@pytest.fixture
def steward(tree: Tree, client: Client) -> User:
    user = User.objects.get(pk=PostFactory(body=tree.county, role=Role.STEWARD).user_id)
    sign_in(client, user)
    return user


def text_of(response) -> str:
    return response.content.decode()


def test_a_stranger_finds_the_top_bodies_and_walks_down(tree: Tree, client: Client) -> None:
    top = text_of(client.get(reverse("unions:directory")))
    assert "河北省总工会" in top
    assert "沙河市总工会" not in top
    city = text_of(client.get(reverse("unions:body", args=[tree.city.pk])))
    assert "沙河市总工会" in city
    assert "明澈玻璃工会" not in city


def test_a_stranger_finds_a_body_by_the_name_of_the_place(tree: Tree, client: Client) -> None:
    found = text_of(client.get(reverse("unions:directory"), {"q": "沙河"}))
    assert "沙河市总工会" in found
    nothing = text_of(client.get(reverse("unions:directory"), {"q": "火星"}))
    assert "12351" in nothing


def test_a_public_body_page_names_no_person(tree: Tree, client: Client) -> None:
    PostFactory(body=tree.county, user=UserFactory(name="张三丰"))
    assert "张三丰" not in text_of(client.get(reverse("unions:body", args=[tree.county.pk])))


def test_an_unknown_body_is_not_found(tree: Tree, client: Client) -> None:
    assert client.get(reverse("unions:body", args=[10**9])).status_code == 404


def test_a_body_page_asks_the_same_number_of_questions_however_many_bodies_there_are(
    tree: Tree, client: Client, django_assert_num_queries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    url = reverse("unions:body", args=[tree.city.pk])
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(12):
        UnionBodyFactory(parent=tree.city)
    with django_assert_num_queries(len(few)):
        client.get(url)


def test_a_steward_grants_and_ends_a_post_on_the_page(tree: Tree, client: Client, steward: User) -> None:
    UserFactory(name="李四光", phone="13912345678")
    url = reverse("unions:posts", args=[tree.county.pk])
    form = {
        "phone": "139 1234 ５６７８",
        "role": "handler",
        "from_on": "2026-01-01",
        "until_on": "2030-12-31",
    }
    assert client.post(url, form).status_code == 302
    assert "李四光" in text_of(client.get(url))
    post = Post.objects.get(user=User.objects.get_by_phone("13912345678"))
    client.post(reverse("unions:end_post", args=[post.pk]))
    post.refresh_from_db()
    assert post.ended_by_id == steward.pk


def test_a_refused_post_keeps_what_was_typed_and_says_why(tree: Tree, client: Client, steward: User) -> None:
    url = reverse("unions:posts", args=[tree.county.pk])
    form = {"phone": "13800138000", "role": "handler", "from_on": "2026-01-01"}
    answer = text_of(client.post(url, form | {"phone": "13999999998"}))
    assert "13999999998" in answer
    assert Post.objects.count() == 1


def test_to_others_the_stewards_pages_do_not_exist(tree: Tree, client: Client) -> None:
    sign_in(client, User.objects.get(pk=PostFactory(body=tree.county).user_id))
    for name in ("posts", "settings", "found"):
        assert client.get(reverse(f"unions:{name}", args=[tree.county.pk])).status_code == 404


def test_a_steward_of_one_county_has_no_pages_of_another(tree: Tree, client: Client, steward: User) -> None:
    assert client.get(reverse("unions:posts", args=[tree.glass_union.pk])).status_code == 200
    assert client.get(reverse("unions:posts", args=[tree.other_county.pk])).status_code == 404
    assert client.get(reverse("unions:posts", args=[tree.city.pk])).status_code == 404


def test_a_steward_changes_settings_and_founds_a_body(tree: Tree, client: Client, steward: User) -> None:
    form = {"name": "沙河市总工会", "phone": "0319-12345", "accepts_appeals": ""}
    client.post(reverse("unions:settings", args=[tree.county.pk]), form)
    tree.county.refresh_from_db()
    assert (tree.county.phone, tree.county.accepts_appeals) == ("0319-12345", False)
    form = {"name": "新城镇工会", "level": "4", "kind": "federation"}
    client.post(reverse("unions:found", args=[tree.county.pk]), form)
    assert UnionBody.objects.get(name="新城镇工会").parent_id == tree.county.pk


def test_a_body_on_a_wrong_level_is_refused_on_the_page(tree: Tree, client: Client, steward: User) -> None:
    form = {"name": "倒挂市总工会", "level": "2", "kind": "federation"}
    answer = client.post(reverse("unions:found", args=[tree.county.pk]), form)
    assert answer.status_code == 200
    assert "倒挂市总工会" in text_of(answer)
    assert not UnionBody.objects.filter(name="倒挂市总工会").exists()


def test_officers_add_check_and_merge_employers_on_pages(tree: Tree, client: Client, steward: User) -> None:
    form = {"name": "新开玻璃厂", "place": "130582", "size_band": "unknown"}
    assert client.post(reverse("unions:add_employer"), form).status_code == 302
    made = Employer.objects.get(name="新开玻璃厂")
    assert made.is_confirmed
    double = EmployerFactory(name="新开玻璃厂子", place="130582", is_confirmed=False)
    listed = text_of(client.get(reverse("unions:employers"), {"unchecked": "on"}))
    assert "新开玻璃厂子" in listed
    assert "明澈" not in listed
    client.post(reverse("unions:merge_employer", args=[double.pk]), {"keep": made.pk})
    double.refresh_from_db()
    assert double.merged_into == made
    assert "新开玻璃厂" in text_of(client.get(reverse("unions:employer", args=[double.pk])))


@pytest.mark.parametrize(
    ("typed", "code"),
    [("沙河市", "130582"), ("河北省邢台市沙河市", "130582"), ("130599", "130599"), ("火星", None)],
)
def test_a_place_may_be_typed_by_name_or_by_code(
    tree: Tree, client: Client, steward: User, typed: str, code: str | None
) -> None:
    form = {"name": "新厂", "place": typed, "size_band": "unknown"}
    client.post(reverse("unions:add_employer"), form)
    made = Employer.objects.filter(name="新厂").first()
    assert (made.place if made else None) == code


def test_a_bad_code_is_told_at_its_field_and_the_name_is_kept(
    tree: Tree, client: Client, steward: User
) -> None:
    form = {"name": "错码公司", "place": "130582", "size_band": "unknown", "credit_code": "123"}
    answer = text_of(client.post(reverse("unions:add_employer"), form))
    assert "错码公司" in answer
    assert not Employer.objects.filter(name="错码公司").exists()


@pytest.mark.parametrize("name", ["employers", "add_employer", "affiliations"])
def test_workers_and_strangers_have_no_officer_pages(tree: Tree, client: Client, name: str) -> None:
    assert client.get(reverse(f"unions:{name}")).status_code == 302
    sign_in(client, UserFactory())
    assert client.get(reverse(f"unions:{name}")).status_code == 403


def test_an_officer_declares_where_he_works(tree: Tree, client: Client, steward: User) -> None:
    url = reverse("unions:affiliations")
    assert "云顶山国有林场" in text_of(client.get(url, {"q": "云顶山"}))
    client.post(f"{url}?q=云顶山", {"employer": tree.farm.pk, "kind": "work", "from_on": "2020-01-01"})
    assert Affiliation.objects.get().user == steward
