"""What the boot gate asks about files."""

from django.conf import settings

from zhijia.attachments.sandbox.runner import BARE, NoSandbox, fence
from zhijia.core.boot_gate.findings import Finding, Weight

CURE = (
    "Install Bubblewrap (apt-get install bubblewrap) and allow user namespaces, then start again; "
    "docs/how-to/scan-files.md. To do without it knowingly set ZHIJIA_SANDBOX=limits."
)


def sandbox_missing() -> Finding | None:
    """Find that documents of strangers are read without the wall, or cannot be read at all."""
    try:
        bare = fence() == BARE
    except NoSandbox as missing:
        return Finding(f"Documents wait and nobody can open them: {missing}.", CURE, Weight.WARNING)
    if not bare or settings.ZHIJIA_SANDBOX == "limits":
        return None
    return Finding(
        "Documents that people send are read without a sandbox (bwrap is not installed or may not be used): "
        "a harmful one could reach the network and our files.",
        CURE,
        Weight.WARNING,
    )
