"""Everything that changes an appeal: one function a use case, one transaction each."""

from zhijia.appeals.services.answering import (
    close_silent,
    close_unrated,
    rate_reply,
    reopen_appeal,
    reply_to_appeal,
    withdraw_appeal,
)
from zhijia.appeals.services.clearing import clear_conflict, clear_conflicts
from zhijia.appeals.services.deciding import (
    accept_appeal,
    answer_on_the_spot,
    object_to_routing,
    refer_appeal,
    refuse_appeal,
    route_appeal,
)
from zhijia.appeals.services.disclosing import ask_name, open_complainant, tell_by_phone
from zhijia.appeals.services.exporting import EXPORT_LIMIT, record_export
from zhijia.appeals.services.grouping import acknowledge_flag, link_appeals, unlink_appeal
from zhijia.appeals.services.handling import (
    answer_question,
    ask_extension,
    ask_worker,
    assign_appeal,
    assign_many,
    decide_extension,
    end_waiting,
    hand_over_appeal,
    handlers_for,
    lift_suspension,
    resume_handling,
    sign_for_appeal,
    suspend_appeal,
)
from zhijia.appeals.services.publishing import publish_answer, withdraw_answer
from zhijia.appeals.services.reading import give_to_author, read_matter, read_own
from zhijia.appeals.services.renewing import renew_receipt
from zhijia.appeals.services.retention import erase_appeal, erase_expired
from zhijia.appeals.services.reviewing import ask_re_review, ask_review, decide_re_review, decide_review
from zhijia.appeals.services.settings import delete_reply, save_reply, set_promise
from zhijia.appeals.services.submitting import TEXT_LIMIT, Submission, enter_appeal, submit_appeal
from zhijia.appeals.services.supervising import escalate_appeal, escalate_overdue, supervise_appeal
from zhijia.appeals.services.talking import set_consent, sort_appeal, write_message, write_note

__all__ = [
    "EXPORT_LIMIT", "TEXT_LIMIT", "Submission", "accept_appeal", "acknowledge_flag",
    "answer_on_the_spot", "answer_question", "ask_extension", "ask_name", "ask_re_review", "ask_review",
    "ask_worker", "assign_appeal", "assign_many", "clear_conflict", "clear_conflicts", "close_silent",
    "close_unrated", "decide_extension", "decide_re_review", "decide_review", "delete_reply",
    "end_waiting", "enter_appeal", "erase_appeal", "erase_expired", "escalate_appeal",
    "escalate_overdue", "give_to_author", "hand_over_appeal", "handlers_for", "lift_suspension",
    "link_appeals", "object_to_routing", "open_complainant", "publish_answer", "rate_reply",
    "read_matter", "read_own", "record_export", "refer_appeal", "refuse_appeal", "renew_receipt",
    "reopen_appeal", "reply_to_appeal", "resume_handling", "route_appeal", "save_reply", "set_consent",
    "set_promise", "sign_for_appeal", "sort_appeal", "submit_appeal", "supervise_appeal",
    "suspend_appeal", "tell_by_phone", "unlink_appeal", "withdraw_answer", "withdraw_appeal",
    "write_message", "write_note",
]  # fmt: skip
