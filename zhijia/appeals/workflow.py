"""The way of an appeal: states, who moves it, by when, and what the worker reads.

Law: Petition Work Regulations (信访工作条例 2022), which bind mass organisations too (art. 2).
House rules go beyond it: the worker closes the case, silence is "not confirmed", and a bad
mark sends it to a second handler.
"""

from typing import Any

from zhijia.appeals.enums import State as S
from zhijia.core.words import _
from zhijia.core.workflow import State, Transition, Workflow


def _state(value: S, happens_next: Any, **flags: bool) -> State:
    return State(name=value.value, label=value.label, happens_next=happens_next, **flags)


STATES = (
    _state(S.RECEIVED, _("The union body looks at it and tells you whether it takes it on.")),
    _state(S.ACCEPTED, _("The union body chooses a person to handle it.")),
    _state(S.ASSIGNED, _("The handler signs for it and starts.")),
    _state(S.HANDLING, _("The handler works on it and answers you.")),
    _state(
        S.WAITING,
        _("The handler has asked you something. The clock stands until you answer."),
        clock_runs=False,
    ),
    _state(
        S.SUSPENDED,
        _("Another procedure is running. When it ends the union body goes on."),
        clock_runs=False,
    ),
    _state(S.REPLIED, _("Please judge the answer. Only you decide whether it is solved."), clock_runs=False),
    _state(
        S.REFUSED, _("You can ask the body above for a review, or go where the notice says."),
        final=True, clock_runs=False,
    ),
    _state(S.REFERRED, _("The authority named in the notice goes on with it."), final=True, clock_runs=False),
    _state(S.CONFIRMED, _("It is closed. If the trouble comes back you can reopen it for a while."),
           final=True, clock_runs=False),
    _state(S.UNCONFIRMED,
           _("It was closed without your answer. You can still judge or reopen it for a while."),
           final=True, clock_runs=False),
    _state(S.UNSATISFIED, _("You can reopen it once, or ask the body above for a review."),
           final=True, clock_runs=False),
    _state(S.UNDER_REVIEW, _("The body above looks at the answer and decides."), clock_runs=False),
    _state(S.REVIEWED, _("You can ask for the final review."), final=True, clock_runs=False),
    _state(S.UNDER_RE_REVIEW, _("The body two levels above decides for the last time."), clock_runs=False),
    _state(S.RE_REVIEWED, _("This was the last step within the union. Arbitration and court stay open."),
           final=True, clock_runs=False),
    _state(S.WITHDRAWN, _("You took it back. You can file it again at any time."),
           final=True, clock_runs=False),
)  # fmt: skip

WORKING = (S.ACCEPTED, S.ASSIGNED, S.HANDLING)
RUNNING = (S.RECEIVED, *WORKING)
OPEN = (*RUNNING, S.WAITING, S.SUSPENDED)


def _row(name: str, sources: tuple[S, ...], targets: tuple[S, ...], audit: str, **rest: Any) -> Transition:
    permission = rest.pop("permission", f"appeals.{name}")
    return Transition(
        name=name,
        sources=tuple(s.value for s in sources),
        targets=tuple(s.value for s in targets),
        permission=permission,
        audit=f"appeal.{audit}",
        **rest,
    )


TRANSITIONS = (
    _row("submit_appeal", (), (S.RECEIVED,), "submitted", message="appeal.submitted",
         deadline="appeal.promise", article="信访工作条例 22、23"),
    _row("answer_on_the_spot", (S.RECEIVED,), (S.REPLIED,), "answered_on_the_spot",
         label=_("Answer on the spot"), message="appeal.replied", deadline="appeal.rating_window",
         article="信访工作条例 23"),
    _row("accept_appeal", (S.RECEIVED,), (S.ACCEPTED,), "accepted", label=_("Accept"),
         message="appeal.accepted", deadline="appeal.finish", article="信访工作条例 23、34"),
    _row("refuse_appeal", (S.RECEIVED,), (S.REFUSED,), "refused", label=_("Do not accept"),
         message="appeal.refused", deadline="appeal.review_request", article="信访工作条例 19、23"),
    _row("refer_appeal", (S.RECEIVED, S.ACCEPTED), (S.REFERRED,), "referred",
         label=_("Pass on to an authority"), message="appeal.referred", article="信访工作条例 23"),
    _row("route_appeal", (S.RECEIVED, S.ACCEPTED), (S.RECEIVED,), "routed",
         label=_("Send to another union body"), message="appeal.routed", article="信访工作条例 22"),
    _row("object_to_routing", (S.RECEIVED,), (S.RECEIVED,), "routing_objected",
         label=_("Wrong body: send back"), message="appeal.routed",
         deadline="appeal.routing_objection", article="信访工作条例 23"),
    _row("clear_conflict", OPEN, (S.RECEIVED,), "conflict_cleared", message="appeal.routed",
         starts_clock=True, by_timer=True),
    _row("assign_appeal", (S.ACCEPTED, S.ASSIGNED), (S.ASSIGNED,), "assigned", label=_("Assign"),
         message="appeal.assigned"),
    _row("hand_over_appeal", (S.HANDLING, S.WAITING), (S.ASSIGNED,), "handed_over", label=_("Hand over"),
         message="appeal.assigned"),
    _row("sign_for_appeal", (S.ACCEPTED, S.ASSIGNED), (S.HANDLING,), "signed_for",
         label=_("Take it on"), message="appeal.handling"),
    _row("ask_worker", (S.HANDLING,), (S.WAITING,), "worker_asked", label=_("Ask the worker"),
         message="appeal.asked", deadline="appeal.waiting", stops_clock=True),
    _row("answer_question", (S.WAITING,), (S.HANDLING,), "worker_answered", label=_("Answer"),
         message="appeal.worker_answered", starts_clock=True),
    _row("resume_handling", (S.WAITING,), (S.HANDLING,), "resumed", label=_("Go on without an answer"),
         message="appeal.handling", starts_clock=True),
    _row("suspend_appeal", WORKING, (S.SUSPENDED,), "suspended", label=_("Suspend"),
         message="appeal.suspended", stops_clock=True, article="信访工作条例 19"),
    _row("lift_suspension", (S.SUSPENDED,), (S.ACCEPTED, S.HANDLING), "suspension_lifted",
         label=_("Go on with the work"), message="appeal.handling", starts_clock=True),
    _row("ask_extension", (S.HANDLING, S.ASSIGNED), (S.HANDLING, S.ASSIGNED), "extension_asked",
         label=_("Ask for more time"), message="appeal.extension_asked",
         deadline="appeal.extension", article="信访工作条例 34"),
    _row("decide_extension", (*WORKING, S.WAITING), (*WORKING, S.WAITING), "extension_decided",
         label=_("Decide on more time"), message="appeal.extended", article="信访工作条例 34",
         approves=True),
    _row("reply_to_appeal", (S.HANDLING,), (S.REPLIED,), "replied", label=_("Answer"),
         message="appeal.replied", deadline="appeal.rating_window", article="信访工作条例 32、34"),
    _row("rate_reply", (S.REPLIED, S.UNCONFIRMED), (S.CONFIRMED, S.UNSATISFIED, S.ACCEPTED), "rated",
         label=_("Judge the answer"), message="appeal.rated"),
    _row("close_unrated", (S.REPLIED,), (S.UNCONFIRMED,), "closed_unconfirmed",
         message="appeal.closed_unconfirmed", by_timer=True),
    _row("reopen_appeal", (S.CONFIRMED, S.UNCONFIRMED, S.UNSATISFIED), (S.ACCEPTED,), "reopened",
         label=_("Reopen"), message="appeal.reopened", deadline="appeal.promise"),
    _row("ask_review", (S.REFUSED, S.CONFIRMED, S.UNCONFIRMED, S.UNSATISFIED), (S.UNDER_REVIEW,),
         "review_asked", label=_("Ask for a review"), message="appeal.review_asked",
         deadline="appeal.review_decision", article="信访工作条例 35"),
    _row("decide_review", (S.UNDER_REVIEW,), (S.REVIEWED, S.ACCEPTED), "review_decided",
         label=_("Decide the review"), message="appeal.review_decided",
         deadline="appeal.re_review_request", article="信访工作条例 35", approves=True),
    _row("ask_re_review", (S.REVIEWED,), (S.UNDER_RE_REVIEW,), "re_review_asked",
         label=_("Ask for the final review"), message="appeal.review_asked",
         deadline="appeal.re_review_decision", article="信访工作条例 36"),
    _row("decide_re_review", (S.UNDER_RE_REVIEW,), (S.RE_REVIEWED, S.ACCEPTED), "re_review_decided",
         label=_("Decide the final review"), message="appeal.review_decided", article="信访工作条例 36",
         approves=True),
    _row("supervise_appeal", OPEN, OPEN, "supervised", label=_("Supervise"), message="appeal.supervised"),
    _row("escalate_appeal", RUNNING, RUNNING, "escalated", message="appeal.escalated", by_timer=True),
    _row("withdraw_appeal", OPEN, (S.WITHDRAWN,), "withdrawn", label=_("Withdraw"),
         message="appeal.withdrawn"),
)  # fmt: skip

APPROVING = frozenset(t.name for t in TRANSITIONS if t.approves)
"""Steps by which one person decides on what another asked."""

TABLE = Workflow(name="appeals", states=STATES, transitions=TRANSITIONS, initial=S.RECEIVED.value)
