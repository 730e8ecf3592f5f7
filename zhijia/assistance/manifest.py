from zhijia.core.manifest import Manifest

MANIFEST = Manifest(app="assistance", order=110)
