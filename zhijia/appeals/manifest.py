"""What appeals contribute to the house."""

import datetime as dt

from zhijia.appeals import filed, messages, rights, stats, tasks
from zhijia.appeals.gauges import GAUGES
from zhijia.appeals.personal_data import PERSONAL_DATA
from zhijia.appeals.selectors import desk, worker
from zhijia.appeals.workflow import TABLE
from zhijia.core.manifest import Manifest, MenuEntry, Timer
from zhijia.core.rekeying import sealed_column
from zhijia.core.words import _

HELP_HINT = _("Write what happened. No account, no name needed")
WORKER_MENU = (
    MenuEntry(_("Ask for help"), "appeals:new", "public", icon="write", order=10, hint=HELP_HINT),
    MenuEntry(
        _("Follow by receipt"), "appeals:follow", "public", icon="key", order=20,
        hint=_("See where your matter stands and read the answer"),
    ),
    MenuEntry(
        _("Questions and answers"), "appeals:answers", "public", icon="question", order=30,
        hint=_("What others asked, and what they were told"),
    ),
    MenuEntry(_("Ask for help"), "appeals:new", "worker", icon="write", order=10, hint=HELP_HINT),
    MenuEntry(_("My requests for help"), "appeals:mine", "worker", icon="inbox", order=20),
    MenuEntry(_("Questions and answers"), "appeals:answers", "worker", icon="question", order=50),
    MenuEntry(_("Follow by receipt"), "appeals:follow", "worker", icon="key", order=70),
)  # fmt: skip

OFFICER_MENU = (
    MenuEntry(_("Appeals"), "appeals:queue", "officer", icon="inbox", order=10),
    MenuEntry(
        _("Enter for a person"), "appeals:enter", "officer", icon="write", order=12, visible=tasks.may_enter
    ),
    MenuEntry(
        _("Several people, one employer"), "appeals:flags", "officer", icon="flag", order=14,
        visible=tasks.sees_flags,
    ),
    MenuEntry(
        _("Saved texts"), "appeals:saved_replies", "officer", icon="draft", order=16,
        visible=tasks.may_keep_texts,
    ),
    MenuEntry(
        _("Service promises"), "appeals:promises", "officer", icon="clock", order=18,
        visible=tasks.may_promise,
    ),
)  # fmt: skip
AUDIT_LABELS = (
    *((t.audit, t.label) for t in TABLE.transitions if t.label),
    ("appeal.submitted", _("Appeal handed in")),
    ("appeal.closed_unconfirmed", _("Closed without the worker's judgement")),
    ("appeal.escalated", _("Escalated because a clock ran out")),
    ("appeal.conflict_cleared", _("Taken away from people tied to the employer")),
    ("appeal.consent_changed", _("Consent to publishing changed")),
    ("appeal.erased", _("Erased when its time was over")),
    ("appeal.exported", _("List of appeals exported")),
    ("appeal.file_opened", _("File of an appeal opened")),
    ("appeal.flag_raised", _("Flag raised: several people, one employer")),
    ("appeal.flag_seen", _("Flag seen")),
    ("appeal.history_imported", _("History of an older system brought in")),
    ("appeal.linked", _("Linked with a similar appeal")),
    ("appeal.message_written", _("Message written")),
    ("appeal.noted", _("Note written")),
    ("appeal.promise_set", _("Service promise set")),
    ("appeal.published", _("Answer published")),
    ("appeal.receipt_renewed", _("New receipt given; the former one ended")),
    ("appeal.saved_reply_deleted", _("Saved text deleted")),
    ("appeal.saved_reply_kept", _("Saved text kept")),
    ("appeal.sorted", _("Category, urgency or employer corrected")),
    ("appeal.unlinked", _("Taken out of its group")),
    ("appeal.unpublished", _("Published answer withdrawn")),
)

MANIFEST = Manifest(
    app="appeals",
    order=100,
    prefix="appeals/",
    urls="zhijia.appeals.urls",
    api_prefix="appeals",
    api_router="zhijia.appeals.api.router",
    messages=messages.KINDS,
    menu=(*WORKER_MENU, *OFFICER_MENU),
    matters=worker.matters_of,
    offline_pages=("appeals:new",),
    workflows=(TABLE,),
    demo="zhijia.appeals.demo.load",
    desk=desk.desk_cards,
    search=tasks.search,
    timers=(*tasks.TIMERS, Timer("appeals.erase_identities", rights.erase_identities, dt.timedelta(days=1))),
    rekeys=(
        sealed_column(
            "appeals.Appeal", "author_sealed", "appeal-author", lambda row: f"appeal-author|{row.public_id}"
        ),
        sealed_column("appeals.OwnMatter", "sealed", "own-matters", lambda row: f"own-matters|{row.index}"),
    ),
    keeping=rights.KEEPING,
    held=rights.held,
    consents=(rights.PUBLISHING,),
    erasers=rights.ERASERS,
    indicators=stats.INDICATORS,
    gauges=GAUGES,
    audit_labels=AUDIT_LABELS,
    audit_checks=(filed.check,),
    personal_data=PERSONAL_DATA,
)
