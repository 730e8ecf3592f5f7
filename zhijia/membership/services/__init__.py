"""What changes membership."""

from zhijia.membership.services.correcting import (
    ask_correction,
    change_own,
    correct_entry,
    decide_correction,
)
from zhijia.membership.services.deciding import (
    accept_application,
    ask_applicant,
    refuse_application,
    route_application,
    uphold_refusal,
)
from zhijia.membership.services.doors import close_door, make_door
from zhijia.membership.services.enrolling import Person, enrol
from zhijia.membership.services.following import begin_succession, resume_successions
from zhijia.membership.services.joining import (
    Joining,
    answer_question,
    apply,
    ask_review,
    close_refused,
    escalate_overdue,
    withdraw_application,
)
from zhijia.membership.services.lifecycle import (
    answer_reminder,
    deem_withdrawn,
    expel,
    hold,
    record_death,
    remind,
    resume,
    retain,
    strike_out,
    withdraw,
)
from zhijia.membership.services.segments import (
    change_segment,
    drop_segment,
    note_listing,
    save_segment,
)
from zhijia.membership.services.transfers import (
    ask_transfer,
    cancel_transfer,
    judge_transfer,
    object_to_transfer,
    release_member,
    release_silent,
)

__all__ = [
    "Joining", "Person", "accept_application", "answer_question", "answer_reminder", "apply",
    "ask_applicant", "ask_correction", "ask_review", "ask_transfer", "begin_succession",
    "cancel_transfer", "change_own", "change_segment", "close_door", "close_refused", "correct_entry",
    "decide_correction", "deem_withdrawn", "drop_segment", "enrol", "escalate_overdue", "expel", "hold",
    "judge_transfer", "make_door", "note_listing", "object_to_transfer", "record_death",
    "refuse_application", "release_member", "release_silent", "remind", "resume", "resume_successions",
    "retain", "route_application", "save_segment", "strike_out", "uphold_refusal", "withdraw",
    "withdraw_application",
]  # fmt: skip
