"""A thread of the web server works for the person of its request, and for nobody before and after."""

from contextvars import copy_context
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory

from zhijia.core.boot_gate import gate
from zhijia.unions import row_security as wall


@pytest.mark.django_db
def test_a_web_servers_thread_sees_nothing_outside_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "pass_gate_once", lambda now: None)
    from zhijia.config import wsgi

    def answer_one() -> wall.Viewer:
        answer: Any = wsgi.application(RequestFactory().get("/healthz").environ, lambda *told: None)
        answer.close()
        return wall._viewer.get()()

    assert wall._viewer.get()() == wall.SYSTEM
    assert copy_context().run(answer_one) == wall.NOBODY


def test_no_middleware_stands_twice() -> None:
    assert len(settings.MIDDLEWARE) == len(set(settings.MIDDLEWARE))
