from zhijia.core.manifest import Manifest, PersonalField

MANIFEST = Manifest(
    app="audit",
    order=10,
    personal_data=(
        PersonalField(
            model="audit.Entry", field="actor", level="C1", purpose="Evidence of who did what; no name.",
            erasure="keep",
        ),
    ),
)  # fmt: skip
