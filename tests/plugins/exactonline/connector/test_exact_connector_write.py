"""Customers, articles and orders are written once, part by part, and answered for one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
import simplejson
from koppel import Batch, ConfigurationError, Draft, RejectedError, TransientError, Write

Connect = Callable[..., Any]
A, C, I, O = (str(UUID(int=number)) for number in (1, 2, 3, 4))  # noqa: E741
DRAFT = {"Name": "Bloem BV", "Email": "info@x.nl", "Status": "C", "AddressLine1": "Kade 1", "City": "Breda", "Country": "NL"}
PERSON = {"FirstName": "Jan", "LastName": "Bos", "Email": "jan@x.nl"}
LINE = {"Item": I, "Quantity": 3, "NetPrice": Decimal("3.33"), "VATCode": "3"}
ORDER = {"OrderedBy": A, "YourRef": "#1", "SalesOrderLines": [LINE]}
CODES = [{"Code": "3  ", "Type": "I", "Description": "hoog incl"}, {"Code": "2  ", "Type": "E", "Description": "hoog excl"}]


def body(request: httpx.Request) -> dict[str, Any]:
    parsed: dict[str, Any] = simplejson.loads(request.content, use_decimal=True)
    return parsed


def one(exact: Any, resource: str, fields: dict[str, Any], key: str | None = None) -> Any:
    (receipt,) = exact.upsert(Batch(resource, (Write("k", Draft(resource, fields), id=key),))).items
    return receipt


def stored(service: Any, kit: SimpleNamespace, entity: str, key: str, number: int = 50) -> None:
    """New records of this entity get ids from `number` on and come back nearly empty."""
    ids = iter(range(number, 10_000))
    service.on("POST", entity, lambda request: kit.answer({key: str(UUID(int=next(ids))), "Code": None}, 201))


def test_a_person_is_one_account_with_the_number_that_exact_gave(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("POST", "crm/Accounts", kit.answer({"ID": A, "Code": f"{'0000042':>18}"}, 201))
    receipt = one(connect(service), "customer", {**DRAFT, "Code": "42"})
    assert (receipt.id, receipt.number, receipt.action, receipt.error) == (A, "0000042", "created", None)
    (sent,) = service.of("POST", "crm/Accounts")
    assert body(sent) == {**DRAFT, "Code": f"{'42':>18}"}
    assert sent.headers["Prefer"] == "return=representation"
    assert [call.method for call in service.calls] == ["GET", "POST"]


def test_a_number_that_the_answer_lacks_is_read_back_for_the_whole_batch(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    stored(service, kit, "crm/Accounts", "ID")
    rows = [{"ID": str(UUID(int=number)), "Code": str(number), "MainContact": None} for number in (50, 51)]
    service.on("GET", "crm/Accounts", kit.answer(rows))
    writes = tuple(Write(name, Draft("customer", {"Name": name})) for name in "ab")
    receipts = connect(service).upsert(Batch("customer", writes)).items
    assert [receipt.number for receipt in receipts] == ["50", "51"]
    assert len(service.of("GET", "crm/Accounts")) == 1


def test_the_administration_is_proven_once_before_the_first_write(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    stored(service, kit, "crm/Accounts", "ID")
    exact = connect(service)
    one(exact, "customer", DRAFT)
    one(exact, "customer", DRAFT)
    assert len(service.of("GET", "system/Divisions")) == 1
    assert service.calls[0].url.path.endswith("system/Divisions")


@pytest.mark.parametrize("rows", [[], [{"Code": 99}]])
def test_nothing_is_written_in_an_administration_that_is_not_ours(
    service: Any, connect: Connect, kit: SimpleNamespace, rows: list[Any]
) -> None:
    service.on("GET", "system/Divisions", kit.answer(rows))
    with pytest.raises(ConfigurationError, match="nothing was written") as caught:
        one(connect(service), "customer", DRAFT)
    assert caught.value.field == "division"
    assert not [call for call in service.calls if call.method != "GET"]


def test_a_locked_administration_is_waited_for(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "system/Divisions", kit.answer([{"Code": kit.division, "BlockingStatus": 1}]))
    with pytest.raises(TransientError, match="locked") as caught:
        one(connect(service), "customer", DRAFT)
    assert caught.value.retry_after


def test_a_company_gets_its_contact_underneath_and_its_number_is_read_back(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("POST", "crm/Accounts", kit.answer({"ID": A, "Code": None}, 201))
    service.on("POST", "crm/Contacts", kit.answer({"ID": C}, 201))
    service.on("GET", "crm/Accounts", kit.answer([{"ID": A, "Code": f"{'7':>18}", "MainContact": None}]))
    service.on("PUT", "crm/Accounts", httpx.Response(204))
    receipt = one(connect(service), "customer", {**DRAFT, "Contacts": [PERSON]})
    assert receipt.number == "7"
    assert body(service.of("POST", "crm/Contacts")[0]) == {**PERSON, "Account": A}
    assert body(service.of("PUT", "crm/Accounts")[0]) == {"MainContact": C}


def test_repeating_a_half_written_customer_makes_only_what_is_missing(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    """The account arrived, the answer to its contact got lost: the second try finds the account and one contact."""
    now = {"ID": A, "Code": "7", **DRAFT, "Country": "NL ", "MainContact": C}
    service.on("GET", "crm/Accounts", kit.answer([now]))
    service.on("GET", "crm/Contacts", kit.answer([{"ID": C, "Account": A, **PERSON, "Email": "JAN@x.nl"}]))
    service.on("POST", "crm/Contacts", kit.answer({"ID": O, "IsMainContact": False}, 201))
    second = {"FirstName": "Eva", "LastName": "Vos", "Email": "eva@x.nl"}
    draft = {**DRAFT, "Contacts": [{**PERSON, "Email": "JAN@x.nl"}, second]}
    receipt = one(connect(service), "customer", draft, A)
    assert receipt.action == "updated"
    assert [body(call)["FirstName"] for call in service.of("POST", "crm/Contacts")] == ["Eva"]
    assert not service.of("PUT", "crm")


def test_an_update_sends_only_what_changed_and_nothing_when_nothing_did(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "crm/Accounts", kit.answer([{"ID": A, "Code": f"{'7':>18}", **DRAFT, "Country": "NL "}]))
    service.on("PUT", "crm/Accounts", httpx.Response(204))
    exact = connect(service)
    assert one(exact, "customer", {**DRAFT, "Code": "7"}, A).action == "unchanged"
    assert not service.of("PUT", "crm/Accounts")
    assert one(exact, "customer", {**DRAFT, "Code": "7", "City": "Tilburg"}, A).action == "updated"
    assert body(service.of("PUT", "crm/Accounts")[0]) == {"City": "Tilburg"}
    assert str(service.of("PUT", "crm/Accounts")[0].url).endswith(f"Accounts(guid'{A}')")


def test_twenty_updates_read_their_present_state_in_one_call(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    rows = [{"ID": str(UUID(int=n)), "Code": str(n), **DRAFT} for n in range(1, 21)]
    service.on("GET", "crm/Accounts", kit.answer(rows))
    writes = tuple(Write(str(n), Draft("customer", DRAFT), id=rows[n]["ID"]) for n in range(20))
    receipts = connect(service).upsert(Batch("customer", writes)).items
    assert {receipt.action for receipt in receipts} == {"unchanged"}
    assert len(service.calls) == 1


def test_a_refused_customer_does_not_hurt_its_neighbours(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    def reply(request: httpx.Request) -> httpx.Response:
        bad = body(request)["Name"] == "Bad"
        return kit.error(500, "Ongeldig: E-mail [x]") if bad else kit.answer({"ID": A, "Code": "1"}, 201)  # type: ignore[no-any-return]

    service.on("POST", "crm/Accounts", reply)
    writes = tuple(Write(name, Draft("customer", {"Name": name})) for name in ("Good", "Bad", "Fine"))
    good, bad, fine = connect(service).upsert(Batch("customer", writes)).items
    assert (good.id, fine.id) == (A, A)
    assert isinstance(bad.error, RejectedError)
    assert "e-mail" in bad.error.message


def test_a_customer_that_was_removed_there_says_so(service: Any, connect: Connect) -> None:
    receipt = one(connect(service), "customer", DRAFT, A)
    assert receipt.error.cause == "gone:customer"
    assert "link" in receipt.error.resolution


def test_a_delivery_address_is_made_once_and_set_as_main(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    place = {"Type": 4, "AddressLine1": "Loods 3", "Postcode": "4811 AB", "City": "Breda", "Country": "NL"}
    service.on("GET", "crm/Accounts", kit.answer([{"ID": A, "Code": "7", **DRAFT}]))
    service.on("GET", "crm/Addresses", kit.answer([{"ID": O, "Account": A, **place, "Postcode": "4811ab", "Country": "NL ", "Main": False}]))
    service.on("PUT", "crm/Addresses", httpx.Response(204))
    receipt = one(connect(service), "customer", {**DRAFT, "Addresses": [{**place, "Main": True}]}, A)
    assert receipt.action == "updated"
    assert not service.of("POST", "crm/Addresses")
    assert body(service.of("PUT", "crm/Addresses")[0]) == {"Main": True}


def test_an_article_gets_its_price_as_a_row_of_its_own(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    stored(service, kit, "logistics/Items", "ID")
    stored(service, kit, "logistics/SalesItemPrices", "ID")
    service.on("GET", "logistics/ItemGroups", kit.answer([{"ID": O, "Code": "PLANT", "Description": "Planten"}]))
    fields = {"Code": "ROOS", "Description": "Roos", "ItemGroup": "planten", "StandardSalesPrice": Decimal("12.50")}
    receipt = one(connect(service), "product", fields)
    item = str(UUID(int=50))
    assert (receipt.id, receipt.number, receipt.action) == (item, "ROOS", "created")
    assert body(service.of("POST", "logistics/Items")[0]) == {"Code": "ROOS", "Description": "Roos", "ItemGroup": O}
    price = body(service.of("POST", "logistics/SalesItemPrices")[0])
    assert (price["Item"], price["Price"], price["Quantity"]) == (item, Decimal("12.5"), 1)


def test_a_new_price_changes_the_row_in_force_and_no_other(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    past = "/Date(1577836800000)/"
    rows = [
        {"ID": str(UUID(int=10)), "Account": A, "Price": 1, "Quantity": 1, "StartDate": past},
        {"ID": str(UUID(int=11)), "Account": None, "Price": 9, "Quantity": 10, "StartDate": past},
        {"ID": str(UUID(int=12)), "Account": None, "Price": 9, "Quantity": 1, "StartDate": past, "EndDate": past},
        {"ID": str(UUID(int=13)), "Account": None, "Price": 9, "Quantity": 1, "StartDate": past},
    ]
    service.on("GET", "logistics/Items", kit.answer([{"ID": I, "Code": "ROOS", "StandardSalesPrice": 9}]))
    service.on("GET", "logistics/SalesItemPrices", kit.answer(rows))
    service.on("PUT", "logistics/SalesItemPrices", httpx.Response(204))
    exact = connect(service)
    receipt = one(exact, "product", {"Code": "ROOS", "StandardSalesPrice": Decimal("9.95")}, I)
    assert receipt.action == "updated"
    (sent,) = service.of("PUT", "logistics/SalesItemPrices")
    assert str(UUID(int=13)) in str(sent.url)
    assert body(sent) == {"Price": Decimal("9.95")}
    assert one(exact, "product", {"Code": "ROOS", "StandardSalesPrice": Decimal("9.00")}, I).action == "unchanged"


def test_an_unknown_item_group_waits_or_takes_the_one_of_the_connection(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    stored(service, kit, "logistics/Items", "ID")
    service.on("GET", "logistics/ItemGroups", kit.answer([{"ID": O, "Code": "STD", "Description": "Standaard"}]))
    fields = {"Code": "ROOS", "Description": "Roos", "ItemGroup": "Rozen & Co"}
    receipt = one(connect(service), "product", fields)
    assert receipt.error.cause == "missing.item_group:Rozen & Co"
    assert not service.of("POST", "logistics/Items")
    assert one(connect(service, item_group="STD"), "product", fields).error is None
    assert body(service.of("POST", "logistics/Items")[0])["ItemGroup"] == O


def test_an_article_code_that_does_not_fit_is_refused_instead_of_cut(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    receipt = one(connect(service), "product", {"Code": "Saddle - Curve - Green - 2016 XL", "Description": "Saddle"})
    assert receipt.error.cause == "rejected.length:Code"
    assert "30 characters" in receipt.error.message
    assert not service.of("POST", "logistics/Items")


def test_a_vat_code_of_no_percent_goes_with_either_kind_of_price(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "vat/VATCodes", kit.answer([{"Code": "1  ", "Type": "E", "Description": "nul", "Percentage": 0}]))
    service.on("POST", "salesorder/SalesOrders", kit.answer({"OrderID": O, "OrderNumber": 71, "AmountFC": 10}, 201))
    order = {**ORDER, "SalesOrderLines": [{**LINE, "VATCode": "1"}]}
    assert one(connect(service, price_basis="incl"), "sales_order", order).error is None


def test_an_order_is_one_call_with_its_prices_pinned_and_its_total_told(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "vat/VATCodes", kit.answer(CODES))
    service.on("POST", "salesorder/SalesOrders", kit.answer({"OrderID": O, "OrderNumber": 71, "AmountFC": Decimal("9.99")}, 201))
    exact = connect(service)
    receipt = one(exact, "sales_order", ORDER)
    assert (receipt.id, receipt.number, receipt.action, receipt.total) == (O, "71", "created", Decimal("9.99"))
    assert b'"NetPrice": 3.33' in service.of("POST", "salesorder/SalesOrders")[0].content
    before = len(service.calls)
    one(exact, "sales_order", {**ORDER, "YourRef": "#2"})
    assert len(service.calls) - before == 1


def test_a_total_that_the_answer_lacks_is_read_back(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "vat/VATCodes", kit.answer(CODES))
    service.on("POST", "salesorder/SalesOrders", kit.answer({"OrderID": O, "OrderNumber": None, "AmountFC": None}, 201))
    service.on("GET", "salesorder/SalesOrders", kit.answer([{"OrderID": O, "OrderNumber": 71, "AmountFC": 10}]))
    receipt = one(connect(service), "sales_order", ORDER)
    assert (receipt.number, receipt.total) == ("71", Decimal(10))


@pytest.mark.parametrize(("code", "basis", "cause"), [
    ("2", "incl", "vat.basis:2"), ("3", "excl", "vat.basis:3"), ("99", "incl", "missing.vat_code:99"),
])  # fmt: skip
def test_a_vat_code_that_would_make_the_wrong_total_is_refused_before_anything_is_written(
    service: Any, connect: Connect, kit: SimpleNamespace, code: str, basis: str, cause: str
) -> None:
    service.on("GET", "vat/VATCodes", kit.answer(CODES))
    order = {**ORDER, "SalesOrderLines": [{**LINE, "VATCode": code}]}
    receipt = one(connect(service, price_basis=basis), "sales_order", order)
    assert receipt.error.cause == cause
    assert receipt.error.resolution
    assert not [call for call in service.calls if call.method != "GET"]


def test_a_price_basis_that_is_none_names_the_setting(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "vat/VATCodes", kit.answer(CODES))
    with pytest.raises(ConfigurationError) as caught:
        one(connect(service, price_basis="gross"), "sales_order", ORDER)
    assert caught.value.field == "price_basis"


HOME = {"AddressLine1": "Kade 1", "Postcode": "4811 AB", "City": "Breda", "Country": "NL"}


@pytest.mark.parametrize(("there", "named", "made"), [
    ([{**HOME, "Type": 1}], None, False),
    ([{**HOME, "Type": 1}, {**HOME, "AddressLine1": "Elders 9", "Type": 4, "Main": True}], str(UUID(int=50)), True),
    ([{**HOME, "Type": 1}, {**HOME, "Postcode": "4811ab", "Type": 4, "ID": C}], C, False),
    ([], str(UUID(int=50)), True),
])  # fmt: skip
def test_goods_never_go_to_an_earlier_delivery_address(
    service: Any, connect: Connect, kit: SimpleNamespace, there: list[dict[str, Any]], named: str | None, made: bool
) -> None:
    service.on("GET", "vat/VATCodes", kit.answer(CODES))
    service.on("GET", "crm/Addresses", kit.answer([{"Account": A, **row} for row in there]))
    stored(service, kit, "crm/Addresses", "ID")
    service.on("POST", "salesorder/SalesOrders", kit.answer({"OrderID": O, "OrderNumber": 71, "AmountFC": 10}, 201))
    exact = connect(service)
    one(exact, "sales_order", {**ORDER, "DeliveryAddress": HOME})
    one(exact, "sales_order", {**ORDER, "DeliveryAddress": HOME})
    sent = [body(call).get("DeliveryAddress") for call in service.of("POST", "salesorder/SalesOrders")]
    assert sent == [named, named]
    assert len(service.of("POST", "crm/Addresses")) == int(made)
    assert len(service.of("GET", "crm/Addresses")) == 1


def test_an_order_asks_for_the_main_addresses_of_its_debtor_only(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "vat/VATCodes", kit.answer(CODES))
    stored(service, kit, "crm/Addresses", "ID")
    service.on("POST", "salesorder/SalesOrders", kit.answer({"OrderID": O, "OrderNumber": 71, "AmountFC": 10}, 201))
    one(connect(service), "sales_order", {**ORDER, "DeliveryAddress": HOME})
    assert kit.filter_of(service.of("GET", "crm/Addresses")[0]).endswith("and Main eq true")
    assert body(service.of("POST", "crm/Addresses")[0])["Main"] is False


def test_days_and_moments_are_sent_as_the_service_reads_them(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    stored(service, kit, "crm/Accounts", "ID")
    moment = datetime(2026, 6, 25, 22, 30, tzinfo=UTC)
    one(connect(service), "customer", {"Name": "x", "StartDate": moment.date(), "EndDate": moment})
    sent = body(service.of("POST", "crm/Accounts")[0])
    assert (sent["StartDate"], sent["EndDate"]) == ("2026-06-25", "2026-06-26T00:30:00")
    receipt = one(connect(service), "customer", {"Name": {1, 2}})
    assert receipt.error.cause == "rejected.kind"


def test_codes_of_shipping_method_and_warehouse_become_ids(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "vat/VATCodes", kit.answer(CODES))
    service.on("GET", "sales/ShippingMethods", kit.answer([{"ID": C, "Code": "POSTNL", "Description": "PostNL pakket"}]))
    service.on("POST", "salesorder/SalesOrders", kit.answer({"OrderID": O, "OrderNumber": 71, "AmountFC": 10}, 201))
    exact = connect(service)
    one(exact, "sales_order", {**ORDER, "ShippingMethod": "postnl", "WarehouseID": I})
    sent = body(service.of("POST", "salesorder/SalesOrders")[0])
    assert (sent["ShippingMethod"], sent["WarehouseID"]) == (C, I)
    receipt = one(exact, "sales_order", {**ORDER, "ShippingMethod": "DUIF"})
    assert receipt.error.cause == "missing.shipping_method:DUIF"


def test_a_changed_order_changes_adds_and_removes_lines(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "vat/VATCodes", kit.answer(CODES))
    now = {"OrderID": O, "OrderNumber": 71, "OrderedBy": A, "YourRef": "#1", "Status": 12, "AmountFC": 30}
    service.on("GET", "salesorder/SalesOrders", kit.answer([now]))
    keys = [str(UUID(int=n)) for n in (21, 22, 23)]
    rows = [
        {"ID": keys[0], "OrderID": O, "LineNumber": 1, **LINE},
        {"ID": keys[1], "OrderID": O, "LineNumber": 2, **LINE, "Item": C},
        {"ID": keys[2], "OrderID": O, "LineNumber": 3, **LINE, "Item": O},
    ]
    service.on("GET", "bulk/SalesOrder/SalesOrderLines", kit.answer(rows))
    for method, status in (("PUT", 204), ("DELETE", 204)):
        service.on(method, "salesorder/SalesOrderLines", httpx.Response(status))
    service.on("POST", "salesorder/SalesOrderLines", kit.answer({"ID": I}, 201))
    lines = [LINE, {**LINE, "Item": C, "Quantity": 5}, {**LINE, "Item": A}]
    exact = connect(service)
    receipt = one(exact, "sales_order", {**ORDER, "SalesOrderLines": lines}, O)
    assert (receipt.action, receipt.number, receipt.total) == ("updated", "71", Decimal(30))
    (put,), (post,), (delete,) = (service.of(method, "salesorder/SalesOrderLines") for method in ("PUT", "POST", "DELETE"))
    assert keys[1] in str(put.url)
    assert body(put) == {"Quantity": 5}
    assert body(post)["OrderID"] == O
    assert keys[2] in str(delete.url)
    assert not service.of("PUT", "salesorder/SalesOrders(")


def test_lines_of_one_article_in_another_order_are_the_same_lines(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "vat/VATCodes", kit.answer(CODES))
    now = {"OrderID": O, "OrderNumber": 71, "OrderedBy": A, "YourRef": "#1", "Status": 12, "AmountFC": 30}
    service.on("GET", "salesorder/SalesOrders", kit.answer([now]))
    rows = [{"ID": key, "OrderID": O, **LINE, "Quantity": quantity} for key, quantity in ((C, 1), (A, 2))]
    service.on("GET", "bulk/SalesOrder/SalesOrderLines", kit.answer(rows))
    lines = [{**LINE, "Quantity": quantity} for quantity in (2, 1)]
    assert one(connect(service), "sales_order", {**ORDER, "SalesOrderLines": lines}, O).action == "unchanged"
    assert not [call for call in service.calls if call.method != "GET"]


def test_an_equal_order_is_left_alone_and_a_closed_one_is_not_touched(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "vat/VATCodes", kit.answer(CODES))
    now = {"OrderID": O, "OrderNumber": 71, "OrderedBy": A, "YourRef": "#1", "Status": 21, "AmountFC": 30, "StatusDescription": "Volledig"}
    service.on("GET", "salesorder/SalesOrders", kit.answer([now]))
    service.on("GET", "bulk/SalesOrder/SalesOrderLines", kit.answer([{"ID": C, "OrderID": O, **LINE, "VATCode": "3  "}]))
    exact = connect(service)
    assert one(exact, "sales_order", ORDER, O).action == "unchanged"
    receipt = one(exact, "sales_order", {**ORDER, "YourRef": "#1b"}, O)
    assert receipt.error.cause == "rejected.completed"
    assert "Volledig" in receipt.error.message
    assert not [call for call in service.calls if call.method != "GET"]


@pytest.mark.parametrize("trouble", [
    lambda request: (_ for _ in ()).throw(httpx.ReadTimeout("slow", request=request)),
    lambda request: (_ for _ in ()).throw(httpx.RemoteProtocolError("broken", request=request)),
    httpx.Response(500, text="<html>oops</html>", headers={"Content-Type": "text/html"}),
    httpx.Response(200, text="<html>proxy</html>", headers={"Content-Type": "text/html"}),
    httpx.Response(201, text='{"d": {"OrderID": '),
    httpx.Response(201, text="{}"),
    httpx.Response(503), httpx.Response(504), httpx.Response(500),
])  # fmt: skip
def test_a_lost_answer_is_said_to_be_lost_so_that_the_order_is_looked_up_first(
    service: Any, connect: Connect, kit: SimpleNamespace, trouble: Any
) -> None:
    service.on("GET", "vat/VATCodes", kit.answer(CODES)).on("POST", "salesorder/SalesOrders", trouble)
    with pytest.raises(TransientError):
        one(connect(service), "sales_order", ORDER)
    assert len(service.of("POST", "salesorder/SalesOrders")) == 1
