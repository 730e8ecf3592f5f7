"""The ways of an application, of a membership, and of a transfer.

Sources: Charter of the Trade Unions of China art. 1 to 8; trade-union law art. 3.
"""

from zhijia.core.words import _
from zhijia.core.workflow import State, Transition, Workflow
from zhijia.membership.enums import ApplicationState as A
from zhijia.membership.enums import State as M
from zhijia.membership.enums import TransferState as T

CHARTER = "中国工会章程 第%s条"

APPLICATION = Workflow(
    name="membership-application",
    initial=A.SUBMITTED.value,
    states=(
        State(A.SUBMITTED.value, A.SUBMITTED.label,
              _("The union looks at it and answers. You need do nothing.")),
        State(A.QUESTION.value, A.QUESTION.label,
              _("Please add what is missing. The time to answer stands still until then."), clock_runs=False),
        State(A.ACCEPTED.value, A.ACCEPTED.label, _("You are a member. Your card is ready."), final=True),
        State(A.REFUSED.value, A.REFUSED.label,
              _("If you think this is wrong, ask the union above to look again.")),
        State(A.REVIEW.value, A.REVIEW.label, _("The union above looks at it anew and answers.")),
        State(A.UPHELD.value, A.UPHELD.label,
              _("You can apply again at any time, here or at any counter."), final=True),
        State(A.WITHDRAWN.value, A.WITHDRAWN.label, _("You can apply again at any time."), final=True),
    ),
    transitions=(
        Transition("apply", (), (A.SUBMITTED.value,), "membership.apply", "application.submitted",
                   label=_("Join"), message="application.submitted", deadline="membership.review",
                   article=CHARTER % "二"),
        Transition("ask_applicant", (A.SUBMITTED.value,), (A.QUESTION.value,),
                   "membership.decide_application", "application.asked",
                   label=_("Ask for what is missing"), message="application.asked",
                   stops_clock=True),
        Transition("answer_question", (A.QUESTION.value,), (A.SUBMITTED.value,), "membership.own_application",
                   "application.answered", label=_("Send"), message="application.answered",
                   deadline="membership.review", starts_clock=True),
        Transition("accept_application", (A.SUBMITTED.value, A.QUESTION.value, A.REVIEW.value),
                   (A.ACCEPTED.value,), "membership.decide_application", "application.accepted",
                   label=_("Accept as a member"), message="application.accepted", article=CHARTER % "二"),
        Transition("refuse_application", (A.SUBMITTED.value, A.QUESTION.value), (A.REFUSED.value,),
                   "membership.decide_application", "application.refused", label=_("Refuse, with a reason"),
                   message="application.refused", deadline="membership.review_request"),
        Transition("ask_review", (A.REFUSED.value,), (A.REVIEW.value,), "membership.own_application",
                   "application.review_asked", label=_("Let the union above look again"),
                   message="application.review_asked", deadline="membership.review"),
        Transition("uphold_refusal", (A.REVIEW.value,), (A.UPHELD.value,), "membership.decide_application",
                   "application.upheld", label=_("Confirm the refusal"), message="application.upheld"),
        Transition("route_application", (A.SUBMITTED.value, A.QUESTION.value), (A.SUBMITTED.value,),
                   "membership.decide_application", "application.routed", label=_("Give to another union"),
                   message="application.routed"),
        Transition("withdraw_application", (A.SUBMITTED.value, A.QUESTION.value, A.REVIEW.value),
                   (A.WITHDRAWN.value,), "membership.own_application", "application.withdrawn",
                   label=_("Take back")),
        Transition("escalate_application", (A.SUBMITTED.value, A.REVIEW.value),
                   (A.SUBMITTED.value, A.REVIEW.value),
                   "membership.system", "application.escalated", message="application.escalated",
                   deadline="membership.review_latest", by_timer=True),
        Transition("close_application", (A.REFUSED.value,), (A.UPHELD.value,), "membership.system",
                   "application.closed", by_timer=True),
    ),
)  # fmt: skip

MEMBERSHIP = Workflow(
    name="membership",
    initial=M.ACTIVE.value,
    states=(
        State(M.ACTIVE.value, M.ACTIVE.label, _("You have all the rights of a member.")),
        State(M.RETAINED.value, M.RETAINED.label,
              _("You pay no dues and do not vote. When you work again, your membership goes on.")),
        State(M.HELD.value, M.HELD.label,
              _("The union above keeps your membership until your new workplace has a union.")),
        State(M.ENDED.value, M.ENDED.label, _("You can join again at any time."), final=True),
    ),
    transitions=(
        Transition("enrol", (), (M.ACTIVE.value,), "membership.keep_roll", "membership.begun",
                   article=CHARTER % "二"),
        Transition("retain", (M.ACTIVE.value, M.HELD.value), (M.RETAINED.value,), "membership.keep_roll",
                   "membership.retained", label=_("Retain"), message="membership.retained",
                   article=CHARTER % "八"),
        Transition("resume", (M.RETAINED.value, M.HELD.value), (M.ACTIVE.value,), "membership.keep_roll",
                   "membership.resumed", label=_("Resume"), message="membership.resumed"),
        Transition("hold", (M.ACTIVE.value, M.RETAINED.value), (M.HELD.value,), "membership.keep_roll",
                   "membership.held", label=_("The union above keeps it"), message="membership.held"),
        Transition("release", (M.ACTIVE.value, M.RETAINED.value, M.HELD.value), (M.ENDED.value,),
                   "membership.keep_roll", "membership.transferred", article=CHARTER % "五"),
        Transition("follow_union", (M.ACTIVE.value, M.RETAINED.value, M.HELD.value), (M.ENDED.value,),
                   "membership.system", "membership.moved", message="membership.moved", by_timer=True,
                   article=CHARTER % "五"),
        Transition("withdraw", (M.ACTIVE.value, M.RETAINED.value, M.HELD.value), (M.ENDED.value,),
                   "membership.own_or_keep_roll", "membership.withdrawn", label=_("Leave the union"),
                   message="membership.withdrawn", article=CHARTER % "六"),
        Transition("deem_withdrawn", (M.ACTIVE.value, M.HELD.value), (M.ENDED.value,), "membership.keep_roll",
                   "membership.deemed_withdrawn", label=_("Deemed to have left"),
                   message="membership.deemed_withdrawn", article=CHARTER % "六"),
        Transition("expel", (M.ACTIVE.value, M.RETAINED.value, M.HELD.value), (M.ENDED.value,),
                   "membership.keep_roll", "membership.expelled", label=_("Expel"),
                   message="membership.expelled", article=CHARTER % "七"),
        Transition("record_death", (M.ACTIVE.value, M.RETAINED.value, M.HELD.value), (M.ENDED.value,),
                   "membership.keep_roll", "membership.died", label=_("Has died")),
        Transition("strike_out", (M.ACTIVE.value, M.RETAINED.value, M.HELD.value), (M.ENDED.value,),
                   "membership.keep_roll", "membership.struck_out", label=_("Entered by mistake")),
    ),
)  # fmt: skip

TRANSFER = Workflow(
    name="membership-transfer",
    initial=T.ASKED.value,
    states=(
        State(T.ASKED.value, T.ASKED.label,
              _("If the old union is silent, you belong to the new one when the time is over.")),
        State(T.OBJECTED.value, T.OBJECTED.label, _("The union above both decides.")),
        State(T.RELEASED.value, T.RELEASED.label, _("You belong to the new union."), final=True),
        State(T.KEPT.value, T.KEPT.label, _("You stay in the old union."), final=True),
        State(T.CANCELLED.value, T.CANCELLED.label, _("Nothing was changed."), final=True),
    ),
    transitions=(
        Transition("ask_transfer", (), (T.ASKED.value,), "membership.pull", "transfer.asked",
                   label=_("Ask for the transfer"), message="transfer.asked",
                   deadline="membership.transfer_objection"),
        Transition("release_member", (T.ASKED.value, T.OBJECTED.value), (T.RELEASED.value,),
                   "membership.release", "transfer.released", label=_("Release"),
                   message="transfer.released"),
        Transition("object_to_transfer", (T.ASKED.value,), (T.OBJECTED.value,), "membership.release",
                   "transfer.objected", label=_("Object, with a reason"), message="transfer.objected"),
        Transition("force_transfer", (T.OBJECTED.value,), (T.RELEASED.value,), "membership.judge_transfer",
                   "transfer.forced", label=_("Decide for the transfer"), message="transfer.released"),
        Transition("keep_member", (T.OBJECTED.value,), (T.KEPT.value,), "membership.judge_transfer",
                   "transfer.kept", label=_("Decide against it"), message="transfer.kept"),
        Transition("cancel_transfer", (T.ASKED.value, T.OBJECTED.value), (T.CANCELLED.value,),
                   "membership.pull", "transfer.cancelled", label=_("Take back")),
        Transition("release_by_silence", (T.ASKED.value,), (T.RELEASED.value,), "membership.system",
                   "transfer.silent", message="transfer.released", by_timer=True),
    ),
)  # fmt: skip
