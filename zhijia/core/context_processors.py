"""What every page knows: its menus, its reading aids, its languages."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property

from zhijia.core.manifest import MenuEntry, contributions
from zhijia.core.reading import COOKIE, Reading, reading_of

TABS = 4
"""Places in the phone's tab bar before "more"."""
LANGUAGE_NAMES = {"zh-hans": "简体中文", "zh-hant": "繁體中文", "en": "English"}
"""Each language in its own words, so that its reader finds it."""


@dataclass(frozen=True)
class Door:
    """A menu entry whose address is known."""

    label: Any
    url: str
    icon: str
    hint: Any
    is_current: bool


class PageFrame:
    """The frame around a page's content; everything is worked out on first use."""

    def __init__(self, request: Any) -> None:
        self._request = request

    @cached_property
    def _user(self) -> Any:
        return getattr(self._request, "user", None)

    @cached_property
    def audience(self) -> str:
        """``officer``, ``worker`` or ``public``: the widest menu this person may use."""
        if not getattr(self._user, "is_authenticated", False):
            return "public"
        return "officer" if getattr(self._user, "is_officer", False) else "worker"

    @property
    def menu(self) -> list[Door]:
        """The menu of this person's own audience."""
        return self._menus[self.audience]

    @property
    def public_menu(self) -> list[Door]:
        """The menu of strangers."""
        return self._menus["public"]

    @property
    def worker_menu(self) -> list[Door]:
        """The menu of workers with an account."""
        return self._menus["worker"]

    @property
    def officer_menu(self) -> list[Door]:
        """The menu of those who act for a union."""
        return self._menus["officer"]

    @property
    def tabs(self) -> list[Door]:
        """The first doors of the phone's tab bar; "more" is the fifth."""
        return (self.public_menu if self.audience == "public" else self.worker_menu)[:TABS]

    @cached_property
    def _menus(self) -> dict[str, list[Door]]:
        menus: dict[str, list[Door]] = {"public": [], "worker": [], "officer": []}
        for entry in sorted(contributions("menu"), key=lambda entry: entry.order):
            door = self._door(entry)
            if door:
                menus[entry.audience].append(door)
        return menus

    def _door(self, entry: MenuEntry) -> Door | None:
        if entry.visible and not entry.visible(self._user):
            return None
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            return None  # the page must still render; a test checks every entry
        here = self._request.path
        is_current = here == url or (url != "/" and here.startswith(url))
        return Door(entry.label, url, entry.icon, entry.hint, is_current)

    @cached_property
    def reading(self) -> Reading:
        """The reading aids of this device."""
        return reading_of(self._request.COOKIES.get(COOKIE), self._user)

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Codes of the languages with each one's own name."""
        return [(code, LANGUAGE_NAMES.get(code, code)) for code, _ in settings.LANGUAGES]

    @property
    def here(self) -> str:
        """The address to come back to after a switch."""
        return self._request.get_full_path() if self._request.method == "GET" else "/"

    @property
    def csrf_cookie(self) -> str:
        """Name of the cookie that a resumed draft reads its fresh token from."""
        return settings.CSRF_COOKIE_NAME


def page(request: Any) -> dict[str, Any]:
    """Put ``page`` into every template."""
    return {"page": PageFrame(request), "development": settings.DEVELOPMENT}
