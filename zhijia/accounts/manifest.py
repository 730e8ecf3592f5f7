"""What accounts contribute to the house."""

from zhijia.core.manifest import Manifest

MANIFEST = Manifest(app="accounts", order=20)
