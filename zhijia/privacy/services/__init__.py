"""Everything that changes consents, requests, holds and what is erased."""

from zhijia.privacy.services.consents import (
    give_consent,
    note_copy,
    set_consent,
    set_matter_consent,
    withdraw_consent,
)
from zhijia.privacy.services.erasing import (
    carry_out,
    erase_inactive,
    erase_now,
    redo_erasures,
    tidy_traces,
)
from zhijia.privacy.services.forgetting import forget_old
from zhijia.privacy.services.holds import confirm_hold, end_hold, freeze, place_hold
from zhijia.privacy.services.requests import (
    answer_request,
    ask_request,
    grant_request,
    refuse_request,
    withdraw_request,
)
from zhijia.privacy.services.sharing import record_sharing

__all__ = [
    "answer_request",
    "ask_request",
    "carry_out",
    "confirm_hold",
    "end_hold",
    "erase_inactive",
    "erase_now",
    "forget_old",
    "freeze",
    "give_consent",
    "grant_request",
    "note_copy",
    "place_hold",
    "record_sharing",
    "redo_erasures",
    "refuse_request",
    "set_consent",
    "set_matter_consent",
    "tidy_traces",
    "withdraw_consent",
    "withdraw_request",
]
