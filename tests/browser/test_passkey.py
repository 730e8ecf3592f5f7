"""The passkey ceremony in a real browser with a virtual authenticator; no script is inline."""

import re
from typing import Any

from playwright.sync_api import Page, expect

PHONE = "13812340001"
PASSWORD = "vier-kleine-Dachse"
PATIENCE = 60_000
"""Milliseconds: the real password hash takes its time on a busy machine."""


def add_authenticator(page: Page) -> None:
    """Give the browser a fingerprint reader."""
    door = page.context.new_cdp_session(page)
    door.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    door.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def send(page: Page, field: str) -> None:
    page.locator(f"form:has([name={field}]) [type=submit]").first.click()


def sign_up(page: Page, home: str) -> None:
    """Make an account through the pages, with the code from the outbox."""
    page.goto(f"{home}/accounts/signup/")
    page.locator("[name=phone]").fill("138 1234 ０００１")
    page.locator("[name=password1]").fill(PASSWORD)
    send(page, "password1")
    other = page.context.new_page()
    other.goto(f"{home}/outbox/")
    code = re.search(
        r"\d{6}", other.locator("section", has_text=f"+86{PHONE}").first.inner_text().split("\n", 1)[1]
    )
    other.close()
    assert code
    page.locator("[name=code]").fill(code[0])
    send(page, "code")
    page.wait_for_url(lambda url: "/accounts/" not in url)


def test_a_passkey_is_added_and_signs_in(
    visit: Any, server: Any, picture: Any, assert_accessible: Any
) -> None:
    home = server.address  # under the name localhost
    page = visit.blank()
    page.set_default_timeout(PATIENCE)
    add_authenticator(page)
    sign_up(page, home)
    visit.allow(r"status of 403.*/webauthn/add/")  # asked first who sits there
    page.goto(f"{home}/accounts/2fa/webauthn/add/")
    page.locator("[name=proof-password]").fill(PASSWORD)
    send(page, "proof-password")
    picture(page, "passkey-add")
    assert_accessible(page)
    page.locator("[data-passkey-button]").click()
    page.wait_for_url("**/recovery-codes/**")
    picture(page, "passkey-recovery-codes")
    assert_accessible(page)
    page.goto(f"{home}/me/second-factor/")
    picture(page, "passkey-second-factor")
    assert_accessible(page)

    page.context.clear_cookies()
    page.goto(f"{home}/accounts/login/")
    picture(page, "passkey-login")
    assert_accessible(page)
    page.locator("[data-passkey-button]").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto(f"{home}/me/sessions/")
    picture(page, "passkey-sessions")
    assert_accessible(page)
    expect(page.locator("[name=login]")).to_have_count(0)

    for name in ("me/", "me/tokens/", "me/data/", "messages/", "accounts/2fa/webauthn/", "outbox/"):
        page.goto(f"{home}/{name}")
        picture(page, f"account-{name.replace('/', '-')}")
        assert_accessible(page)

    page.context.clear_cookies()
    page.goto(f"{home}/accounts/login/")
    page.locator("[name=login]").fill(PHONE)
    page.locator("[name=password]").fill("wrong")
    send(page, "password")
    picture(page, "login-refused")
    assert_accessible(page)
    page.wait_for_timeout(1_100)  # the first wait is one second
    page.locator("[name=password]").fill(PASSWORD)
    send(page, "password")
    assert "/2fa/authenticate/" in page.url
    page.locator("[data-passkey-button]").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def test_a_passkey_that_fails_says_so_in_words(visit: Any, server: Any) -> None:
    visit.allow(r"request to another host: http://127\.0\.0\.1")
    page = visit.blank(size="desktop")
    page.set_default_timeout(PATIENCE)
    page.goto(server.address.replace("localhost", "127.0.0.1") + "/accounts/login/")
    page.locator("[data-passkey-button]").click()  # a bare address has no passkeys
    expect(page.locator("[data-passkey-failed]")).to_be_visible(timeout=PATIENCE)
