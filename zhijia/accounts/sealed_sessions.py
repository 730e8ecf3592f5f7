"""Sessions are sealed at rest: a sign-in on its way holds a telephone number."""

from typing import Any

from zhijia.core.sealing import seal_json, unseal_json


class SealedSerializer:
    """Serialises a session for the framework; a value under another key reads as no session."""

    def dumps(self, obj: Any) -> bytes:
        """Seal a session."""
        return seal_json(obj, purpose="session", place="django_session")

    def loads(self, data: bytes) -> Any:
        """Open a session."""
        return unseal_json(data, purpose="session", place="django_session")
