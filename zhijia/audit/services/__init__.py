"""Adding to the chain, signing its heads, showing them to witnesses, being a witness."""

from zhijia.audit.services.peers import add_peer, keep_heads
from zhijia.audit.services.recording import entry_line, record, record_read, stamp
from zhijia.audit.services.signing import change_key, sign_heads, sign_statement
from zhijia.audit.services.witnessing import tell_witnesses
from zhijia.audit.verify_audit import commitment_of

__all__ = [
    "add_peer",
    "change_key",
    "commitment_of",
    "entry_line",
    "keep_heads",
    "record",
    "record_read",
    "sign_heads",
    "sign_statement",
    "stamp",
    "tell_witnesses",
]
