"""The promises in plain words, how often each is proved anew, and what cannot be promised."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Promise:
    """One promise with the figures of its proof that people are shown."""

    key: str
    words: Any
    period: dt.timedelta = 8 * DAY
    """A proof older than this says nothing any more."""
    public: bool = True
    shown: tuple[tuple[str, Any], ...] = ()
    """Figures of the proof that everybody is shown: their name, and what they are called."""


LOST = ("lost", _("of these lost"))


PROMISES = (
    Promise(
        "P1",
        _("Once you see a receipt number, what you handed in survives a crash of our software."),
        shown=(
            ("acked", _("receipts shown while it was being stopped by force")),
            LOST,
            ("kill_points.covered_percent", _("percent of the places at which it can be stopped were tried")),
        ),
    ),
    Promise(
        "P2",
        _("It survives a power cut too. When our disk fails or is full we say so and pretend nothing."),
        shown=(("acked", _("receipts shown under power cuts and failing disks")), LOST),
    ),
    Promise("P3", _("Pressing send twice, or a broken connection, never makes two matters.")),
    Promise(
        "P5",
        _("When the server is destroyed, nothing that was marked “two copies” is lost."),
        shown=(
            ("two_copies", _("submissions marked “two copies” before the server was destroyed")),
            ("lost_of_two_copies", _("of these lost")),
            ("rto_seconds", _("seconds from nothing to an open house")),
            ("rto_minutes", _("minutes from nothing to an open house")),
        ),
    ),
    Promise(
        "P6",
        _(
            "Officers who belong to the employer you complain about cannot see your matter, "
            "or that it exists."
        ),
        shown=(("n", _("answers of the platform compared")), ("differences", _("differences found"))),
    ),
    Promise(
        "P7", _("Nobody learns your name without two people, a written reason, and you being able to see it.")
    ),
    Promise("P8", _("Every time somebody opens your matter you can see when, which office, and why.")),
    Promise(
        "P9", _("A stolen copy of the database or of a backup does not reveal what you wrote or who you are.")
    ),
    Promise("P11", _("The record of who read and did what cannot be rewritten unnoticed.")),
    Promise("P16", _("Somebody who leaves the office loses access everywhere within a minute.")),
    Promise(
        "P17", _("If you lose your phone you do not lose your matter, and whoever finds it does not get it.")
    ),
    Promise("P18", _("No message outside this platform shows what it is about.")),
    Promise("P19", _("Your evidence is kept unaltered under seal; what officers open is a cleaned copy.")),
    Promise("P20", _("What is erased is gone from here within 7 days and from backups within 35.")),
    Promise(
        "P21",
        _("Every page works with a keyboard and a screen reader, and no foreign program runs in it."),
        shown=(
            ("axe_pages", _("pages tried for use without sight and without a mouse")),
            ("axe_violations", _("obstacles found")),
            ("reports", _("foreign programs seen")),
        ),
    ),
    Promise("P25", _("We keep no score of anyone's loyalty or discontent.")),
)
LIMITS = (
    _("Somebody who controls our running server can see what is typed and opened from that moment on."),
    _(
        "Your employer's network can see that you visited this site, not what you did. "
        "Use your own connection."
    ),
    _("Whoever holds your unlocked phone and your receipt sees what you see. Keep the receipt on paper."),
    _("Facts can name you: a shift, a machine, a photo. Before you send, take out what only you can know."),
    _("Until the officers of a union body have set up their keys, the platform keeps theirs for them."),
    _(
        "An authority with a lawful written order gets what it names and no more; "
        "you are told unless the law forbids it."
    ),
    _("Several people who together hold the recovery key can open what was lost. Each time is written down."),
)
