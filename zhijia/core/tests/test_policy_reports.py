"""Reports of browsers: counted, and nothing of the person kept."""

import datetime as dt
import json

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.core.models import PolicyReport
from zhijia.core.policy_reports import (
    MOST_AT_ONCE,
    MOST_PER_MINUTE,
    forget_reports,
    reports_since,
    take_reports,
)

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 2)
pytestmark = pytest.mark.django_db


def old_form(
    directive: str = "script-src-elem", where: str = "https://union.example/drafts/?draft=secret"
) -> bytes:
    body = {
        "document-uri": where,
        "effective-directive": directive,
        "blocked-uri": "inline",
        "script-sample": "x",
    }
    return json.dumps({"csp-report": body}).encode()


def new_form(*directives: str, source: str = "https://union.example/x.js") -> bytes:
    return json.dumps([
        {"type": "csp-violation", "user_agent": "Old phone", "url": "https://union.example/menu/",
         "body": {"documentURL": "https://union.example/menu/", "effectiveDirective": directive,
                  "sourceFile": source}}
        for directive in directives
    ]).encode()  # fmt: skip


def rows() -> list[tuple[object, ...]]:
    return list(
        PolicyReport.objects.order_by("page", "directive").values_list(
            "counted_on", "directive", "page", "count"
        )
    )


def test_both_forms_of_a_report_are_counted_by_day_part_and_name_of_the_page() -> None:
    assert take_reports(old_form(), NOW) == 1
    assert take_reports(old_form(), NOW) == 1
    assert take_reports(new_form("img-src", "style-src-attr"), NOW) == 2
    assert rows() == [
        (TODAY, "script-src-elem", "core:drafts", 2),
        (TODAY, "img-src", "core:menu", 1),
        (TODAY, "style-src-attr", "core:menu", 1),
    ]
    assert (reports_since(TODAY), reports_since(dt.date(2026, 3, 3))) == (4, 0)


def test_nothing_of_the_person_is_kept() -> None:
    take_reports(old_form(where="https://union.example/me/13812345678/?q=secret"), NOW)
    take_reports(old_form(directive="13812345678", where="not an address"), NOW)
    kept = json.dumps(list(PolicyReport.objects.values()), default=str)
    assert not [word for word in ("138", "secret", "Old phone", "union.example") if word in kept]
    assert {row[2] for row in rows()} == {"unknown"}
    assert {row[1] for row in rows()} == {"script-src-elem", "other"}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"7", b'{"csp-report": 7}', b'[{"type": "deprecation", "body": {}}]', b"x" * 20_000],
)
def test_what_is_no_report_is_not_counted(body: bytes) -> None:
    assert take_reports(body, NOW) == 0
    assert rows() == []


def test_a_breach_by_somebodys_own_add_on_is_not_ours() -> None:
    assert take_reports(new_form("script-src", source="chrome-extension://abc/x.js"), NOW) == 0


def test_a_flood_is_counted_up_to_a_limit() -> None:
    assert take_reports(new_form(*["img-src"] * 50), NOW) == MOST_AT_ONCE
    for _ in range(20):
        take_reports(new_form(*["img-src"] * MOST_AT_ONCE), NOW)
    assert reports_since(TODAY) == MOST_PER_MINUTE
    assert take_reports(old_form(), NOW + dt.timedelta(minutes=1)) == 1


def test_counts_of_days_long_past_are_deleted() -> None:
    take_reports(old_form(), NOW)
    assert forget_reports(NOW + dt.timedelta(days=90)) == 0
    assert forget_reports(NOW + dt.timedelta(days=91)) == 1


@pytest.mark.parametrize("kind", ["application/csp-report", "application/reports+json"])
def test_a_browser_sends_without_a_form_token_and_learns_nothing(kind: str, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    client = Client(enforce_csrf_checks=True)
    address = reverse("core:browser_reports")
    answer = client.post(address, old_form(), content_type=kind)
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.post(address, b"x" * 3_000_000, content_type=kind).status_code == 204
    assert client.get(address).status_code == 405
    assert reports_since(TODAY) == 1


def test_every_answer_carries_the_whole_policy() -> None:
    answer = Client().get(reverse("core:menu"))
    policy = answer["Content-Security-Policy"]
    for part in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'",
                 "require-trusted-types-for 'script'", "trusted-types default zhijia", "base-uri 'none'",
                 "frame-ancestors 'none'", "report-uri /browser-reports/"):  # fmt: skip
        assert part in policy
    assert not [word for word in ("unsafe", "data:", "blob:", "*", "http") if word in policy]
    assert "Reporting-Endpoints" not in answer  # over plain HTTP browsers would then send nothing
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def test_behind_tls_browsers_are_told_the_newer_way_as_well(settings) -> None:
    settings.BEHIND_TLS = True
    assert Client().get(reverse("core:menu"))["Reporting-Endpoints"] == 'csp="/browser-reports/"'
