"""Sales entries and credit notes against the simulator: shown, booked once, found again, proved."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from koppel import ConfigurationError, Lookup, RejectedError, TransientError
from koppel.documents import CreditNote, Invoice
from koppel.documents.base import read_document
from koppel.testing.sandbox import Fault
from support.office import Office, a_credit, an_order, compiled, value_tables

sandbox = pytest.importorskip("koppel_accountview.sandbox", reason="the simulator is not installed")
OWN = {"shipping_account": "8100", "discount_account": "8200"}
YEAR = datetime.now(UTC).year


@pytest.fixture(scope="module")
def mappings() -> Any:
    return compiled(value_tables())


@pytest.fixture
def office(mappings: Any) -> Any:
    made: list[Office] = []

    def opened(options: Any = None, state: Any = None, **settings: str) -> Office:
        made.append(Office(sandbox.create, state or sandbox.plain_state(), mappings, options, **{**OWN, **settings}))
        return made[-1]

    yield opened
    for one in made:
        one.close()


def shown(draft: Any) -> list[tuple[str, Decimal]]:
    return [(row["account"], row["debit"] - row["credit"]) for row in draft.fields["journal"]]


@pytest.mark.parametrize(("how", "accounts"), [
    ("recommended", ["1210", "8000", "8200", "8000", "8100", "1600", "1601"]), ("complex", ["1210", "8000", "8200", "8000", "8100", "1600", "1601"]),
    ("extreme", ["1210", "8000", "8200", "8000", "8100", "1600", "1601"]),
])  # fmt: skip
def test_the_lines_are_shown_before_they_are_sent_and_booked_as_shown(office: Any, how: str, accounts: list[str]) -> None:
    one = office(entry_split=how)
    connector = one.connect()
    draft = one.draft(connector, "sales_entry", an_order())
    assert [account for account, _ in shown(draft)] == accounts
    assert one.rows("DJ_PAGE") == []
    receipt = one.send(connector, "sales_entry", an_order())
    assert (receipt.error, receipt.number, receipt.total) == (None, "VEK 1", Decimal("29.05"))
    assert [row["ACCT_NR"] for row in one.rows("DJ_LINE")] == accounts[:-2]
    assert [(row["INV_NR"], row["ITEM_REST"]) for row in one.rows("OPENITEM")] == [("#1", 29.05)]


@pytest.mark.parametrize(("options", "settings"), [
    ({}, {"entry_amounts": "gross"}), ({"page_amounts": "net"}, {}), ({"page_amounts": "gross"}, {"entry_amounts": "gross"}),
    ({"page_sign": "credit"}, {"entry_sign": "credit"}), ({"page_sides": "one"}, {"entry_sides": "revenue"}),
    ({"page_vat_lines": "own_line"}, {"entry_vat": "own_line"}), ({"page_vat_check": "checked"}, {}), ({"double_invoice": "refuse"}, {}),
    ({"page_sides": "one", "page_sign": "credit", "page_amounts": "gross"},
     {"entry_sides": "revenue", "entry_sign": "credit", "entry_amounts": "gross"}),
])  # fmt: skip
def test_every_convention_books_the_same_debt(office: Any, options: Any, settings: Any) -> None:
    one = office(options, **settings)
    connector = one.connect()
    assert one.send(connector, "sales_entry", an_order()).total == Decimal("29.05")
    assert one.send(connector, "credit_note", a_credit()).total == Decimal("12.10")
    assert {row["INV_NR"]: row["ITEM_REST"] for row in one.rows("OPENITEM")} == {"#1": 29.05, "C1": -12.1}


@pytest.mark.parametrize(("options", "field"), [
    ({"page_sign": "credit"}, "entry_sign"), ({"page_sides": "one", "page_amounts": "gross"}, "entry_amounts"),
])  # fmt: skip
def test_the_first_entry_proves_the_conventions_and_a_wrong_one_stops_the_flow(office: Any, options: Any, field: str) -> None:
    one = office(options, entry_sides="revenue" if "page_sides" in options else "both")
    with pytest.raises(ConfigurationError) as caught:
        one.send(one.connect(), "sales_entry", an_order())
    assert caught.value.field == field
    assert "Koppel's journal says 29.05" in caught.value.message
    assert len(one.connect().find(Lookup("sales_entry", "reference", ("#1",))).matches["#1"]) == 1


def test_a_page_that_does_not_balance_there_is_refused_with_the_reason(office: Any) -> None:
    one = office({"page_amounts": "gross"})
    receipt = one.send(one.connect(), "sales_entry", an_order())
    assert isinstance(receipt.error, RejectedError)
    assert "evenwicht" in receipt.error.message
    assert "the amounts or the VAT of entries" in receipt.error.resolution
    assert one.rows("DJ_PAGE") == []


def test_a_lost_answer_is_found_again_by_its_reference_and_other_journals_do_not_count(office: Any) -> None:
    one = office()
    for kind, there in (("drop_after", 1), ("status_after", 1), ("drop", 0)):
        order = an_order(f"#{kind[:9]}")
        one.shell.faults = [Fault("POST /api/v3/accountviewdata", kind, status=504)]
        with pytest.raises(TransientError):
            one.send(one.connect(), "sales_entry", order)
        found = one.connect().find(Lookup("sales_entry", "reference", (order.reference, "#none"))).matches
        assert {key: len(some) for key, some in found.items()} == ({order.reference: 1} if there else {})
    assert one.connect(sales_journal="INK").find(Lookup("sales_entry", "reference", ("#drop_after",))).matches == {}


def test_an_entry_of_december_goes_into_last_year_s_books_and_is_found_there(office: Any) -> None:
    state = sandbox.plain_state()
    state["companies"][0]["administrations"][0]["closed"] = False
    one = office(state=state)
    order = an_order("#old", ordered_at=datetime(YEAR - 1, 12, 31, 12, tzinfo=UTC))
    receipt = one.send(one.connect(), "sales_entry", order)
    assert receipt.error is None
    assert (len(one.rows("DJ_PAGE", 0)), len(one.rows("DJ_PAGE"))) == (1, 0)
    assert one.connect().find(Lookup("sales_entry", "reference", ("#old",))).matches["#old"][0].id == receipt.id


@pytest.mark.parametrize(("moment", "words"), [
    (datetime(YEAR - 1, 12, 1, tzinfo=UTC), "afgesloten"), (datetime(YEAR - 3, 12, 1, tzinfo=UTC), f"no fiscal year {YEAR - 3}"),
])  # fmt: skip
def test_a_year_that_is_closed_or_missing_lets_the_entry_wait(office: Any, moment: datetime, words: str) -> None:
    one = office()
    receipt = one.send(one.connect(), "sales_entry", an_order(ordered_at=moment))
    assert isinstance(receipt.error, RejectedError)
    assert words in receipt.error.message
    assert "year" in receipt.error.resolution


def test_a_reference_that_does_not_fit_is_refused_and_never_cut(office: Any) -> None:
    one = office()
    receipt = one.send(one.connect(), "sales_entry", an_order("#1234567890123"))
    assert receipt.error is not None
    assert "INV_NR" in receipt.error.message
    longer = office(entry_reference_field="DOC_ID")
    connector = longer.connect()
    receipt = longer.send(connector, "sales_entry", an_order("#1234567890"))
    assert receipt.error is None


def test_a_booked_page_is_not_changed(office: Any) -> None:
    one = office()
    connector = one.connect()
    made = one.send(connector, "sales_entry", an_order())
    again = one.send(connector, "sales_entry", an_order(), made.id)
    assert again.error is not None
    assert "takes no change" in again.error.message


def test_the_journal_of_the_connection_is_used_and_asked_for_where_it_is_not_sure(office: Any) -> None:
    state = sandbox.plain_state()
    daily = state["companies"][0]["administrations"][-1]["tables"]["DAILY"]
    daily.append({**next(row for row in daily if row["DJ_CODE"] == "VEK"), "DJ_CODE": "VE2"})
    one = office(state=state)
    with pytest.raises(ConfigurationError, match="2 journals for sales") as caught:
        one.send(one.connect(), "sales_entry", an_order())
    assert caught.value.field == "sales_journal"
    assert one.send(one.connect(sales_journal="VE2"), "sales_entry", an_order()).number == "VE2 1"


@pytest.mark.parametrize(("options", "settings"), [
    ({}, {}), ({}, {"entry_amounts": "gross"}), ({"page_sign": "credit"}, {"entry_sign": "credit"}),
    ({"page_sides": "one"}, {"entry_sides": "revenue"}), ({"page_vat_lines": "own_line"}, {"entry_vat": "own_line"}),
])  # fmt: skip
def test_entries_and_credit_notes_are_read_back_to_the_cent(office: Any, options: Any, settings: Any) -> None:
    one = office(options, **settings)
    connector = one.connect()
    one.send(connector, "sales_entry", an_order())
    one.send(connector, "credit_note", a_credit())
    (entry,) = [read_document(Invoice, fields) for fields in one.read(one.connect(), "sales_entry")]
    assert (entry.reference, entry.total, entry.customer.source_id or entry.customer.code) == ("#1", Decimal("29.05"), "1001")
    assert {line.revenue_account for line in entry.lines} == {"8000", "8100", "8200"}
    assert sum((line.vat for line in entry.lines), Decimal(0)) == sum((line.vat for line in an_order().lines), Decimal(0))
    (credit,) = [read_document(CreditNote, fields) for fields in one.read(one.connect(), "credit_note")]
    assert (credit.reference, credit.total, [line.vat for line in credit.lines]) == ("C1", Decimal("12.10"), [Decimal("2.10")])


def test_a_purchase_in_another_journal_is_no_sales_entry(office: Any) -> None:
    one = office()
    one.send(one.connect(), "sales_entry", an_order())
    assert one.read(one.connect(sales_journal="INK"), "sales_entry") == []


@pytest.mark.parametrize("resource", ["credit_note", "credit_entry"])
def test_a_credit_note_names_the_invoice_that_it_takes_back_from(office: Any, resource: str) -> None:
    one = office()
    note = a_credit("#1-C1").model_copy(update={"invoice_number": "VEK 1"})
    assert one.send(one.connect(), resource, note).error is None
    (page,) = one.rows("DJ_PAGE")
    assert page["HDR_DESC"].startswith("#1-C1 / VEK 1 ")


@pytest.mark.parametrize("made", ["plain", "measured"])
def test_a_credit_invoice_has_quantities_below_zero_and_its_goods_come_back(mappings: Any, made: str) -> None:
    state = sandbox.plain_state() if made == "plain" else sandbox.measured_state()
    own = {"price_basis": "excl"}
    rows = mappings
    if made == "measured":
        state["objects"].pop("SI1")
        own, rows = {"price_basis": "incl", "reference_field": "X15_WEBNR", "control_account": "1210"}, compiled(value_tables(("H", "L", "N")))
    one = Office(sandbox.create, state, rows, **OWN, **own)
    connector = one.connect()
    note = a_credit("#1-C1").model_copy(update={"invoice_number": "2600001"})
    receipt = one.send(connector, "direct_credit", note)
    assert (receipt.error, receipt.total) == (None, note.total)
    (invoice,) = one.rows("SOI_HDR")
    assert (Decimal(str(invoice["ORD_TOT"])), invoice["COMMENT2"]) == (-note.total, "2600001")
    assert next(row for row in one.rows("ARTICLE") if row["ART_CODE"] == "POT-1")["QTY_AVAIL"] == 11
    assert list(connector.find(Lookup("direct_credit", "reference", ("#1-C1", "#2-C1"))).matches) == ["#1-C1"]
    assert one.read(one.connect(), "sales_invoice") == []
    one.close()
