"""The table that says which state may follow which, who may move it, and by when.

Pure: no Django, no database. Each app keeps its own table in ``workflow.py``; buttons, the
server's check, the worker's progress line, the diagram in the docs and the tests are all read
from it. Permissions are only named here; ``permissions.py`` of the app decides them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any


class UnknownTransition(LookupError):
    """A name that the table does not hold: a programming error, never shown to people."""


class Refused(Exception):
    """The state does not allow the transition. Services translate it to ``WrongState``."""

    def __init__(self, transition: str, state: str) -> None:
        super().__init__(f"{transition} is not possible in state {state}")
        self.transition = transition
        self.state = state


@dataclass(frozen=True)
class Transition:
    """One arrow of the diagram."""

    name: str
    """Verb_noun of the service that makes it, e.g. ``assign_appeal``."""
    sources: tuple[str, ...]
    """States it may start from; empty for the one that creates the thing."""
    targets: tuple[str, ...]
    """States it may lead to; more than one where a policy decides."""
    permission: str
    """Named permission, e.g. ``appeals.assign_appeal``."""
    audit: str
    """Audit label in the past participle, e.g. ``appeal.assigned``."""
    label: Any = ""
    """What the button says (lazy text)."""
    message: str = ""
    """Kind of the notification that follows, if any."""
    deadline: str = ""
    """Key in ``regulations`` of the period that the transition starts, if any."""
    article: str = ""
    """Where the duty stands in law."""
    stops_clock: bool = False
    starts_clock: bool = False
    by_timer: bool = False
    """Whether the platform itself makes this step."""
    approves: bool = False
    """Whether one person decides on what another asked; he shows anew who he is before it."""


@dataclass(frozen=True)
class State:
    """One box of the diagram, with what a worker reads there."""

    name: str
    label: Any
    """Short name for lists (lazy text)."""
    happens_next: Any
    """One plain sentence: what happens next and who does it (lazy text)."""
    final: bool = False
    clock_runs: bool = True


@dataclass(frozen=True)
class Workflow:
    """The whole table of one kind of thing."""

    name: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    initial: str
    _by_name: dict[str, Transition] = field(init=False, repr=False, compare=False)
    _states: dict[str, State] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {t.name: t for t in self.transitions})
        object.__setattr__(self, "_states", {s.name: s for s in self.states})
        problems = list(self.problems())
        if problems:
            raise ValueError(f"workflow {self.name}: " + "; ".join(problems))

    def transition(self, name: str) -> Transition:
        """Return the transition called ``name``; raise ``UnknownTransition`` if there is none."""
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownTransition(f"{self.name} has no transition {name!r}") from None

    def state(self, name: str) -> State:
        """Return the state called ``name``."""
        return self._states[name]

    def allows(self, name: str, state: str) -> bool:
        """Say whether transition ``name`` may start from ``state``."""
        return state in self.transition(name).sources

    def check(self, name: str, state: str) -> Transition:
        """Return the transition, or raise ``Refused`` when ``state`` does not allow it."""
        found = self.transition(name)
        if state not in found.sources:
            raise Refused(name, state)
        return found

    def target(self, name: str, state: str, to: str | None = None) -> str:
        """Return the state that ``name`` leads to from ``state``.

        ``to`` chooses where the table offers more than one; a choice outside the table is a
        programming error.
        """
        found = self.check(name, state)
        if to is None and len(found.targets) == 1:
            return found.targets[0]
        if to not in found.targets:
            raise UnknownTransition(f"{name} leads to {found.targets}, not to {to!r}")
        return to

    def from_state(self, state: str) -> Iterator[Transition]:
        """Yield every transition that may start from ``state``, in the table's order."""
        return (t for t in self.transitions if state in t.sources)

    @property
    def open_states(self) -> tuple[str, ...]:
        """Names of the states in which somebody still owes something."""
        return tuple(s.name for s in self.states if not s.final)

    def problems(self) -> Iterable[str]:
        """Yield what is wrong with the table; a sound one yields nothing."""
        names = {s.name for s in self.states}
        if self.initial not in names:
            yield f"initial state {self.initial} is unknown"
        if len(self._by_name) != len(self.transitions):
            yield "two transitions share a name"
        for transition in self.transitions:
            for name in (*transition.sources, *transition.targets):
                if name not in names:
                    yield f"{transition.name} names unknown state {name}"
        for state in self.states:
            leaves = any(state.name in t.sources for t in self.transitions)
            if not leaves and not state.final:
                yield f"nobody can leave {state.name}, and it is not final"
        yield from self._unreachable(names)

    def _unreachable(self, names: set[str]) -> Iterable[str]:
        reached, frontier = {self.initial}, [self.initial]
        for transition in self.transitions:
            if not transition.sources:
                frontier += [t for t in transition.targets if t not in reached]
                reached.update(transition.targets)
        while frontier:
            for transition in self.from_state(frontier.pop()):
                frontier += [t for t in transition.targets if t not in reached]
                reached.update(transition.targets)
        for name in sorted(names - reached):
            yield f"state {name} cannot be reached"
