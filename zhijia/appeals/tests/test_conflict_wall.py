"""What happens to a matter when somebody who has it turns out to be tied to the employer."""

import datetime as dt

from zhijia.accounts.models import User
from zhijia.appeals import services as s
from zhijia.appeals.models import Appeal, Assignment
from zhijia.appeals.stats import BY_KEY
from zhijia.notifications.models import Notification
from zhijia.unions.selectors import figure_scope
from zhijia.unions.services import declare_affiliation

LONG_AGO = dt.date(2015, 1, 1)
TODAY = dt.date(2026, 3, 2)


def fresh(user):
    """Return the person as the next request meets him."""
    return User.objects.get(pk=user.pk)


def test_a_handler_who_declares_a_relative_loses_the_matter_to_his_desk(world):
    appeal, handler = world.in_hand(), world.people["handler"]
    declare_affiliation(
        employer=world.employer, kind="relative", from_on=LONG_AGO, by=fresh(handler), now=world.now
    )
    assert not Appeal.objects.work_for(fresh(handler), TODAY).exists()
    Notification.objects.all().delete()
    assert s.clear_conflicts(world.now) == 1
    appeal.refresh_from_db()
    assert (appeal.state, appeal.handler, appeal.handling_body) == ("received", None, world.bodies["county"])
    assert Assignment.objects.get(appeal=appeal).ended_at == world.now
    told = set(Notification.objects.values_list("to", flat=True))
    assert told == {world.people["dispatcher"].pk, world.people["chair"].pk}
    assert s.clear_conflicts(world.now) == 0


def test_an_officer_who_names_his_own_employer_sees_the_matter_no_more(world):
    appeal, handler = world.in_hand(employer_id=None), world.people["handler"]
    declare_affiliation(employer=world.employer, from_on=LONG_AGO, by=handler, now=world.now)
    s.sort_appeal(
        appeal_id=appeal.pk, category="", kind="help", urgency="general", employer_id=world.employer.pk,
        by=fresh(handler), now=world.now,
    )  # fmt: skip
    appeal.refresh_from_db()
    assert (appeal.employer, appeal.handler, appeal.state) == (world.employer, None, "received")
    assert not Appeal.objects.visible_to(fresh(handler), TODAY).exists()
    assert Appeal.objects.visible_to(world.people["dispatcher"], TODAY).get() == appeal


def test_naming_the_employer_takes_the_matter_from_its_own_union(world):
    appeal = world.submit(employer_id=None)
    Appeal.objects.filter(pk=appeal.pk).update(handling_body=world.bodies["own_union"])
    s.sort_appeal(
        appeal_id=appeal.pk, category="", kind="help", urgency="general", employer_id=world.employer.pk,
        by=world.people["dispatcher"], now=world.now,
    )  # fmt: skip
    appeal.refresh_from_db()
    assert appeal.handling_body == world.bodies["county"]
    assert appeal.routingsteps.order_by("-pk").first().to_body == world.bodies["county"]


def test_figures_leave_out_what_must_not_exist_for_the_reader(world):
    world.submit()
    world.submit(employer_id=None)
    reader, year = world.people["supervisor"], (world.now.replace(month=1), world.now.replace(month=12))
    count = BY_KEY["appeals.received"].compute
    assert count(figure_scope(reader, TODAY), *year).value == 2
    declare_affiliation(employer=world.employer, kind="relative", from_on=LONG_AGO, by=reader, now=world.now)
    assert count(figure_scope(fresh(reader), TODAY), *year).value == 1
