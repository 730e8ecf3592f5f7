"""Which step may follow which in a request about one's own data, who takes it, and by when."""

from django.utils.translation import gettext_lazy as _

from zhijia.core.workflow import State, Transition, Workflow

DECIDE, OWN = "privacy.decide_request", "privacy.own_request"

TABLE = Workflow(
    name="privacy.request",
    initial="asked",
    states=(
        State("asked", _("Waits for a decision"), _("A person of the union reads it and decides.")),
        State("granted", _("Will be erased"), _("The platform erases it within seven days.")),
        State(
            "frozen", _("Frozen"),
            _("A law forbids to erase it now. Until then nobody reads it without two people agreeing."),
            clock_runs=False,
        ),
        State("refused", _("Refused"), _("You can complain to the body above or go to court."), final=True),
        State("done", _("Done"), _("Nothing more is to be done."), final=True),
        State("withdrawn", _("Taken back"), _("You took the request back."), final=True),
    ),
    transitions=(
        Transition(
            "ask_request", (), ("asked", "granted"), OWN, "privacy.asked", deadline="rights.answer",
            article="个人信息保护法 第五十条",
        ),
        Transition(
            "grant_request", ("asked",), ("granted",), DECIDE, "privacy.granted", _("Erase it"),
            message="privacy.answered", deadline="rights.erasure", article="个人信息保护法 第四十七条",
            approves=True,
        ),
        Transition(
            "refuse_request", ("asked",), ("refused",), DECIDE, "privacy.refused", _("Refuse"),
            message="privacy.answered", article="个人信息保护法 第五十条", approves=True,
        ),
        Transition(
            "answer_request", ("asked",), ("done",), DECIDE, "privacy.answered", _("Answer"),
            message="privacy.answered", article="个人信息保护法 第四十六条、第四十八条",
        ),
        Transition(
            "freeze_request", ("asked", "granted"), ("frozen",), DECIDE, "privacy.frozen", _("Freeze it"),
            message="privacy.answered", article="个人信息保护法 第四十七条第二款", approves=True,
        ),
        Transition(
            "finish_request", ("granted", "frozen"), ("done",), DECIDE, "privacy.erased", by_timer=True,
            article="个人信息保护法 第四十七条",
        ),
        Transition(
            "withdraw_request", ("asked", "granted", "frozen"), ("withdrawn",), OWN, "privacy.withdrawn",
            _("Take the request back"),
        ),
    ),
)  # fmt: skip
