"""What a client gets when it creates, changes and removes; the rules all tables share."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

STREAM = "Error processing request stream. "
NOBODY = "00000000-0000-0000-0000-000000000001"


def test_a_new_account_answers_nearly_empty(exact: Any) -> None:
    answer = exact.post("crm/Accounts", Name="Bloemist Vos", City="Gouda")
    made = answer.json()["d"]
    assert answer.status_code == 201
    assert answer.headers["location"] == made["__metadata"]["uri"]
    assert made["ID"]
    assert made["IsAccountant"] == 0
    assert {made[name] for name in ("Name", "Code", "City", "Created", "IsSales")} == {None}


@pytest.mark.parametrize(("path", "values", "empty"), [
    ("logistics/Items", {"Code": "A", "Description": "A"}, "Description"),
    ("crm/Accounts", {"Name": "A"}, "Name"),
])
def test_prefer_asks_for_the_whole_row(exact: Any, path: str, values: dict[str, str], empty: str) -> None:
    answer = exact.post(path, headers={"Prefer": "return=representation"}, **values)
    assert answer.json()["d"][empty] == "A"


def test_put_changes_only_what_is_sent_and_answers_204(exact: Any) -> None:
    key = exact.customer("Vos", City="Gouda")
    before = exact.one("crm/Accounts", key)
    exact.sandbox.clock.advance(5)
    answer = exact.put("crm/Accounts", key, Name="De Vos")
    after = exact.one("crm/Accounts", key)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (after["Name"], after["City"], after["Code"]) == ("De Vos", "Gouda", before["Code"])
    assert exact.milliseconds(after["Modified"]) >= exact.milliseconds(before["Modified"]) + 5000
    assert after["Created"] == before["Created"]


def test_delete_removes_and_answers_204(exact: Any) -> None:
    key = exact.customer("Vos")
    assert exact.request("DELETE", f"crm/Accounts(guid'{key}')").status_code == 204
    assert exact.get(f"crm/Accounts(guid'{key}')").status_code == 404
    assert exact.request("DELETE", f"crm/Accounts(guid'{key}')").status_code == 404
    assert exact.put("crm/Accounts", key, Name="x").status_code == 404


def test_a_missing_mandatory_field_is_a_500_in_the_users_language(exact: Any, start: Callable[..., Any]) -> None:
    assert exact.error(exact.post("crm/Accounts")) == (500, "Verplicht: Naam")
    assert exact.error(exact.post("logistics/Items")) == (500, "Verplicht: Code\r\nVerplicht: Omschrijving")
    english = start(language="EN")
    assert english.error(english.post("crm/Accounts", Name="")) == (500, "Mandatory: Name")
    french = start(language="FR")
    assert french.error(french.post("salesorder/SalesOrders")) == (
        500, "Obligatoire : Commandé par\r\nObligatoire : Lignes de commande",
    )


def test_the_language_is_the_users_own(start: Callable[..., Any]) -> None:
    user = {"FullName": "Ann", "LanguageCode": "en-GB", "CurrentDivision": 3012345}
    client = start({"users": [user]})
    assert client.error(client.post("crm/Accounts")) == (500, "Mandatory: Name")


def test_emptying_a_mandatory_field_is_refused(exact: Any) -> None:
    key = exact.customer("Vos")
    assert exact.error(exact.put("crm/Accounts", key, Name=None)) == (500, "Verplicht: Naam")
    assert exact.one("crm/Accounts", key)["Name"] == "Vos"


def test_an_unknown_property_is_a_400(exact: Any) -> None:
    said = exact.error(exact.post("crm/Accounts", Name="x", Naam="x"))
    assert said == (400, STREAM + "The property name 'Naam' specified for type 'Exact.Web.Api.Models.Account' is not valid.")


@pytest.mark.parametrize(("name", "value", "kind"), [
    ("AccountManager", "guid'x'", "Guid"), ("AccountManager", 5, "Guid"), ("Name", 5, "String"), ("Blocked", 1, "Boolean"),
    ("Blocked", "true", "Boolean"), ("DiscountSales", "0.1", "Double"), ("DiscountSales", True, "Double"),
    ("IsAccountant", 256, "Byte"), ("IsAccountant", True, "Byte"), ("InvoicingMethod", 2**31, "Int32"),
    ("InvoicingMethod", 1.5, "Int32"), ("IncotermVersionSales", 40_000, "Int16"), ("StartDate", "25-06-2026", "DateTime"),
    ("StartDate", "2026-02-30", "DateTime"), ("Logo", "*", "Binary"), ("Name", ["x"], "String"), ("Created", 5, "DateTime"),
])
def test_a_wrong_type_is_a_400_that_names_property_and_type(exact: Any, name: str, value: Any, kind: str) -> None:
    status, said = exact.error(exact.post("crm/Accounts", **{"Name": "x", name: value}))
    assert status == 400
    assert said.startswith(STREAM + "Error encountered in converting the value from request payload for property "
                           f"'{name}' to type '{kind}'")


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b"5", b'"x"', b"\xff\xfe", b'{"Name": NaN}',
    b"[" * 100_000, b'{"DiscountSales": ' + b"9" * 5_000 + b"}",
])
def test_a_broken_body_is_a_400(exact: Any, body: bytes) -> None:
    answer = exact.request("POST", "crm/Accounts", content=body, headers={"Content-Type": "application/json"})
    assert exact.error(answer) == (400, STREAM + "The request should be a valid top-level resource object.")


@pytest.mark.parametrize("number", ["1e309", "-1e999999999999999999", "9" * 400])
def test_a_number_beyond_double_is_a_400(exact: Any, number: str) -> None:
    body = f'{{"Name": "x", "DiscountSales": {number}}}'
    answer = exact.request("POST", "crm/Accounts", content=body, headers={"Content-Type": "application/json"})
    assert exact.error(answer)[0] == 400


def test_another_content_type_is_415(exact: Any) -> None:
    headers = {"Content-Type": "text/plain"}
    assert exact.request("POST", "crm/Accounts", content=b'{"Name":"x"}', headers=headers).status_code == 415


def test_read_only_properties_and_the_key_are_ignored(exact: Any) -> None:
    key = exact.customer("Vos", IsPurchase=False, ID=NOBODY, Creator=NOBODY, Division=1)
    kept = exact.one("crm/Accounts", key)
    assert key != NOBODY
    assert (kept["IsPurchase"], kept["Division"], kept["CreatorFullName"]) == (True, 3012345, "Bea Boekhouder")


def test_a_read_entity_can_be_sent_back(exact: Any) -> None:
    entity = exact.one("crm/Accounts", exact.customer("Vos"))
    del entity["Code"]
    assert exact.request("POST", "crm/Accounts", json={**entity, "Name": "Kopie"}).status_code == 201


@pytest.mark.parametrize(("path", "values", "caption"), [
    ("crm/Contacts", {"Account": NOBODY, "FirstName": "a", "LastName": "b"}, "Relatie"),
    ("crm/Accounts", {"Name": "x", "PaymentConditionSales": "99"}, "Betalingsconditie: Verkoop"),
    ("crm/Accounts", {"Name": "x", "SalesVATCode": "XX"}, "Btw-code: Verkoop"),
    ("crm/Accounts", {"Name": "x", "Country": "ZZ"}, "Land"),
    ("crm/Accounts", {"Name": "x", "AccountManager": NOBODY}, "AccountManager"),
    ("crm/Accounts", {"Name": "x", "LeadSource": NOBODY}, "LeadSource"),
    ("logistics/Items", {"Code": "x", "Description": "x", "ItemGroup": NOBODY}, "Artikelgroep"),
    ("logistics/Items", {"Code": "x", "Description": "x", "Unit": "ton"}, "Eenheid"),
    ("logistics/SalesItemPrices", {"Item": NOBODY, "Price": 1}, "Artikel"),
])
def test_a_reference_to_nothing_is_a_500(exact: Any, path: str, values: dict[str, Any], caption: str) -> None:
    assert exact.error(exact.post(path, **values)) == (500, f"Ongeldige referentie: {caption}")


def test_the_user_may_be_account_manager(exact: Any) -> None:
    user = exact.get("/api/v1/current/Me").json()["d"]["results"][0]["UserID"]
    key = exact.customer("Vos", AccountManager=user)
    assert exact.one("crm/Accounts", key)["AccountManager"] == user


@pytest.mark.parametrize(("path", "values"), [
    ("logistics/Items", {"Code": "A", "Description": "x"}), ("crm/Accounts", {"Code": "77", "Name": "x"}),
    ("cashflow/PaymentConditions", {"Code": "77", "Description": "x"}),
    ("financial/GLAccounts", {"Code": "7777", "Description": "x"}),
])
def test_a_code_exists_once(exact: Any, path: str, values: dict[str, Any]) -> None:
    exact.make(path, **values)
    assert exact.error(exact.post(path, **values)) == (500, "Gegeven bestaat reeds.")


def test_an_unchanged_code_in_a_put_exists_already(exact: Any, start: Callable[..., Any]) -> None:
    key = exact.item("A")
    assert exact.error(exact.put("logistics/Items", key, Code="A", Description="x")) == (500, "Gegeven bestaat reeds.")
    assert exact.put("logistics/Items", key, Code="B").status_code == 204
    mild = start(unchanged_code_refused=False)
    assert mild.put("logistics/Items", mild.item("A"), Code="A").status_code == 204


def test_a_fixed_property_cannot_change(exact: Any, start: Callable[..., Any]) -> None:
    for client, wanted in ((exact, 500), (start(fixed_change_refused=False), 204)):
        one, other = client.customer("A"), client.customer("B")
        key = client.order({"Item": client.item()}, OrderedBy=one)["OrderID"]
        assert client.put("salesorder/SalesOrders", key, OrderedBy=one, YourRef="x").status_code == 204
        assert client.put("salesorder/SalesOrders", key, OrderedBy=other).status_code == wanted
        assert client.one("salesorder/SalesOrders", key)["OrderedBy"] == one


@pytest.mark.parametrize(("method", "path", "status"), [
    ("POST", "logistics/Units", 405), ("PUT", "logistics/Items", 405), ("DELETE", "logistics/Items", 405),
    ("POST", "logistics/Items(guid'00000000-0000-0000-0000-000000000001')", 405), ("PATCH", "logistics/Items", 405),
    ("MERGE", "logistics/Items", 405), ("POST", "sync/CRM/Accounts", 405), ("POST", "read/logistics/StockPosition", 405),
    ("PUT", "cashflow/PaymentConditions(guid'00000000-0000-0000-0000-000000000001')", 405),
    ("BREW", "logistics/Items", 501), ("DELETE", "system/Divisions(3012345)", 403),
])
def test_a_wrong_verb_is_refused(exact: Any, method: str, path: str, status: int) -> None:
    assert exact.request(method, path, json={}).status_code == status


def test_a_row_in_use_stays(exact: Any) -> None:
    account, item = exact.customer("Vos"), exact.item("A")
    exact.order({"Item": item, "VATCode": "2"}, OrderedBy=account)
    for path, key in (("crm/Accounts", account), ("logistics/Items", item)):
        status, said = exact.error(exact.request("DELETE", f"{path}(guid'{key}')"))
        assert (status, said[:12]) == (500, "In gebruik: ")
    code = exact.rows("vat/VATCodes", filter="Code eq '2  '")[0]["ID"]
    assert exact.request("DELETE", f"vat/VATCodes(guid'{code}')").status_code == 500


def test_a_refused_create_stores_nothing(exact: Any) -> None:
    good, account = exact.item("A"), exact.customer("Vos")
    answer = exact.post("salesorder/SalesOrders", OrderedBy=account, SalesOrderLines=[{"Item": good}, {"Item": NOBODY}])
    assert exact.error(answer) == (500, "Ongeldige referentie: Artikel")
    assert exact.rows("salesorder/SalesOrders", filter="OrderNumber gt 0") == []
    assert exact.rows("salesorder/SalesOrderLines", filter="OrderNumber gt 0") == []


@pytest.mark.parametrize(("sent", "kept"), [
    ("2026-06-25", 1782345600000), ("2026-06-25T09:30:00", 1782345600000), ("/Date(1782345600000)/", 1782345600000),
    ("2026-06-25T22:30:00Z", 1782432000000), ("2026-06-25T01:00:00.5+02:00", 1782345600000),
])
def test_dates_in_may_be_iso_or_ticks_and_lose_their_time(exact: Any, sent: str, kept: int) -> None:
    row = exact.one("crm/Accounts", exact.customer("Vos", StartDate=sent))
    assert exact.milliseconds(row["StartDate"]) == kept


def test_lists_a_bookkeeper_keeps_can_be_extended(exact: Any) -> None:
    exact.make("vat/VATCodes", Code="H5", Description="Hoog", Type="I", VATPercentages=[
        {"Percentage": 0.21, "StartDate": "2012-10-01"}, {"Percentage": 0.19, "StartDate": "2001-01-01"},
    ])
    code = exact.rows("vat/VATCodes", filter="Code eq 'H5 '", select="Percentage,Type")[0]
    assert (code["Percentage"], code["Type"]) == (0.21, "I")
    assert exact.error(exact.post("vat/VATCodes", Code="H6", Description="x", Type="Q")) == (500, "Ongeldig: Type")
    made = exact.make("financial/Journals", Code="75", Description="Web", Type=20)
    assert (made["Code"], made["Currency"]) == ("75", "EUR")
    assert exact.error(exact.post("financial/Journals", Type=20)) == (500, "Verplicht: Code\r\nVerplicht: Omschrijving")


def test_a_payload_of_strange_letters_survives(exact: Any) -> None:
    name = "Zoë ’t Hart \u0000 \U0001f337 'x' <b>\r\n"
    key = exact.customer(name)
    assert exact.one("crm/Accounts", key)["Name"] == name
    assert json.loads(json.dumps(exact.sandbox.dump()))["data"]["3012345"]["crm/Accounts"][0]["Name"] == name
