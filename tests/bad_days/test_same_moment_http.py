"""Two people press at the same moment, over real HTTP: one wins, the other reads a plain answer."""

import pytest

from tests.bad_days.house import (
    DISPATCHER,
    HANDLER,
    SECOND_HANDLER,
    WORKER,
    Answer,
    call,
    rows,
    token,
)
from tests.bad_days.threads import at_once
from tests.browser.server import Server

pytestmark = pytest.mark.sqlite_only


@pytest.fixture(scope="module")
def tokens(house: Server) -> dict[str, str]:
    """The headers of a worker, a dispatcher and two handlers of one body."""
    made = {phone: token(house, phone, "appeals:work") for phone in (DISPATCHER, HANDLER, SECOND_HANDLER)}
    return made | {WORKER: token(house, WORKER, "appeals:submit", "appeals:read")}


class Desk:
    """One matter and the programs of those who work on it."""

    def __init__(self, house: Server, tokens: dict[str, str], key: str) -> None:
        self.house, self.tokens = house, tokens
        told = {"text": "两个人同时办理同一件事", "place": "130500", "confidentiality": "sealed"}
        made = call(house, "POST", "", told, Authorization=tokens[WORKER], Idempotency_Key=key)
        assert made.status == 201, made.body
        self.id = made.json()["public_id"]
        assert self.work(DISPATCHER, "acceptance").status == 200

    def work(self, phone: str, step: str, body: object = None) -> Answer:
        return call(self.house, "POST", f"/work/{self.id}/{step}", body, Authorization=self.tokens[phone])

    def rate(self, result: str) -> Answer:
        judged = {"result": result, "attitude": "basically"}
        return call(self.house, "POST", f"/{self.id}/rating", judged, Authorization=self.tokens[WORKER])

    def count(self, table: str) -> int:
        mine = "SELECT id FROM appeals_appeal WHERE public_id = ?"
        query = f"SELECT count(*) FROM {table} WHERE appeal_id = ({mine})"
        return int(rows(self.house.data, query, self.id.replace("-", ""))[0][0])


def test_two_officers_take_one_case_and_the_second_reads_that_it_is_taken(
    house: Server, tokens: dict[str, str]
) -> None:
    desk = Desk(house, tokens, "two-officers-one-case-1")
    answers = at_once(lambda: desk.work(HANDLER, "signature"), lambda: desk.work(SECOND_HANDLER, "signature"))
    won, lost = sorted(answers, key=lambda answer: answer.status)
    assert (won.status, won.json()["state"]) == (200, "handling")
    # Who comes late may no longer see it at all, or read who has it: both tell the next step.
    assert (lost.status, lost.json()["code"]) in ((409, "taken-by-another"), (404, "not-found"))
    assert lost.json()["title"]
    assert lost.json()["next_step"]
    assert desk.count("appeals_assignment") == 1


def test_a_worker_who_judges_four_times_at_once_judges_once(house: Server, tokens: dict[str, str]) -> None:
    desk = Desk(house, tokens, "judged-four-times-at-once")
    assert desk.work(HANDLER, "signature").status == 200
    assert desk.work(HANDLER, "reply", {"text": "已补发", "opinion": "supported"}).status == 200
    answers = at_once(*[lambda: desk.rate("satisfied")] * 4)
    assert sorted(a.status for a in answers) == [200, 409, 409, 409]
    assert {a.json()["code"] for a in answers if a.status == 409} == {"already-rated"}
    assert all(a.json()["next_step"] for a in answers if a.status == 409)
    assert desk.count("appeals_rating") == 1


def test_one_key_from_eight_connections_is_one_appeal(house: Server, tokens: dict[str, str]) -> None:
    told = {"text": "信号不好，连按了八次", "place": "130500", "confidentiality": "sealed"}
    send = lambda: call(  # noqa: E731
        house, "POST", "", told, Authorization=tokens[WORKER], Idempotency_Key="pressed-eight-times-1"
    )
    answers = at_once(*[send] * 8)
    assert sorted(a.status for a in answers) == [200] * 7 + [201]
    assert len({a.body for a in answers}) == 1
