"""crm/Contacts: the people of an account; the first becomes its main contact."""

from __future__ import annotations

from koppel_exactonline.sandbox.resources.desk import Change, Desk
from koppel_exactonline.sandbox.resources.fields import check_code, check_email, next_code
from koppel_exactonline.sandbox.resources.rules import ANYTHING, Behaviour, follow, pairs, places
from koppel_exactonline.sandbox.store.table import Row
from koppel_exactonline.sandbox.wire.values import Value, padded

PATH = "crm/Contacts"


def _defaults(change: Change) -> None:
    change.fill(
        Code=next_code(change), Gender="O", StartDate=change.desk.today, IsMailingExcluded=False, AllowMailing=0,
        IsAnonymised=0, Language=padded(PATH, "Language", "nl-NL"),
    )


def _check(change: Change) -> None:
    check_email(change, "Email", "BusinessEmail")
    check_code(change)
    if change.row.get("Gender") not in ("M", "V", "O"):
        change.complain("invalid", "Gender")


def _stored(change: Change) -> None:
    account = change.desk.get("crm/Accounts", change.row.get("Account"))
    if account is not None and account.get("MainContact") is None:
        change.desk.touch("crm/Accounts", account, MainContact=change.row["ID"])


def _removed(desk: Desk, row: Row) -> None:
    account = desk.get("crm/Accounts", row.get("Account"))
    if account is not None and account.get("MainContact") == row["ID"]:
        left = desk.table(PATH).where("Account", account["ID"])
        desk.touch("crm/Accounts", account, MainContact=left[0]["ID"] if left else None)


def _full_name(_: Desk, row: Row) -> Value:
    parts = (row.get("FirstName"), row.get("MiddleName"), row.get("LastName"))
    return " ".join(str(part) for part in parts if part) or row.get("FullName")


def _is_main(desk: Desk, row: Row) -> Value:
    account = desk.get("crm/Accounts", row.get("Account"))
    return row.get("IsMainContact") if account is None else account.get("MainContact") == row["ID"]


def _is_customer(desk: Desk, row: Row) -> Value:
    account = desk.get("crm/Accounts", row.get("Account"))
    return row.get("AccountIsCustomer") if account is None else account.get("Status") == "C"


CONTACTS = Behaviour(
    references=pairs(f"Account=crm/Accounts Person={ANYTHING}"),
    unique=("Code",), defaults=_defaults, check=_check, stored=_stored, removed=_removed, bare_answer=True,
    derived={
        **follow(
            "AccountName=Account>crm/Accounts.Name AccountIsSupplier=Account>crm/Accounts.IsSupplier "
            "AccountMainContact=Account>crm/Accounts.MainContact City=Account>crm/Accounts.City "
            "Country=Account>crm/Accounts.Country Postcode=Account>crm/Accounts.Postcode "
            "State=Account>crm/Accounts.State AddressLine2=Account>crm/Accounts.AddressLine2 "
            "AddressStreet=Account>crm/Accounts.AddressLine1"
        ),
        "FullName": _full_name, "IsMainContact": _is_main, "AccountIsCustomer": _is_customer,
        "Picture": lambda _desk, _row: None,
    },
    used_by=places(
        "salesorder/SalesOrders.OrderedByContactPerson salesorder/SalesOrders.InvoiceToContactPerson "
        "salesorder/SalesOrders.DeliverToContactPerson"
    ),
)
