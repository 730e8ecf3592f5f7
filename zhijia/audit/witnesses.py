"""Where signed heads are shown: a file, a mailbox, another server. Each call returns when it is confirmed.

There is no other way out: addresses come from the settings only, and redirects are not followed.
"""

import fcntl
import json
import os
import smtplib
import ssl
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from zhijia.audit.errors import WitnessFailed

SECONDS = 10
TROUBLE = (OSError, HTTPException, smtplib.SMTPException, WitnessFailed)


def show(address: str, lines: list[str]) -> None:
    """Show statements to a witness; raise ``WitnessFailed`` with the reason when it did not confirm."""
    try:
        ADAPTERS[urlsplit(address).scheme](address, lines)
    except TROUBLE as error:
        raise WitnessFailed(f"{type(error).__name__}: {error}"[:200]) from error


def _to_file(address: str, lines: list[str]) -> None:
    # The file must be there: an empty mount point would take it to the disk that it shall not depend on.
    handle = os.open(unquote(urlsplit(address).path), os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
    with os.fdopen(handle, "rb+", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = "".join(f"{line}\n" for line in lines).encode()
        if _is_torn(handle):
            text = b"\n" + text
        if os.write(handle, text) != len(text):
            raise WitnessFailed("the disk took only a part")
        os.fsync(handle)


def _is_torn(handle: int) -> bool:
    size = os.fstat(handle).st_size
    return size > 0 and os.pread(handle, 1, size - 1) != b"\n"


def _to_mailbox(address: str, lines: list[str]) -> None:
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") and not settings.EMAIL_HOST:
        raise WitnessFailed("there is no mail server: ZHIJIA_SMTP_HOST")
    with override(settings.LANGUAGE_CODE):
        subject = _("Signed heads of the audit")
        words = _(
            "Please keep this message. It proves later that the record of who did and read what was not "
            "written anew. Nobody needs to read the lines below; save them as a file for verify_audit.py."
        )
    body = "\n".join([words, "", *lines, ""])
    if EmailMessage(subject, body, to=[unquote(urlsplit(address).path)]).send() != 1:
        raise WitnessFailed("the mail was not taken")


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


def _to_server(address: str, lines: list[str]) -> None:
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        _StayHere(),
    )
    body = json.dumps({"statements": lines}).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310
    with opener.open(request, timeout=SECONDS) as answer:
        answer.read(4096)


ADAPTERS: dict[str, Callable[[str, list[str]], None]] = {
    "file": _to_file,
    "mailto": _to_mailbox,
    "https": _to_server,
}
