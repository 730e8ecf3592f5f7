"""A group in words, for whoever has to know "to whom"; no name of a member, and no number of them."""

import datetime as dt
from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from zhijia.membership.segments.fields import Comparison, Shape
from zhijia.membership.segments.grammar import Condition, days_of
from zhijia.membership.segments.questions import Question
from zhijia.regulations import places


def in_words(asked: Question) -> str:
    """Return all conditions as one line, e.g. "migrant workers, joined less than 1 year ago"."""
    told = [condition_in_words(condition, asked) for condition in asked.conditions]
    told += [_("a condition that is no longer known")] * len(asked.unknown)
    return _listed(told) if told else _("everybody on the roll")


def _listed(parts: Iterable[str]) -> str:
    return pgettext("between parts of a list", ", ").join(parts)


def condition_in_words(condition: Condition, asked: Question) -> str:
    """Return one condition in words."""
    shape = condition.spec.shape
    if shape == Shape.AGO:
        return _ago(condition)
    if shape == Shape.DATES:
        return _dates(condition)
    chosen = pgettext("between choices", " or ").join(_values(condition, asked))
    if shape == Shape.FLAG:
        return chosen
    facts = {"what": condition.spec.label, "values": chosen}
    if condition.comparison == Comparison.IS_NOT:
        return _("%(what)s: other than %(values)s") % facts
    return _("%(what)s: %(values)s") % facts


def _values(condition: Condition, asked: Question) -> list[str]:
    if condition.spec.shape == Shape.BODIES:
        return [asked.bodies[int(value)].name for value in condition.values]
    if condition.spec.shape == Shape.PLACES:
        return [places.full_name(value) for value in condition.values]
    return [str(condition.spec.word(value)) for value in condition.values]


def _span(condition: Condition) -> str:
    number = int(condition.values[0])
    facts = {"count": number}
    if condition.values[1] == "days":
        return ngettext("%(count)s day", "%(count)s days", number) % facts
    if condition.values[1] == "months":
        return ngettext("%(count)s month", "%(count)s months", number) % facts
    return ngettext("%(count)s year", "%(count)s years", number) % facts


def _ago(condition: Condition) -> str:
    if condition.comparison == Comparison.NEVER:
        return _("never in contact")
    span = {"span": _span(condition)}
    if condition.field == "joined":
        if condition.comparison == Comparison.WITHIN:
            return _("joined less than %(span)s ago") % span
        return _("a member for %(span)s or longer") % span
    if condition.comparison == Comparison.WITHIN:
        return _("in contact in the last %(span)s") % span
    return _("no contact for %(span)s") % span


def _dates(condition: Condition) -> str:
    first, last = days_of(condition.values)
    if first and last:
        return _("joined from %(first)s to %(last)s") % {"first": _day(first), "last": _day(last)}
    if first:
        return _("joined on %(first)s or later") % {"first": _day(first)}
    return _("joined on %(last)s or earlier") % {"last": _day(last) if last else ""}


def _day(day: dt.date) -> str:
    return date_format(day, "DATE_FORMAT")
