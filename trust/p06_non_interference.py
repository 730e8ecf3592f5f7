"""P6: whoever is tied to an employer meets the same bytes whether a grievance against it exists or not."""

from typing import Any

from trust import Broken
from trust.house import empty_house

PROMISE = "P6"
TITLE = "Officers who belong to the employer complained about cannot see the complaint, or that it exists"
ROUNDS = {False: 40, True: 400}
"""Times that each page is asked for by turns."""
LEAST_PAST_THE_FORM = 0.6
"""Of what is sent, the share that must not be refused for its form alone: such a sending tries nothing."""


def prove(*, long: bool) -> dict[str, Any]:
    """Return the figures; the control switches the filter off and must find differences."""
    with empty_house():
        from tests.trust.interference import play
        from tests.trust.response_times import LEAST, control, timing

        figures, wrong = play(long=long)
        if wrong:
            raise Broken("; ".join(wrong[:5]))
        lost, noticed = play(long=False, wall=False)
        if not noticed:
            raise Broken("with the conflict filter switched off the comparison found no difference")
        figures |= {"control_pairs": lost["n"], "control_differences": len(noticed)}
        if figures["sent_past_the_form"] < LEAST_PAST_THE_FORM * figures["sent"]:
            raise Broken(f"most forms were refused as forms: {figures['sent_statuses']}")
        figures |= timing(ROUNDS[long])
        if figures["timing_p"] <= LEAST:
            raise Broken(f"times tell the worlds apart: {figures['timing_worst']}, p {figures['timing_p']}")
        figures["control_timing_p"] = round(control(ROUNDS[long]), 6)
        if figures["control_timing_p"] > LEAST:
            raise Broken("a look-up that is slower for hidden rows was not noticed")
        return figures
