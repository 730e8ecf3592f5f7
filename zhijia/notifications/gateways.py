"""How text messages and e-mails leave the house."""

import datetime as dt
import json
import sys
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import ClassVar, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from zhijia.notifications.enums import Channel
from zhijia.notifications.models import OutboxMessage
from zhijia.notifications.texts import SUBJECT

TIMEOUT = 10
"""Seconds before an attempt counts as failed."""


class GatewayError(Exception):
    """This attempt failed; another one may succeed. The text holds no address and no message."""


class Gateway(Protocol):
    """What carries a message outside."""

    local: ClassVar[bool]
    """True when sending is one write to our own database, fast enough for the request itself."""

    def send(self, *, address: str, text: str, key: str, now: dt.datetime) -> None:
        """Hand the message over or raise ``GatewayError``; the same ``key`` never sends twice."""
        ...


class OutboxGateway:
    """Keeps text messages on the outbox page and says so on the console: for development."""

    local: ClassVar[bool] = True

    def send(self, *, address: str, text: str, key: str, now: dt.datetime) -> None:
        """Keep the message."""
        OutboxMessage.objects.create(
            tenant=0, channel=Channel.SMS, address=address, text=text, created_at=now
        )
        if settings.DEVELOPMENT:
            sys.stdout.write(f"[outbox] {address}: {text}\n")
            sys.stdout.flush()


class HttpGateway:
    """Posts each message as JSON to the union's own SMS service (``ZHIJIA_SMS_URL``).

    The body is ``{"to": "+86…", "text": "…", "key": "…"}`` with a bearer token; any answer
    2xx means handed over. Redirects are not followed: the number would go to a stranger.
    """

    local: ClassVar[bool] = False

    def send(self, *, address: str, text: str, key: str, now: dt.datetime) -> None:
        """Post the message; raise ``GatewayError`` on any answer but 2xx and on any network fault."""
        url = settings.ZHIJIA_SMS_URL
        if urlsplit(url).scheme not in ("https", "http"):
            raise GatewayError("ZHIJIA_SMS_URL is not set to an http or https address")
        require_allowed(urlsplit(url).hostname or "")
        body = json.dumps({"to": address, "text": text, "key": key}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        if settings.ZHIJIA_SMS_TOKEN:
            headers["Authorization"] = f"Bearer {settings.ZHIJIA_SMS_TOKEN}"
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310
        try:
            with _opener().open(request, timeout=TIMEOUT) as answer:
                status = answer.status
        except urllib.error.HTTPError as error:
            error.close()
            raise GatewayError(f"the SMS service answered {error.code}") from None
        except (OSError, HTTPException) as error:
            raise GatewayError(f"the SMS service cannot be reached ({type(error).__name__})") from None
        if not 200 <= status < 300:
            raise GatewayError(f"the SMS service answered {status}")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_NoRedirect())


class EmailGateway:
    """Sends plain-text e-mail through the configured SMTP server; same subject for everything."""

    local: ClassVar[bool] = False

    def send(self, *, address: str, text: str, key: str, now: dt.datetime) -> None:
        """Send one mail or raise ``GatewayError``."""
        require_allowed(settings.EMAIL_HOST)
        mail = EmailMessage(SUBJECT, text, to=[address], headers={"Message-ID": f"<{key}@zhijia>"})
        try:
            mail.send()
        except OSError as error:  # smtplib's errors are OSErrors too
            raise GatewayError(f"the mail server refused ({type(error).__name__})") from None


def gateway_for(channel: str) -> Gateway:
    """Return the gateway of a channel as the settings name it."""
    if channel == Channel.EMAIL:
        return EmailGateway()
    gateway: Gateway = import_string(settings.ZHIJIA_SMS_GATEWAY)()
    return gateway


def require_allowed(host: str) -> None:
    """Raise ``GatewayError`` unless the operator named the host in ``ZHIJIA_OUTSIDE_HOSTS``.

    A changed address alone must not send numbers to a stranger. This machine is always allowed.
    """
    if host not in (*settings.ZHIJIA_OUTSIDE_HOSTS, "localhost", "127.0.0.1", "::1", ""):
        raise GatewayError("the host of this service is not named in ZHIJIA_OUTSIDE_HOSTS")
