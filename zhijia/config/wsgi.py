"""The web application for a WSGI server; a foreign one passes the boot gate here."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhijia.config.settings")
_django = get_wsgi_application()

from zhijia.core import clock  # noqa: E402  (after the apps are loaded)
from zhijia.core.boot_gate import gate  # noqa: E402
from zhijia.unions.row_security import close_thread  # noqa: E402

# What it raises ends the server: gunicorn gives up when the application cannot be loaded.
gate.pass_gate_once(clock.now())


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request. Outside it this thread sees no protected row."""
    close_thread()
    return _django(environ, start_response)
