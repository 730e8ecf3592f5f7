"""Files and HTTP: what came with a request, and sending a file out."""

from typing import Any

from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

from zhijia.attachments.enums import Dropped
from zhijia.attachments.handlers import DroppedFile
from zhijia.attachments.models import Attachment
from zhijia.attachments.names import plain_name
from zhijia.attachments.selectors import open_rendition
from zhijia.attachments.types import ALLOWED

MEGABYTE = 1024 * 1024


def download_response(attachment: Attachment) -> StreamingHttpResponse:
    """Return the file as a download that no browser runs or shows inside our pages.

    The caller has already decided that this person may have it.
    """
    kind = ALLOWED[attachment.served_kind]
    response = StreamingHttpResponse(open_rendition(attachment), content_type=kind.mime)
    response["Content-Disposition"] = content_disposition_header(True, attachment.name)
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
