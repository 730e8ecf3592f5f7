"""What the processes about union bodies contribute to the house."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import Manifest, MenuEntry, MessageKind, Timer, personal_fields
from zhijia.organising import rights, services
from zhijia.organising.http import desk, matters
from zhijia.organising.workflow import CLOSING, FOUNDING, RECALL, REGISTRATION, TERM

WHY = _("To found, renew and end unions, and to show later how it came about")

MANIFEST = Manifest(
    app="organising",
    order=45,
    urls="zhijia.organising.urls",
    prefix="organising/",
    api_router="zhijia.organising.api.router",
    api_prefix="organising",
    menu=(
        MenuEntry(
            _("A union where I work"), "organising:mine", "worker", icon="people", order=55,
            hint=_("Found one together with your colleagues; your employer is not told"),
        ),
        MenuEntry(_("Founding and elections"), "organising:index", "officer", icon="people", order=62),
        MenuEntry(_("Bodies and terms"), "organising:terms", "officer", icon="calendar", order=63),
    ),
    desk=desk,
    matters=matters,
    timers=(
        Timer("organising.remind", lambda now: services.remind(now=now), dt.timedelta(hours=1)),
        Timer("organising.escalate", lambda now: services.escalate_late(now=now), dt.timedelta(minutes=10)),
        Timer("organising.forget", rights.forget, dt.timedelta(days=1)),
    ),
    messages=(
        MessageKind(
            "organising.applied", _("Something waits for your answer"),
            _("A union body or a group of workers has sent you an application. It is to be answered by "
              "%(due)s."),
            audience="officer",
        ),
        MessageKind(
            "organising.answered", _("The union above has answered"),
            _("Your application was answered. Open it to read what comes next."),
        ),
        MessageKind(
            "organising.escalated", _("An application went to the body above"),
            _("It was not answered in time, so the body above answers now, by %(due)s."),
        ),
        MessageKind(
            "organising.term_ends", _("A term ends"),
            _("The term of %(body)s ends on %(until)s. Prepare the change of term: candidates, assembly, "
              "result."),
            audience="officer",
        ),
        MessageKind(
            "organising.chair_vacant", _("A chair is vacant"),
            _("%(body)s has no chair. The post is to be filled within three months; the term runs until "
              "%(until)s."),
            audience="officer",
        ),
    ),
    audit_labels=(
        ("organising.opened", _("Process of a body opened")),
        ("organising.changed", _("Figures of a founding changed")),
        ("organising.applied", _("Application sent to the union above")),
        ("organising.approved", _("Application approved")),
        ("organising.refused", _("Application refused")),
        ("organising.review_asked", _("Review by the body above asked for")),
        ("organising.review_decided", _("Review decided")),
        ("organising.escalated", _("Late application given to the body above")),
        ("organising.withdrawn", _("Process of a body withdrawn")),
        ("organising.moved", _("Process of a body moved on")),
        ("organising.vote_prepared", _("Vote prepared")),
        ("organising.vote_removed", _("Vote taken out")),
        ("organising.candidate_named", _("Candidate named")),
        ("organising.candidate_removed", _("Candidate taken out")),
        ("organising.vote_counted", _("Totals of a vote entered")),
        ("organising.elected", _("Election closed")),
        ("organising.seat_ended", _("Leaving of a seat written down")),
        ("organising.assembly_voted", _("Vote of the assembly entered")),
    ),
    personal_data=(
        *personal_fields(
            "organising.Process", "C2", WHY, "delete", "representative", "union_name", "place", "materials",
            thing=_("Foundings and elections that you began"),
        ),
        *personal_fields(
            "organising.Step", "C2", WHY, "delete", "name", "reason",
            thing=_("What you did and wrote in a founding or an election"),
        ),
        *personal_fields(
            "organising.Candidate", "C2", WHY, "delete", "name", "represents",
            thing=_("That you stood for a committee"),
        ),
        *personal_fields("organising.Vote", "C0", _("Totals of a vote; nobody's ballot"), "keep", "*"),
        *personal_fields("organising.Reminder", "C0", _("That a body was reminded"), "keep", "*"),
    ),
    keeping=rights.KEEPING,
    held=rights.held,
    erasers=(rights.ERASER,),
    demo="zhijia.organising.demo.load",
    workflows=(FOUNDING, TERM, REGISTRATION, CLOSING, RECALL),
)  # fmt: skip
