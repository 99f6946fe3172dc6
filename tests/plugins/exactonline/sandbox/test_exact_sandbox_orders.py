"""Sales orders: who, where, and what the lines add up to."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def line_of(client: Any, *lines: dict[str, Any], **header: Any) -> dict[str, Any]:
    """Order the first line's item and give that line back."""
    key = client.order(*lines, **header)["OrderID"]
    rows = client.rows("salesorder/SalesOrderLines", filter=f"OrderID eq guid'{key}'", orderby="LineNumber")
    found: dict[str, Any] = rows[0]
    return found


def test_an_order_gets_the_services_defaults(exact: Any) -> None:
    account = exact.customer("Vos")
    contact = exact.make("crm/Contacts", Account=account, FirstName="Ad", LastName="Vos")["ID"]
    order = exact.order({"Item": exact.item()}, OrderedBy=account, YourRef="1001")
    assert order["OrderedBy"] == order["DeliverTo"] == order["InvoiceTo"] == account
    assert order["OrderedByContactPerson"] == order["DeliverToContactPerson"] == contact
    assert (order["OrderNumber"], order["YourRef"], order["PaymentCondition"]) == (1, "1001", "00")
    assert (order["Status"], order["StatusDescription"], order["ApprovalStatus"]) == (12, "Open", 1)
    assert (order["DeliveryStatus"], order["InvoiceStatus"], order["Currency"]) == (12, 12, "EUR")
    assert (order["WarehouseCode"], order["Salesperson"]) == ("1", None)
    assert order["DeliveryDate"] == order["OrderDate"]
    assert order["OrderedByName"] == "Vos"
    assert set(order["SalesOrderLines"]) == {"__deferred"}


def test_order_numbers_count_on_and_exist_once(exact: Any) -> None:
    item = exact.item()
    assert exact.order({"Item": item}, OrderNumber=500)["OrderNumber"] == 500
    assert exact.order({"Item": item})["OrderNumber"] == 501
    answer = exact.post(
        "salesorder/SalesOrders", OrderedBy=exact.customer(), OrderNumber=500, SalesOrderLines=[{"Item": item}]
    )
    assert exact.error(answer) == (500, "Gegeven bestaat reeds.")


def test_payment_terms_come_from_the_account(exact: Any) -> None:
    account = exact.customer("Vos", PaymentConditionSales="30")
    order = exact.order({"Item": exact.item()}, OrderedBy=account)
    assert (order["PaymentCondition"], order["PaymentConditionDescription"]) == ("30", "Betaling binnen 30 dagen")


def test_invoice_and_delivery_may_go_elsewhere(exact: Any) -> None:
    buyer, payer, place = exact.customer("A"), exact.customer("B"), exact.customer("C")
    address = exact.make("crm/Addresses", Account=place, Type=4, City="Gouda")["ID"]
    order = exact.order({"Item": exact.item()}, OrderedBy=buyer, InvoiceTo=payer, DeliverTo=place)
    assert (order["InvoiceToName"], order["DeliverToName"], order["DeliveryAddress"]) == ("B", "C", address)
    wrong = exact.post(
        "salesorder/SalesOrders", OrderedBy=buyer, DeliveryAddress=address, SalesOrderLines=[{"Item": exact.item("X")}]
    )
    assert exact.error(wrong) == (500, "Ongeldige referentie: Afleveradres")


def test_a_line_gets_description_unit_and_price_from_its_item(exact: Any) -> None:
    line = line_of(exact, {"Item": exact.item("POT", price=12.5, Description="Bloempot"), "Quantity": 4})
    assert (line["Description"], line["UnitCode"], line["ItemCode"]) == ("Bloempot", "stuk", "POT")
    assert (line["UnitPrice"], line["NetPrice"], line["Discount"], line["AmountFC"]) == (12.5, 12.5, 0, 50)
    assert (line["VATCode"], line["VATAmount"], line["VATPercentage"]) == (None, 0, None)


def test_a_posted_net_price_is_the_price(exact: Any) -> None:
    line = line_of(exact, {"Item": exact.item("A"), "NetPrice": 100})
    assert (line["NetPrice"], line["UnitPrice"], line["Discount"], line["AmountFC"]) == (100, 0, 0, 100)


def test_a_net_price_below_the_own_price_is_a_discount(exact: Any) -> None:
    line = line_of(exact, {"Item": exact.item("A", price=20), "NetPrice": 15, "Quantity": 2})
    assert (line["UnitPrice"], line["Discount"], line["AmountFC"]) == (20, 0.25, 30)


def test_a_unit_price_with_discount_gives_the_net_price(exact: Any) -> None:
    line = line_of(exact, {"Item": exact.item("A", price=20), "UnitPrice": 10, "Discount": 0.1, "Quantity": 3})
    assert (line["NetPrice"], line["AmountFC"]) == (9, 27)


def test_an_amount_alone_gives_the_net_price(exact: Any) -> None:
    line = line_of(exact, {"Item": exact.item("A"), "AmountFC": 30, "Quantity": 4})
    assert (line["NetPrice"], line["AmountFC"]) == (7.5, 30)


def test_the_customers_own_price_and_volume_price_count(exact: Any) -> None:
    item, account = exact.item("A", price=20), exact.customer("Vos")
    exact.make("logistics/SalesItemPrices", Item=item, Price=18, Quantity=10)
    exact.make("logistics/SalesItemPrices", Item=item, Price=15, Account=account)
    assert line_of(exact, {"Item": item, "Quantity": 10})["NetPrice"] == 18
    assert line_of(exact, {"Item": item, "Quantity": 1}, OrderedBy=account)["NetPrice"] == 15


def test_vat_comes_on_top_of_an_exclusive_code(exact: Any) -> None:
    item = exact.item()
    order = exact.order(
        {"Item": item, "NetPrice": 10, "Quantity": 3, "VATCode": "2"}, {"Item": item, "NetPrice": 5, "VATCode": "4"}
    )
    assert (order["AmountFCExclVat"], order["AmountFC"], order["AmountDC"]) == (35, 41.75, 41.75)


def test_vat_is_inside_the_price_of_an_inclusive_code(exact: Any, start: Callable[..., Any]) -> None:
    line = {"NetPrice": 12.1, "Quantity": 3, "VATCode": "3"}
    key = exact.order({"Item": exact.item(), **line})["OrderID"]
    order = exact.one("salesorder/SalesOrders", key, expand="SalesOrderLines")
    shown = order["SalesOrderLines"]["results"][0]
    assert (order["AmountFC"], order["AmountFCExclVat"]) == (36.3, 30)
    assert (shown["VATPercentage"], shown["VATAmount"], shown["AmountFC"]) == (0.21, 6.3, 30)
    priced = start(order_line_amount="as_priced")
    assert line_of(priced, {"Item": priced.item(), **line})["AmountFC"] == 36.3
    on_top = start(vat_inclusive_prices=False)
    assert on_top.order({"Item": on_top.item(), **line})["AmountFC"] == 43.92


def test_totals_do_not_depend_on_how_the_line_amount_is_shown(start: Callable[..., Any]) -> None:
    client = start(order_line_amount="as_priced")
    order = client.order({"Item": client.item(), "NetPrice": 12.1, "Quantity": 3, "VATCode": "3"})
    assert (order["AmountFC"], order["AmountFCExclVat"]) == (36.3, 30)


def test_a_percentage_or_amount_sent_on_a_line_does_not_overrule_the_code(exact: Any) -> None:
    line = line_of(exact, {"Item": exact.item(), "NetPrice": 100, "VATCode": "2", "VATPercentage": 0.5, "VATAmount": 1})
    assert (line["VATPercentage"], line["VATAmount"], line["VATCode"]) == (0.21, 21, "2  ")


@pytest.mark.parametrize(("precedence", "code"), [("none", None), ("account", "4  "), ("item", "2  ")])
def test_where_a_missing_vat_code_comes_from_is_a_switch(
    start: Callable[..., Any], precedence: str, code: str | None
) -> None:
    client = start(vat_precedence=precedence)
    item, account = client.item(SalesVatCode="2"), client.customer(SalesVATCode="4")
    assert line_of(client, {"Item": item}, OrderedBy=account)["VATCode"] == code


@pytest.fixture(scope="module")
def till(start: Callable[..., Any]) -> Any:
    """One client for many orders of one item."""
    client = start(minute_limit=10**6)
    client.sold = client.item()
    return client


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(
    st.decimals(0, 2000, places=2), st.integers(-5, 20), st.sampled_from(["2", "3", "4", "5", "1", "BEI"]),
), min_size=1, max_size=5))
def test_totals_are_the_lines_to_the_cent(till: Any, lines: list[tuple[Decimal, int, str]]) -> None:
    client, item, rates = till, till.sold, {"2": "0.21", "3": "0.21", "4": "0.09", "5": "0.09", "1": "0", "BEI": "0.21"}
    order = client.order(*({"Item": item, "NetPrice": float(p), "Quantity": q, "VATCode": c} for p, q, c in lines))
    excluding = including = Decimal(0)
    for price, quantity, code in lines:
        amount, rate = price * quantity, Decimal(rates[code])
        inclusive = code in ("3", "5", "BEI")
        part = (amount / (1 + rate) if inclusive else amount).quantize(Decimal("0.01"), ROUND_HALF_UP)
        excluding += part
        including += amount if inclusive else part + (part * rate).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert Decimal(str(order["AmountFCExclVat"])) == excluding
    assert Decimal(str(order["AmountFC"])) == including


@pytest.mark.parametrize(("sent", "fraction", "off", "total"), [
    ({"Discount": 0.1}, 0.1, 12.1, 108.9), ({"AmountDiscount": 12.1}, 0.1, 12.1, 108.9),
    ({"AmountDiscountExclVat": 10}, 0.1, 12.1, 108.9),
])
def test_an_order_discount_may_be_a_fraction_or_an_amount(
    exact: Any, sent: dict[str, float], fraction: float, off: float, total: float
) -> None:
    order = exact.order({"Item": exact.item(), "NetPrice": 100, "VATCode": "2"}, **sent)
    assert (order["Discount"], order["AmountDiscount"], order["AmountFC"]) == (fraction, off, total)
    assert (order["AmountDiscountExclVat"], order["AmountFCExclVat"]) == (10, 90)


def test_shipping_is_an_order_charge(exact: Any) -> None:
    charge = exact.rows("sales/OrderCharges", select="ID,VATPercentage")[0]
    order = exact.order(
        {"Item": exact.item(), "NetPrice": 100, "VATCode": "2"},
        SalesOrderOrderChargeLines=[{"OrderCharge": charge["ID"], "AmountFCInclVAT": 6.95, "IsShippingCost": True}],
    )
    row = exact.rows(f"salesorder/SalesOrders(guid'{order['OrderID']}')/SalesOrderOrderChargeLines")[0]
    assert (row["AmountFCExclVAT"], row["AmountVATFC"], row["VATCode"]) == (5.74, 1.21, "2  ")
    assert (row["OrderChargeCode"], row["IsShippingCost"]) == ("VERZ", True)
    assert (order["AmountFCExclVat"], order["AmountFC"]) == (105.74, 127.95)
    both = exact.make("salesorder/SalesOrderOrderChargeLines", OrderID=order["OrderID"], OrderCharge=charge["ID"],
                      AmountFCExclVAT=10, AmountFCInclVAT=99)
    assert both["AmountFCInclVAT"] == 12.1


def test_an_order_wants_a_customer_lines_and_items(exact: Any, start: Callable[..., Any]) -> None:
    post = exact.post
    assert exact.error(post("salesorder/SalesOrders")) == (500, "Verplicht: Besteld door\r\nVerplicht: Orderregels")
    account, item = exact.make("crm/Accounts", Name="Relatie")["ID"], exact.item()
    lines = [{"Item": item}]
    answer = post("salesorder/SalesOrders", OrderedBy=account, SalesOrderLines=lines)
    assert exact.error(answer) == (500, "Ongeldig: Besteld door")
    empty = post("salesorder/SalesOrders", OrderedBy=exact.customer(), SalesOrderLines=[{"Quantity": 1}])
    assert exact.error(empty) == (500, "Verplicht: Artikel")
    purchase = exact.item("INKOOP", IsSalesItem=False)
    wrong = post("salesorder/SalesOrders", OrderedBy=exact.customer(), SalesOrderLines=[{"Item": purchase}])
    assert exact.error(wrong) == (500, "Ongeldig: Artikel")
    blocked = post("salesorder/SalesOrders", OrderedBy=exact.customer(Blocked=True), SalesOrderLines=lines)
    assert exact.error(blocked) == (500, "Geblokkeerd: Besteld door")
    mild = start(customers_only=False)
    mild.order({"Item": mild.item()}, OrderedBy=mild.make("crm/Accounts", Name="Relatie")["ID"])


@pytest.mark.parametrize("lines", [5, "x", [5], {"results": "x"}])
def test_lines_that_are_no_list_of_objects_are_a_400(exact: Any, lines: Any) -> None:
    answer = exact.post("salesorder/SalesOrders", OrderedBy=exact.customer(), SalesOrderLines=lines)
    assert exact.error(answer) == (
        400, "Error processing request stream. The value of the navigation property 'SalesOrderLines' is not valid.",
    )


def test_an_unknown_property_on_a_line_is_a_400(exact: Any) -> None:
    answer = exact.post("salesorder/SalesOrders", OrderedBy=exact.customer(), SalesOrderLines=[{"Artikel": 1}])
    assert exact.error(answer)[0] == 400
    assert "'Exact.Web.Api.Models.SalesOrderLine'" in exact.error(answer)[1]


def test_a_put_on_the_header_changes_it_but_takes_no_new_lines(exact: Any) -> None:
    item = exact.item()
    key = exact.order({"Item": item})["OrderID"]
    assert exact.put("salesorder/SalesOrders", key, YourRef="1002", SalesOrderLines=[]).status_code == 204
    assert exact.one("salesorder/SalesOrders", key)["YourRef"] == "1002"
    status, said = exact.error(exact.put("salesorder/SalesOrders", key, SalesOrderLines=[{"Item": item}]))
    assert (status, said[:63]) == (400, "Error processing request stream. Binding to new entities is not")


def test_lines_come_and_go_by_their_own_endpoint(exact: Any) -> None:
    item = exact.item()
    order = exact.order({"Item": item, "NetPrice": 10})
    key = order["OrderID"]
    line = exact.make("salesorder/SalesOrderLines", OrderID=key, Item=item, NetPrice=5, Quantity=2)
    assert (line["LineNumber"], line["OrderNumber"]) == (2, order["OrderNumber"])
    assert exact.one("salesorder/SalesOrders", key)["AmountFC"] == 20
    assert exact.put("salesorder/SalesOrderLines", line["ID"], Quantity=3).status_code == 204
    assert exact.one("salesorder/SalesOrderLines", line["ID"])["AmountFC"] == 15
    assert exact.one("salesorder/SalesOrders", key)["AmountFC"] == 25
    assert exact.request("DELETE", f"salesorder/SalesOrderLines(guid'{line['ID']}')").status_code == 204
    assert exact.one("salesorder/SalesOrders", key)["AmountFC"] == 10
    said = exact.error(exact.post("salesorder/SalesOrderLines", Item=item))
    assert said == (500, "Verplicht: Verkooporder")


def test_removing_an_order_removes_its_lines(exact: Any) -> None:
    key = exact.order({"Item": exact.item()})["OrderID"]
    assert exact.request("DELETE", f"salesorder/SalesOrders(guid'{key}')").status_code == 204
    assert exact.rows("salesorder/SalesOrderLines", filter=f"OrderID eq guid'{key}'") == []


@pytest.mark.parametrize("status", [21, 45])
def test_a_completed_order_refuses_changes(start: Callable[..., Any], status: int) -> None:
    key, line = "cccccccc-0000-0000-0000-000000000001", "cccccccc-0000-0000-0000-000000000002"
    client = start({"data": {"3012345": {
        "salesorder/SalesOrders": [{"OrderID": key, "OrderNumber": 7, "Status": status, "AmountFC": 12.1}],
        "salesorder/SalesOrderLines": [{"ID": line, "OrderID": key, "Quantity": 1, "AmountFC": 10}],
    }}})
    said = (500, "Niet toegestaan: Verkooporder is voltooid")
    assert client.error(client.put("salesorder/SalesOrders", key, YourRef="x")) == said
    assert client.error(client.put("salesorder/SalesOrderLines", line, Quantity=2)) == said


@pytest.mark.parametrize("line", [
    {"Quantity": 1e300, "NetPrice": 1e300}, {"UnitPrice": 1e-300, "NetPrice": 1e300}, {"Discount": 1e300, "UnitPrice": 1e9},
    {"Quantity": -1e30, "AmountFC": 1e-30},
])
def test_giant_amounts_break_nothing(exact: Any, line: dict[str, float]) -> None:
    order = exact.order({"Item": exact.item(), "VATCode": "3", **line}, Discount=1e200)
    assert exact.get(f"salesorder/SalesOrders(guid'{order['OrderID']}')").status_code == 200
    dump = exact.sandbox.dump()
    assert "Infinity" not in json.dumps(dump)


def test_orders_are_found_by_your_ref(exact: Any) -> None:
    item = exact.item()
    for number in ("1001", "1002", "1003"):
        exact.order({"Item": item}, YourRef=number)
    found = exact.rows("salesorder/SalesOrders", filter="YourRef eq '1001' or YourRef eq '1003'", select="YourRef")
    assert {row["YourRef"] for row in found} == {"1001", "1003"}
