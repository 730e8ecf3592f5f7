"""A person sees, copies and erases his matters; officers decide only about what they may know of."""

import datetime as dt
import io
import json
import uuid
import zipfile

import pytest
from django.apps import apps

from zhijia.accounts.tests.factories import sign_in
from zhijia.appeals import rights, services
from zhijia.appeals.models import Appeal, OwnMatter, ReceiptLookup, own_public_ids
from zhijia.appeals.personal_data import PERSONAL_DATA
from zhijia.attachments.models import Attachment
from zhijia.attachments.tests.files import photo, upload
from zhijia.audit.models import Entry
from zhijia.core.errors import NotFound
from zhijia.privacy import services as privacy
from zhijia.privacy.errors import MatterMissing, StillInTheWay
from zhijia.privacy.models import Consent, RightsRequest
from zhijia.privacy.selectors.own import everything_about
from zhijia.unions.enums import Role
from zhijia.unions.services import declare_affiliation
from zhijia.vault.enums import Purpose
from zhijia.vault.errors import RequestNeeded
from zhijia.vault.models import PartKey, SealedPart
from zhijia.vault.services import open_parts

DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_ledger(settings, tmp_path):
    settings.DATA = tmp_path


def closed(world, **told):
    """Return a matter that is answered and confirmed."""
    appeal = world.replied(**told)
    services.rate_reply(
        appeal_id=appeal.pk, result="satisfied", attitude="satisfied", comment="谢谢", by=told.get("by")
        or world.people["worker"], now=world.now,
    )  # fmt: skip
    appeal.refresh_from_db()
    return appeal


def ask(world, appeal, user=None):
    user = user or world.people["worker"]
    return privacy.ask_request(
        user=user, kind="erase_matter", about=appeal.owner, text="", by=user, now=world.now
    )


def test_my_data_tells_what_was_written_only_after_a_proof(world):
    appeal, user = closed(world, text="扣了我三百块"), world.people["worker"]
    told = everything_about(user, world.now, proven=True)
    words = [thing.value for m in told.matters for shelf in m.shelves for thing in shelf.things]
    assert "扣了我三百块" in words
    assert "已督促单位补发工资。" in words
    assert "谢谢" in words
    shut = everything_about(user, world.now, proven=False)
    assert [m.owner for m in shut.matters] == [appeal.owner]
    assert [t.value for m in shut.matters for s in m.shelves for t in s.things if t.is_sealed] == [""]


def test_another_person_sees_nothing_of_it(world):
    closed(world)
    assert everything_about(world.people["stranger"], world.now, proven=True).matters == ()


def test_the_archive_holds_the_files_as_they_can_be_opened(world, client, time_machine):
    time_machine.move_to(world.now, tick=False)
    user = world.people["worker"]
    services.submit_appeal(
        submission=services.Submission(text="工资条", place="130502"), key="k" * 20, by=user, now=world.now,
        files=[upload(photo(), "工资条.jpg")],
    )  # fmt: skip
    sign_in(client, user)
    packed = zipfile.ZipFile(io.BytesIO(client.get("/privacy/me/copy.zip").getvalue()))
    assert "工资条" in json.dumps(json.loads(packed.read("my-data.json")), ensure_ascii=False)
    (name,) = [name for name in packed.namelist() if name.startswith("files/")]
    assert packed.read(name)[:2] == b"\xff\xd8"


def test_an_erased_matter_keeps_bare_figures_and_nothing_that_the_map_says_is_erased(world):
    appeal = closed(
        world, text="扣了我三百块", wish="还给我", employer_text="某厂", circumstances=("threat",)
    )
    services.write_note(appeal_id=appeal.pk, text="内部", by=world.people["handler"], now=world.now)
    privacy.erase_now(reference=appeal.owner, now=world.now)
    left = []
    for entry in PERSONAL_DATA:
        if entry.erasure not in ("clear", "delete") or entry.level == "C0" or entry.field == "*":
            continue
        for row in apps.get_model(entry.model).objects.all():
            value = getattr(row, entry.field)
            if value:
                left.append(f"{entry.model}.{entry.field}: {value!r}")
    assert left == []
    assert SealedPart.objects.filter(owner=appeal.owner, erased_at=None).count() == 0
    assert PartKey.objects.filter(part__owner=appeal.owner).count() == 0
    assert (ReceiptLookup.objects.count(), OwnMatter.objects.count()) == (0, 0)
    kept = Appeal.objects.get(pk=appeal.pk)
    assert (kept.number, kept.state, kept.erased_at) == (appeal.number, appeal.state, world.now)


def test_only_ones_own_matter_can_be_asked_for(world):
    appeal = closed(world)
    with pytest.raises(MatterMissing):
        ask(world, appeal, user=world.people["stranger"])
    with pytest.raises(MatterMissing):
        privacy.ask_request(
            user=world.people["worker"], kind="erase_matter", about=f"appeal:{uuid.uuid4()}", text="",
            by=world.people["worker"], now=world.now,
        )  # fmt: skip
    assert RightsRequest.objects.count() == 0


def test_a_request_names_the_matter_and_never_the_person(world):
    user = world.people["worker"]
    row = ask(world, closed(world))
    row.refresh_from_db()
    assert (row.person, row.about_id in own_public_ids(user)) == (None, True)
    assert RightsRequest.objects.of(user).get() == row
    assert RightsRequest.objects.of(world.people["stranger"]).count() == 0
    about = Entry.objects.filter(action="privacy.asked").get()
    assert f"user:{user.pk}" not in (about.actor, about.object, about.data)


def test_the_chair_of_the_body_decides_and_the_timer_erases(world):
    appeal = closed(world)
    row = ask(world, appeal)
    privacy.grant_request(public_id=row.public_id, by=world.people["chair"], now=world.now)
    assert privacy.carry_out(world.now + DAY) == 1
    row.refresh_from_db()
    assert (row.state, Appeal.objects.get(pk=appeal.pk).erased_at) == ("done", world.now + DAY)


def test_the_chair_who_works_for_the_employer_does_not_know_of_the_request(world):
    """He holds the post that decides; the wall takes the matter, and so the request, out of his sight."""
    row, chair, on = ask(world, closed(world)), world.people["chair"], world.now.date()
    assert RightsRequest.objects.visible_to(chair, on).get() == row
    declare_affiliation(employer=world.employer, from_on=dt.date(2025, 1, 1), by=chair, now=world.now)
    assert RightsRequest.objects.visible_to(chair, on).count() == 0
    with pytest.raises(NotFound):
        privacy.grant_request(public_id=row.public_id, by=chair, now=world.now)
    assert RightsRequest.objects.get().state == "asked"


@pytest.mark.parametrize("role", [Role.CHAIR, Role.SUPERVISOR])
def test_whoever_may_not_know_of_the_matter_does_not_know_of_the_request(world, role):
    """The officers of the employer's own union, though they hold the post that decides."""
    row = ask(world, closed(world))
    inside = world.officer("inside", "own_union", role)
    on = world.now.date()
    assert RightsRequest.objects.visible_to(inside, on).count() == 0
    with pytest.raises(NotFound):
        privacy.grant_request(public_id=row.public_id, by=inside, now=world.now)
    assert RightsRequest.objects.get().state == "asked"


def test_an_open_matter_stands_in_the_way_of_itself_and_of_the_account(world):
    appeal, user = world.submit(), world.people["worker"]
    row = ask(world, appeal)
    with pytest.raises(StillInTheWay):
        privacy.grant_request(public_id=row.public_id, by=world.people["chair"], now=world.now)
    account = privacy.ask_request(user=user, kind="erase_account", text="", by=user, now=world.now)
    assert account.state == "asked"
    assert [appeal.number in line for line in rights.account_obstacles(f"user:{user.pk}", world.now)] == [
        True
    ]


def hold(world, appeal, until=dt.date(2026, 12, 1)):
    one, other = world.people["chair"], world.officer("supervisor", "county", Role.SUPERVISOR)
    made = privacy.place_hold(
        about_kind="appeal", about_id=appeal.public_id, person=None, body=world.bodies["county"],
        article="档案法 第三十条", reason="案件", until_on=until, by=one, now=world.now,
    )  # fmt: skip
    return privacy.confirm_hold(hold_id=made.pk, by=other, now=world.now), other


def test_a_held_matter_is_frozen_and_opens_for_two_people_only(world):
    appeal = closed(world)
    made, other = hold(world, appeal)
    row = ask(world, appeal)
    handler = world.people["handler"]
    told = {"owner": appeal.owner, "parts": ("narrative",), "by": handler, "reason": "look",
            "purpose": Purpose.GRIEVANCE_HANDLE, "now": world.now}  # fmt: skip
    assert open_parts(**told)
    privacy.grant_request(public_id=row.public_id, by=world.people["chair"], now=world.now)
    with pytest.raises(RequestNeeded):
        open_parts(**told)
    assert privacy.carry_out(world.now + DAY) == 0
    assert Appeal.objects.get(pk=appeal.pk).erased_at is None
    privacy.end_hold(hold_id=made.pk, by=other, now=world.now + DAY)
    assert privacy.carry_out(world.now + DAY) == 1
    assert Appeal.objects.get(pk=appeal.pk).erased_at == world.now + DAY


def test_the_retention_timer_freezes_what_a_law_holds(world):
    appeal, free = closed(world), closed(world)
    hold(world, appeal)
    Appeal.objects.update(retained_until_on=world.now.date() - DAY)
    assert services.erase_expired(world.now) == 1
    assert Appeal.objects.get(pk=appeal.pk).erased_at is None
    assert Appeal.objects.get(pk=free.pk).erased_at == world.now


def test_who_the_person_was_goes_a_year_after_the_end_and_the_rest_stays(world):
    appeal = closed(world)
    assert rights.erase_identities(world.now + 360 * DAY) == 0
    assert rights.erase_identities(world.now + 370 * DAY) >= 1
    live = SealedPart.objects.filter(owner=appeal.owner, erased_at=None)
    assert set(live.values_list("part", flat=True)) >= {"narrative", "evidence"}
    assert not live.filter(part="complainant").exists()


def test_agreeing_to_publish_is_kept_with_its_words_and_without_the_person(world):
    appeal, user = world.submit(consents_to_publishing=True), world.people["worker"]
    services.set_consent(appeal_id=appeal.pk, consents=False, by=user, now=world.now + DAY)
    row = Consent.objects.get(kind="publish_matter")
    assert (row.person, row.owner, row.withdrawn_at) == (None, appeal.owner, world.now + DAY)
    (line,) = everything_about(user, world.now + DAY, proven=True).history
    assert line.owner == appeal.owner


def test_every_file_of_the_account_goes_with_it(world):
    user = world.people["worker"]
    services.submit_appeal(
        submission=services.Submission(text="工资条", place="130502"), key="k" * 20, by=user, now=world.now,
        files=[upload(photo(), "工资条.jpg")],
    )  # fmt: skip
    assert Attachment.objects.count() == 1
    privacy.erase_now(reference=f"user:{user.pk}", now=world.now)
    assert Attachment.objects.count() == 0
