"""How accounts, contacts and addresses hang together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def test_a_new_account_gets_the_services_defaults(exact: Any) -> None:
    row = exact.one("crm/Accounts", exact.customer("Vos"))
    assert (row["Code"], row["Type"], row["Status"]) == ("0000001".rjust(18), "A", "C")
    assert (row["IsSales"], row["IsPurchase"], row["ConsolidationScenario"]) == (True, True, 6)
    assert (row["SalesCurrency"], row["InvoicingMethod"], row["InvoiceAttachmentType"]) == ("EUR", 0, 1)
    assert row["CustomerSince"] == row["StartDate"] == row["StatusSince"]
    assert (row["Country"], row["CountryName"]) == ("NL ", "Nederland")


def test_codes_count_on_and_are_padded_when_sent(exact: Any) -> None:
    first = exact.customer("A", Code="41")
    second = exact.customer("B")
    codes = [exact.one("crm/Accounts", key)["Code"] for key in (first, second)]
    assert codes == ["41".rjust(18), "0000042".rjust(18)]
    assert exact.error(exact.post("crm/Accounts", Name="x", Code="1" * 19)) == (500, "Te lang: Code")


def test_an_account_without_status_is_no_customer_yet(exact: Any) -> None:
    key = exact.make("crm/Accounts", Name="Relatie")["ID"]
    assert exact.one("crm/Accounts", key, select="CustomerSince,Status")["CustomerSince"] is None
    assert exact.put("crm/Accounts", key, Status="C").status_code == 204
    assert exact.one("crm/Accounts", key, select="CustomerSince")["CustomerSince"] is not None
    assert exact.error(exact.put("crm/Accounts", key, Status="X")) == (500, "Ongeldig: Status")


def test_a_wrong_email_is_refused(exact: Any) -> None:
    assert exact.error(exact.post("crm/Accounts", Name="x", Email="geen adres")) == (500, "Ongeldig: E-mail [geen adres]")


def test_an_unknown_currency_is_emptied(exact: Any) -> None:
    key = exact.customer("Vos", SalesCurrency="XXX")
    assert exact.one("crm/Accounts", key)["SalesCurrency"] is None


def test_descriptions_follow_the_codes(exact: Any) -> None:
    row = exact.one("crm/Accounts", exact.customer("Vos", PaymentConditionSales="14", SalesVATCode="2"))
    assert row["PaymentConditionSalesDescription"] == "Betaling binnen 14 dagen"
    assert (row["SalesVATCode"], row["SalesVATCodeDescription"]) == ("2  ", "Btw hoog 21%, exclusief")


def test_the_account_address_is_its_visit_address_row(exact: Any, start: Callable[..., Any]) -> None:
    key = exact.customer("Vos", AddressLine1="Kade 1", Postcode="1234 AB", City="Gouda")
    query = {"filter": f"Account eq guid'{key}'", "select": "Type,Main,City,AddressLine1,AccountName"}
    rows = exact.rows("crm/Addresses", **query)
    assert [(row["Type"], row["Main"], row["City"], row["AccountName"]) for row in rows] == [(1, True, "Gouda", "Vos")]
    assert exact.put("crm/Accounts", key, City="Delft").status_code == 204
    assert [row["City"] for row in exact.rows("crm/Addresses", **query)] == ["Delft"]
    apart = start(account_address_rows=False)
    apart.customer("Vos", City="Gouda")
    assert apart.rows("crm/Addresses") == []


def test_an_equal_address_is_not_made_twice(exact: Any) -> None:
    key = exact.customer("Vos")
    values = {"Account": key, "Type": 4, "AddressLine1": "Kade 1", "City": "Gouda", "Country": "NL"}
    first, second = exact.make("crm/Addresses", **values), exact.make("crm/Addresses", **values)
    other = exact.make("crm/Addresses", **{**values, "City": "Delft"})
    assert first["ID"] == second["ID"] != other["ID"]
    assert (first["Main"], other["Main"]) == (True, False)


def test_one_address_of_a_type_is_main(exact: Any) -> None:
    key = exact.customer("Vos")
    first = exact.make("crm/Addresses", Account=key, Type=3, City="Gouda")["ID"]
    second = exact.make("crm/Addresses", Account=key, Type=3, City="Delft", Main=True)["ID"]
    assert [exact.one("crm/Addresses", one)["Main"] for one in (first, second)] == [False, True]


def test_an_address_needs_an_account_and_a_known_type(exact: Any) -> None:
    assert exact.error(exact.post("crm/Addresses", City="x")) == (500, "Verplicht: Relatie")
    assert exact.error(exact.post("crm/Addresses", Account=exact.customer(), Type=9)) == (500, "Ongeldig: Type")


def test_the_first_contact_becomes_the_main_contact(exact: Any) -> None:
    account = exact.customer("Vos")
    ids = [exact.make("crm/Contacts", Account=account, FirstName=name, LastName="Vos")["ID"] for name in ("Ad", "Bo")]
    shown = [exact.one("crm/Contacts", key) for key in ids]
    assert exact.one("crm/Accounts", account)["MainContact"] == ids[0]
    assert [row["IsMainContact"] for row in shown] == [True, False]
    assert [row["FullName"] for row in shown] == ["Ad Vos", "Bo Vos"]
    assert (shown[0]["Gender"], shown[0]["AccountName"], len(shown[0]["Code"])) == ("O", "Vos", 18)
    assert exact.put("crm/Accounts", account, MainContact=ids[1]).status_code == 204
    assert exact.request("DELETE", f"crm/Contacts(guid'{ids[1]}')").status_code == 204
    assert exact.one("crm/Accounts", account)["MainContact"] == ids[0]


def test_a_contact_wants_account_and_both_names(exact: Any) -> None:
    said = exact.error(exact.post("crm/Contacts"))
    assert said == (500, "Verplicht: Relatie\r\nVerplicht: Voornaam\r\nVerplicht: Achternaam")


def test_bank_accounts_hang_below_their_account(exact: Any) -> None:
    key = exact.customer("Vos")
    exact.make("crm/BankAccounts", Account=key, BankAccount="NL91 ABNA 0417 1643 00")
    expanded = exact.one("crm/Accounts", key, expand="BankAccounts", select="BankAccounts/IBAN")
    assert expanded["BankAccounts"]["results"][0]["IBAN"] == "NL91ABNA0417164300"


def test_removing_an_account_takes_its_rows_along(exact: Any) -> None:
    key = exact.customer("Vos", City="Gouda")
    exact.make("crm/Contacts", Account=key, FirstName="Ad", LastName="Vos")
    assert exact.request("DELETE", f"crm/Accounts(guid'{key}')").status_code == 204
    assert exact.rows("crm/Contacts") == exact.rows("crm/Addresses") == []
    kinds = {row["EntityType"] for row in exact.rows("sync/Deleted", filter="Timestamp gt 1L")}
    assert kinds == {2, 3, 5}
