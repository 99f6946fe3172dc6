"""What relations still owe, as invoices and payments are stored."""

from __future__ import annotations

from decimal import Decimal

from koppel_accountview.sandbox.desk import Desk
from koppel_accountview.sandbox.values import Row, number_of, text_of

_NUMBER_WIDTH = 10


def raise_item(desk: Desk, document: Row, owed: Decimal) -> None:
    """An invoice of `owed` (a credit note: below zero) is open from now on."""
    debtor = text_of(document.get("SUB_NR") or document.get("RPL_INV"))
    if not debtor or not owed:
        return
    records = desk.records("OPENITEM")
    key = _key(debtor, text_of(document["INV_NR"]))
    item = records.get(key)
    if item is None:
        item = records.add({**records.blank(), "SUB_INV": key, "SUB_NR": debtor, "INV_NR": document["INV_NR"],
                            "DJ_CODE": document.get("DJ_CODE", ""), "PAGE_NR": document.get("PAGE_NR", ""),
                            "CRED_DAYS": number_of(document.get("CRED_DAYS")), "DEB_SHOW": True})
    side, amount = ("DR_AMT", owed) if owed > 0 else ("CR_AMT", -owed)
    item[side] = number_of(item[side]) + amount
    _settle(desk, item)


def pay_item(desk: Desk, page: Row, line: Row, paid: Decimal) -> None:
    """`paid` came in for the invoice that the line names; one that is not open is left alone."""
    item = desk.records("OPENITEM").get(_key(text_of(line["SUB_NR"]), text_of(line["INV_NR"])))
    if item is None:
        return
    item["ITEM_PAID"] = number_of(item["ITEM_PAID"]) + paid
    item["DATE_PAID"], item["PAY_DESC"] = page["TRN_DATE"], line["TRN_DESC"]
    _settle(desk, item)


def _settle(desk: Desk, item: Row) -> None:
    item["ITEM_REST"] = number_of(item["DR_AMT"]) - number_of(item["CR_AMT"]) - number_of(item["ITEM_PAID"])
    item["CNG_DATE"] = desk.now


def _key(debtor: str, invoice: str) -> str:
    """The relation's number, padded, with the invoice's behind it (reference: 2.5 Value types)."""
    return debtor.ljust(_NUMBER_WIDTH) + invoice
