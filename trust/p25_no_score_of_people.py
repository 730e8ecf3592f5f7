"""P25: nobody is scored. Every model and column is looked at; a made-up score must be noticed."""

from typing import Any

from trust import Broken
from trust.house import empty_house

PROMISE = "P25"
TITLE = "We keep no score of anyone's loyalty or discontent, and the database proves it"


def prove(*, long: bool) -> dict[str, Any]:
    """Return how much was looked at; the control is a table of discontent that must be found."""
    with empty_house(tables=False):
        from tests.constitution import houses
        from tests.constitution.test_n01_nobody_is_scored import FIGURES, MARKS
        from tests.constitution.test_n11_nobody_is_followed import FOLLOWING
        from tests.constitution.test_purposes_are_a_closed_list import PURPOSES
        from zhijia.vault.enums import Purpose

        scores = found(set(FIGURES) | set(MARKS))
        following = [name for _model, name in houses.columns() if FOLLOWING.search(name)]
        if scores or following or tuple(Purpose.values) != PURPOSES:
            raise Broken(f"scores {sorted(scores)}, following {following}, purposes {Purpose.values}")
        figures = {
            "n": len(houses.columns()),
            "models": len(houses.house_models()),
            "sealed_columns": len(list(houses.sealed_columns())),
            "numbers_beside_people": len(houses.numbers_beside_people()),
            "marks_beside_people": len(houses.marks_beside_people()),
            "scores_of_people": len(scores),
            "purposes": len(PURPOSES),
        }
        for key in houses.PLANTED:
            with houses.planted(key):
                noticed = found(set(FIGURES) | set(MARKS))
            if len(noticed) != 3:
                raise Broken(f"a table that scores people by {key} was noticed as {sorted(noticed)} only")
        return figures | {"control_noticed": len(houses.PLANTED)}


def found(known: set[str]) -> set[str]:
    """Return the numbers and marks beside a person that nobody has given a reason for."""
    from tests.constitution import houses

    return (houses.numbers_beside_people() | houses.marks_beside_people()) - known
