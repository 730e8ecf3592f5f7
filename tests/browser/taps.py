"""Counts what a way through the house costs the person: screens, taps, filled fields.

Nobody should have to do more because the house became safer, so the ways that matter are walked with
counted hands, and a test holds them to a ceiling.
"""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page


@dataclass(frozen=True)
class Cost:
    """What a way cost."""

    screens: int
    taps: int
    fields: int


class Hands:
    """The only hands that touch a page while it is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.screens, self.taps, self.fields = page, 0, 0, 0
        page.on("framenavigated", self._count_screen)

    def _count_screen(self, frame: object) -> None:
        self.screens += frame is self.page.main_frame

    def tap(self, place: Locator) -> None:
        """Tap a link, a button or a choice."""
        place.click()
        self.taps += 1

    def fill(self, place: Locator, text: str) -> None:
        """Tap into a field and type."""
        place.click()
        place.fill(text)
        self.taps += 1
        self.fields += 1

    def choose(self, place: Locator, value: str) -> None:
        """Open a list and take one line of it."""
        place.select_option(value)
        self.taps += 2
        self.fields += 1

    @property
    def cost(self) -> Cost:
        """Return what it cost so far."""
        return Cost(self.screens, self.taps, self.fields)
