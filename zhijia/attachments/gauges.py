"""Figures of files for those who run the house."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.attachments.selectors import FileFigures, file_figures
from zhijia.core.gauges import Gauge, Reading


def _all(figures: FileFigures) -> int:
    return sum(figures.states.values())


def unscanned(now: dt.datetime) -> Reading:
    """Return how many files no scanner has looked at."""
    figures = file_figures()
    return Reading(figures.states["unscanned"], _all(figures), now)


def waiting(now: dt.datetime) -> Reading:
    """Return the minutes for which the oldest file has waited for the scanner or for its copy."""
    figures = file_figures()
    since = figures.waiting_since
    return Reading(round((now - since).total_seconds() / 60) if since else 0, _all(figures), now)


def held_back(now: dt.datetime) -> Reading:
    """Return how many of a hundred files are in quarantine or held back."""
    figures = file_figures()
    held = figures.states["quarantined"] + figures.states["refused"]
    return Reading(round(100 * held / _all(figures)) if _all(figures) else 0, _all(figures), now)


def signature_age(now: dt.datetime) -> Reading:
    """Return the days since the scanner's signatures were made; None when it does not say."""
    figures = file_figures()
    if not figures.has_scanner or figures.signatures_at is None:
        return Reading(None, 0, None)
    return Reading((now - figures.signatures_at).days, 1, now)


def scanner_trial(now: dt.datetime) -> Reading:
    """Return whether the scanner spoke up about a test virus that is too large for it (1 or 0)."""
    figures = file_figures()
    return Reading(int(figures.trial_passed) if figures.trial_at else None, 1, figures.trial_at)


GAUGES = (
    Gauge(
        "files.unscanned", _("Files that no scanner has looked at"),
        _("Without a scanner (ZHIJIA_CLAMD) files are kept and can be opened, but nobody has looked."),
        unscanned, lambda value: value == 0, "count",
    ),
    Gauge(
        "files.waiting", _("Minutes that the oldest file has waited for its check or its copy"),
        _("More than fifteen: see whether the scanner answers and Bubblewrap is installed."),
        waiting, lambda value: value <= 15, "minutes",
    ),
    Gauge(
        "files.held_back", _("Files in quarantine or held back"),
        _("In percent. Many at once: the scanner is down, or somebody sends harmful files."),
        held_back, lambda value: value <= 5, "percent",
    ),
    Gauge(
        "files.signatures", _("Days since the signatures of the scanner were made"),
        _("After seven days the scanner is not believed and files stay in quarantine: see freshclam."),
        signature_age, lambda value: value <= 7, "",
    ),
    Gauge(
        "files.trial", _("The scanner speaks up about what is too large for it"),
        _("1: yes. 0: set AlertExceedsMax in clamd.conf; until then files stay in quarantine."),
        scanner_trial, lambda value: value == 1, "",
    ),
)  # fmt: skip
