"""crm/Addresses: visit, postal, invoice and delivery addresses; an equal one is never made twice."""

from __future__ import annotations

import uuid

from koppel_exactonline.sandbox.resources.desk import Change, Desk
from koppel_exactonline.sandbox.resources.fields import ADDRESS, country_name, known_country
from koppel_exactonline.sandbox.resources.rules import Behaviour, follow, pairs, places
from koppel_exactonline.sandbox.store.table import Row
from koppel_exactonline.sandbox.wire.values import Value

PATH = "crm/Addresses"
VISIT, DELIVERY = 1, 4
_TYPES = (1, 2, 3, 4)


def main_address(desk: Desk, account: Value, kind: int) -> Row | None:
    """The main address of this type of an account."""
    rows = [row for row in desk.table(PATH).where("Account", account) if row.get("Type") == kind]
    return next((row for row in rows if row.get("Main")), None)


def new_address(desk: Desk, values: Row) -> Row:
    """Add an address row made by the service itself."""
    row: Row = {
        "ID": str(uuid.uuid4()), "Created": desk.now, "Creator": desk.user.get("UserID"), "Modified": desk.now,
        "Modifier": desk.user.get("UserID"), "Division": desk.division.code, "Source": 0, **values,
    }
    desk.table(PATH).put(row)
    desk.division.touch(row)
    return row


def _defaults(change: Change) -> None:
    row, desk = change.row, change.desk
    account = desk.get("crm/Accounts", row.get("Account")) or {}
    change.fill(Type=VISIT, Country=account.get("Country"), Source=0)
    others = [one for one in desk.table(PATH).where("Account", row.get("Account")) if one.get("Type") == row["Type"]]
    if not others:
        row["Main"] = True
    change.fill(Main=False)


def _check(change: Change) -> None:
    row = change.row
    to_warehouse = row.get("Type") == DELIVERY and row.get("Warehouse") is not None
    if row.get("Account") is None and not to_warehouse:
        change.complain("mandatory", "Account")
    if row.get("Type") not in _TYPES:
        change.complain("invalid", "Type")
    if row.get("Warehouse") is not None and (row.get("Type") != DELIVERY or row.get("Account") is not None):
        change.complain("invalid", "Warehouse")
    if "Country" in change.sent and row.get("Country") and not known_country(row["Country"]):
        change.complain("reference", "Country")


def _existing(change: Change) -> Row | None:
    """An equal address stands for the new one (reference: Create / update / delete)."""
    same = ("Account", "Type", "Warehouse", *ADDRESS)
    rows = change.desk.table(PATH).where("Account", change.row.get("Account"))
    return next((row for row in rows if all((row.get(n) or None) == (change.row.get(n) or None) for n in same)), None)


def _stored(change: Change) -> None:
    row, desk = change.row, change.desk
    if not row.get("Main") or row.get("Account") is None:
        return
    for other in desk.table(PATH).where("Account", row["Account"]):
        if other["ID"] != row["ID"] and other.get("Type") == row.get("Type") and other.get("Main"):
            desk.touch(PATH, other, Main=False)
    if row.get("Type") == VISIT and desk.switches.account_address_rows:
        desk.touch("crm/Accounts", desk.get("crm/Accounts", row["Account"]), **{n: row.get(n) for n in ADDRESS})


ADDRESSES = Behaviour(
    references=pairs("Account=crm/Accounts Contact=crm/Contacts Warehouse=inventory/Warehouses"),
    defaults=_defaults, check=_check, existing=_existing, stored=_stored,
    derived={
        **follow(
            "AccountName=Account>crm/Accounts.Name AccountIsSupplier=Account>crm/Accounts.IsSupplier "
            "ContactName=Contact>crm/Contacts.FullName WarehouseCode=Warehouse>inventory/Warehouses.Code "
            "WarehouseDescription=Warehouse>inventory/Warehouses.Description"
        ),
        "CountryName": country_name(),
    },
    used_by=places("salesorder/SalesOrders.DeliveryAddress"),
)
