"""Keys of officers: handed from colleague to colleague, and out of the platform's reach."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from zhijia.accounts.models import User
from zhijia.audit.models import Entry
from zhijia.core import key_ring
from zhijia.core.actors import SYSTEM, ReceiptHolder
from zhijia.core.errors import NotAllowed
from zhijia.core.receipts import keys_of, new_receipt
from zhijia.unions.enums import Role
from zhijia.unions.services.posts import end_post
from zhijia.unions.tests.factories import PostFactory, Tree
from zhijia.vault import permissions, services
from zhijia.vault.enums import Group, Purpose
from zhijia.vault.errors import KeyLocked, KeyNotGiven, NotYourself, RequestNeeded
from zhijia.vault.keys import Readers
from zhijia.vault.models import KeyGrant, KeyPair, PartKey
from zhijia.vault.recovery import BadShare, Share
from zhijia.vault.services.recovery import make_recovery, recover_body, rehearse

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
OWNER = "matter:7"
TEXT = {"text": "三个月没有发工资"}
NAME = {"name": "王小明"}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _keeper(monkeypatch):
    """Whoever may act, may open here: these tests are about keys."""
    monkeypatch.setattr("zhijia.vault.keys.PASSWORD_MEMORY_KIB", 64)
    keeper = permissions.Keeper(
        lambda by, owner, part, purpose, on: True, needs_two=lambda owner, part: part == "complainant"
    )
    permissions.register_keeper("matter", keeper)
    yield
    permissions.forget_opener("matter")


@pytest.fixture
def tree() -> Tree:
    return Tree()


def officer(body, role=Role.HANDLER, password: str | None = "a-long-password", now=NOW) -> User:
    user = PostFactory(body=body, role=role).user
    user.refresh_from_db()
    if password:
        user.private_key = services.open_user_key(user=user, password=password, now=now)
        services.hand_on_keys(by=user, now=now)
    return user


def seal(body, part="narrative", group=Group.DESK, receipt=b"", users=(), content=TEXT):
    readers = Readers(group=group, body=body, receipt=receipt, users=users)
    return services.seal_part(
        owner=OWNER, part=part, content=content, tenant=body.tenant, now=NOW, readers=readers
    )


def read(by, part="narrative"):
    return services.open_part(
        owner=OWNER, part=part, by=by, purpose=Purpose.GRIEVANCE_HANDLE, reason="work", now=NOW
    )


def readers_of(part="narrative") -> set[str]:
    return set(PartKey.objects.filter(part__part=part).values_list("to", flat=True))


def test_with_a_key_of_the_desk_its_officers_read_and_the_platform_does_not(tree):
    first, second = officer(tree.county), officer(tree.county)
    services.hand_on_keys(by=first, now=NOW)
    seal(tree.county)
    assert readers_of() == {f"desk:{tree.county.pk}"}
    assert read(first) == read(second) == TEXT
    with pytest.raises(KeyNotGiven):
        read(SYSTEM)
    outsider = officer(tree.other_county)
    with pytest.raises(KeyNotGiven):
        read(outsider)


def test_without_the_password_in_this_session_nothing_opens(tree):
    first = officer(tree.county)
    seal(tree.county)
    locked = User.objects.get(pk=first.pk)
    with pytest.raises(KeyLocked):
        read(locked)
    locked.private_key = services.open_user_key(user=locked, password="a-long-password", now=NOW)
    assert read(locked) == TEXT


def test_a_body_above_opens_what_lies_below_and_never_the_other_way(tree):
    above, below = officer(tree.city), officer(tree.county)
    seal(tree.county)
    assert read(above) == TEXT
    services.erase_part(owner=OWNER, part="narrative", now=NOW)
    services.seal_part(
        owner=OWNER, part="other", content=TEXT, tenant=13, now=NOW,
        readers=Readers(group=Group.DESK, body=tree.city),
    )  # fmt: skip
    with pytest.raises(KeyNotGiven):
        read(below, "other")


def test_a_key_of_the_body_above_that_comes_later_reaches_down_too(tree):
    below = officer(tree.county)
    seal(tree.county)
    above = officer(tree.city)
    with pytest.raises(KeyNotGiven):
        read(above)
    services.hand_on_keys(by=below, now=NOW)
    assert read(above) == TEXT


def test_as_long_as_nobody_has_a_key_the_platform_stands_in_and_then_gives_it_up(tree):
    seal(tree.county)
    assert readers_of() == {"platform"}
    assert services.adopt_parts(NOW) == 0
    first = officer(tree.county)
    assert services.adopt_parts(NOW) == 1
    assert readers_of() == {f"desk:{tree.county.pk}"}
    assert read(first) == TEXT
    with pytest.raises(KeyNotGiven):
        read(SYSTEM)


def test_a_colleague_waits_until_somebody_hands_him_the_key_and_gets_it_once(tree):
    first, second = officer(tree.county), officer(tree.county)
    seal(tree.county)
    with pytest.raises(KeyNotGiven):
        read(second)
    assert services.hand_on_keys(by=first, now=NOW) == 1
    assert services.hand_on_keys(by=first, now=NOW) == 0
    assert read(second) == TEXT


def test_who_leaves_loses_the_key_and_a_stranger_never_gets_one(tree):
    first, second = officer(tree.county), officer(tree.county)
    services.hand_on_keys(by=first, now=NOW)
    seal(tree.county)
    end_post(post_id=second.posts.get().pk, by=SYSTEM, now=NOW)
    second.refresh_from_db()
    assert services.drop_stale_grants(NOW + dt.timedelta(minutes=1)) == 1
    with pytest.raises(KeyNotGiven):
        read(second)
    assert services.hand_on_keys(by=first, now=NOW + dt.timedelta(minutes=1)) == 0
    assert read(first) == TEXT


def test_a_receipt_and_the_own_key_of_the_worker_open(tree, django_user_model):
    worker = User.objects.create_user(phone="13900000009", password="a-long-password")
    worker.private_key = services.open_user_key(user=worker, password="a-long-password", now=NOW)
    officer(tree.county)
    receipt = keys_of(new_receipt())
    seal(tree.county, receipt=receipt.key, users=(worker.pk,))
    holder = ReceiptHolder(OWNER, key=receipt.key)
    assert (
        services.open_own(owner=OWNER, parts=["narrative"], by=holder, now=NOW)["narrative"].content == TEXT
    )
    assert read(worker) == TEXT
    with pytest.raises(NotAllowed):
        services.open_own(owner=OWNER, parts=["narrative"], by=worker, now=NOW)
    with pytest.raises(KeyLocked):
        services.open_own(owner=OWNER, parts=["narrative"], by=ReceiptHolder(OWNER), now=NOW)
    assert services.disclosures_of(OWNER) != []


def test_routing_takes_the_key_from_one_desk_and_gives_it_to_the_other(tree):
    here, there = officer(tree.county), officer(tree.other_county)
    seal(tree.county)
    services.move_part(owner=OWNER, part="narrative", body=tree.other_county, by=here, now=NOW)
    assert readers_of() == {f"desk:{tree.other_county.pk}"}
    assert read(there) == TEXT
    with pytest.raises(KeyNotGiven):
        read(here)
    with pytest.raises(KeyNotGiven):
        services.move_part(owner=OWNER, part="narrative", body=tree.county, by=here, now=NOW)


def test_a_new_password_opens_the_same_key_and_a_lost_one_makes_another(tree):
    first, second = officer(tree.county), officer(tree.county)
    services.hand_on_keys(by=first, now=NOW)
    seal(tree.county)
    services.change_password(user=first, old="a-long-password", new="another-password", now=NOW)
    assert services.open_user_key(user=first, password="another-password", now=NOW) == first.private_key
    renewed = services.open_user_key(user=first, password="reset-by-code", now=NOW)
    assert renewed != first.private_key
    first.private_key = renewed
    with pytest.raises(KeyNotGiven):
        read(first)
    services.hand_on_keys(by=second, now=NOW)
    assert read(first) == TEXT


# Two people ----------------------------------------------------------------------------------


def ask(by, tree, reason="must call him back"):
    return services.ask_identity(
        owner=OWNER, part="complainant", body=tree.county, reason=reason, by=by, now=NOW, tenant=13
    )


def decide(request, by, approves=True, now=NOW):
    return services.decide_identity(
        public_id=request.public_id, approves=approves, reason="seen", by=by, now=now
    )


def test_a_name_opens_only_after_a_custodian_agreed_and_only_for_a_day(tree):
    handler, custodian = officer(tree.county), officer(tree.county, Role.CUSTODIAN)
    seal(tree.county, "complainant", Group.CUSTODY, content=NAME)
    with pytest.raises(RequestNeeded):
        read(handler, "complainant")
    request = ask(handler, tree)
    with pytest.raises(RequestNeeded):
        read(handler, "complainant")
    decide(request, custodian)
    assert read(handler, "complainant") == NAME
    with pytest.raises(RequestNeeded):
        read(custodian, "complainant")
    later = NOW + dt.timedelta(hours=24, seconds=1)
    with pytest.raises(RequestNeeded):
        services.open_part(
            owner=OWNER,
            part="complainant",
            by=handler,
            purpose=Purpose.GRIEVANCE_HANDLE,
            reason="x",
            now=later,
        )
    services.expire_requests(later)
    assert readers_of("complainant") == {f"custody:{tree.county.pk}"}


def test_the_key_itself_needs_the_custodian_so_a_forged_approval_opens_nothing(tree):
    from zhijia.vault.models import IdentityRequest

    handler = officer(tree.county)
    officer(tree.county, Role.CUSTODIAN)
    seal(tree.county, "complainant", Group.CUSTODY, content=NAME)
    request = ask(handler, tree)
    IdentityRequest.objects.filter(pk=request.pk).update(
        state="approved",
        decided_by=officer(tree.city, Role.CUSTODIAN, password=None),
        decided_at=request.asked_at,
    )
    with pytest.raises(KeyNotGiven):
        read(handler, "complainant")


def test_nobody_decides_for_himself_or_for_his_chief(tree):
    both = officer(tree.county, Role.HANDLER)
    PostFactory(body=tree.county, role=Role.CUSTODIAN, user=both)
    both = User.objects.get(pk=both.pk)
    seal(tree.county, "complainant", Group.CUSTODY, content=NAME)
    with pytest.raises(NotYourself):
        decide(ask(both, tree), both)
    chief = officer(tree.county, Role.CHAIR, password=None)
    custodian = officer(tree.county, Role.CUSTODIAN, password=None)
    with pytest.raises(NotYourself):
        decide(ask(chief, tree), custodian)
    assert not PartKey.objects.filter(to__startswith="user:").exists()


# The worst case ------------------------------------------------------------------------------


def test_enough_shares_bring_a_body_back_whose_officers_lost_their_keys(tree):
    shares = make_recovery(shares=5, needed=3, now=NOW)
    first = officer(tree.county)
    seal(tree.county)
    assert readers_of() == {f"desk:{tree.county.pk}", "recovery"}
    first.private_key = services.open_user_key(user=first, password="forgotten", now=NOW)
    with pytest.raises(KeyNotGiven):
        read(first)
    typed = [Share.parse(str(share).upper()) for share in (shares[4], shares[1], shares[2])]
    assert rehearse(shares=typed, now=NOW).number == 1
    assert recover_body(body=tree.county, shares=typed, now=NOW) == 1
    assert read(first) == TEXT
    for bad in (shares[:2], [shares[0], shares[0], shares[1]], []):
        with pytest.raises(BadShare):
            recover_body(body=tree.county, shares=bad, now=NOW)


def test_a_mistyped_share_and_one_of_another_key_are_named(tree):
    shares, others = make_recovery(shares=3, needed=2, now=NOW), make_recovery(shares=3, needed=2, now=NOW)
    text = str(shares[0])
    last = "0" if text[-1] != "0" else "1"
    with pytest.raises(BadShare, match="share 1 has a typing mistake"):
        Share.parse(text[:-1] + last)
    with pytest.raises(BadShare, match="do not belong to one key"):
        rehearse(shares=[shares[0], others[1]], now=NOW)


# Rotation ------------------------------------------------------------------------------------


def test_rekey_leaves_nothing_under_the_old_key_which_can_then_be_destroyed(tree, tmp_path, settings, capsys):
    settings.ZHIJIA_KEY_FILE = str(tmp_path / "keys" / "master.key")
    key_ring.forget()
    try:
        User.objects.create_user(phone="13900000008", password="a-long-password")
        seal(tree.county)
        read(SYSTEM)
        call_command("keys", "rotate")
        with pytest.raises(CommandError, match="run zhijia rekey"):
            call_command("keys", "destroy", "1")
        call_command("rekey", "--dry-run")
        assert "rows under old keys: 0" not in capsys.readouterr().out
        call_command("rekey")
        assert "rows under old keys: 0" in capsys.readouterr().out
        call_command("keys", "destroy", "1")
        assert read(SYSTEM) == TEXT
        assert User.objects.get_by_phone("13900000008").phone == "+8613900000008"
    finally:
        key_ring.forget()


def test_every_key_deed_is_in_the_audit_with_ids_only(tree):
    first = officer(tree.county)
    officer(tree.county)
    services.hand_on_keys(by=first, now=NOW)
    actions = set(Entry.objects.values_list("action", flat=True))
    assert {"vault.key_made", "vault.group_key_made", "vault.key_handed_on"} <= actions
    assert not KeyGrant.objects.filter(box=b"").exists()
    assert KeyPair.objects.filter(holder__startswith="desk:").count() == 1
