"""The way of a recovery: two officers see the person, two days pass, then the new number takes the place."""

from zhijia.core.words import _
from zhijia.core.workflow import State, Transition, Workflow
from zhijia.recovery.enums import State as S

RECOVERY = Workflow(
    name="recovery",
    initial=S.WAITING.value,
    states=(
        State(S.WAITING.value, S.WAITING.label, _("A second officer sees you and your papers.")),
        State(S.COOLING.value, S.COOLING.label,
              _("If nobody objects from your old sessions, the new number takes the place of the old one.")),
        State(S.DONE.value, S.DONE.label, _("Sign in with the new number and set a new password."),
              final=True),
        State(S.STOPPED.value, S.STOPPED.label, _("Nothing was changed."), final=True),
        State(S.REFUSED.value, S.REFUSED.label, _("Nothing was changed."), final=True),
        State(S.LAPSED.value, S.LAPSED.label, _("Nothing was changed. You can begin again."), final=True),
    ),
    transitions=(
        Transition("open_recovery", (), (S.WAITING.value,), "recovery.take_part", "recovery.opened",
                   label=_("Open the recovery")),
        Transition("confirm_recovery", (S.WAITING.value,), (S.COOLING.value,), "recovery.take_part",
                   "recovery.confirmed", label=_("Confirm"), message="recovery.begun", approves=True),
        Transition("refuse_recovery", (S.WAITING.value,), (S.REFUSED.value,), "recovery.take_part",
                   "recovery.refused", label=_("Refuse"), approves=True),
        Transition("stop_recovery", (S.WAITING.value, S.COOLING.value), (S.STOPPED.value,), "recovery.own",
                   "recovery.stopped", label=_("This was not me: stop it"), message="recovery.stopped"),
        Transition("finish_recovery", (S.COOLING.value,), (S.DONE.value, S.LAPSED.value), "recovery.system",
                   "recovery.finished", message="recovery.done", by_timer=True),
        Transition("lapse_recovery", (S.WAITING.value,), (S.LAPSED.value,), "recovery.system",
                   "recovery.lapsed", by_timer=True),
    ),
)  # fmt: skip
