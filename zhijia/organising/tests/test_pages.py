"""Pages, papers and operations of foundings and elections."""

import pypdfium2
import pytest
from django.urls import reverse

from zhijia.accounts.services import create_token
from zhijia.accounts.tests.factories import sign_in
from zhijia.core import printing
from zhijia.organising import services
from zhijia.organising.enums import Paper, State
from zhijia.organising.models import Process, Vote
from zhijia.organising.rights import erase, forget, held
from zhijia.organising.tests.factories import NOW, TODAY
from zhijia.unions.tests.factories import AffiliationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(time_machine):
    time_machine.move_to(NOW, tick=False)


def at(name: str, process: Process, **more) -> str:
    return reverse(f"organising:{name}", kwargs={"public_id": process.public_id, **more})


def page(client, who, address) -> tuple[int, str]:
    sign_in(client, who)
    response = client.get(address)
    return response.status_code, response.content.decode()


def test_what_was_typed_stays_and_the_page_says_what_to_do(world, client) -> None:
    sign_in(client, world.worker)
    told = {
        "employer_text": "沙河远航物流有限公司", "place": "130582", "body_kind": "grassroots",
        "workers": "20", "members": "30", "years": "3",
    }  # fmt: skip
    response = client.post(reverse("organising:found"), told)
    assert response.status_code == 422
    assert "会员30人多于本单位职工20人" in response.content.decode()
    assert 'value="沙河远航物流有限公司"' in response.content.decode()
    assert not Process.objects.exists()
    response = client.post(reverse("organising:found"), {**told, "members": "12"})
    made = Process.objects.get()
    assert response["Location"] == at("process", made)
    assert (made.employer, made.state) == (world.employer, State.DRAFT)


def test_buttons_follow_the_table_and_the_reader(world, client) -> None:
    process = world.do("apply_founding", world.founding(), world.worker)
    for who, shown, hidden in (
        (world.worker, "steps/withdraw", "steps/approve_preparation"),
        (world.dispatcher, "steps/approve_preparation", "steps/withdraw"),
    ):
        _status, text = page(client, who, at("process", process))
        assert shown in text
        assert hidden not in text


def test_for_whoever_is_tied_to_the_employer_the_page_does_not_exist(world, client) -> None:
    AffiliationFactory(user=world.dispatcher, employer=world.employer, by=world.dispatcher)
    process = world.do("apply_founding", world.founding(), world.worker)
    for name, more in (("process", {}), ("election", {}), ("paper", {"paper": "founding_request"})):
        assert page(client, world.dispatcher, at(name, process, **more))[0] == 404
    assert page(client, world.county_chair, at("process", process))[0] == 200


def test_a_refused_step_is_explained_on_the_page_and_changes_nothing(world, client) -> None:
    process = world.to_recruiting()
    sign_in(client, world.worker)
    response = client.post(at("step", process, step="prepare_election"))
    assert response.status_code == 422
    assert "工会委员会委员和主席的选举还没有都列出" in response.content.decode()
    process.refresh_from_db()
    assert process.state == State.RECRUITING


@pytest.mark.skipif(not printing.can_print(), reason="Pango or a Chinese font is not here")
@pytest.mark.parametrize(
    "paper", ["founding_request", "founding_reply", "candidates_request", "result_report"]
)
def test_papers_are_printed_from_the_record(world, client, paper) -> None:
    process = world.to_reported()
    sign_in(client, world.worker)
    response = client.get(at("paper_pdf", process, paper=paper))
    assert response["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(response.content)
    text = "".join(one.get_textpage().get_text_bounded() for one in document)
    document.close()
    assert "沙河远航物流有限公司工会" in text.replace("\r\n", "").replace("\n", "")
    assert "None" not in text


def test_every_paper_of_a_closed_process_can_be_read_as_a_page(world, client) -> None:
    process = world.established()
    for paper in (Paper.FOUNDING_REPLY, Paper.RESULT_REPLY, Paper.RESULT_REPORT):
        status, text = page(client, world.worker, at("paper", process, paper=paper.value))
        assert status == 200
        assert "paper-sheet" in text
    assert page(client, world.worker, at("paper", process, paper="closing_request"))[0] == 404


def test_where_printing_is_missing_the_page_says_so_and_still_prints(world, client, monkeypatch) -> None:
    process = world.founding()
    monkeypatch.setattr(printing, "can_print", lambda: False)
    status, text = page(client, world.worker, at("paper", process, paper="founding_request"))
    assert status == 200
    assert "fonts-noto-cjk" in text
    assert "paper-sheet" in text
    assert client.get(at("paper_pdf", process, paper="founding_request")).status_code == 503


def test_the_inner_page_of_a_body_is_for_who_leads_it_or_stands_above(world, client) -> None:
    process = world.established()
    address = reverse("organising:body", args=[process.body_id])
    status, text = page(client, world.dispatcher, address)
    assert status == 200
    assert "候选0" in text
    assert "第十九条" in text
    for who in (world.elsewhere, world.stranger, world.chair):
        assert page(client, who, address)[0] == 404


def test_a_merger_begins_only_into_a_body_that_somebody_has_chosen(world, client) -> None:
    sign_in(client, world.chair)
    address = reverse("organising:open", args=[world.tree.glass_union.pk, "merger"])
    assert '<option value="" selected>' in client.get(address).content.decode()
    response = client.post(address, {"partner": ""})
    assert response.status_code == 422
    assert "partner" in response.context["form"].errors
    assert not Process.objects.exists()


def test_an_officer_founds_at_a_desk_and_is_not_told_of_an_employer_of_his_own(world, client) -> None:
    for who, is_his in ((world.worker, True), (world.chair, False)):
        _status, text = page(client, who, reverse("organising:found"))
        assert ("与您单位有关联的人" in text) is is_his
        assert ('class="desk' in text) is not is_his


def test_lists_ask_as_often_for_many_as_for_few(world, client, django_assert_max_num_queries) -> None:
    sign_in(client, world.dispatcher)
    for _number in range(12):
        world.do("apply_founding", world.founding(), world.worker)
    client.get(reverse("organising:index"))
    with django_assert_max_num_queries(30):
        client.get(reverse("organising:index"))


def test_a_program_founds_a_union_with_the_same_rules(world, client) -> None:
    _token, secret = create_token(
        user=world.worker, name="t", scopes=["organising:work"], days=30, by=world.worker, now=NOW
    )
    headers = {"Authorization": f"Bearer {secret}"}

    def post(path: str, told: dict):
        return client.post(f"/api/v1/organising{path}", told, "application/json", headers=headers)

    told = {"employer_id": world.employer.pk, "place": "130582", "workers": 90, "members": 95}
    refused = post("/foundings", told)
    assert (refused.status_code, refused.json()["code"]) == (422, "members-exceed-workers")
    made = post("/foundings", {**told, "members": 60}).json()
    assert made["actions"] == ["apply_founding", "withdraw"]
    sent = post(f"/{made['public_id']}/apply-founding", {}).json()
    assert (sent["state"], sent["answering"]) == ("prep_applied", world.tree.county.name)
    assert post(f"/{made['public_id']}/approve-preparation", {"reason": ""}).status_code == 403
    assert Process.objects.get().state == State.PREP_APPLIED


def test_no_table_and_no_operation_could_hold_how_somebody_voted(client) -> None:
    columns = {field.name for field in Vote._meta.get_fields()}
    assert not columns & {"voter", "ballot", "user", "account"}
    told = client.get("/api/v1/openapi.json").json()
    shape = told["components"]["schemas"]["CountIn"]["properties"]
    assert set(shape) == {
        "entitled", "present", "issued", "returned", "invalid", "yes", "held_on", "leave_vacant",
    }  # fmt: skip


def test_a_person_reads_what_he_began_and_takes_it_back_with_his_account(world) -> None:
    process = world.do("apply_founding", world.founding(), world.worker)
    assert next(iter(held(world.worker, NOW, True))).model == "organising.Process"
    assert erase(f"user:{world.worker.pk}", now=NOW) == {"processes": 1}
    process.refresh_from_db()
    assert (process.state, process.applicant, process.last_applicant) == (State.WITHDRAWN, None, None)
    assert not list(held(world.worker, NOW, True))


def test_an_ended_process_is_forgotten_after_ten_years_and_the_union_stays(world) -> None:
    process = world.established()
    body = process.body
    assert forget(NOW.replace(year=2036, day=1)) == 0
    assert forget(NOW.replace(year=2036, day=4)) == 1
    assert not Process.objects.exists()
    body.refresh_from_db()
    assert body.is_active
    assert services.escalate_late(now=NOW) == 0
    assert body.founded_on == TODAY
