"""The one way for tables and errors to mark a text for translation without knowing Django."""

from django.utils.translation import gettext_lazy as _

__all__ = ["_"]
