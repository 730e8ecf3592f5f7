"""Everything that changes the vault; no other code reads what is sealed in it."""

from zhijia.vault.selectors import disclosures_of
from zhijia.vault.services.identity import (
    ask_identity,
    decide_identity,
    expire_requests,
    withdraw_identity,
)
from zhijia.vault.services.key_pairs import (
    adopt_parts,
    change_password,
    drop_stale_grants,
    hand_on_keys,
    make_user_key,
    open_user_key,
)
from zhijia.vault.services.parts import (
    OpenPart,
    erase_part,
    erase_record,
    give_to_receipt,
    give_to_user,
    move_part,
    open_own,
    open_part,
    open_parts,
    seal_part,
    seal_parts,
    update_part,
)

__all__ = [
    "OpenPart",
    "adopt_parts",
    "ask_identity",
    "change_password",
    "decide_identity",
    "disclosures_of",
    "drop_stale_grants",
    "erase_part",
    "erase_record",
    "expire_requests",
    "give_to_receipt",
    "give_to_user",
    "hand_on_keys",
    "make_user_key",
    "move_part",
    "open_own",
    "open_part",
    "open_parts",
    "open_user_key",
    "seal_part",
    "seal_parts",
    "update_part",
    "withdraw_identity",
]
