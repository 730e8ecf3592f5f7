"""Take the picture of the README from a fresh demo: a worker's home on a phone beside an officer's queue.

python tools/readme_picture.py      writes docs/images/home-and-desk.png
"""

import io
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "images" / "home-and-desk.png"
DESK = (1440, 900)
PHONE = (390, 844)


def shots() -> tuple[Any, Any]:
    """Return the pictures of queue and home."""
    sys.path.insert(0, str(ROOT))
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM, Visit
    from tests.browser.server import running

    with (
        tempfile.TemporaryDirectory() as data,
        running(Path(data), "--prepare", "--demo") as server,
        sync_playwright() as driver,
    ):
        flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
        visit = Visit(driver.chromium.launch(executable_path=CHROMIUM, args=flags), server, {}, "picture")
        desk = visit("/appeals/work/", who="周派舟", size="desktop").screenshot()
        home = visit("/", who="职工", size="phone").screenshot()
        visit.close()
    return desk, home


def main() -> None:
    """Put the two side by side and write the file."""
    desk, home = (Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots())
    canvas = Image.new("RGB", (DESK[0] + 470, 960), "#e8ecf1")
    canvas.paste(desk, (20, 30))
    left, top = DESK[0] + 50, 58
    canvas.paste(home, (left, top))
    frame = (left - 1, top - 1, left + PHONE[0], top + PHONE[1])
    ImageDraw.Draw(canvas).rectangle(frame, outline="#55606e", width=2)
    canvas.resize((1180, 593)).quantize(128).save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
