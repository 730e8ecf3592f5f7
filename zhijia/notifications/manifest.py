"""What notifications contribute to the house."""

from zhijia.core.manifest import Manifest

MANIFEST = Manifest(app="notifications", order=30)
