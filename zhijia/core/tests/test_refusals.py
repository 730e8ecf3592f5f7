"""Each refusal says what happened and what to do next, in the reader's language."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("zhijia.core.tests.urls")]


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False, headers={"Accept-Language": "en"})


@pytest.mark.parametrize(
    ("address", "status", "text", "next_step"),
    [
        ("/hidden/", 404, "There is nothing here that you may see.", "Check the address or the number"),
        ("/nowhere/", 404, "There is nothing here that you may see.", "Check the address or the number"),
        ("/full-disk/", 507, "our storage is full. Nothing was received.", "Keep this page open"),
        ("/full-database/", 507, "our storage is full. Nothing was received.", "Keep this page open"),
        ("/too-big/", 413, "This is more than we can take at once.", "Send fewer or smaller files"),
        ("/broken/", 500, "Something went wrong on our side.", "Try again in a few minutes."),
        ("/broken-file/", 500, "Something went wrong on our side.", "Try again in a few minutes."),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_a_refusal_is_a_page_with_its_text_and_its_next_step(
    visitor: Client, address: str, status: int, text: str, next_step: str
) -> None:
    answer = visitor.get(address)
    page = answer.content.decode()
    assert answer.status_code == status
    assert text in page
    assert next_step in page
    assert 'href="tel:12351"' in page


def test_a_refusal_is_in_chinese_for_a_chinese_reader() -> None:
    page = Client(headers={"Accept-Language": "zh-CN"}).get("/hidden/").content.decode()
    assert "这里没有您可以查看的内容。" in page
    assert '<html lang="zh-hans"' in page


def test_the_api_answers_with_problem_details(visitor: Client) -> None:
    answer = visitor.get("/api/v1/hidden/")
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 403
    assert problem["code"] == "not-allowed"
    assert problem["title"] == "You may not do this."
    assert problem["detail"].startswith("If you think you should be able to")


def test_a_part_of_a_page_gets_a_part_as_refusal(visitor: Client) -> None:
    answer = visitor.get("/hidden/", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer.content.decode().lstrip().startswith('<div class="alert alert-danger"')


def test_a_forged_form_is_refused_and_told_why() -> None:
    visitor = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    answer = visitor.post("/reading/", {"wish": "size-large"})
    assert answer.status_code == 403
    assert "the page was open too long, or cookies are off" in answer.content.decode()
    assert "reading" not in answer.cookies


def test_our_fault_is_told_even_when_the_page_cannot_be_drawn(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhijia.core import context_processors

    def gone(*_args: object) -> None:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(context_processors, "reading_of", gone)
    answer = visitor.get("/broken/")
    assert answer.status_code == 500
    assert "<h1>Something went wrong on our side.</h1>" in answer.content.decode()


def test_nobody_keeps_a_page_unless_its_view_says_so(visitor: Client) -> None:
    assert visitor.get("/plain/")["Cache-Control"] == "private, no-store"
    assert visitor.get("/public/")["Cache-Control"] == "private, max-age=120"


def test_a_public_page_is_not_kept_for_a_signed_in_person(visitor: Client, django_user_model: type) -> None:
    visitor.force_login(django_user_model.objects.create_user(phone="+8613800001111", password="x" * 12))
    assert visitor.get("/public/")["Cache-Control"] == "private, no-store"


def test_camera_and_location_are_off_and_the_microphone_is_ours_only(visitor: Client) -> None:
    policy = visitor.get("/plain/")["Permissions-Policy"]
    assert "camera=()" in policy
    assert "geolocation=()" in policy
    assert "microphone=(self)" in policy
    assert visitor.get("/plain/")["Cross-Origin-Resource-Policy"] == "same-origin"
