"""Orders arrive once, with the source's prices, and come back as a paper that adds up to the cent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koppel import Batch, ConfigurationError, Draft, Lookup, Query, Receipt, RejectedError, Write
from koppel.documents import Address, Line, Party, SalesOrder, Tax
from koppel.documents.base import read_document
from koppel_accountview.connector import AccountViewConnector
from koppel_accountview.transforms import lines, total

Connect = Callable[..., AccountViewConnector]
HOME = Address(line="Kerkstraat 12", postcode="1012 AB", city="Amsterdam", country="NL")
AWAY = Address(name="Oma", line="Havenweg 3", postcode="3011 AA", city="Rotterdam", country="NL")


def _order(**more: Any) -> SalesOrder:
    values: dict[str, Any] = {
        "reference": "#1001", "ordered_at": datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "payment_method": "iDEAL",
        "customer": Party(name="Jan", email="Jan@x.example", external_id="9001", billing=HOME),
        "lines": [
            Line(sku="A-1", external_id="A-1", quantity=Decimal(2), unit_price=Decimal("30.25"), total=Decimal("60.50"),
                 taxes=[Tax(rate=Decimal(21), amount=Decimal("10.50"))]),
            Line(kind="shipping", sku="VERZEND", external_id="VERZEND", unit_price=Decimal("6.95"), total=Decimal("6.95")),
        ],
        "total": Decimal("67.45"),
    }  # fmt: skip
    return SalesOrder(**values | more)


def _draft(mapping: Any, order: SalesOrder, action: str = "create") -> Draft:
    view = order.view()
    view["lines"] = [{**line, "line_price": line["amount_incl"] / line["quantity"]} for line in view["lines"]]
    return Draft("sales_order", mapping("outbound", "sales_order").run(view, action)[0])


def _upsert(connector: AccountViewConnector, draft: Draft, id: str | None = None, **more: Any) -> Receipt:
    return connector.upsert(Batch("sales_order", (Write("k", draft, id, **more),))).items[0]


@pytest.fixture
def shop(fake: Any) -> Any:
    """A debtor and articles to order."""
    fake.rows["CONTACT"] = [{"SUB_NR": "9001", "ACCT_NAME": "Jan", "ADDRESS1": "Kerkstraat 12", "POST_CODE": "1012AB", "CITY": "Amsterdam", "CNT_CODE": "NL", "MAIL_BUS": "jan@x.example"}]  # fmt: skip
    fake.rows["ARTICLE"] = [{"ART_CODE": "A-1", "ART_DESC1": "Pot", "VAT_CODE": "1"}, {"ART_CODE": "VERZEND", "ART_DESC1": "Verzending", "VAT_CODE": ""}]
    return fake


def test_an_order_is_sent_as_the_source_has_it(shop: Any, connect: Connect, mapping: Any) -> None:
    receipt = _upsert(connect(), _draft(mapping, _order(delivery=HOME)))
    assert (receipt.id, receipt.number, receipt.action, receipt.total) == ("9001", "9001", "created", Decimal("67.45"))
    row = shop.rows["SO_HDR"][0]
    assert (row["RPL_INV"], row["RPL_DEL"], row["COMMENT1"], row["TO_EMAIL"]) == ("9001", "9001", "#1001", "jan@x.example")
    assert row["ORD_DATE"] == "2026-11-24T00:00:00"
    assert [(one["ART_CODE"], one["ORD_QTY"], one["ART_PX"]) for one in row["SO_LINE"]] == [
        ("A-1", Decimal(2), Decimal("30.25")), ("VERZEND", Decimal(1), Decimal("6.95")),
    ]  # fmt: skip
    assert [one["VAT_CODE"] for one in row["SO_LINE"]] == ["1", ""]
    assert row["DEL_CODE"] == ""
    assert shop.rows["DEL_ADDR"] == []


def test_only_one_order_goes_in_one_call(shop: Any, connect: Connect, mapping: Any) -> None:
    _upsert(connect(), _draft(mapping, _order()))
    data = shop.sent()[0]["TableData"]
    assert len(data["Data"]["Rows"]) == 1
    assert {row["Values"][1] for row in data["DetailData"][0]["Rows"]} == {data["Data"]["Rows"][0]["Values"][0]}


def test_goods_for_another_place_get_that_address_once(shop: Any, connect: Connect, mapping: Any) -> None:
    connector = connect()
    _upsert(connector, _draft(mapping, _order(delivery=AWAY)))
    _upsert(connector, _draft(mapping, _order(reference="#1002", delivery=AWAY)))
    assert [row["DEL_NAME"] for row in shop.rows["DEL_ADDR"]] == ["Oma"]
    assert {row["DEL_CODE"] for row in shop.rows["SO_HDR"]} == {shop.rows["DEL_ADDR"][0]["REC_ID"]}


def test_a_default_debtor_sends_the_goods_to_the_customer(shop: Any, connect: Connect, mapping: Any) -> None:
    shop.rows["CONTACT"].append({"SUB_NR": "WEB", "ACCT_NAME": "Webwinkel", "ADDRESS1": "Magazijnweg 1", "POST_CODE": "1000 AA"})
    customer = Party(name="Jan", email="jan@x.example", external_id="WEB", billing=HOME)
    _upsert(connect(), _draft(mapping, _order(customer=customer, delivery=HOME)))
    assert shop.rows["SO_HDR"][0]["RPL_INV"] == "WEB"
    assert [(row["SUB_NR"], row["ADDRESS1"]) for row in shop.rows["DEL_ADDR"]] == [("WEB", "Kerkstraat 12")]


def test_an_order_is_recognised_by_its_reference(shop: Any, connect: Connect, mapping: Any) -> None:
    connector = connect()
    _upsert(connector, _draft(mapping, _order()))
    found = connector.find(Lookup("sales_order", "reference", ("#1001", "#1002", "")))
    assert list(found.matches) == ["#1001"]
    match = found.matches["#1001"][0]
    assert match.number == "9001"
    assert len(match.data["SO_LINE"]) == 2


def test_another_field_can_hold_the_reference(shop: Any, connect: Connect, mapping: Any) -> None:
    connector = connect(reference_field="A8_INV_NR")
    _upsert(connector, _draft(mapping, _order()))
    assert shop.rows["SO_HDR"][0]["A8_INV_NR"] == "#1001"
    assert list(connector.find(Lookup("sales_order", "reference", ("#1001",))).matches) == ["#1001"]
    assert list(connector.find(Lookup("sales_order", "reference", ("#1001",), "COMMENT1")).matches) == ["#1001"]


def test_an_order_without_reference_is_never_sent(shop: Any, connect: Connect, mapping: Any) -> None:
    draft = _draft(mapping, _order())
    fields = {name: value for name, value in draft.fields.items() if name != "COMMENT1"}
    with pytest.raises(ConfigurationError) as caught:
        _upsert(connect(), Draft("sales_order", fields))
    assert caught.value.field == "reference_field"
    assert shop.sent() == []


def test_a_reference_is_never_cut(shop: Any, connect: Connect, mapping: Any) -> None:
    long = "WEB-" + "1" * 40
    receipt = _upsert(connect(), _draft(mapping, _order(reference=long)))
    assert isinstance(receipt.error, RejectedError)
    shop.rows["SO_HDR"] = [{"ORD_NR": "1", "COMMENT1": long[:40]}]
    assert connect().find(Lookup("sales_order", "reference", (long,))).matches == {}


def test_a_second_write_of_the_same_order_changes_nothing(shop: Any, connect: Connect, mapping: Any) -> None:
    connector, draft = connect(), _draft(mapping, _order())
    first = _upsert(connector, draft)
    again = _upsert(connector, draft, first.id)
    assert (again.action, again.id, again.total) == ("unchanged", first.id, Decimal("67.45"))
    assert len(shop.sent()) == 1
    assert shop.sent("PUT") == []


def test_the_header_of_an_order_can_change_but_not_its_lines(shop: Any, connect: Connect, mapping: Any) -> None:
    connector = connect()
    _upsert(connector, _draft(mapping, _order()))
    other = Party(name="Jan", email="new@x.example", external_id="9001", billing=HOME)
    assert _upsert(connector, _draft(mapping, _order(customer=other)), "9001").action == "updated"
    assert shop.rows["SO_HDR"][0]["TO_EMAIL"] == "new@x.example"
    fewer = _order(lines=_order().lines[:1], total=Decimal("60.50"))
    receipt = _upsert(connector, _draft(mapping, fewer), "9001")
    assert isinstance(receipt.error, RejectedError)
    assert receipt.error.cause == "accountview.lines_changed"


def test_a_field_without_which_nothing_works_is_named(shop: Any, connect: Connect, mapping: Any) -> None:
    del shop.fields["SO_LINE"]["ART_PX"]
    with pytest.raises(ConfigurationError, match="SO_LINE.ART_PX"):
        _upsert(connect(), _draft(mapping, _order()))


def test_a_field_that_is_missed_less_is_left_out_and_told(shop: Any, connect: Connect, mapping: Any) -> None:
    del shop.fields["SO_LINE"]["VAT_CODE"]
    receipt = _upsert(connect(), _draft(mapping, _order()))
    assert "SO_LINE has no field VAT_CODE in this AccountView; it was left out." in receipt.data["warnings"]
    assert receipt.error is None


def test_an_order_in_another_currency_says_so_and_one_in_euros_leaves_it_to_the_administration(shop: Any, connect: Connect, mapping: Any) -> None:
    assert _draft(mapping, _order(currency="USD")).fields["CUR_CODE"] == "USD"
    assert _draft(mapping, _order()).fields.get("CUR_CODE") is None


def test_an_order_in_another_currency_is_never_booked_as_euros(shop: Any, connect: Connect, mapping: Any) -> None:
    shop.fields["SO_HDR"].pop("CUR_CODE", None)
    receipt = _upsert(connect(), _draft(mapping, _order(currency="USD")))
    assert receipt.error is not None
    assert receipt.error.cause == "accountview.currency:USD"
    assert shop.rows["SO_HDR"] == []


@pytest.mark.parametrize("lines_", [[], None, [{"ART_CODE": "A", "ORD_QTY": 1}], [{"ORD_QTY": 1, "ART_PX": 2}]])
def test_an_order_that_is_not_whole_is_not_sent(shop: Any, connect: Connect, mapping: Any, lines_: Any) -> None:
    draft = _draft(mapping, _order()).replace(SO_LINE=lines_)
    assert isinstance(_upsert(connect(), draft).error, RejectedError)
    assert shop.sent() == []


def test_only_the_company_of_the_settings_is_written_to(shop: Any, connect: Connect, mapping: Any) -> None:
    _upsert(connect(company="AN01"), _draft(mapping, _order()))
    assert {one.headers.get("x-company") for one in shop.calls if not one.url.path.endswith("companies")} == {"778"}
    count = len(shop.sent())
    with pytest.raises(ConfigurationError) as caught:
        _upsert(connect(company="OLD1"), _draft(mapping, _order(reference="#7")))
    assert caught.value.field == "company"
    assert len(shop.sent()) == count


def test_an_order_is_read_as_a_paper_that_adds_up(shop: Any, connect: Connect, mapping: Any) -> None:
    _upsert(connect(), _draft(mapping, _order(delivery=AWAY)))
    record = connect().fetch(Query("sales_order")).records[0]
    assert (record.id, record.label) == ("9001", "#1001")
    fields, _ = mapping("inbound", "sales_order").run(record.data, "create")
    order = read_document(SalesOrder, fields)
    assert (order.reference, order.total, order.customer.code, order.customer.email) == ("#1001", Decimal("67.45"), "9001", "jan@x.example")
    assert [(line.sku, line.total, line.vat) for line in order.lines] == [
        ("A-1", Decimal("60.50"), Decimal("10.50")), ("VERZEND", Decimal("6.95"), Decimal(0)),
    ]  # fmt: skip
    assert order.delivery is not None
    assert (order.delivery.name, order.destination) == ("Oma", "NL")
    assert order.ordered_at == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)


def test_every_order_keeps_all_its_lines(shop: Any, connect: Connect) -> None:
    shop.rows["SO_HDR"] = [
        {"ORD_NR": f"{n:03d}", "COMMENT1": f"#{n}", "SO_LINE": [{"ART_CODE": "A-1", "ORD_QTY": i} for i in range(n)]} for n in range(45)
    ]
    connector, cursor, seen = connect(), None, dict[str, int]()
    for _ in range(9):
        page = connector.fetch(Query("sales_order", cursor, limit=20))
        cursor = page.cursor
        seen |= {record.id: len(record.data["SO_LINE"]) for record in page.records}
        if not page.more:
            break
    assert seen == {f"{n:03d}": n for n in range(45)}


amounts = st.integers(0, 99_999).map(lambda cents: Decimal(cents) / 100)


@given(
    rows=st.lists(st.tuples(st.integers(1, 9), amounts, st.sampled_from([None, 0, 9, 21])), min_size=1, max_size=8),
    basis=st.sampled_from(["incl", "excl"]), off=st.integers(-2, 2),
)  # fmt: skip
def test_the_lines_of_an_order_always_make_its_total(rows: Any, basis: str, off: int) -> None:
    order: dict[str, Any] = {
        "price_basis": basis,
        "SO_LINE": [{"ART_CODE": "A", "ORD_QTY": q, "ART_PX": p, "vat_rate": r} for q, p, r in rows],
    }
    computed = total(order)
    taxed = basis == "excl" and any(rate is not None for _, _, rate in rows)
    cents = Decimal(max(-len(rows), min(off, len(rows)))) / 100 if taxed else Decimal(0)
    order["total"] = computed + cents
    made = lines(order)
    paper = SalesOrder(lines=[Line(**line) for line in made], total=total(order), prices_include_vat=basis == "incl")
    assert paper.lines_total == order["total"]
