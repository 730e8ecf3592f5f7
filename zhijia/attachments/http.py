"""Files and HTTP: what came with a request, and sending a file out."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from zhijia.attachments import fetching
from zhijia.attachments.enums import Dropped
from zhijia.attachments.handlers import DroppedFile
from zhijia.attachments.models import Attachment
from zhijia.attachments.names import plain_name
from zhijia.attachments.selectors import open_rendition
from zhijia.attachments.types import ALLOWED
from zhijia.core import clock

MEGABYTE = 1024 * 1024


def download_response(
    attachment: Attachment, *, key: bytes | None = None, request: HttpRequest | None = None
) -> HttpResponseBase:
    """Return the file as a download that no browser runs or shows inside our pages.

    The caller has already decided that this person may have it, at this fetch. ``key`` is the private
    half of the matter's evidence key. With ``request``, a browser is sent to the files' own host if the
    house has one, with an address for this session only. Raises ``FileWithheld``, ``FileLocked``.
    """
    session = getattr(getattr(request, "session", None), "session_key", None)
    if request is None or not fetching.own_host() or not session:
        return sent(attachment, open_rendition(attachment, key=key))
    path = fetching.address_of(attachment, key=key, session=session, now=clock.now())
    response = HttpResponseRedirect(f"{request.scheme}://{fetching.own_host()}{path}")
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def sent(attachment: Attachment, content: Iterator[bytes]) -> StreamingHttpResponse:
    """Return the bytes of a file as a download."""
    kind = ALLOWED[attachment.served_kind]
    response = StreamingHttpResponse(content, content_type=kind.mime)
    response["Content-Disposition"] = content_disposition_header(True, str(attachment.name))
    response["Content-Length"] = str(attachment.rendition_size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def dropped_files(request: HttpRequest) -> list[DroppedFile]:
    """Return the files that were not taken in while the form came."""
    _ = request.POST  # the body is read on first use
    found: list[DroppedFile] = getattr(request, "dropped_files", [])
    return found


def explain(dropped: DroppedFile) -> str:
    """Return why a file was dropped, in the reader's language, with its name."""
    limits = {Dropped.TOO_BIG: settings.ZHIJIA_FILE_CAP, Dropped.TOO_MUCH: settings.ZHIJIA_CASE_CAP}
    limit = limits.get(dropped.reason, 0) // MEGABYTE
    return f"{plain_name(dropped.name)}: {str(dropped.reason.label) % {'limit': limit}}"


def add_dropped_errors(form: BaseForm, request: HttpRequest) -> bool:
    """Put an error on the form for each dropped file, at its field; return whether there was one.

    Call it before ``form.is_valid()`` decides: a form with a dropped file is not valid, and keeps
    everything else that was typed.
    """
    dropped: list[Any] = dropped_files(request)
    for one in dropped:
        form.add_error(one.field if one.field in form.fields else None, explain(one))
    return bool(dropped)
