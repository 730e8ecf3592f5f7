"""Counting uploads while they come in.

A file past the cap is dropped at once, its temporary copy with it, and the rest of the form is
kept; ``attachments.http.dropped_files`` says what was dropped and why.
"""

from dataclasses import dataclass
from typing import Any, NoReturn

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, StopFutureHandlers, TemporaryFileUploadHandler

from zhijia.attachments.enums import Dropped
from zhijia.core.errors import StorageFull, storage_guard


@dataclass(frozen=True)
class DroppedFile:
    """A file of the form that was not taken in."""

    field: str
    name: str
    reason: Dropped


class SizeCapHandler(TemporaryFileUploadHandler):
    """Writes each file to a temporary one until a cap is passed or the disk is full."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.total = 0
        self.size = 0
        if request is not None:
            request.dropped_files = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file; no other handler needs to see it."""
        self.size = 0
        self._guarded(super().new_file, *args, **kwargs)
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, or drop the file."""
        self.size += len(raw_data)
        self.total += len(raw_data)
        if self.size > settings.ZHIJIA_FILE_CAP:
            self._drop(Dropped.TOO_BIG)
        if self.total > settings.ZHIJIA_CASE_CAP:
            self._drop(Dropped.TOO_MUCH)
        self._guarded(self.file.write, raw_data)

    def file_complete(self, file_size: int) -> Any:
        """Hand the file over."""
        self._guarded(self.file.flush)
        return super().file_complete(file_size)

    def _guarded(self, step: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            with storage_guard():
                return step(*args, **kwargs)
        except StorageFull:
            self._drop(Dropped.STORAGE_FULL)

    def _drop(self, reason: Dropped) -> NoReturn:
        self.total -= self.size  # what was dropped leaves room for the files after it
        if getattr(self, "file", None) is not None:
            self.file.close()
        if self.request is not None:
            dropped = DroppedFile(self.field_name or "", self.file_name or "", reason)
            self.request.dropped_files.append(dropped)  # type: ignore[attr-defined]
        raise SkipFile
