"""The chain, the signed heads, and who has seen them."""

from zhijia.audit.models.chain import Entry, FinalQuerySet, Head
from zhijia.audit.models.heads import SignedHead, SigningKey, WitnessState
from zhijia.audit.models.peers import Peer, PeerHead, PeerKey

__all__ = [
    "Entry",
    "FinalQuerySet",
    "Head",
    "Peer",
    "PeerHead",
    "PeerKey",
    "SignedHead",
    "SigningKey",
    "WitnessState",
]
