"""The ways of a founding, a change of term, a registration and a closing.

Law: Trade Union Law arts 10 to 16 and 18, Charter arts 16 and 26, rules for elections of grassroots
unions (总工发〔2016〕27号), registration of legal persons (总工办发〔2020〕20号). Every refusal names a
reason and can be reviewed by the body above; a body that does not answer in time loses the matter to it.
"""

from typing import Any

from zhijia.core.words import _
from zhijia.core.workflow import State, Transition, Workflow
from zhijia.organising.enums import ProcessKind
from zhijia.organising.enums import State as S

ABOVE = _("The union above reads it and answers, at the latest on the day shown.")
MEND = _("You can mend it and apply again, or ask the body above for a review.")
OURS = "organising.prepare"
THEIRS = "organising.answer"
FIFTEEN = "总工发〔2016〕27号"


def _state(value: S, happens_next: Any, **flags: bool) -> State:
    return State(name=value.value, label=value.label, happens_next=happens_next, **flags)


def _step(
    name: str, sources: tuple[S, ...], targets: tuple[S, ...], permission: str, label: Any = "", **rest: Any
) -> Transition:
    audit = rest.pop("audit", "organising.moved")
    return Transition(
        name=name, sources=tuple(s.value for s in sources), targets=tuple(s.value for s in targets),
        permission=permission, audit=audit, label=label, **rest,
    )  # fmt: skip


DRAFT = _state(S.DRAFT, _("You complete it and send it to the union above."))
UNDER_REVIEW = _state(S.UNDER_REVIEW, _("The body above looks at the refusal and decides."))
REFUSED = _state(
    S.REFUSED, _("This was the last step within the union. You can begin anew later."), final=True
)
WITHDRAWN = _state(S.WITHDRAWN, _("It was taken back. You can begin anew at any time."), final=True)
ELECTION = (
    _state(S.ELECTION_PREPARED, _("The voters vote in secret; then the totals of each vote are entered.")),
    _state(S.ELECTED, _("The result is reported to the union above.")),
    _state(S.RESULT_REPORTED, ABOVE),
    _state(S.RESULT_REJECTED, MEND),
)


def _open(name: str) -> Transition:
    return _step(name, (), (S.DRAFT,), "organising.open", audit="organising.opened")


def _asks(name: str, source: S, target: S, label: Any, article: str) -> Transition:
    """The applicants put something to the union above: its time to answer begins."""
    return _step(name, (source,), (target,), OURS, label, audit="organising.applied",
                 message="organising.applied", deadline="union_body.reply", article=article)  # fmt: skip


def _answers(what: str, source: S, yes: S, no: S, words: tuple[Any, Any], article: str) -> tuple[Any, Any]:
    """The union above says yes or no; whoever applied is told."""
    told = {"message": "organising.answered", "article": article}
    return (
        _step(f"approve_{what}", (source,), (yes,), THEIRS, words[0], audit="organising.approved",
              approves=True, **told),
        _step(f"refuse_{what}", (source,), (no,), THEIRS, words[1], audit="organising.refused",
              approves=True, **told),
    )  # fmt: skip


def _common(waiting: tuple[S, ...], rejected: tuple[S, ...], ours: tuple[S, ...]) -> tuple[Transition, ...]:
    """Return what every process has: review, going up when late, taking back."""
    return (
        _step("ask_review", rejected, (S.UNDER_REVIEW,), OURS, _("Ask the body above for a review"),
              audit="organising.review_asked", message="organising.applied", deadline="union_body.reply"),
        _step("decide_review", (S.UNDER_REVIEW,), (*waiting, S.REFUSED), THEIRS, _("Decide the review"),
              audit="organising.review_decided", message="organising.answered", approves=True),
        _step("escalate", (*waiting, S.UNDER_REVIEW), (*waiting, S.UNDER_REVIEW), "organising.system",
              audit="organising.escalated", message="organising.escalated", deadline="union_body.reply",
              by_timer=True),
        _step("withdraw", (*ours, *waiting, *rejected, S.UNDER_REVIEW), (S.WITHDRAWN,), OURS,
              _("Withdraw this process"), audit="organising.withdrawn"),
    )  # fmt: skip


FINISH = (
    _step("finish_election", (S.ELECTION_PREPARED,), (S.ELECTED,), OURS, _("All votes are counted"),
          audit="organising.elected", article="工会法 10、中国工会章程 10"),
    _asks("report_result", S.ELECTED, S.RESULT_REPORTED, _("Report the result"), FIFTEEN),
    _step("mend_result", (S.RESULT_REJECTED,), (S.ELECTION_PREPARED,), OURS, _("Hold the election again")),
)  # fmt: skip
RESULT_WORDS = (_("Approve the result"), _("Do not approve the result"))

FOUNDING = Workflow(
    name="founding",
    initial=S.DRAFT.value,
    states=(
        DRAFT,
        _state(S.PREP_APPLIED, ABOVE),
        _state(S.PREP_APPROVED, _("The preparatory group begins to win members.")),
        _state(S.PREP_REJECTED, MEND),
        _state(S.RECRUITING, _("Workers join. Then the candidates are named and the election is prepared.")),
        *ELECTION,
        _state(S.ESTABLISHED, _("The union exists. It can be registered as legal person."), final=True),
        UNDER_REVIEW, REFUSED, WITHDRAWN,
    ),
    transitions=(
        _open("open_founding"),
        _asks("apply_founding", S.DRAFT, S.PREP_APPLIED, _("Send to the union above"),
              "工会法 12、中国工会章程 16"),
        *_answers("preparation", S.PREP_APPLIED, S.PREP_APPROVED, S.PREP_REJECTED,
                  (_("Approve the preparation"), _("Do not approve")), "工会法 12"),
        _step("mend_founding", (S.PREP_REJECTED,), (S.DRAFT,), OURS, _("Mend the application")),
        _step("begin_recruiting", (S.PREP_APPROVED,), (S.RECRUITING,), OURS, _("Begin to win members"),
              article="工会法 3"),
        _step("prepare_election", (S.RECRUITING,), (S.ELECTION_PREPARED,), OURS,
              _("The election is prepared"), article="工会法 10、11"),
        *FINISH,
        *_answers("result", S.RESULT_REPORTED, S.ESTABLISHED, S.RESULT_REJECTED, RESULT_WORDS, "工会法 12"),
        *_common((S.PREP_APPLIED, S.RESULT_REPORTED), (S.PREP_REJECTED, S.RESULT_REJECTED),
                 (S.DRAFT, S.PREP_APPROVED, S.RECRUITING, S.ELECTION_PREPARED, S.ELECTED)),
    ),
)  # fmt: skip

TERM = Workflow(
    name="change_of_term",
    initial=S.DRAFT.value,
    states=(
        DRAFT,
        _state(S.CANDIDATES_ASKED, ABOVE),
        _state(S.CANDIDATES_REJECTED, MEND),
        *ELECTION,
        _state(S.RENEWED, _("The elected are in office."), final=True),
        UNDER_REVIEW, REFUSED, WITHDRAWN,
    ),
    transitions=(
        _open("open_term"),
        _asks("ask_candidates", S.DRAFT, S.CANDIDATES_ASKED, _("Put the candidates to the union above"),
              FIFTEEN),
        *_answers("candidates", S.CANDIDATES_ASKED, S.ELECTION_PREPARED, S.CANDIDATES_REJECTED,
                  (_("Approve the candidates"), _("Do not approve the candidates")), FIFTEEN),
        _step("mend_candidates", (S.CANDIDATES_REJECTED,), (S.DRAFT,), OURS, _("Mend the application")),
        *FINISH,
        *_answers("result", S.RESULT_REPORTED, S.RENEWED, S.RESULT_REJECTED, RESULT_WORDS, FIFTEEN),
        *_common((S.CANDIDATES_ASKED, S.RESULT_REPORTED), (S.CANDIDATES_REJECTED, S.RESULT_REJECTED),
                 (S.DRAFT, S.ELECTION_PREPARED, S.ELECTED)),
    ),
)  # fmt: skip

REGISTRATION = Workflow(
    name="registration",
    initial=S.DRAFT.value,
    states=(
        DRAFT,
        _state(S.APPLIED, _("The registrar checks the papers and answers. It costs nothing.")),
        _state(S.REJECTED, MEND),
        _state(S.REGISTERED, _("The certificates can be collected."), final=True),
        UNDER_REVIEW, REFUSED, WITHDRAWN,
    ),
    transitions=(
        _open("open_registration"),
        _asks("apply_registration", S.DRAFT, S.APPLIED, _("Send to the registrar"),
              "总工办发〔2020〕20号 5、6"),
        *_answers("registration", S.APPLIED, S.REGISTERED, S.REJECTED,
                  (_("Register"), _("Do not register")), "工会法 15、总工办发〔2020〕20号 7"),
        _step("mend_registration", (S.REJECTED,), (S.DRAFT,), OURS, _("Mend the application")),
        *_common((S.APPLIED,), (S.REJECTED,), (S.DRAFT,)),
    ),
)  # fmt: skip

CLOSING = Workflow(
    name="closing",
    initial=S.DRAFT.value,
    states=(
        _state(S.DRAFT, _("The assembly of all members votes. The employer has no say in it.")),
        _state(S.VOTED, _("The decision is put to the union above.")),
        _state(S.VOTED_DOWN, _("The union goes on as it is."), final=True),
        _state(S.APPLIED, ABOVE),
        _state(S.REJECTED, MEND),
        _state(S.CLOSED, _("What stood below and who belonged to it went where it was decided."), final=True),
        UNDER_REVIEW, REFUSED, WITHDRAWN,
    ),
    transitions=(
        _open("open_closing"),
        _step("record_assembly", (S.DRAFT,), (S.VOTED, S.VOTED_DOWN), OURS, _("Enter the assembly's vote"),
              audit="organising.assembly_voted", article="工会法 13、中国工会章程 16"),
        _asks("apply_closing", S.VOTED, S.APPLIED, _("Send to the union above"), "工会法 12、13"),
        *_answers("closing", S.APPLIED, S.CLOSED, S.REJECTED,
                  (_("Approve and carry out"), _("Do not approve")), "工会法 12、13、中国工会章程 16"),
        _step("mend_closing", (S.REJECTED,), (S.VOTED,), OURS, _("Apply again")),
        *_common((S.APPLIED,), (S.REJECTED,), (S.DRAFT, S.VOTED)),
    ),
)  # fmt: skip

RECALL = Workflow(
    name="recall",
    initial=S.DRAFT.value,
    states=(
        _state(S.DRAFT, _("All members, or all their delegates, discuss it and vote in secret.")),
        _state(S.VOTED, _("The decision is put to the union above.")),
        _state(S.VOTED_DOWN, _("The officer stays in office."), final=True),
        _state(S.APPLIED, ABOVE),
        _state(S.REJECTED, MEND),
        _state(S.CLOSED, _("The officer has left the seat. Members elect somebody else."), final=True),
        UNDER_REVIEW, REFUSED, WITHDRAWN,
    ),
    transitions=(
        _open("open_recall"),
        _step("record_recall", (S.DRAFT,), (S.VOTED, S.VOTED_DOWN), OURS, _("Enter the vote on the recall"),
              audit="organising.assembly_voted", article="工会法 17、18"),
        _asks("apply_recall", S.VOTED, S.APPLIED, _("Send to the union above"), "工会法 18"),
        *_answers("recall", S.APPLIED, S.CLOSED, S.REJECTED,
                  (_("Approve the recall"), _("Do not approve the recall")), "工会法 18"),
        _step("mend_recall", (S.REJECTED,), (S.VOTED,), OURS, _("Apply again")),
        *_common((S.APPLIED,), (S.REJECTED,), (S.DRAFT, S.VOTED)),
    ),
)  # fmt: skip

TABLES = {
    ProcessKind.FOUNDING: FOUNDING,
    ProcessKind.TERM: TERM,
    ProcessKind.BY_ELECTION: TERM,
    ProcessKind.REGISTRATION: REGISTRATION,
    ProcessKind.MERGER: CLOSING,
    ProcessKind.DISSOLUTION: CLOSING,
    ProcessKind.RECALL: RECALL,
}
OPENING = {
    ProcessKind.TERM: "open_term",
    ProcessKind.BY_ELECTION: "open_term",
    ProcessKind.REGISTRATION: "open_registration",
    ProcessKind.MERGER: "open_closing",
    ProcessKind.DISSOLUTION: "open_closing",
}
FINAL = tuple(sorted({s.name for table in TABLES.values() for s in table.states if s.final}))
WAITING = (S.PREP_APPLIED, S.CANDIDATES_ASKED, S.RESULT_REPORTED, S.APPLIED, S.UNDER_REVIEW)
"""States in which the union above owes an answer."""
NAMING = {
    ProcessKind.FOUNDING: (S.RECRUITING,),
    ProcessKind.TERM: (S.DRAFT,),
    ProcessKind.BY_ELECTION: (S.DRAFT,),
}
"""States in which votes and candidates are named."""


def table_of(kind: str) -> Workflow:
    """Return the table of a kind of process."""
    return TABLES[ProcessKind(kind)]


OF_THE_APPLICANTS = frozenset(
    t.name for table in TABLES.values() for t in table.transitions if not t.approves
)
"""Steps of those who ask; before any other a person shows anew who he is."""
