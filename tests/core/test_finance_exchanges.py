"""An exchange becomes two papers of its own, and what it comes to is held against what the source says, to the cent."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koppel.documents import Exchange, Line, SalesOrder, Tax
from koppel.documents.history import Paid
from koppel.finance.exchanges import complete_papers, exchanged_off, keys_of, order_of, paper_changes, papers_of

MOMENT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def line(sku: str, total: str, vat: str, rate: int = 21) -> Line:
    return Line(sku=sku, unit_price=Decimal(total), total=Decimal(total), taxes=[Tax(rate=rate, amount=Decimal(vat))])


def order(*exchanges: Exchange, total: str | None = None, vat: dict[int, str] | None = None, **more: object) -> SalesOrder:
    """An order of a pot, with these exchanges and what the source says of them."""
    told = [Tax(rate=rate, amount=Decimal(amount)) for rate, amount in (vat or {}).items()]
    return SalesOrder(
        source_id="o1", reference="#1001", total=Decimal("12.10"), lines=[line("POT", "12.10", "2.10")], exchanges=list(exchanges),
        exchanged_total=None if total is None else Decimal(total), exchanged_vat=told, note="Achterom",
        payments=[Paid(method="gift_card", amount=Decimal("12.10"), gift_card=True)], **more,
    )  # fmt: skip


DEARER = Exchange(source_id="r1", number="1", made_at=MOMENT, back=[line("POT", "12.10", "2.10")], sent=[line("VAAS", "24.20", "4.20")])


def test_the_papers_have_the_order_s_customer_a_number_and_a_day_of_their_own_and_none_of_its_payments() -> None:
    papers = papers_of(order(DEARER), DEARER)
    assert papers.credit is not None
    assert papers.sale is not None
    assert [(one.reference, one.total, one.ordered_at, one.payments, one.note, one.exchanges) for one in (papers.credit, papers.sale)] == [
        ("#1001-X1C", Decimal("12.10"), MOMENT, [], "", []), ("#1001-X1", Decimal("24.20"), MOMENT, [], "", []),
    ]  # fmt: skip
    assert (papers.credit.order_source_id, papers.credit.order_reference, papers.credit.reason) == ("o1", "#1001", "Exchanged")
    assert len({papers.credit.source_id, papers.sale.source_id, "o1"}) == 3
    assert keys_of("o1", DEARER) == keys_of("o1", DEARER.model_copy(update={"number": "9"}))


def test_one_side_may_be_empty_and_what_is_not_complete_or_cancelled_has_no_papers() -> None:
    nothing_back = DEARER.model_copy(update={"back": []})
    assert papers_of(order(nothing_back), nothing_back).credit is None
    assert complete_papers(order(DEARER.model_copy(update={"complete": False}))) == []
    assert complete_papers(order(DEARER, cancelled=True)) == []
    assert len(complete_papers(order(DEARER))) == 1


@pytest.mark.parametrize(("number", "of"), [("#1001-X1", "#1001"), ("#1001-X12C", "#1001"), ("#1001-R1", ""), ("#1001-XL", ""), ("A-X2-X1C", "A-X2"), ("#1001-X1-2", "#1001"), ("#1001-X1C-R3", "#1001")])
def test_a_number_of_an_exchange_names_its_order(number: str, of: str) -> None:
    assert order_of(number) == of


def test_the_balance_and_the_vat_per_rate_are_held_against_what_the_source_says() -> None:
    assert exchanged_off(order(DEARER, total="12.10", vat={21: "2.10"})) == ()
    assert exchanged_off(order(DEARER)) == ()
    found = exchanged_off(order(DEARER, total="12.11", vat={21: "2.09", 9: "0.01"}))
    assert [(one.what, one.before, one.after) for one in found] == [
        ("Balance", "12.10", "12.11"), ("VAT 9 %", "0.00", "0.01"), ("VAT 21 %", "2.10", "2.09"),
    ]  # fmt: skip
    without = order(DEARER, total="14.20", vat={21: "2.10"}).model_copy(update={"prices_include_vat": False})
    assert exchanged_off(without) == ()


def test_a_paper_of_an_exchange_changed_when_its_lines_did() -> None:
    more = DEARER.model_copy(update={"sent": [*DEARER.sent, line("LINT", "1.21", "0.21")]})
    was, now = papers_of(order(DEARER), DEARER), papers_of(order(more), more)
    assert paper_changes(order(more), was.credit, now.credit) == ()
    (change,) = paper_changes(order(more), was.sale, now.sale)
    assert (change.what, change.after.endswith("LINT: 1 × 1.21, VAT 0.21")) == ("Exchange 1, sent", True)
    (gone,) = paper_changes(order(), was.credit, None)
    assert (gone.what, gone.before, gone.after) == ("Exchange 1, came back", "POT: 1 × 12.10, VAT 2.10", "")


@given(st.lists(st.tuples(st.integers(0, 99999), st.sampled_from([0, 9, 21]), st.booleans()), max_size=8))
def test_whatever_is_exchanged_the_papers_come_to_the_balance(rows: list[tuple[int, int, bool]]) -> None:
    made = [(line("A", str(Decimal(cents) / 100), str(round(Decimal(cents) * rate / (100 + rate) / 100, 2)), rate), out) for cents, rate, out in rows]
    swap = Exchange(source_id="r", number="1", back=[one for one, out in made if not out], sent=[one for one, out in made if out])
    balance = sum((one.total if out else -one.total for one, out in made), Decimal(0))
    told = order(swap, total=str(balance))
    papers = papers_of(told, swap)
    assert exchanged_off(told) == ()
    assert (papers.sale.total if papers.sale else 0) - (papers.credit.total if papers.credit else 0) == balance
