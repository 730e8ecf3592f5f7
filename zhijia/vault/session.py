"""Keys that are open in a browser's session.

They lie in the session under a random key that exists only in a cookie: neither the database nor a
copy of it opens them, and signing out ends them. Named by what they are: ``user:5`` or
``receipt:appeal:…``.
"""

import base64
import os
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from zhijia.accounts.auth import Proof, session_proof
from zhijia.core import clock
from zhijia.core.sealing import SealBroken, seal_under, unseal_under
from zhijia.vault import keys
from zhijia.vault.models import KeyGrant
from zhijia.vault.services.key_pairs import change_password, hand_on_keys, open_user_key

COOKIE = "keyring"
SLOT = "vault"


def keep(request: Any, name: str, key: bytes) -> None:
    """Keep a key in the session; the middleware sends the cookie."""
    secret = _secret(request) or os.urandom(32)
    request.keyring_secret = secret
    kept = dict(request.session.get(SLOT, {}))
    kept[name] = base64.b64encode(seal_under(secret, key, place=f"session|{name}")).decode()
    request.session[SLOT] = kept


def kept(request: Any, name: str) -> bytes:
    """Return a key that is open in this session, or nothing."""
    secret, held = _secret(request), request.session.get(SLOT, {}).get(name)
    if not secret or not held:
        return b""
    try:
        return unseal_under(secret, base64.b64decode(held), place=f"session|{name}")
    except SealBroken:
        return b""


def drop(request: Any, name: str) -> None:
    """Forget a key in this session."""
    held = {known: box for known, box in request.session.get(SLOT, {}).items() if known != name}
    if SLOT in request.session:
        request.session[SLOT] = held


def _secret(request: Any) -> bytes:
    fresh = getattr(request, "keyring_secret", b"")
    if fresh:
        return bytes(fresh)
    try:
        found = base64.urlsafe_b64decode(request.COOKIES.get(COOKIE, ""))
    except ValueError:
        return b""
    return found if len(found) == 32 else b""


def is_proven(request: Any) -> bool:
    """Say whether more than a text message stands behind this request: a number may be another's by now."""
    user = request.user
    by_key = bool(getattr(user, "private_key", b"")) and not getattr(user, "password_from_code", True)
    return by_key or session_proof(request) >= Proof.PASSWORD


def give_to_token(user: Any, token: Any, secret: str) -> None:
    """``ZHIJIA_TOKEN_SEALER``: a program gets the owner's key under the secret of its token."""
    private = getattr(user, "private_key", b"")
    pair = keys.pairs_in_use([keys.holder_of_user(user)]).get(keys.holder_of_user(user))
    if private and pair is not None:
        grant = KeyGrant(pair=pair, to=f"token:{token.pk}", granted_at=clock.now())
        grant.box = seal_under(_token_key(secret), private, place=grant.place)
        grant.save(force_insert=True)


def open_by_token(user: Any, token: Any, secret: str) -> None:
    """``ZHIJIA_TOKEN_OPENER``: open the owner's key with the secret that the program showed."""
    grants = KeyGrant.objects.filter(to=f"token:{token.pk}", pair__retired_at=None).select_related("pair")
    for grant in grants[:1]:
        user.private_key = unseal_under(_token_key(secret), grant.box, place=grant.place)


def _token_key(secret: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"zhijia/token-key")
    return kdf.derive(secret.encode())


def open_at_sign_in(request: Any, user: Any, password: str) -> None:
    """``ZHIJIA_KEY_OPENER``: the password was right, so the person's key opens with it."""
    now = clock.now()
    private = open_user_key(user=user, password=password, now=now)
    keep(request, keys.holder_of_user(user), private)
    user.private_key = private
    hand_on_keys(by=user, now=now)


def follow_password(request: Any, user: Any, old: str | None, new: str) -> None:
    """``ZHIJIA_KEY_CHANGER``: the key follows the password."""
    now = clock.now()
    change_password(user=user, old=old, new=new, now=now)
    keep(request, keys.holder_of_user(user), open_user_key(user=user, password=new, now=now))
