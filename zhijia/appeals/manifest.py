"""What appeals contribute to the house."""

from zhijia.appeals import messages
from zhijia.appeals.workflow import TABLE
from zhijia.core.manifest import Manifest

MANIFEST = Manifest(app="appeals", order=100, prefix="appeals/", urls="zhijia.appeals.urls",
    api_prefix="appeals", api_router="zhijia.appeals.api.router", messages=messages.KINDS, workflows=(TABLE,))
