"""Foundings, elections and recalls for programs, mounted at ``/api/v1/organising``.

The services of the pages, so the same rules.
"""

from zhijia.organising.api.beginning import router as beginning
from zhijia.organising.api.processes import router
from zhijia.organising.api.steps import router as steps

router.add_router("", beginning)
router.add_router("", steps)

__all__ = ["router"]
