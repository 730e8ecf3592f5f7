"""N11: no faces, no places, no fingerprints of devices, no watching of other apps."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.architecture.sources import PACKAGE, ROOT, nothing, shown
from tests.constitution.houses import columns, label
from zhijia.core.middleware import PERMISSIONS_POLICY

OFF = {
    "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope",
    "magnetometer", "midi", "payment", "usb",
}  # fmt: skip
FOLLOWING = re.compile(
    r"(latitude|longitude|geo_?point|fingerprint|face_|biometric|imei|mac_address|device_id|gps|"
    r"ip_address|^ip$|remote_addr|user_agent|screen_size)",
    re.IGNORECASE,
)
LIBRARIES = re.compile(
    r"(?im)^(face[-_]?recognition|dlib|opencv|mediapipe|geoip2?|maxminddb|deepface|insightface|"
    r"fingerprint|ua[-_]parser|user[-_]agents)"
)
SCRIPT = re.compile(
    r"navigator\.(geolocation|getBattery|bluetooth|connection|plugins)|FaceDetector|fingerprintjs|IdleDetector"
)


@pytest.mark.django_db
def test_every_page_switches_off_what_could_follow_somebody(client: Client) -> None:
    told = client.get("/")["Permissions-Policy"]
    assert told == PERMISSIONS_POLICY
    rules = dict(rule.strip().split("=", 1) for rule in told.split(","))
    assert {name for name, value in rules.items() if value == "()"} >= OFF
    # A voice message and a passkey, each asked for at the time and never on another site's behalf.
    assert {name for name, value in rules.items() if value != "()"} == {
        "microphone", "publickey-credentials-create", "publickey-credentials-get"
    }  # fmt: skip
    assert set(rules.values()) == {"()", "(self)"}


def test_no_column_could_follow_somebody() -> None:
    assert len(columns()) > 200
    nothing(label(model, name) for model, name in columns() if FOLLOWING.search(name))


def test_no_library_for_it_is_installed() -> None:
    nothing(LIBRARIES.findall((ROOT / "requirements.txt").read_text(encoding="utf-8")))


def test_no_script_of_ours_asks_the_device_where_or_what_it_is() -> None:
    sources = [p for p in PACKAGE.glob("*/static/**/*.js") if "build" not in p.parts]
    sources += [p for p in (ROOT / "frontend").rglob("*.[jt]s") if "node_modules" not in p.parts]
    assert len(sources) > 5
    nothing(shown(p) for p in sources if SCRIPT.search(p.read_text(encoding="utf-8", errors="replace")))


def test_the_address_that_sessions_keep_is_no_address(rf: Any, settings: Any) -> None:
    from zhijia.accounts.adapters import AccountAdapter

    request = rf.get("/", REMOTE_ADDR="203.0.113.7")
    assert "203.0.113.7" not in AccountAdapter().get_client_ip(request)
