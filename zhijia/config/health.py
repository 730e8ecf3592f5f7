"""``/healthz``: may this process be sent requests? Says nothing private."""

from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from zhijia.core.serving.prepare import missing_migrations

UNAVAILABLE = 503


class _Behind(Exception):
    """The database is older than the code."""


@cache
def _is_current() -> bool:
    # Only the good answer is cached: raising keeps the question open.
    if missing_migrations():
        raise _Behind
    return True


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers and is of this version, 503 otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        _is_current()
    except DatabaseError:
        return _answer("database does not answer", UNAVAILABLE)
    except _Behind:
        return _answer("database waits for zhijia migrate", UNAVAILABLE)
    return _answer("ok", 200)


def _answer(status: str, code: int) -> JsonResponse:
    body = {"status": status, "version": settings.ZHIJIA_VERSION}
    return JsonResponse(body, status=code, headers={"Cache-Control": "no-store"})
