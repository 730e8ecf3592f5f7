"""What the boot gate asks the union tree."""

from zhijia.core.boot_gate.findings import Finding
from zhijia.unions.row_security import policy_problem


def second_wall_stands() -> Finding | None:
    """Return what is wrong when PostgreSQL would not hide what must not exist for an officer.

    Whether its role is an ordinary one, the gate asks itself.
    """
    problem = policy_problem()
    if problem is None:
        return None
    return Finding(
        f"The second wall does not stand: {problem}.",
        "Switch them on again: ALTER TABLE … ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY. What was "
        "dropped stands in zhijia/appeals/migrations/0010_second_wall.py and in every backup.",
    )
