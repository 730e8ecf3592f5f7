"""N1: no score of a person for loyalty, "stability" or discontent."""

import operator
from typing import Any

import pytest

from tests.architecture.sources import nothing
from tests.constitution.houses import PLANTED, marks_beside_people, numbers_beside_people, planted
from zhijia.core.sealed_fields import Sealed

FIGURES = {
    "accounts.User.session_epoch": "ends sessions",
    "appeals.Appeal.score": "order of the matter in the queue, from what was ticked about the matter",
    "appeals.Appeal.queue_rank": "urgency and that order in one number",
    "appeals.Appeal.people_count": "how many people the matter concerns",
    "appeals.Appeal.todo": "whether a body still has to act",
    "appeals.Appeal.round": "which round of handling",
    "appeals.Appeal.extended_by_days": "days of an approved extension",
    "appeals.Assignment.round": "which round of handling",
    "appeals.Extension.round": "which round of handling",
    "appeals.Extension.days": "days asked for",
    "appeals.EmployerFlag.people_count": "how many people, about an employer",
    "appeals.Reply.round": "which round of handling, beside the officer who replied",
    "appeals.Rating.round": "which round of handling was rated",
    "appeals.Review.round": "which round of handling was reviewed",
    "attachments.Attachment.size": "bytes of a file",
    "attachments.Attachment.rendition_size": "bytes of its copy",
    "audit.Entry.seq": "place of the deed in its chain",
    "notifications.Delivery.attempts": "how often a message was tried",
    "vault.Disclosure.audit_seq": "place of the opening in the chain",
    "vault.KeyPair.number": "which key of the holder",
    "membership.Worker.sex": "code of GB/T 2261.1, to count women in the union",
    "membership.Worker.birth_year": "in place of the date, to count the young and the old",
    "membership.Application.sex": "code of GB/T 2261.1",
    "membership.RosterImport.size": "bytes of a file that an officer sent",
    "membership.Identity.worker_id": "whose an identity number is",
    "membership.RosterImport.rows_found": "rows of that file",
    "membership.RosterImport.rows_looked_at": "rows of that file",
    "membership.RosterImport.rows_good": "rows of that file",
    "membership.RosterImport.rows_known": "rows of that file",
    "membership.RosterImport.rows_bad": "rows of that file",
    "membership.RosterImport.rows_done": "rows of that file",
    "membership.RosterImport.rows_written": "rows of that file",
    "organising.Process.entitled": "how many may vote in an election",
    "organising.Process.members": "how many members a body has",
    "organising.Process.signatures": "how many members asked for an assembly, as a sum",
    "organising.Process.women": "how many of them are women",
    "organising.Process.workers": "how many people work there",
    "organising.Process.years": "length of a term",
    "organising.Process.yes": "votes of an assembly, as a sum",
    "funds.Batch.number": "number of a payment file",
    "funds.Batch.year": "its year",
    "funds.Budget.version": "version of a budget",
    "funds.Budget.year": "its year",
    "funds.DuesAdjustment.amount": "fen, beside the officers who ask and decide",
    "funds.LevyReturn.allowances": "fen of an employer's wages",
    "funds.LevyReturn.amount": "fen of levy",
    "funds.LevyReturn.bonuses": "fen of an employer's wages",
    "funds.LevyReturn.overtime": "fen of an employer's wages",
    "funds.LevyReturn.piece_wages": "fen of an employer's wages",
    "funds.LevyReturn.special": "fen of an employer's wages",
    "funds.LevyReturn.time_wages": "fen of an employer's wages",
    "funds.Spending.person": "the entry on the roll of who got it, so that a cap counts in all bodies",
    "funds.Spending.amount": "fen of a payment",
    "funds.Spending.headcount": "for how many people a payment is",
    "funds.Spending.needed": "how many people approve it",
    "funds.Spending.year": "its year",
    "funds.Voucher.number": "number of a voucher",
    "funds.Voucher.year": "its year",
}
"""Every number that stands in one row with a person, and why it says nothing about him."""


MARKS = {
    "accounts.ApiToken.scopes": "what the person's program may do",
    "accounts.User.high_contrast": "his own choice of display",
    "accounts.User.is_active": "whether the account is open",
    "accounts.User.is_officer": "whether he holds a post",
    "accounts.User.is_superuser": "the framework's, false for everybody",
    "accounts.User.notice_by_email": "his own choice of notice",
    "accounts.User.notice_by_sms": "his own choice of notice",
    "accounts.User.password_from_code": "how he signed in the last time he set a password",
    "accounts.User.phone_verified": "whether the number answered",
    "appeals.Appeal.circumstances": "what the worker ticked about this matter; not read from its text",
    "appeals.Appeal.consents_to_publishing": "his own consent, for this matter",
    "appeals.Appeal.due_is_provisional": "whether the calendar of the due date is known yet",
    "appeals.Appeal.is_history": "brought over from an earlier system",
    "appeals.Extension.is_approved": "what was decided about an officer's extension",
    "appeals.Talk.is_from_worker": "which side wrote",
    "funds.Spending.confirmed": "what the officer who asks for a payment confirmed about it",
    "funds.Spending.has_relative": "declared by who asks: the payee is his relative, so another decides",
    "membership.Application.is_discreet": "the employer must not learn of it",
    "membership.Application.is_id_doubted": "whether the number fits its check digit",
    "membership.Application.is_migrant": "said by the applicant, to count and to serve migrant workers",
    "membership.Worker.is_migrant": "said by the worker or his unit, to count and to serve migrant workers",
    "membership.RosterImport.layout": "which column of a file holds what",
    "membership.Segment.conditions": "a question about groups, beside the officer who saved it",
    "organising.Process.materials": "which papers of a registration were handed in",
    "unions.Seat.is_full_time": "whether the office is his whole work (trade-union law art. 19)",
    "unions.Seat.is_kin_of_head": "declared: close relatives of the head are no candidates (art. 10)",
    "notifications.Notification.data": "facts of one message to its reader",
}
"""Every yes-or-no and every JSON beside a person, and why it is no "frequent complainer" (N5)."""


def test_every_mark_beside_a_person_is_listed_with_what_it_says() -> None:
    found = marks_beside_people()
    nothing(f"{name}: a mark beside a person; nobody is flagged" for name in found - set(MARKS))
    nothing(f"{name}: no longer there" for name in set(MARKS) - found)


def test_every_number_beside_a_person_is_listed_with_what_it_counts() -> None:
    found = numbers_beside_people()
    nothing(
        f"{name}: a number beside a person; a score of people is never kept" for name in found - set(FIGURES)
    )
    nothing(f"{name}: no longer there" for name in set(FIGURES) - found)


@pytest.mark.parametrize("key", sorted(PLANTED))
def test_a_score_or_a_mark_is_seen_by_whatever_key_it_leads_to_a_person(key: str) -> None:
    with planted(key):
        assert numbers_beside_people() - set(FIGURES) == {"appeals.Planted.discontent"}
        assert marks_beside_people() - set(MARKS) == {
            "appeals.Planted.is_frequent",
            "appeals.Planted.profile",
        }
    assert numbers_beside_people() == set(FIGURES)


@pytest.mark.parametrize("use", [float, int, len, list, sorted], ids=lambda f: f.__name__)
def test_nothing_can_be_worked_out_from_a_text_under_seal(use: Any) -> None:
    with pytest.raises(TypeError):
        use(Sealed(b"box"))


@pytest.mark.parametrize("compare", [operator.lt, operator.gt, operator.add, operator.mul])
def test_texts_under_seal_have_no_order_and_no_sum(compare: Any) -> None:
    with pytest.raises(TypeError):
        compare(Sealed(b"one"), Sealed(b"other"))


def test_a_text_under_seal_shows_nothing() -> None:
    assert repr(Sealed("工资".encode())) == "<sealed>"
    for show in (str, "{}".format):
        with pytest.raises(TypeError):
            show(Sealed(b"box"))
