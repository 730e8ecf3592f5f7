"""Text columns that a copy of the database does not show.

``KeptTextField`` lies under the installation's own keys and reads like any text: for what belongs to
an account and is shown to many (a form of address, the name of a file).

``SealedTextField`` only the holder of a record's key can read.

The model says to which public half its texts are sealed (``sealing_public``) and which record they
belong to (``sealed_as``, ``type:id``). A text that is set is sealed on the way to the database; one
that is loaded is a ``Sealed``, which shows nothing, until ``unseal_texts`` opens it with the private
half, in memory only.
"""

import base64
from typing import TYPE_CHECKING, Any

from django.db import models

from zhijia.core.boxes import open_with, seal_to
from zhijia.core.sealing import seal, unseal

if TYPE_CHECKING:  # what code reads and writes is text; what the column holds is bytes
    _TextInBytes = models.TextField[str, str]
else:
    _TextInBytes = models.BinaryField


class StillSealed(TypeError):
    """Somebody tried to show or compare a text that was not opened."""


class Sealed:
    """A text under seal: true, because there is one, and nothing else."""

    __slots__ = ("box",)

    def __init__(self, box: bytes) -> None:
        self.box = box

    def __repr__(self) -> str:
        return "<sealed>"

    def __eq__(self, other: object) -> bool:
        """The same bytes are the same text; nothing more can be said."""
        return isinstance(other, Sealed) and other.box == self.box

    def __hash__(self) -> int:
        return hash(self.box)

    def __str__(self) -> str:
        raise StillSealed("this text was not opened")

    def __format__(self, spec: str) -> str:
        raise StillSealed("this text was not opened")


class SealedTextField(_TextInBytes):
    """Text of any length, sealed to the record's key; an empty text is stored as nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse every question about what is written but whether anything is."""
        return super().get_lookup(lookup_name) if lookup_name in ("exact", "isnull") else None

    def get_default(self) -> str:
        return ""

    def _check_str_default_value(self) -> list[Any]:
        return []  # a text is what goes in; bytes are what is stored

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> "str | Sealed":
        """Return an empty text, or a ``Sealed``."""
        return Sealed(bytes(value)) if value else ""

    def to_python(self, value: Any) -> Any:
        """Read what ``value_to_string`` wrote."""
        if isinstance(value, str):
            return Sealed(base64.b64decode(value)) if value else ""
        return value

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes:
        """Return the sealed bytes of the instance's text."""
        return self.sealed_bytes(model_instance)

    def sealed_bytes(self, instance: models.Model) -> bytes:
        """Return what the column holds for this instance; a text that is open is sealed anew."""
        value = getattr(instance, self.attname)
        if isinstance(value, Sealed):
            return value.box
        if not value:
            return b""
        return seal_to(instance.sealing_public, value.encode(), place=self.place(instance))  # type: ignore[attr-defined]

    def open(self, instance: models.Model, private: bytes) -> str:
        """Return the text in words; raise ``SealBroken``."""
        value = getattr(instance, self.attname)
        if not isinstance(value, Sealed):
            return value
        return open_with(private, value.box, place=self.place(instance)).decode()

    def place(self, instance: models.Model) -> str:
        """Return the column and record to which the text is bound."""
        return f"{self.model._meta.label_lower}|{self.name}|{instance.sealed_as}"  # type: ignore[attr-defined]

    def get_prep_value(self, value: Any) -> Any:
        """Let only sealed bytes and nothing through: ``update(text="…")`` knows no key."""
        if isinstance(value, Sealed):
            return value.box
        if isinstance(value, str):
            if value:
                raise StillSealed(f"{self.name} is sealed by saving its row, not by update or filter")
            return b""
        return super().get_prep_value(value)

    def value_to_string(self, obj: models.Model) -> str:
        """Return the sealed bytes in base64, for serialisers."""
        return base64.b64encode(self.sealed_bytes(obj)).decode()


def sealed_texts(model: type[models.Model] | models.Model) -> list[SealedTextField]:
    """Return the sealed columns of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedTextField)]


def hide_texts(instance: models.Model) -> None:
    """Leave every text that is still sealed out of what will be shown, in memory."""
    deferred = instance.get_deferred_fields()
    for field in sealed_texts(instance):
        if field.attname not in deferred and isinstance(getattr(instance, field.attname), Sealed):
            setattr(instance, field.attname, "")


def unseal_texts(instance: models.Model, private: bytes) -> None:
    """Open every loaded text of an instance, in memory; raise ``SealBroken``."""
    deferred = instance.get_deferred_fields()
    for field in sealed_texts(instance):
        if field.attname not in deferred:
            setattr(instance, field.attname, field.open(instance, private))


class KeptTextField(_TextInBytes):
    """Text under the installation's keys; code reads and writes plain text, the database sees none.

    Not found by its value and not sorted by: look such things up by an id or a blind index.
    """

    purpose = "kept"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", b"")
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def _check_str_default_value(self) -> list[Any]:
        return []  # a text is what goes in; bytes are what is stored

    @property
    def place(self) -> str:
        """Return the column to which every value is bound."""
        return f"{self.model._meta.label_lower}|{self.name}"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str:
        """Return the text."""
        return unseal(value, purpose=self.purpose, place=self.place).decode() if value else ""

    def to_python(self, value: Any) -> Any:
        """Read what ``value_to_string`` wrote."""
        return value

    def get_default(self) -> str:
        """Return the text that a new row begins with."""
        return ""

    def get_prep_value(self, value: Any) -> Any:
        """Return the sealed bytes of a text."""
        if isinstance(value, str):
            return seal(value.encode(), purpose=self.purpose, place=self.place) if value else b""
        return super().get_prep_value(value)

    def value_to_string(self, obj: models.Model) -> str:
        """Return the text, for serialisers (whose output is sealed as a whole)."""
        return str(self.value_from_object(obj))

    def get_lookup(self, lookup_name: str) -> Any:
        """Let a query ask only whether there is a text."""
        return super().get_lookup(lookup_name) if lookup_name in ("exact", "isnull") else None
