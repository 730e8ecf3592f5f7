"""Sealed parts, the keys that open them, who opened them, and who asked to learn a name."""

from zhijia.vault.models.identity import IdentityRequest
from zhijia.vault.models.keys import KeyGrant, KeyPair, PartKey
from zhijia.vault.models.parts import Disclosure, SealedPart

__all__ = ["Disclosure", "IdentityRequest", "KeyGrant", "KeyPair", "PartKey", "SealedPart"]
