"""What an order comes to now: its current totals, VAT per rate, what is left to be paid, and the statuses that follow."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from koppel_shopify.sandbox.money import Purse, add, minus, pair, plus, shop_amount
from koppel_shopify.sandbox.shapes import Node

Pair = tuple[Decimal, Decimal]


def purse_of(order: Node) -> Purse:
    """The two currencies of an order."""
    return Purse(order["currencyCode"], order["presentmentCurrencyCode"])


def worth(line: Node, count: int, included: bool, purse: Purse) -> Node:
    """What `count` pieces of a line were sold for after all discounts: `goods`, and its `taxLines`, each to the coin.

    The VAT of some of the pieces is reckoned from what they cost."""
    off = add(one.get("allocatedAmountSet") for one in line.get("discountAllocations") or ())
    whole, pieces = minus(add([line["originalTotalSet"]]), off), line["quantity"]
    goods = purse.bag((whole[0] * count / pieces, whole[1] * count / pieces))
    taxes = line.get("taxLines") or []
    if count != pieces:
        rates = sum((rate_of(row) for row in taxes), Decimal(0))
        taxes = [{**row, "priceSet": purse.bag(_times(pair(goods), rate_of(row) / ((1 + rates) if included else 1)))} for row in taxes]
    return {"goods": goods, "taxLines": [dict(row) for row in taxes]}


def rate_of(row: Node) -> Decimal:
    """The rate of a tax line: 0.21."""
    if row.get("rate") is not None:
        return Decimal(str(row["rate"]))
    return Decimal(str(row.get("ratePercentage") or 0)) / 100


def _times(amounts: Pair, factor: Decimal) -> Pair:
    return amounts[0] * factor, amounts[1] * factor


def move(order: Node, sign: int, goods: Iterable[Node] = (), shipping: Iterable[Node] = (), taxes: Iterable[Node] = ()) -> None:
    """Add these amounts to what the order comes to now, or take them off where `sign` is -1."""
    purse, taxes = purse_of(order), list(taxes)
    sold, sent, vat = add(goods), add(shipping), add(row["priceSet"] for row in taxes)
    changes = {"currentSubtotalPriceSet": sold, "currentShippingPriceSet": sent, "currentTotalTaxSet": vat}
    changes["currentTotalPriceSet"] = plus(sold, sent) if order["taxesIncluded"] else plus(sold, sent, vat)
    for name, change in changes.items():
        order[name] = purse.bag((plus if sign > 0 else minus)(add([order[name]]), change))
    order["currentTaxLines"] = _with_taxes(order, sign, taxes, purse)


def _with_taxes(order: Node, sign: int, taxes: list[Node], purse: Purse) -> list[Node]:
    rows = {_rate(row): dict(row) for row in order.get("currentTaxLines") or ()}
    for tax in taxes:
        known = rows.setdefault(_rate(tax), {**tax, "priceSet": purse.zero})
        known["priceSet"] = purse.bag((plus if sign > 0 else minus)(add([known["priceSet"]]), pair(tax["priceSet"])))
    return [row for row in rows.values() if any(add([row["priceSet"]]))]


def _rate(row: Node) -> tuple[str, Decimal]:
    return str(row.get("title")), rate_of(row).normalize()


def outstanding(order: Node) -> Pair:
    """What is still to be paid, below zero what the customer has too much paid (schema: Order.totalOutstandingSet).

    What was given back beyond, or withheld of, what was due is nobody's debt."""
    if order.get("cancelledAt"):
        return Decimal(0), Decimal(0)
    left = minus(add([order["currentTotalPriceSet"]]), add([order["netPaymentSet"]]))
    fees = add([] if order.get("feesInTotal") else [order.get("feesSet")])
    return plus(left, fees, add([order["refundDiscrepancySet"]]))


def settle(order: Node) -> None:
    """Bring what is outstanding, and the financial status, up to date after something changed."""
    order["totalOutstandingSet"] = purse_of(order).bag(outstanding(order))
    received, net = shop_amount(order["totalReceivedSet"]), shop_amount(order["netPaymentSet"])
    if received <= 0:
        return
    if shop_amount(order["totalRefundedSet"]):
        order["displayFinancialStatus"] = "PARTIALLY_REFUNDED" if net else "REFUNDED"
    else:
        order["displayFinancialStatus"] = "PARTIALLY_PAID" if shop_amount(order["totalOutstandingSet"]) > 0 else "PAID"


def pay_back(order: Node, paid: list[Node], value: Pair) -> Pair:
    """Book these refund transactions; gives what was calculated less what was given (schema: Order.refundDiscrepancySet).

    `value` is what the goods and shipping of this refund are worth: less what was still owed, and what was paid too much
    before is due as well."""
    purse, before = purse_of(order), outstanding(order)
    given = add(one["amountSet"] for one in paid)
    due = (max(value[0] - before[0], Decimal(0)), max(value[1] - before[1], Decimal(0)))
    order.setdefault("transactions", []).extend(paid)
    order["totalRefundedSet"] = purse.bag(plus(add([order["totalRefundedSet"]]), given))
    order["netPaymentSet"] = purse.bag(minus(add([order["netPaymentSet"]]), given))
    gap = minus(due, given) if paid else (Decimal(0), Decimal(0))
    order["refundDiscrepancySet"] = purse.bag(plus(add([order["refundDiscrepancySet"]]), gap))
    return gap
