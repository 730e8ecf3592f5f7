"""Appeals for programs: mini programs, the offline outbox, other hotlines, officers' tools.

Mounted at ``/api/v1/appeals``. The same services as the pages, so the same rules.
"""

from zhijia.appeals.api.desk import router as desk
from zhijia.appeals.api.officer import router as officer
from zhijia.appeals.api.transfer import router as transfer
from zhijia.appeals.api.worker import router

router.add_router("/work", officer)
router.add_router("/work", desk)
router.add_router("/transfers", transfer)

__all__ = ["router"]
