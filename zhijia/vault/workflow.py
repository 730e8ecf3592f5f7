"""The way of a request to learn a name: asked, decided by a second person, over."""

from typing import Any

from zhijia.core.words import _
from zhijia.core.workflow import State, Transition, Workflow
from zhijia.vault.enums import RequestState as S


def _state(value: S, happens_next: Any, **flags: bool) -> State:
    return State(name=value.value, label=value.label, happens_next=happens_next, **flags)


TABLE = Workflow(
    name="identity request",
    initial=S.ASKED,
    states=(
        _state(S.ASKED, _("A custodian, who must be another person, decides.")),
        _state(S.APPROVED, _("The part can be opened until the time that was set; the worker sees it.")),
        _state(S.REFUSED, _("The matter goes on without the name."), final=True, clock_runs=False),
        _state(S.EXPIRED, _("Ask anew if the name is still needed."), final=True, clock_runs=False),
        _state(S.WITHDRAWN, _("Nothing was opened."), final=True, clock_runs=False),
    ),
    transitions=(
        Transition(
            "ask_identity", (), (S.ASKED,), "vault.ask_identity", "identity.asked", _("Ask for the name"),
        ),
        Transition(
            "approve_identity", (S.ASKED,), (S.APPROVED,), "vault.decide_identity", "identity.approved",
            _("Approve"), approves=True,
        ),
        Transition(
            "refuse_identity", (S.ASKED,), (S.REFUSED,), "vault.decide_identity", "identity.refused",
            _("Refuse"), approves=True,
        ),
        Transition(
            "withdraw_identity", (S.ASKED, S.APPROVED), (S.WITHDRAWN,), "vault.withdraw_identity",
            "identity.withdrawn", _("Take back"),
        ),
        Transition(
            "expire_identity", (S.ASKED, S.APPROVED), (S.EXPIRED,), "vault.expire_identity",
            "identity.expired", by_timer=True,
        ),
    ),
)  # fmt: skip
