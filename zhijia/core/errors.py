"""Errors that a person can act on.

Every refusal of the platform is a ``DomainError`` subclass with a stable code, a sentence
that says what is wrong, and one that says what to do next. Views turn it into a form error
or an error page, the API into problem details (RFC 9457).
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule of the house said no.

    ``text`` and ``next_step`` may hold named placeholders, filled from the keyword arguments.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 409
    field: ClassVar[str | None] = None
    text: ClassVar[Any] = _("This cannot be done now.")
    next_step: ClassVar[Any] = _("Go back, look at the page again and try once more.")

    def __init__(self, **data: Any) -> None:
        super().__init__(self.code)
        self.data = data

    @property
    def message(self) -> str:
        """Return what is wrong, in the reader's language."""
        return str(self.text) % self.data if self.data else str(self.text)

    @property
    def advice(self) -> str:
        """Return what to do next, in the reader's language."""
        return str(self.next_step) % self.data if self.data else str(self.next_step)

    def __str__(self) -> str:
        return f"{self.message} {self.advice}"


class NotFound(DomainError):
    """There is no such thing for this person; says the same whether hidden or absent."""

    code = "not-found"
    status = 404
    text = _("There is nothing here that you may see.")
    next_step = _("Check the address or the number, or go back to your home page.")


class NotAllowed(DomainError):
    """The person may see the thing but not do this with it."""

    code = "not-allowed"
    status = 403
    text = _("You may not do this.")
    next_step = _("If you think you should be able to, ask the person who manages posts in your union body.")


class WrongState(DomainError):
    """The thing is not in a state that allows this step."""

    code = "wrong-state"
    text = _("This step is not possible now, because the matter has moved on in the meantime.")
    next_step = _("Look at the page again: it shows the steps that are possible now.")


class BadInput(DomainError):
    """One field is wrong; ``field`` names it."""

    code = "bad-input"
    status = 422
    text = _("Please check this field.")
    next_step = _("Correct it and send again. Nothing you typed is lost.")


class StorageFull(DomainError):
    """The disk is full: nothing was written."""

    code = "storage-full"
    status = 507
    text = _("We could not save this: our storage is full. Nothing was received.")
    next_step = _("Keep this page open and send again later, or call 12351.")


class NotReceived(DomainError):
    """A disk failed, or the journal did not take it: whatever may stand somewhere does not count yet."""

    code = "not-received"
    status = 503
    text = _("We could not store this safely, so it does not count as received.")
    next_step = _(
        "Keep this page open and send again in a few minutes: it will not become two. If it still fails, "
        "call 12351."
    )


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def storage_guard() -> Iterator[None]:
    """Turn "disk full" of files or database into ``StorageFull``, a failing disk into ``NotReceived``."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull from error
        if error.errno == errno.EIO:
            raise NotReceived from error
        raise
    except OperationalError as error:
        text = str(error).lower()
        if "disk is full" in text or "no space left" in text:
            raise StorageFull from error
        if "disk i/o error" in text or "input/output error" in text:
            raise NotReceived from error
        raise


def as_domain_error(error: BaseException | None) -> DomainError | None:
    """Return the refusal that an exception stands for: itself, or "disk full"; else None."""
    if isinstance(error, DomainError):
        return error
    if not isinstance(error, OSError | OperationalError):
        return None
    try:
        with storage_guard():
            raise error
    except StorageFull as full:
        return full
    except (NotReceived, OSError, OperationalError):
        return None
