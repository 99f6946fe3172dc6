"""The normal sales price of an item: a row without an account, for one piece, in force today."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from koppel_exactonline import odata
from koppel_exactonline.client import Row
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.dates import local_time, today

PRICES = "logistics/SalesItemPrices"
FIELDS = ("ID", "Item", "Account", "Price", "Quantity", "Unit", "Currency", "StartDate", "EndDate")


def set_price(talk: Conversation, item: str, price: Decimal, is_new: bool = False) -> None:
    """Make `price` the item's normal price; the row in force is changed, and made where there is none.

    StandardSalesPrice of an item is read-only and follows from these rows (reference: Items, prices)."""
    rows = [] if is_new else talk.client.rows_where(PRICES, FIELDS, "Item", [odata.guid(item)])
    row = standard(rows, today())
    if row is not None:
        talk.client.change(PRICES, str(row["ID"]), {"Price": price})
    else:
        talk.client.create(PRICES, {"Item": item, "Price": price, "Quantity": Decimal(1), "StartDate": today().isoformat()})


def standard(rows: list[Row], day: date) -> Row | None:
    """The row that sets the normal price on this day; the newest when several do."""
    valid = [row for row in rows if not row.get("Account") and _for_one(row) and _in_force(row, day)]
    return max(valid, key=lambda row: (row.get("Quantity") or 0, _start(row)), default=None)


def _for_one(row: Row) -> bool:
    quantity: Any = row.get("Quantity")
    return quantity is None or Decimal(str(quantity)) <= 1


def _in_force(row: Row, day: date) -> bool:
    end = local_time(row.get("EndDate"))
    return _start(row) <= day and not (end and end.date() < day)


def _start(row: Row) -> date:
    start = local_time(row.get("StartDate"))
    return start.date() if start else date.min
