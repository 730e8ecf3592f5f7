"""The only page of the files' own host: one file."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from zhijia.attachments.fetching import open_address
from zhijia.attachments.http import sent
from zhijia.core import clock


@require_safe
def fetch(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send the file that an address stands for, once."""
    attachment, content = open_address(token, clock=clock.now)
    return sent(attachment, content)
