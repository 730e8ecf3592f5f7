"""What membership contributes to the house."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import Manifest, MenuEntry, MessageKind, Timer, personal_fields
from zhijia.core.rekeying import sealed_column
from zhijia.core.rights import Ground, keepings
from zhijia.membership import desk, rights, services
from zhijia.membership.gauges import GAUGES
from zhijia.membership.http import keeps_roll_today, reads_figures_today
from zhijia.membership.models.person import PURPOSE
from zhijia.membership.roster.contributions import ROSTER_FOLDER, ROSTER_KEYS, ROSTER_LABELS
from zhijia.membership.services.totals import carry_totals
from zhijia.membership.tasks_rosters import ROSTER_MENU, ROSTER_TIMERS
from zhijia.membership.tasks_totals import TOTALS_TIMERS
from zhijia.membership.workflow import APPLICATION, MEMBERSHIP, TRANSFER

DAY = dt.timedelta(days=1)
ROLL = _("To know who belongs to the union and to serve its members")
JOIN = _("To answer your application to join")

MANIFEST = Manifest(
    app="membership",
    order=45,
    urls="zhijia.membership.urls",
    prefix="membership/",
    api_prefix="membership",
    api_router="zhijia.membership.api.router",
    menu=(
        MenuEntry(
            _("Join the union"), "membership:join", "public", icon="people", order=55,
            hint=_("In two minutes, without your employer"),
        ),
        MenuEntry(_("My membership"), "membership:mine", "worker", icon="people", order=55),
        MenuEntry(
            _("Applications to join"), "membership:applications", "officer", icon="people", order=40,
            visible=keeps_roll_today,
        ),
        MenuEntry(
            _("Roll of members"), "membership:roll", "officer", icon="people", order=42,
            visible=keeps_roll_today,
        ),
        MenuEntry(
            _("Members and coverage"), "membership:coverage", "officer", icon="people", order=44,
            visible=reads_figures_today,
        ),
        *ROSTER_MENU,
    ),
    file_folders=(ROSTER_FOLDER,),
    matters=desk.matters,
    desk=desk.cards,
    timers=(
        *ROSTER_TIMERS,
        *TOTALS_TIMERS,
        Timer(
            "membership.escalate", lambda now: services.escalate_overdue(now=now), dt.timedelta(minutes=10)
        ),
        Timer("membership.close_refused", lambda now: services.close_refused(now=now), dt.timedelta(hours=1)),
        Timer(
            "membership.release_silent", lambda now: services.release_silent(now=now),
            dt.timedelta(minutes=10),
        ),
        Timer(
            "membership.resume_successions", lambda now: services.resume_successions(now=now),
            dt.timedelta(minutes=10),
        ),
        Timer("membership.forget", rights.forget, DAY),
    ),
    messages=(
        MessageKind(
            "application.submitted", _("Your application has arrived"),
            _("The union answers by %(due_on)s. Your employer is not told."),
        ),
        MessageKind(
            "application.asked", _("Your union asks you something"),
            _("Something is missing for your application. Open it and answer."),
        ),
        MessageKind(
            "application.accepted", _("You are a member of the union"),
            _("Welcome. Open the message to see your card, or what is still to come."),
        ),
        MessageKind(
            "application.refused", _("Your application was refused"),
            _("Open it to read the reason. Until %(until)s you can let the union above look again."),
        ),
        MessageKind(
            "application.upheld", _("The refusal was confirmed"),
            _("Open it to read the reason. You can apply again at any time."),
        ),
        MessageKind(
            "application.routed", _("Another union takes up your application"),
            _("Open it to see which, and by when it answers."),
        ),
        MessageKind(
            "application.waits", _("An application to join waits"), _("Open it to see by when."), "officer"
        ),
        MessageKind(
            "application.answered", _("An applicant has answered"), _("Open it to go on."), "officer"
        ),
        MessageKind(
            "application.review_asked", _("Your request for a review has arrived"),
            _("The union above looks at it anew."),
        ),
        MessageKind(
            "application.escalated", _("An application is late"), _("Open it and answer today."), "officer"
        ),
        MessageKind(
            "membership.retained", _("Your membership is retained"),
            _("You pay no dues and do not vote until it goes on."),
        ),
        MessageKind(
            "membership.resumed", _("Your membership goes on"), _("You have all rights of a member again.")
        ),
        MessageKind(
            "membership.held", _("The union above keeps your membership"),
            _("Until your new workplace has a union."),
        ),
        MessageKind(
            "membership.withdrawn", _("Your membership has ended"), _("You can join again at any time.")
        ),
        MessageKind(
            "membership.deemed_withdrawn", _("Your membership has ended"),
            _("Open it to read the reason. You can join again at any time."),
        ),
        MessageKind(
            "membership.expelled", _("Your membership has ended"),
            _("Open it to read the reason, and ask the union above if it is wrong."),
        ),
        MessageKind(
            "membership.moved", _("Your union has changed"),
            _("Your union was merged or dissolved. From now on you belong to %(union)s; the number of your "
              "card stays."),
        ),
        MessageKind(
            "membership.reminded", _("Do you stay in the union?"),
            _("Your union has not heard of you for a long time. Please answer by %(due_on)s."),
        ),
        MessageKind(
            "transfer.asked", _("Your transfer has begun"),
            _("If your old union is silent until %(due_on)s, you belong to the new one."),
        ),
        MessageKind(
            "transfer.to_answer", _("A union asks for one of your members"),
            _("You may object until %(due_on)s; your silence releases the member."), "officer",
        ),
        MessageKind(
            "transfer.objected", _("Your old union objects to the transfer"),
            _("Open it to read the reason. The union above both decides."),
        ),
        MessageKind("transfer.released", _("Your transfer is done"), _("You belong to the new union.")),
        MessageKind(
            "transfer.kept", _("You stay in your union"),
            _("Open it to read why the union above decided so."),
        ),
        MessageKind("correction.done", _("Your data were put right"), _("Open it to see them.")),
        MessageKind(
            "correction.refused", _("Your data were not put right"), _("Open it to read the reason.")
        ),
    ),
    audit_labels=(
        *ROSTER_LABELS,
        ("application.submitted", _("application to join handed in")),
        ("application.asked", _("applicant asked for what is missing")),
        ("application.answered", _("applicant answered")),
        ("application.accepted", _("application to join accepted")),
        ("application.refused", _("application to join refused")),
        ("application.review_asked", _("review of a refusal asked for")),
        ("application.upheld", _("refusal confirmed")),
        ("application.routed", _("application given to another union")),
        ("application.withdrawn", _("application taken back")),
        ("application.escalated", _("late application passed up")),
        ("application.closed", _("refused application closed")),
        ("membership.begun", _("membership begun")),
        ("membership.retained", _("membership retained")),
        ("membership.resumed", _("membership resumed")),
        ("membership.held", _("membership held by the union above")),
        ("membership.transferred", _("membership ended by a transfer")),
        ("members.follow", _("members of a body that ends go to another")),
        ("membership.moved", _("memberships moved to another body")),
        ("membership.withdrawn", _("membership ended at the member's wish")),
        ("membership.deemed_withdrawn", _("membership ended after reminder and refusal")),
        ("membership.expelled", _("member expelled")),
        ("membership.died", _("death of a member written down")),
        ("membership.struck_out", _("entry by mistake struck out")),
        ("membership.reminded", _("member reminded")),
        ("membership.reminder_answered", _("answer to a reminder written down")),
        ("transfer.asked", _("transfer asked for")),
        ("transfer.released", _("member released")),
        ("transfer.objected", _("objection to a transfer")),
        ("transfer.forced", _("transfer decided by the union above")),
        ("transfer.kept", _("transfer refused by the union above")),
        ("transfer.cancelled", _("transfer taken back")),
        ("transfer.silent", _("member released by silence")),
        ("worker.changed", _("data on the roll changed")),
        ("worker.opened", _("entry of the roll opened")),
        ("correction.asked", _("correction asked for")),
        ("correction.decided", _("correction decided")),
        ("door.made", _("code or invitation to join made")),
        ("door.closed", _("code or invitation to join closed")),
        ("segment.saved", _("group of members saved")),
        ("segment.changed", _("group of members changed")),
        ("segment.dropped", _("group of members put away")),
        ("segment.listed", _("members listed by facts about them")),
    ),
    personal_data=(
        *personal_fields(
            "membership.Worker", "C2", ROLL, "delete", "person", "place",
            thing=_("Your name, numbers and address on the roll"),
        ),
        *personal_fields(
            "membership.Employment", "C2", ROLL, "delete", "employer_name",
            thing=_("Where you work or worked"),
        ),
        *personal_fields(
            "membership.PastFact", "C2", ROLL, "delete", "field", "value", "source",
            thing=_("What stood on the roll before it was changed"),
        ),
        *personal_fields(
            "membership.Membership", "C2", ROLL, "delete", "card_number", thing=_("Your memberships")
        ),
        *personal_fields(
            "membership.MembershipStep", "C2", ROLL, "delete", "step", "reason",
            thing=_("What happened to your membership, and why"),
        ),
        *personal_fields(
            "membership.Succession", "C0", _("That a body ended and another took over"), "keep", "ending"
        ),
        *personal_fields(
            "membership.Transfer", "C2", ROLL, "delete", "objection", "decision",
            thing=_("Transfers between unions"),
        ),
        *personal_fields(
            "membership.Reminder", "C2", ROLL, "delete", "answer",
            thing=_("That your union asked whether you stay"),
        ),
        *personal_fields(
            "membership.Correction", "C2", ROLL, "delete", "field", "value", "note", "reason",
            thing=_("Corrections that you asked for"),
        ),
        *personal_fields(
            "membership.Application", "C2", JOIN, "delete", "person", "place", "employer_name", "question",
            "reason", "review_text", thing=_("Your application to join"),
        ),
        *personal_fields(
            "membership.JoinDoor", "C1", _("To lead whoever scans the code to the right union"), "delete",
            "code", "note", thing=_("Codes and invitations to join"),
        ),
        *personal_fields(
            "membership.RosterImport", "C2", _("To read in the roster that a unit sent"), "delete",
            "file_name", "file_key", "stored_as", "digest", "layout", thing=_("Rosters that were read in"),
        ),
        *personal_fields(
            "membership.RosterProblem", "C2", _("To tell which cell of a roster is wrong"), "delete",
            "column", "code", "facts", thing=_("Problems of rosters"),
        ),
        *personal_fields(
            "membership.Pair", "C2", _("So that one person does not stand twice"), "delete", "ground"
        ),
        *personal_fields(
            "membership.Segment", "C0", _("Conditions only; nobody's name"), "keep", "name", "conditions"
        ),
    ),
    keeping=(
        *keepings(
            "retention.roll", _("the end of the last membership"), "membership.forget", Ground.SERVICE,
            "membership.Worker", "membership.Employment", "membership.PastFact", "membership.Membership",
            "membership.MembershipStep", "membership.Transfer", "membership.Reminder",
            "membership.Correction", "membership.Pair",
        ),
        *keepings(
            "retention.application", _("the answer"), "membership.forget", Ground.SERVICE,
            "membership.Application", "membership.JoinDoor",
        ),
        *keepings(
            "retention.roster", _("the upload"), "membership.forget", Ground.SERVICE,
            "membership.RosterImport", "membership.RosterProblem",
        ),
    ),
    rekeys=(
        ROSTER_KEYS,
        sealed_column("membership.Worker", "person", PURPOSE, lambda row: row.sealed_place),
        sealed_column("membership.Application", "person", PURPOSE, lambda row: row.sealed_place),
        sealed_column("membership.PastFact", "value", PURPOSE, lambda row: row.place),
        sealed_column("membership.Correction", "value", PURPOSE, lambda row: row.place),
    ),
    demo="zhijia.membership.demo.load",
    demo_crowd="zhijia.membership.crowd.load",
    held=rights.held,
    erasers=(rights.ERASER,),
    workflows=(APPLICATION, MEMBERSHIP, TRANSFER),
    after_move=(carry_totals,),
    gauges=GAUGES,
)  # fmt: skip
