"""The HTTP server: gunicorn with threads, inside our own process tree."""

import gc
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from gunicorn.app.base import BaseApplication


class WebServer(BaseApplication):
    """Gunicorn configured from arguments; the application is loaded before it forks."""

    def __init__(self, *, bind: str, workers: int, threads: int) -> None:
        self.bind, self.workers, self.threads = bind, workers, threads
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        values: dict[str, Any] = {
            "bind": self.bind,
            "workers": self.workers,
            "threads": self.threads,
            "worker_class": "gthread",
            "preload_app": True,
            "keepalive": 15,
            "timeout": 60,
            "graceful_timeout": 8,
            "loglevel": "warning",
            "proc_name": "zhijia",
            "control_socket_disable": True,
            "when_ready": _share_memory,
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the WSGI application."""
        return import_string(settings.WSGI_APPLICATION)


def _share_memory(server: Any) -> None:
    """Keep what is loaded out of the garbage collector, so that forks go on sharing its pages."""
    gc.collect()
    gc.freeze()


def load_ahead() -> None:
    """Load in the parent what every request needs, so that children share it."""
    from django.urls import get_resolver

    import_string(settings.WSGI_APPLICATION)
    get_resolver().url_patterns  # noqa: B018  (reading it imports every view)
