"""Whatever payments come for an invoice: what is booked never comes to more than was open, and the rest waits."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from koppel.defaults import default_verdict
from koppel.documents import Payment
from koppel.records import Found, Lookup, Match
from koppel.runner.job import Job
from koppel.runner.payments import find_open_items

CENTS = st.integers(1, 20_000).map(lambda cents: Decimal(cents) / 100)


class Books:
    """A ledger with one open item per paper."""

    system = "ledger"

    def __init__(self, **items: Decimal) -> None:
        self.items = items

    def find(self, lookup: Lookup) -> Found:
        """The item of each asked paper that has one."""
        made = {}
        for value in lookup.values:
            paper = value.split("|")[1]
            if paper in self.items:
                made[value] = (Match(f"item-{paper}", paper, {"open": str(self.items[paper]), "debtor": "D1", "account": "1300"}),)
        return Found(made)

    def on_error(self, failure: Any) -> Any:
        """As the core decides."""
        return default_verdict(failure)


def talk_with(books: Books) -> Any:
    """As much of a run as these steps look at."""
    flow = SimpleNamespace(name="payments", resource="payment")
    return SimpleNamespace(target=books, source=books, flow=flow, target_title="Books", preview=False, lost_answers=0, bugs=0)


def job_of(number: int, amount: Decimal, kind: str, paper: str) -> Job:
    """A payment on its way to this paper."""
    payment = Payment(source_id=str(number), reference=f"#1-P{number}", kind=kind, amount=amount, paper="sales_entry", paper_external_id=paper)  # type: ignore[arg-type]
    return Job("payment", payment, str(number))


def open_after(jobs: list[Job], whole: Decimal) -> Decimal:
    """What is left of an item once the payments that may go are booked."""
    gone = [job.document.received for job in jobs if job.open and isinstance(job.document, Payment)]
    return whole - sum(gone, Decimal(0))


@given(whole=CENTS, parts=st.lists(CENTS, min_size=1, max_size=6))
def test_payments_never_come_to_more_than_is_open(whole: Decimal, parts: list[Decimal]) -> None:
    jobs = [job_of(number, part, "payment", "invoice") for number, part in enumerate(parts)]
    find_open_items(talk_with(Books(invoice=whole)), jobs)
    assert open_after(jobs, whole) >= 0
    assert (open_after(jobs, whole) == 0) or any(job.verdict for job in jobs) or sum(parts) < whole
    assert all("open" in job.verdict.reason for job in jobs if job.verdict)
    told = [job.document.open_amount for job in jobs if job.open and isinstance(job.document, Payment)]
    assert told == sorted(told, key=lambda left: -(left or 0))


@given(parts=st.lists(CENTS, min_size=1, max_size=6))
def test_payments_that_add_up_to_the_invoice_all_go(parts: list[Decimal]) -> None:
    jobs = [job_of(number, part, "payment", "invoice") for number, part in enumerate(parts)]
    find_open_items(talk_with(Books(invoice=sum(parts, Decimal(0)))), jobs)
    assert all(job.open for job in jobs)
    assert open_after(jobs, sum(parts, Decimal(0))) == 0


@given(parts=st.lists(CENTS, min_size=1, max_size=6), more=CENTS)
def test_what_goes_back_never_comes_to_more_than_its_credit_note(parts: list[Decimal], more: Decimal) -> None:
    whole = -sum(parts, Decimal(0))
    jobs = [job_of(number, part, "refund", "credit") for number, part in enumerate([*parts, more])]
    find_open_items(talk_with(Books(credit=whole)), jobs)
    assert [job.open for job in jobs] == [True] * len(parts) + [False]
    assert open_after(jobs, whole) == 0


def test_a_refund_is_never_taken_off_an_invoice_nor_a_payment_off_a_credit_note() -> None:
    jobs = [job_of(1, Decimal(5), "refund", "invoice"), job_of(2, Decimal(5), "payment", "credit")]
    find_open_items(talk_with(Books(invoice=Decimal(10), credit=Decimal(-10))), jobs)
    assert [job.verdict.kind if job.verdict else "" for job in jobs] == ["park", "park"]


def test_what_has_no_final_invoice_yet_is_tried_again_by_itself() -> None:
    job = job_of(1, Decimal(5), "payment", "draft")
    find_open_items(talk_with(Books()), [job])
    assert job.verdict is not None
    assert (job.verdict.kind, job.verdict.after) == ("retry", 3600)
