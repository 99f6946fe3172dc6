"""The default rows make what Exact Online takes of our papers, and our papers of what it gives."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from koppel.documents import Document, Party, Product, SalesOrder, StockLevel
from koppel.documents.base import read_document
from koppel.errors import MappingError
from koppel.mapping import TableEntry
from koppel_exactonline import about, conversation, subscriptions, tracking, transforms
from koppel_exactonline.orderlines import order_lines
from koppel_exactonline.resources import (
    administrations,
    customers,
    entries,
    extras,
    invoices,
    lists,
    orders,
    payments,
    periods,
    prices,
    products,
    shipments,
    stock,
)

D = TypeVar("D", bound=Document)
METADATA = Path(__file__).resolve().parents[5] / "shared/reference/exactonline_metadata.json"
TABLES = (
    TableEntry("vat_code", {"rate": "21"}, "3"), TableEntry("vat_code", {"rate": "9"}, "5"),
    TableEntry("payment_term", {"method": "iDEAL"}, "ID"), TableEntry("unit", {}, "stuk"),
)  # fmt: skip
HOME = {"line": "Kade 1 a", "street": "Kade", "house_number": "1", "addition": "a", "postcode": "4811 AB", "city": "Breda", "country": "NL"}


def made(kind: type[D], /, **fields: Any) -> D:
    """A paper of these plain values."""
    return kind.model_validate(fields)


def order(**more: Any) -> SalesOrder:
    values: dict[str, Any] = {
        "reference": "#1001", "ordered_at": datetime(2026, 3, 1, 23, 30, tzinfo=UTC), "total": "30.00",
        "customer": {"kind": "person", "name": "Jan Bos", "email": "jan@x.nl", "external_id": "A", "billing": HOME},
        "payment_method": "iDEAL",
        "lines": [
            {"sku": "ROOS", "description": "Roos", "quantity": 3, "unit_price": "11.00", "discount": "3.00", "total": "30.00",
             "external_id": "I", "taxes": [{"rate": "21", "amount": "5.21"}]},
        ],
        **more,
    }  # fmt: skip
    return SalesOrder.model_validate(values)


def test_an_order_goes_out_with_pinned_prices_and_an_explicit_vat_code(kit: SimpleNamespace) -> None:
    fields, warnings = kit.mapping("outbound", "sales_order", TABLES).run(kit.order_view(order(delivery=HOME)), "create")
    assert warnings == ()
    assert fields == {
        "OrderedBy": "A", "OrderDate": "2026-03-02", "YourRef": "#1001", "Description": "#1001", "Currency": "EUR",
        "PaymentCondition": "ID",
        "DeliveryAddress": {"AddressLine1": "Kade 1 a", "Postcode": "4811 AB", "City": "Breda", "Country": "NL"},
        "SalesOrderLines": [
            {"Item": "I", "Description": "Roos", "Quantity": Decimal(3), "NetPrice": Decimal("10.00"), "VATCode": "3"}
        ],
    }  # fmt: skip


def test_an_order_is_booked_on_the_day_the_shop_saw(kit: SimpleNamespace) -> None:
    run = kit.mapping("outbound", "sales_order", TABLES).run
    assert run(kit.order_view(order(time_zone="America/New_York")), "create")[0]["OrderDate"] == "2026-03-01"
    assert "DeliveryAddress" not in run(kit.order_view(order()), "create")[0]


def test_somebody_else_who_receives_the_goods_is_on_the_parcel(kit: SimpleNamespace) -> None:
    run = kit.mapping("outbound", "sales_order", TABLES).run
    own, other = ({**HOME, "name": name} for name in ("Jan Bos", "Oma Bos"))
    assert "AddressLine3" not in run(kit.order_view(order(delivery=own)), "create")[0]["DeliveryAddress"]
    assert run(kit.order_view(order(delivery=other)), "create")[0]["DeliveryAddress"]["AddressLine3"] == "Oma Bos"


def test_an_unknown_vat_rate_or_payment_method_waits_with_a_sentence(kit: SimpleNamespace) -> None:
    run = kit.mapping("outbound", "sales_order", TABLES[2:]).run
    with pytest.raises(MappingError, match="no VAT code for NL, 21%, person"):
        run(kit.order_view(order()), "create")
    with pytest.raises(MappingError, match="no payment term for Bitcoin"):
        kit.mapping("outbound", "sales_order", TABLES).run(kit.order_view(order(payment_method="Bitcoin")), "create")


def test_long_texts_are_cut_with_a_warning(kit: SimpleNamespace) -> None:
    party = made(Party, name="N" * 80, email="a@x.nl", billing={**HOME, "city": "C" * 40})
    fields, warnings = kit.mapping("outbound", "customer", TABLES).run(party.view(), "create")
    assert (len(fields["Name"]), len(fields["City"])) == (50, 30)
    assert len(warnings) == 2


def test_a_company_has_its_people_underneath_and_a_person_nobody(kit: SimpleNamespace) -> None:
    people = [{"first_name": "Jan", "last_name": "Bos"}, {"last_name": "Eva van der Meer"}, {"first_name": "Cher"}, {"email": "x@y.z"}]
    run = kit.mapping("outbound", "customer", TABLES).run
    fields, _ = run(made(Party, kind="company", name="Bloem BV", contacts=people).view(), "create")
    assert [(one["FirstName"], one["LastName"]) for one in fields["Contacts"]] == [("Jan", "Bos"), ("Eva", "van der Meer"), ("Cher", "Cher")]
    assert not run(made(Party, kind="person", name="Jan Bos", contacts=people).view(), "create")[0].get("Contacts")
    assert fields["Status"] == "C"


def test_a_delivery_address_is_sent_only_when_it_is_another_place(kit: SimpleNamespace) -> None:
    run = kit.mapping("outbound", "customer", TABLES).run
    same = {**HOME, "postcode": "4811ab", "line": "KADE 1 A"}
    assert not run(made(Party, name="x", billing=HOME, shipping=same).view(), "create")[0].get("Addresses")
    (sent,) = run(made(Party, name="x", billing=HOME, shipping={**HOME, "city": "Tilburg"}).view(), "create")[0]["Addresses"]
    assert sent == {"Type": 4, "AddressLine1": "Kade 1 a", "Postcode": "4811 AB", "City": "Tilburg", "Country": "NL"}


@pytest.mark.parametrize(("prices", "basis", "price"), [
    ({"price_incl": "12.10"}, "", "12.10"), ({"price_excl": "10.00"}, "", "12.10"), ({"price_incl": "12.10"}, "excl", "10.00"),
    ({"price_excl": "10.00", "price_incl": "12.10"}, "excl", "10.00"),
])  # fmt: skip
def test_the_price_of_an_article_is_on_the_basis_of_the_connection(prices: dict[str, str], basis: str, price: str) -> None:
    product = made(Product, sku="A", name="A", vat_rate="21", **prices)
    assert transforms.exact_price(product.view(), basis) == Decimal(price)


def test_a_price_is_never_guessed() -> None:
    assert transforms.exact_price(made(Product, sku="A", price_excl="10").view()) is None
    assert transforms.exact_price(made(Product, sku="A", vat_rate="21").view()) is None
    with pytest.raises(ValueError, match="incl or excl"):
        transforms.exact_price(made(Product, sku="A").view(), "gross")


def test_an_article_goes_out_and_a_virtual_one_has_no_stock(kit: SimpleNamespace) -> None:
    product = made(Product, sku="A", name="Roos", price_incl="12.10", vat_rate="21", kind="virtual", group="PLANT", description="<p>Mooi &amp; rood</p>")
    fields, _ = kit.mapping("outbound", "product", TABLES).run(product.view(), "create")
    assert fields == {
        "Code": "A", "Description": "Roos", "Notes": "Mooi & rood", "ItemGroup": "PLANT", "SalesVatCode": "3",
        "StandardSalesPrice": Decimal("12.10"), "IsSalesItem": True, "IsStockItem": False, "IsWebshopItem": 1,
    }  # fmt: skip


def test_an_account_comes_in_as_a_customer(kit: SimpleNamespace) -> None:
    contact = {"FirstName": "Jan", "MiddleName": "van", "LastName": "Bos", "Email": "JAN@x.nl"}
    raw = {
        "ID": "x", "Code": f"{'7':>18}", "Name": "Bloem BV", "VATNumber": "NL1", "Email": "Info@X.nl", "Country": "NL ", "AddressLine1": "Kade 1a",
        "Contacts": [contact], "MainContactRow": contact, "SalesCurrency": "EUR", "Blocked": False,
        "DeliveryAddressRow": {"AddressLine1": "Loods 2", "Country": "BE ", "City": "Gent"},
    }  # fmt: skip
    fields, _ = kit.mapping("inbound", "customer").run(raw, "create")
    party = read_document(Party, fields)
    assert (party.kind, party.code, party.name, party.email) == ("company", "7", "Bloem BV", "info@x.nl")
    assert (party.billing.street, party.billing.house_number, party.billing.country) == ("Kade", "1", "NL")
    assert party.shipping is not None
    assert (party.shipping.city, party.shipping.country) == ("Gent", "BE")
    assert party.contacts[0].name == "Jan van Bos"
    bare, _ = kit.mapping("inbound", "customer").run({"ID": "x", "Name": "Jan", "Contacts": [], "MainContactRow": None}, "create")
    person = read_document(Party, bare)
    assert (person.kind, person.shipping) == ("person", None)


@pytest.mark.parametrize(("kind", "incl", "excl"), [("I", "12.1", None), ("E", None, "12.1"), ("N", None, "12.1")])
def test_an_item_comes_in_with_its_price_as_its_vat_code_means_it(kit: SimpleNamespace, kind: str, incl: str | None, excl: str | None) -> None:
    raw = {
        "ID": "x", "Code": "ROOS", "Description": "Roos", "StandardSalesPrice": Decimal("12.1"), "SalesVatCode": "3  ", "Unit": "stuk    ",
        "SalesVAT": {"Type": kind, "Percentage": Decimal("0.21")}, "OnSale": True, "IsStockItem": True, "Stock": 7,
    }  # fmt: skip
    product = read_document(Product, kit.mapping("inbound", "product").run(raw, "create")[0])
    assert (product.price_incl, product.price_excl) == (incl and Decimal(incl), excl and Decimal(excl))
    assert (product.vat_rate, product.vat_code, product.unit, product.quantity) == (Decimal(21), "3", "stuk", Decimal(7))


def test_stock_comes_in_per_warehouse(kit: SimpleNamespace) -> None:
    fields, _ = kit.mapping("inbound", "stock").run({"ItemCode": "ROOS", "FreeStock": 0, "WarehouseCode": "1"}, "create")
    level = read_document(StockLevel, fields)
    assert (level.sku, level.quantity, level.location) == ("ROOS", Decimal(0), "1")


def test_an_order_comes_in_and_proves_its_own_sums(kit: SimpleNamespace) -> None:
    raw = {
        "OrderID": "x", "OrderNumber": 71, "YourRef": None, "OrderDate": "/Date(1782345600000)/", "Currency": "EUR", "Status": 12,
        "DeliveryStatus": 12, "AmountFC": Decimal("133.10"), "AmountFCExclVat": Decimal("110"), "OrderedBy": "g", "OrderedByName": "Jan",
        "Customer": None, "DeliveryAddressRow": None,
        "SalesOrderLines": [
            {"ID": "l", "ItemCode": "ROOS", "Description": "Roos", "Quantity": 2, "NetPrice": 50, "AmountFC": 100, "VATAmount": 21,
             "VATPercentage": Decimal("0.21"), "VATCode": "2  "},
        ],
        "SalesOrderOrderChargeLines": [
            {"ID": "c", "OrderChargesLineDescription": "Verzending", "IsShippingCost": True, "AmountFCExclVAT": 10,
             "AmountVATFC": Decimal("2.10"), "VATPercentage": Decimal("0.21")},
        ],
    }  # fmt: skip
    document = read_document(SalesOrder, kit.mapping("inbound", "sales_order").run(raw, "create")[0])
    assert (document.reference, document.total, document.prices_include_vat) == ("71", Decimal("133.10"), False)
    assert document.ordered_at == datetime(2026, 6, 24, 22, tzinfo=UTC)
    assert [(line.kind, line.sku, line.total, line.amount_incl) for line in document.lines] == [
        ("article", "ROOS", Decimal(100), Decimal(121)), ("shipping", "", Decimal(10), Decimal("12.10"))
    ]  # fmt: skip
    assert document.customer.source_id == "g"
    assert not document.cancelled


CENTS = st.integers(1, 500_000).map(lambda cents: Decimal(cents) / 100)


@given(
    st.lists(st.tuples(CENTS, st.integers(-5, 40).filter(bool), st.sampled_from(["0", "0.09", "0.21"])), min_size=1, max_size=8),
    st.integers(0, 30), st.booleans(),
)  # fmt: skip
@example([(Decimal("0.01"), -1, "0"), (Decimal("0.61"), 2, "0.21"), (Decimal("0.96"), -1, "0")], 2, False)
@settings(deadline=None, max_examples=300)
def test_lines_of_any_order_come_to_its_total(rows: list[tuple[Decimal, int, str]], percent: int, with_vat: bool) -> None:
    """Net prices times quantities, a discount on the whole, amounts with or without VAT: the paper proves its sums."""
    lines: list[dict[str, Any]] = []
    for net, quantity, rate in rows:
        excl = net * quantity
        vat = (excl * Decimal(rate)).quantize(Decimal("0.01"))
        amount = excl + vat if with_vat else excl
        lines.append({"NetPrice": net, "Quantity": quantity, "AmountFC": amount, "VATAmount": vat, "VATPercentage": Decimal(rate)})
    excl, vat = sum((net * quantity for net, quantity, _ in rows), Decimal(0)), sum((line["VATAmount"] for line in lines), Decimal(0))
    off, off_vat = ((one * percent / 100).quantize(Decimal("0.01")) for one in (excl, vat))
    header = {
        "AmountFC": excl + vat - off - off_vat, "AmountFCExclVat": excl - off, "AmountDiscountExclVat": off,
        "AmountDiscount": off + off_vat, "SalesOrderLines": lines,
    }  # fmt: skip
    made = order_lines(header)
    fields = [{name: value for name, value in line.items() if name not in ("id",)} for line in made]
    document = SalesOrder.model_validate({"total": header["AmountFC"], "prices_include_vat": False, "lines": fields})
    assert document.lines_total == header["AmountFC"]


def test_a_difference_that_no_discount_explains_is_left_for_people_to_see() -> None:
    line = {"NetPrice": 10, "Quantity": 1, "AmountFC": 10, "VATAmount": Decimal("2.10"), "VATPercentage": Decimal("0.21")}
    made = order_lines({"AmountFC": Decimal("9.68"), "AmountFCExclVat": 8, "SalesOrderLines": [line]})
    assert (made[0]["total"], made[0]["taxes"][0]["amount"]) == (10, Decimal("2.10"))


def test_a_cent_of_vat_that_the_order_rounds_otherwise_follows_the_order() -> None:
    line = {"NetPrice": 1, "Quantity": 1, "AmountFC": 1, "VATAmount": Decimal("0.21"), "VATPercentage": Decimal("0.21")}
    made = order_lines({"AmountFC": Decimal("2.43"), "AmountFCExclVat": 2, "SalesOrderLines": [line, line]})
    assert sorted(one["taxes"][0]["amount"] for one in made) == [Decimal("0.21"), Decimal("0.22")]


def _names(rows: dict[str, Any], prefix: str = "") -> set[str]:
    """The first names of targets, or those inside one collection or object."""
    inside = [target.removeprefix(prefix) for target in rows if target.startswith(prefix) and target != prefix.rstrip(".")]
    return {name.partition(".")[0].removesuffix("[]") for name in inside}


def _rows(resource: str, direction: str) -> dict[str, Any]:
    text = (files("koppel_exactonline") / "data" / f"{resource}.yaml").read_text("utf-8")
    return dict(yaml.safe_load(text).get(direction) or {})


@pytest.mark.skipif(not METADATA.exists(), reason="the published field list is not on this machine")
def test_every_field_we_ask_for_or_send_exists() -> None:
    known = {uri.partition("{division}/")[2]: set(one["properties"]) for uri, one in json.loads(METADATA.read_text("utf-8")).items()}
    asked = {
        "crm/Accounts": {*customers.FIELDS, *(_names(_rows("customer", "outbound")) - {"Contacts", "Addresses"})},
        "bulk/CRM/Accounts": set(customers.FIELDS),
        "crm/Contacts": {*conversation.CONTACT_FIELDS, *_names(_rows("customer", "outbound"), "Contacts[].")},
        "crm/Addresses": {
            *conversation.ADDRESS_FIELDS, *_names(_rows("customer", "outbound"), "Addresses[]."),
            *_names(_rows("sales_order", "outbound"), "DeliveryAddress."),
        },
        "logistics/Items": {*products.FIELDS, *_names(_rows("product", "outbound"))},
        "bulk/Logistics/Items": set(products.FIELDS),
        "logistics/SalesItemPrices": {*prices.FIELDS},
        extras.EXTRA: set(extras.EXTRA_FIELDS),
        periods.PERIODS: set(periods.FIELDS),
        periods.STATUSES: set(periods.STATUS_FIELDS),
        "salesorder/SalesOrders": {*orders.FIELDS, *_names(_rows("sales_order", "outbound"))},
        "bulk/SalesOrder/SalesOrders": set(orders.FIELDS),
        "bulk/SalesOrder/SalesOrderLines": set(orders.LINE_FIELDS),
        "salesorder/SalesOrderLines": _names(_rows("sales_order", "outbound"), "SalesOrderLines[]."),
        orders.CHARGES: set(orders.CHARGE_FIELDS),
        invoices.INVOICES: {
            *invoices.FIELDS, "DeliverToAddress", "Type",
            *((_names(_rows("sales_invoice", "outbound")) | _names(_rows("credit_note", "outbound"))) - {"DeliveryAddress"}),
        },
        invoices.LINES: _names(_rows("sales_invoice", "outbound"), "SalesInvoiceLines[].")
        | _names(_rows("credit_note", "outbound"), "SalesInvoiceLines[]."),
        "bulk/SalesInvoice/SalesInvoices": set(invoices.FIELDS),
        "bulk/SalesInvoice/SalesInvoiceLines": set(invoices.LINE_FIELDS),
        invoices.CHARGES: set(invoices.CHARGE_FIELDS),
        entries.ENTRIES: {*entries.FIELDS, *_names(_rows("sales_entry", "outbound"))},
        entries.LINES: {*entries.LINE_FIELDS, *_names(_rows("sales_entry", "outbound"), "SalesEntryLines[].")},
        administrations.DIVISIONS: {*administrations.FIELDS, "DivisionMoveDate", "DivisionHRLinkUnlinkDate"},
        stock.POSITIONS: {"Timestamp", *stock.FIELDS},
        shipments.DELIVERIES: set(shipments.FIELDS),
        "sync/SalesOrder/GoodsDeliveries": {"Timestamp", *shipments.FIELDS},
        "bulk/SalesOrder/GoodsDeliveryLines": set(shipments.LINE_FIELDS),
        payments.RECEIVABLES: set(payments.FIELDS),
        "bulk/Cashflow/Receivables": set(payments.FIELDS),
        subscriptions.SUBSCRIPTIONS: {*subscriptions.FIELDS, "Topic", "CallbackURL"},
        **{one.entity: set(one.fields) for one in lists.LISTS.values()},
        **{one.entity: {"Timestamp", *one.fields} for one in conversation.REMEMBERED.values()},
    }  # fmt: skip
    assert {entity: names - known[entity] for entity, names in asked.items() if names - known[entity]} == {}
    watched = {entity: {"Timestamp", key} for lists_of in tracking.WATCHED.values() for entity, key in lists_of.items()}
    assert {entity: names - known[entity] for entity, names in watched.items() if names - known[entity]} == {}


@pytest.mark.parametrize("resource", ["customer", "product", "sales_order"])
def test_texts_are_cut_at_the_lengths_the_manifest_names(resource: str) -> None:
    cuts: dict[str, set[int]] = {}
    for target, spec in _rows(resource, "outbound").items():
        steps = spec.get("transform") or []
        for step in steps if isinstance(steps, list) else [steps]:
            if isinstance(step, dict) and "cut" in step:
                cuts.setdefault(target.rpartition(".")[2], set()).add(step["cut"])
    named = about.LIMITS[resource]
    assert {name: sizes for name, sizes in cuts.items() if name in named and sizes != {named[name]}} == {}
    assert set(named) <= set(cuts) | {"AddressLine3"} | ({"Code"} if resource == "product" else set())  # a code is never cut


_FITS = {
    "Edm.String": lambda value: isinstance(value, str),
    "Edm.Guid": lambda value: isinstance(value, str),
    "Edm.Double": lambda value: isinstance(value, (int, Decimal)) and not isinstance(value, bool),
    "Edm.Int32": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Edm.Int16": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Edm.Byte": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Edm.Boolean": lambda value: isinstance(value, bool),
    "Edm.DateTime": lambda value: isinstance(value, (str, date)),
    "Edm.Binary": lambda value: isinstance(value, (str, dict)),  # a picture: made bytes when it is sent
}
_PARTS = {
    "SalesOrderLines": "salesorder/SalesOrderLines", "SalesInvoiceLines": "salesinvoice/SalesInvoiceLines",
    "SalesEntryLines": "salesentry/SalesEntryLines", "Contacts": "crm/Contacts", "Addresses": "crm/Addresses", "DeliveryAddress": "crm/Addresses",
}  # fmt: skip
_WRITTEN = {
    "customer": "crm/Accounts", "product": "logistics/Items", "sales_order": "salesorder/SalesOrders",
    "sales_invoice": "salesinvoice/SalesInvoices", "credit_note": "salesinvoice/SalesInvoices", "sales_entry": "salesentry/SalesEntries",
}  # fmt: skip


@pytest.mark.skipif(not METADATA.exists(), reason="the published field list is not on this machine")
@pytest.mark.parametrize("resource", _WRITTEN)
def test_what_the_default_rows_make_has_the_type_that_exact_wants(resource: str, kit: SimpleNamespace) -> None:
    known = {uri.partition("{division}/")[2]: one["properties"] for uri, one in json.loads(METADATA.read_text("utf-8")).items()}
    entries = tuple(TableEntry(table, {}, value) for table, value in (
        ("vat_code", "3"), ("payment_term", "30"), ("journal", "70"), ("shipping_method", "PNL"), ("unit", "stuk"), ("revenue_account", "8000"),
        ("warehouse", "1"),
    ))  # fmt: skip
    fields, _ = kit.mapping("outbound", resource, entries).run(_full(resource, kit), "create")
    wrong = list(_misfits(fields, _WRITTEN[resource], known))
    assert wrong == []
    assert len(fields) > 5


def _misfits(fields: dict[str, Any], entity: str, known: dict[str, Any]) -> Any:
    for name, value in fields.items():
        if name in _PARTS and isinstance(value, (list, dict)):
            for row in value if isinstance(value, list) else [value]:
                yield from _misfits(row, _PARTS[name], known)
        elif value is not None and not _FITS[known[entity][name]["type"]](value):
            yield entity, name, value


def _full(resource: str, kit: SimpleNamespace) -> dict[str, Any]:
    """A record with as much in it as there can be."""
    address = {"name": "Zoë Jansen", "line": "Kade 1", "line2": "achter", "postcode": "4811 AB", "city": "Breda", "country": "NL"}
    party = {
        "kind": "company", "name": "Bos BV", "code": "77", "email": "a@b.nl", "phone": "1", "website": "x.nl", "vat_number": "NL1", "coc_number": "2",
        "currency": "EUR", "payment_term": "30", "note": "let op", "blocked": True, "billing": address, "shipping": {**address, "line": "Plein 2"},
        "contacts": [{"first_name": "Zoë", "last_name": "Jansen", "email": "z@b.nl", "phone": "2"}],
    }  # fmt: skip
    if resource == "customer":
        return Party.model_validate(party).view()
    if resource == "product":
        return Product(
            sku="POT", name="Pot", short_description="kort", description="lang", ean="8710000000011", unit="stuk", group="POT",
            price_incl=Decimal("12.10"), vat_rate=Decimal(21), images=[{"data": "aGFsbG8=", "name": "a.png"}],
        ).view()  # fmt: skip
    line = {"sku": "POT", "description": "Pot", "quantity": 2, "unit_price": "12.10", "total": "24.20", "taxes": [{"rate": 21, "amount": "4.20"}]}
    order = SalesOrder.model_validate({
        "reference": "#1", "purchase_number": "P1", "ordered_at": "2026-06-25T10:00:00Z", "currency": "EUR", "note": "bel even", "total": "24.20",
        "prices_include_vat": True, "payment_method": "iDEAL", "shipping_method": "PostNL", "customer": party,
        "delivery": {**address, "line": "Plein 2", "name": "Ander"}, "lines": [line],
    })  # fmt: skip
    view: dict[str, Any] = kit.order_view(order)
    view["customer"] = {**view["customer"], "external_id": "00000000-0000-0000-0000-000000000001"}
    return {**view, "invoice_number": "9", "lines": [{**one, "external_id": "00000000-0000-0000-0000-000000000002"} for one in view["lines"]]}
