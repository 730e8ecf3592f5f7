"""Asking for help through the page: what is typed, what is refused, what comes back."""

import re
from unittest import mock

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from zhijia.appeals.models import Appeal, Category, own_public_ids
from zhijia.appeals.tests.factories import World, opened
from zhijia.attachments.models import Attachment
from zhijia.core.errors import StorageFull
from zhijia.vault.models import SealedPart

KEY = "page-key-0123456789abcdef"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture(autouse=True)
def _clock(now):
    with time_machine.travel(now, tick=False):
        yield


def told(**more):
    return {
        "idempotency_key": KEY,
        "text": "三个月没发工资",
        "place": "130502",
        "confidentiality": "anonymous",
    } | more


def confirm(world):
    """Let an officer have checked the employer: only checked names are offered."""
    world.employer.is_confirmed = True
    world.employer.save(update_fields=["is_confirmed"])


def send(client, **more):
    return client.post(reverse("appeals:new"), told(**more))


def receipt_of(client):
    page = client.get(reverse("appeals:sent")).content.decode()
    return re.search(r"(?:\d{4} ){4}\d{4}", page).group()


def test_a_stranger_sends_without_a_name_and_reads_the_receipt(client, world: World):
    response = send(client)
    assert (response.status_code, response.url) == (302, reverse("appeals:sent"))
    appeal = Appeal.objects.get()
    page = client.get(response.url).content.decode()
    assert appeal.number in page
    assert "襄都区总工会" in page
    assert f'data-draft-sent="{KEY}"' in page
    assert "<svg" in page
    assert receipt_of(client).replace(" ", "") not in response.url


def test_sending_twice_shows_the_same_receipt(client, world: World):
    send(client)
    first = receipt_of(client)
    send(client)
    assert receipt_of(client) == first
    assert Appeal.objects.count() == 1


def test_a_retry_from_a_browser_that_lost_its_session_gets_the_same_receipt(client, world: World):
    send(client)
    first = receipt_of(client)
    client.cookies.clear()
    send(client)
    assert receipt_of(client) == first
    assert Appeal.objects.count() == 1


def test_the_receipt_is_shown_only_where_it_was_sent_and_can_be_hidden(client, world: World):
    assert client.get(reverse("appeals:sent")).url == reverse("appeals:follow")
    send(client)
    client.post(reverse("appeals:sent"))
    assert client.get(reverse("appeals:sent")).status_code == 302


def test_the_same_key_with_other_words_is_told_and_gets_a_new_key(client, world: World):
    send(client)
    response = send(client, text="另一件事")
    assert response.status_code == 422
    page = response.content.decode()
    assert "另一件事" in page
    assert KEY not in page
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page).group(1)
    assert send(client, text="另一件事", idempotency_key=key).status_code == 302
    assert Appeal.objects.count() == 2


@pytest.mark.parametrize("text", ["", "   \n ", "\u202e\u200e"])
def test_an_empty_text_is_refused_with_an_example(client, world: World, text):
    response = send(client, text=text)
    assert response.status_code == 422
    assert "id_text" in response.content.decode()
    assert not Appeal.objects.exists()


def test_a_text_of_20_000_characters_comes_back_whole(client, world: World):
    long = "字" * 20_000
    response = send(client, text=long)
    page = response.content.decode()
    assert response.status_code == 422
    assert long in page
    assert "20000" in page.replace(",", "").replace("\xa0", "")
    assert not Appeal.objects.exists()


@pytest.mark.parametrize(
    "text", ["😡工资呢😡 发了吗", "مرحبا لم يدفعوا الأجور", "<script>alert(1)</script> 没发", "‏עברית טקסט"]
)
def test_odd_scripts_are_kept_and_escaped(client, world: World, text):
    worker = world.people["worker"]
    client.force_login(worker)
    send(client, text=text, confidentiality="sealed")
    appeal = opened(Appeal.objects.get())
    assert appeal.text == text.replace("\u200f", "")
    page = client.get(reverse("appeals:detail", args=[appeal.public_id])).content.decode()
    assert "<script>alert" not in page


def test_a_removed_category_is_told_at_its_field_and_the_text_is_kept(client, world: World):
    Category.objects.filter(code="WAGE.ARREARS").update(is_active=False)
    response = send(client, category="WAGE.ARREARS")
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"category"}
    assert "三个月没发工资" in response.content.decode()
    assert not Appeal.objects.exists()


def test_a_suggested_category_counts_unless_another_is_chosen(client, world: World):
    send(client, category_hint="WAGE.ARREARS")
    assert Appeal.objects.get().category.code == "WAGE.ARREARS"
    send(client, category_hint="WAGE.ARREARS", category="SAFETY.HAZARD", idempotency_key="x" * 20)
    assert Appeal.objects.filter(category__code="SAFETY.HAZARD").count() == 1


def test_an_employer_nobody_knows_is_kept_as_typed(client, world: World):
    send(client, employer_text="村口那家新作坊", employer="0")
    appeal = opened(Appeal.objects.get())
    assert (appeal.employer, appeal.employer_text) == (None, "村口那家新作坊")
    assert appeal.handling_body == world.bodies["county"]


def test_the_exact_name_of_an_employer_is_enough_without_scripts(client, world: World):
    confirm(world)
    send(client, employer_text="远山木业有限公司")
    assert Appeal.objects.get().employer == world.employer
    send(client, employer_text="远山木业有限公司", employer="0", idempotency_key="y" * 20)
    assert Appeal.objects.filter(employer=None).count() == 1


def test_the_search_for_employers_offers_them_and_says_when_there_is_none(client, world: World):
    confirm(world)
    url = reverse("appeals:employers")
    page = client.post(url, {"employer_text": "远山", "place": "130502"}).content.decode()
    assert f'value="{world.employer.pk}"' in page
    assert 'value="0"' in page
    page = client.post(url, {"employer_text": "天边", "place": "nonsense"}).content.decode()
    assert "radio" not in page


def test_a_stranger_who_gives_his_name_must_leave_a_number(client, world: World):
    response = send(client, confidentiality="named", name="孙某")
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"confidentiality"}
    assert "孙某" in response.content.decode()
    assert not Appeal.objects.exists()


def test_a_number_with_spaces_and_full_width_digits_is_taken_and_sealed(client, world: World):
    assert (
        send(client, confidentiality="sealed", name="孙某", mobile="１３８ ００００-００００").status_code
        == 302
    )
    assert SealedPart.objects.get(part="contact").owner == Appeal.objects.get().owner
    assert "孙某" not in str(Appeal.objects.values().get())


def test_a_wrong_number_is_told_at_its_field(client, world: World):
    response = send(client, confidentiality="named", mobile="12345")
    assert response.context["form"].errors.keys() == {"mobile"}


def test_full_width_digits_count_people_and_words_do_not(client, world: World):
    send(client, people_count="１２", circumstances=["arrears"])
    assert Appeal.objects.get().people_count == 12
    assert Appeal.objects.get().urgency == "urgent"
    response = send(client, people_count="很多", idempotency_key="z" * 20)
    assert response.context["form"].errors.keys() == {"people_count"}


def test_a_signed_in_worker_is_sealed_unless_he_says_otherwise(client, world: World):
    client.force_login(world.people["worker"])
    page = client.get(reverse("appeals:new"))
    assert page.context["form"]["confidentiality"].value() == "sealed"
    assert "mobile" not in page.context["form"].fields
    send(client, confidentiality="sealed")
    assert Appeal.objects.get().author_pk == world.people["worker"].pk
    assert own_public_ids(world.people["worker"]) == {Appeal.objects.get().public_id}


def test_a_signed_in_worker_who_stays_unknown_leaves_no_trace_of_his_account(client, world: World):
    from zhijia.audit.models import Entry

    worker = world.people["worker"]
    client.force_login(worker)
    client.post(reverse("appeals:new"), told(files=SimpleUploadedFile("a.png", PNG)))
    appeal = Appeal.objects.get()
    assert appeal.author_pk is None
    actors = {e.actor for e in Entry.objects.filter(object__contains=str(appeal.public_id))}
    actors |= {e.actor for e in Entry.objects.filter(object=f"appeals.appeal:{appeal.pk}")}
    assert f"user:{worker.pk}" not in actors
    assert Attachment.objects.get().added_by == "anonymous"
    assert appeal.routingsteps.get().moved_by == "anonymous"


def test_photo_document_and_voice_are_kept_together(client, world: World):
    response = client.post(
        reverse("appeals:new"),
        told(photo=SimpleUploadedFile("p.png", PNG), files=[SimpleUploadedFile("b.png", PNG)]),
    )
    assert response.status_code == 302
    assert Attachment.objects.count() == 2


def test_a_file_that_lies_about_its_type_is_refused_and_the_text_kept(client, world: World):
    bad = SimpleUploadedFile("工资条.jpg", b"MZ\x90\x00 this is a program", content_type="image/jpeg")
    response = client.post(reverse("appeals:new"), told(files=bad))
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"files"}
    assert "三个月没发工资" in response.content.decode()
    assert not Appeal.objects.exists()
    assert not Attachment.objects.exists()


def test_a_file_past_the_cap_is_dropped_while_it_comes_and_the_text_kept(client, world: World, settings):
    settings.ZHIJIA_FILE_CAP = 100_000
    huge = SimpleUploadedFile("film.mp4", b"\x00" * 3_000_000)
    response = client.post(reverse("appeals:new"), told(files=huge))
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"files"}
    assert "三个月没发工资" in response.content.decode()
    assert not Appeal.objects.exists()


def test_a_full_disk_is_a_clear_refusal_with_the_text_kept(client, world: World):
    with mock.patch("zhijia.appeals.views.submitting.submit_appeal", side_effect=StorageFull):
        response = send(client)
    assert response.status_code == 507
    assert "三个月没发工资" in response.content.decode()
    assert not Appeal.objects.exists()


def test_a_form_without_its_key_says_so(client, world: World):
    response = send(client, idempotency_key="")
    assert response.status_code == 422
    assert "idempotency_key" in response.context["form"].errors


def test_suggestions_name_kinds_law_and_telling_marks_and_store_nothing(client, world: World):
    text = "老板拖欠我三个月工资不发，我的电话是13800001234"
    page = client.post(reverse("appeals:suggest"), {"text": text}).content.decode()
    assert 'value="WAGE.ARREARS"' in page
    assert "工资" in page
    assert "<mark>13800001234</mark>" in page
    assert "法》" in page or "条例》" in page
    assert not Appeal.objects.exists()


def test_the_form_answers_in_few_queries(client, world: World, django_assert_max_num_queries):
    client.get(reverse("appeals:new"))
    with django_assert_max_num_queries(3):
        client.get(reverse("appeals:new"))
