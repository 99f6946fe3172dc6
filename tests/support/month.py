"""A month of orders that stand in the shop and in both ledgers alike, but for seventeen faults that somebody planted."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from support.garden import NOW, POT, ROSE, Garden, av_tables, exact_rows, purchase, shop_of, shopper, states_of

Row = dict[str, Any]
FIRST = 100_001
PLANTED = (
    *("missing",) * 4, *("double",) * 2, "edited", "edited here", *("rounding",) * 2, "refund", "refund of all", "cancelled", "currency", "vat",
    *("only there",) * 2,
)  # fmt: skip
KINDS = {"edited": "amount", "edited here": "amount", "refund of all": "refund", "only there": "only_there"}
"""What reconcile calls a fault, where it is another word."""


def month(folder: Any, count: int) -> tuple[Garden, dict[str, str]]:
    """Simulators that hold `count` orders each, and what is wrong: kind by number, a refund by that of its credit note."""
    states = _templates(folder / "templates")
    numbers = range(FIRST, FIRST + count)
    step = count // (len(PLANTED) + 1)
    faults = {FIRST + step * place: fault for place, fault in enumerate(PLANTED, 1)}
    shop, books, exact = states["shopify"]["orders"], av_tables(states), exact_rows(states)
    patterns = {one["name"]: one for one in shop}
    headers = {row["COMMENT1"]: row for row in books["SO_HDR"]}
    papers = {row["YourRef"]: row for row in exact["salesorder/SalesOrders"]}
    av_lines, exact_lines = books["SO_LINE"], exact["salesorder/SalesOrderLines"]
    states["shopify"]["orders"], books["SO_HDR"], books["SO_LINE"] = [], [], []
    exact["salesorder/SalesOrders"], exact["salesorder/SalesOrderLines"] = [], []
    for number in numbers:
        fault = faults.get(number, "")
        like = "#1" if fault else f"#{1 + number % 3}"
        if fault != "only there":
            states["shopify"]["orders"].append(_shop(patterns[like], number, fault, count))
        for copy_ in range({"missing": 0, "double": 2}.get(fault, 1)):
            _accountview(books, headers[like], av_lines, number, copy_, fault, count)
            _exact(exact, papers[like], exact_lines, number, copy_, fault, count)
    made = Garden(folder, states)
    planted = {f"#{number}" + ("-C1" if "refund" in fault else ""): KINDS.get(fault, fault) for number, fault in faults.items()}
    return made, planted


def _templates(folder: Any) -> Row:
    """Three orders, booked in both ledgers by the flows themselves: what the others are copies of."""
    folder.mkdir()
    orders = [purchase(1, shopper(1), POT, shipping=Decimal(0)), purchase(2, shopper(2), POT, ROSE), purchase(3, shopper(3), ROSE)]
    garden = Garden(folder, states_of(shop_of(*orders)))
    try:
        for ledger in ("accountview", "exactonline"):
            assert garden.send(garden.flow(ledger, "shopify", ledger), 1, 2, 3).created == 3
        return {system: garden.state(system) for system in garden.servers}
    finally:
        garden.close()


def _day(number: int, count: int) -> Any:
    """Spread over four weeks, the last one yesterday."""
    return NOW - timedelta(days=1) - timedelta(minutes=(FIRST + count - number) * (27 * 24 * 60 // count))


def _shop(pattern: Row, number: int, fault: str, count: int) -> Row:
    text = {name: value["nodes"] if isinstance(value, dict) and "nodes" in value else value for name, value in copy.deepcopy(pattern).items()}
    text |= {"id": f"gid://shopify/Order/{number}", "name": f"#{number}", "number": number}
    for name in ("createdAt", "processedAt", "updatedAt"):
        text[name] = _day(number, count).strftime("%Y-%m-%dT%H:%M:%SZ")
    for place, line in enumerate([*text["lineItems"], *text["shippingLines"], *text["transactions"]]):
        line["id"] = f"{line['id'].rpartition('/')[0]}/{number * 10 + place}"
    text |= {"fulfillments": [], "fulfillmentOrders": []}
    return _FAULTS.get(fault, lambda one: one)(text)


def _bag(amount: str) -> Row:
    money = {"amount": amount, "currencyCode": "EUR"}
    return {"shopMoney": money, "presentmentMoney": money}


def _edited(order: Row) -> Row:
    """Somebody made it a pot of 22.10 in the shop, after it was booked."""
    line = order["lineItems"][0]
    for name in [name for name in line if name.endswith("Set")]:
        del line[name]
    line |= {"originalUnitPriceSet": _bag("22.10"), "taxLines": [{**line["taxLines"][0], "priceSet": _bag("3.84")}]}
    totals = {name: _bag("22.10") for name in order if name.endswith("TotalPriceSet") or name == "totalPriceSet"}
    return {**order, **totals}


def _refunded(status: str, amount: str, vat: str) -> Callable[[Row], Row]:
    def give_back(order: Row) -> Row:
        key = order["number"]
        paid = {"id": f"gid://shopify/OrderTransaction/{key * 100}", "kind": "REFUND", "status": "SUCCESS", "gateway": "iDEAL", "amountSet": _bag(amount)}
        line = {"id": f"gid://shopify/RefundLineItem/{key}", "lineItem": {"id": order["lineItems"][0]["id"]}, "quantity": 1, "restockType": "RETURN",
                "subtotalSet": _bag(amount), "totalTaxSet": _bag(vat)}  # fmt: skip
        refund = {"id": f"gid://shopify/Refund/{key}", "createdAt": order["createdAt"], "refundLineItems": [line], "refundShippingLines": [],
                  "transactions": [paid]}  # fmt: skip
        return {**order, "displayFinancialStatus": status, "refunds": [refund], "transactions": [*order["transactions"], paid], "totalRefundedSet": _bag(amount)}

    return give_back


_FAULTS: dict[str, Callable[[Row], Row]] = {
    "edited here": _edited,
    "cancelled": lambda order: {**order, "cancelledAt": order["createdAt"], "cancelReason": "CUSTOMER"},
    "refund": _refunded("PARTIALLY_REFUNDED", "6.05", "1.05"),
    "refund of all": _refunded("REFUNDED", "12.10", "2.10"),
}
_AV_LINES: dict[str, Row] = {
    "rounding": {"ART_PX": 12.11, "ART_AMT": 12.11}, "edited": {"ART_PX": 13.10, "ART_AMT": 13.10}, "vat": {"VAT_CODE": "2"},
}  # fmt: skip
_AV_HEADERS: dict[str, Row] = {
    "rounding": {"ORD_TOT": 12.11, "NETT_AMT": 10.01}, "edited": {"ORD_TOT": 13.10, "NETT_AMT": 10.83, "VAT_AMT": 2.27}, "currency": {"CUR_CODE": "USD"},
    "vat": {"VAT_AMT": 1.00, "NETT_AMT": 11.10},
}  # fmt: skip
_EXACT_LINES: dict[str, Row] = {
    "rounding": {"NetPrice": 12.11, "AmountFC": 10.01, "AmountDC": 10.01}, "edited": {"NetPrice": 13.10, "AmountFC": 10.83, "AmountDC": 10.83, "VATAmount": 2.27},
    "vat": {"VATCode": "5  ", "VATPercentage": 0.09, "VATAmount": 1.00, "AmountFC": 11.10, "AmountDC": 11.10},
}  # fmt: skip


def _accountview(books: Row, pattern: Row, lines: list[Row], number: int, again: int, fault: str, count: int) -> None:
    key = f"{number}{again}"
    row = {**pattern, "REC_ID": key, "ORD_NR": key, "COMMENT1": f"#{number}", "ORD_DATE": _day(number, count).strftime("%Y-%m-%dT00:00:00")}
    books["SO_HDR"].append({**row, **_AV_HEADERS.get(fault, {})})
    for place, line in enumerate(one for one in lines if one["HDR_ID"] == pattern["REC_ID"]):
        books["SO_LINE"].append({**line, "REC_ID": f"{key}{place}", "HDR_ID": key, **_AV_LINES.get(fault, {})})


def _exact(data: Row, pattern: Row, lines: list[Row], number: int, again: int, fault: str, count: int) -> None:
    key = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{number}/{again}"))
    moment = f"/Date({int(_day(number, count).timestamp()) * 1000})/"
    row = {**pattern, "OrderID": key, "OrderNumber": number * 10 + again, "YourRef": f"#{number}", "OrderDate": moment}
    data["salesorder/SalesOrders"].append({**row, **({"Currency": "USD"} if fault == "currency" else {})})
    for place, line in enumerate(one for one in lines if one["OrderID"] == pattern["OrderID"]):
        mine = {**line, "ID": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{key}/{place}")), "OrderID": key, "OrderNumber": row["OrderNumber"]}
        data["salesorder/SalesOrderLines"].append({**mine, **_EXACT_LINES.get(fault, {})})
