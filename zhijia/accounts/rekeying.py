"""What accounts keep under the installation's own keys, for ``zhijia rekey``."""

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import transaction

from zhijia.accounts.adapters import SecondFactorAdapter
from zhijia.core.rekeying import Rekey, sealed_column
from zhijia.core.sealing import is_current, key_number

SECRETS = ("secret", "seed")
"""Names under which the library keeps what the adapter has sealed."""


class _Raw:
    """Hands out the sealed bytes of a session as they are."""

    def loads(self, data: bytes) -> bytes:
        return data

    def dumps(self, obj: bytes) -> bytes:
        return obj


def _stale_factors() -> Iterator[tuple[Authenticator, str]]:
    for row in Authenticator.objects.order_by("pk").iterator(chunk_size=500):
        for name in SECRETS:
            if row.data.get(name) and not is_current(bytes.fromhex(row.data[name])):
                yield row, name


def _factor_numbers() -> Iterator[int]:
    return (key_number(bytes.fromhex(row.data[name])) for row, name in _stale_factors())


def _seal_factors_anew() -> Iterator[str]:
    adapter = SecondFactorAdapter()
    for row, name in _stale_factors():
        with transaction.atomic():
            fresh = Authenticator.objects.select_for_update().get(pk=row.pk)
            fresh.data[name] = adapter.encrypt(adapter.decrypt(fresh.data[name]))
            fresh.save(update_fields=["data"])
        yield ""


def _stale_sessions() -> Iterator[tuple[Session, bytes]]:
    salt = SessionStore().key_salt
    for row in Session.objects.iterator(chunk_size=500):
        try:
            sealed = signing.loads(row.session_data, salt=salt, serializer=_Raw)
        except signing.BadSignature:
            continue  # already unreadable
        if not is_current(sealed):
            yield row, sealed


def _session_numbers() -> Iterator[int]:
    return (key_number(sealed) for _, sealed in _stale_sessions())


def _seal_sessions_anew() -> Iterator[str]:
    store = SessionStore()
    for row, _ in _stale_sessions():
        with transaction.atomic():
            fresh = Session.objects.select_for_update().filter(pk=row.pk).first()
            if fresh is not None:
                fresh.session_data = store.encode(store.decode(fresh.session_data))
                fresh.save(update_fields=["session_data"])
        yield ""


REKEYS = (
    sealed_column("accounts.User", "phone_sealed", "phone", lambda row: row._phone_place()),
    Rekey("mfa.Authenticator.data", "second-factor", _factor_numbers, _seal_factors_anew),
    Rekey("sessions.Session.session_data", "session", _session_numbers, _seal_sessions_anew),
)
