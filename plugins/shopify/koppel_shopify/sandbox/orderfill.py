"""What a poured-in order lacks: names, addresses' ids, and every money set that its own lines imply."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from koppel_shopify.sandbox import gids
from koppel_shopify.sandbox.filling import Numbers, identify, setdefaults, stamp
from koppel_shopify.sandbox.money import Purse, add, minus, plus
from koppel_shopify.sandbox.shapes import Node

Pair = tuple[Decimal, Decimal]
ZERO: Pair = (Decimal(0), Decimal(0))


def order(node: Node, numbers: Numbers, now: datetime, where: str, currency: str) -> None:
    """An order that can answer every question about itself."""
    identify(node, "Order", numbers, where)
    stamp(node, now, "processedAt")
    code = _currency(node, currency)
    setdefaults(node, currencyCode=code, presentmentCurrencyCode=_currency(node, code, "presentmentMoney"))
    setdefaults(node, name=f"#{gids.tail_of(node['id'])}", tags=[], confirmed=True, taxesIncluded=False)
    digits = "".join(letter for letter in node["name"] if letter.isdigit())
    setdefaults(node, number=int(digits[-9:] or 0), sourceName="web", displayFulfillmentStatus="UNFULFILLED")
    node.setdefault("displayFinancialStatus", None)
    setdefaults(node, risk={"assessments": [], "recommendation": "NONE"})
    setdefaults(node, paymentGatewayNames=_gateways(node), customAttributes=[], discountCodes=_codes(node))
    for name in ("billingAddress", "shippingAddress"):
        if node.get(name):
            identify(node[name], "MailingAddress", numbers, f"{where}.{name}", "?model_name=Address")
    purse = Purse(node["currencyCode"], node["presentmentCurrencyCode"])
    _parts(node, numbers, now, where, purse)
    _totals(node, purse)


def _currency(node: Node, fallback: str, side: str = "shopMoney") -> str:
    for name in ("totalPriceSet", "currentTotalPriceSet", "subtotalPriceSet"):
        if node.get(name):
            return str(node[name][side]["currencyCode"])
    return str(node.get("currencyCode") or fallback)


def _gateways(node: Node) -> list[str]:
    return list(dict.fromkeys(one["gateway"] for one in node.get("transactions") or () if one.get("gateway")))


def _codes(node: Node) -> list[str]:
    return [one["code"] for one in node.get("discountApplications") or () if one.get("code")]


def _parts(node: Node, numbers: Numbers, now: datetime, where: str, purse: Purse) -> None:
    for index, one in enumerate(node.get("lineItems") or ()):
        identify(one, "LineItem", numbers, f"{where}.lineItems[{index}]")
        fill_line(one, purse, bool(node["taxesIncluded"]))
    for index, one in enumerate(node.get("shippingLines") or ()):
        identify(one, "ShippingLine", numbers, f"{where}.shippingLines[{index}]")
        _shipping(one, purse)
    for name, kind in (("transactions", "OrderTransaction"), ("refunds", "Refund"), ("fulfillments", "Fulfillment"),
                       ("fulfillmentOrders", "FulfillmentOrder"), ("returns", "Return")):
        for index, one in enumerate(node.get(name) or ()):
            identify(one, kind, numbers, f"{where}.{name}[{index}]")
            stamp(one, now, "processedAt")
            _PARTS[name](one, node, purse, numbers)
    if node.get("paymentTerms"):
        identify(node["paymentTerms"], "PaymentTerms", numbers, f"{where}.paymentTerms")


def fill_line(line: Node, purse: Purse, included: bool) -> None:
    """A line that can answer every question about itself."""
    setdefaults(line, quantity=1, title="", taxLines=[], discountAllocations=[], customAttributes=[], requiresShipping=True)
    setdefaults(line, currentQuantity=line["quantity"], taxable=True, isGiftCard=False)
    setdefaults(line, refundableQuantity=line["currentQuantity"], name=line["title"])
    setdefaults(line, unfulfilledQuantity=line["currentQuantity"])
    count = Decimal(line["quantity"])
    unit = add([line.get("originalUnitPriceSet") or line.get("discountedUnitPriceSet")])
    off = add(one.get("allocatedAmountSet") for one in line["discountAllocations"])
    direct = add(one.get("allocatedAmountSet") for one in line["discountAllocations"] if is_line_level(one, codes=False))
    whole = (unit[0] * count, unit[1] * count)
    left = minus(whole, off)
    tax = add(one.get("priceSet") for one in line["taxLines"]) if included else ZERO
    setdefaults(
        line, originalUnitPriceSet=purse.bag(unit), originalTotalSet=purse.bag(whole),
        totalDiscountSet=purse.bag(direct), discountedTotalSet=purse.bag(minus(whole, direct)),
        discountedUnitPriceSet=_each(purse, minus(whole, direct), count),
        discountedUnitPriceAfterAllDiscountsSet=_each(purse, left, count),
        priceAfterAllDiscountsBeforeTaxesSet=purse.bag(minus(left, tax)),
    )


def is_line_level(allocation: Node, codes: bool) -> bool:
    """True for a discount on the line itself; one spread over the order is not, a code only when `codes`."""
    applied = allocation.get("discountApplication") or {}
    return applied.get("allocationMethod") != "ACROSS" and (codes or not applied.get("code"))


def _each(purse: Purse, total: Pair, count: Decimal) -> Any:
    return purse.bag((total[0] / count, total[1] / count)) if count else purse.zero


def _shipping(line: Node, purse: Purse) -> None:
    setdefaults(line, title="", taxLines=[], discountAllocations=[], isRemoved=False, custom=False)
    setdefaults(line, originalPriceSet=line.get("discountedPriceSet") or purse.zero)
    off = add(one.get("allocatedAmountSet") for one in line["discountAllocations"])
    setdefaults(line, discountedPriceSet=purse.bag(minus(add([line["originalPriceSet"]]), off)))
    setdefaults(line, currentDiscountedPriceSet=line["discountedPriceSet"])


def _transaction(one: Node, order: Node, purse: Purse, numbers: Numbers) -> None:
    setdefaults(one, kind="SALE", status="SUCCESS", amountSet=purse.zero, test=False, fees=[])
    setdefaults(one, formattedGateway=one.get("gateway"), manualPaymentGateway=one.get("gateway") == "manual")


def _refund(one: Node, order: Node, purse: Purse, numbers: Numbers) -> None:
    for line in one.get("refundLineItems") or ():
        identify(line, "RefundLineItem", numbers, one["id"])
        setdefaults(line, quantity=1, restockType="NO_RESTOCK", restocked=False, subtotalSet=purse.zero)
        setdefaults(line, totalTaxSet=purse.zero, priceSet=line["subtotalSet"])
    moved = add(t.get("amountSet") for t in one.get("transactions") or () if t.get("status", "SUCCESS") == "SUCCESS")
    setdefaults(one, totalRefundedSet=purse.bag(moved))


def _fulfillment(one: Node, order: Node, purse: Purse, numbers: Numbers) -> None:
    for line in one.get("fulfillmentLineItems") or ():
        identify(line, "FulfillmentLineItem", numbers, one["id"])
    total = sum(line.get("quantity") or 0 for line in one.get("fulfillmentLineItems") or ())
    place = len(order["fulfillments"]) if one not in order["fulfillments"] else order["fulfillments"].index(one) + 1
    setdefaults(one, status="SUCCESS", name=f"{order['name']}-F{place}", trackingInfo=[], totalQuantity=total)


def _fulfillment_order(one: Node, order: Node, purse: Purse, numbers: Numbers) -> None:
    lines = {line["id"]: line for line in order.get("lineItems") or ()}
    for line in one.get("lineItems") or ():
        identify(line, "FulfillmentOrderLineItem", numbers, one["id"])
        sold = lines.get((line.get("lineItem") or {}).get("id"), {})
        setdefaults(line, totalQuantity=sold.get("quantity") or 0, productTitle=sold.get("title") or "", sku=sold.get("sku"))
        setdefaults(line, remainingQuantity=line["totalQuantity"], variantTitle=sold.get("variantTitle"))
    setdefaults(one, status="OPEN", requestStatus="UNSUBMITTED", assignedLocation={}, supportedActions=[])


def _return(one: Node, order: Node, purse: Purse, numbers: Numbers) -> None:
    for name, kind in (("returnLineItems", "ReturnLineItem"), ("exchangeLineItems", "ExchangeLineItem")):
        for row in one.get(name) or ():
            identify(row, kind, numbers, one["id"])
            setdefaults(row, quantity=1, processedQuantity=0, returnReasonNote="")
            if name == "returnLineItems":
                setdefaults(row, returnReason="UNKNOWN", withCodeDiscountedTotalPriceSet=purse.zero, __typename="ReturnLineItem")
            left = row["quantity"] - row["processedQuantity"]
            setdefaults(row, unprocessedQuantity=left, processableQuantity=left, refundableQuantity=left, refundedQuantity=0)
    count = sum(row["quantity"] for row in one.get("returnLineItems") or ())
    setdefaults(one, status="OPEN", name=f"{order['name']}-R1", totalQuantity=count, returnLineItems=[], exchangeLineItems=[], refunds=[],
                returnShippingFees=[], reverseFulfillmentOrders=[], transactions=[])


_PARTS = {
    "transactions": _transaction, "refunds": _refund, "fulfillments": _fulfillment,
    "fulfillmentOrders": _fulfillment_order, "returns": _return,
}


def _totals(node: Node, purse: Purse) -> None:
    lines, shipping = node.get("lineItems"), node.get("shippingLines") or []
    goods = plus(*(_after_discounts(line) for line in lines or ()))
    freight = add(one["discountedPriceSet"] for one in shipping)
    tax = add(tax.get("priceSet") for one in (*(lines or ()), *shipping) for tax in one["taxLines"])
    off = add(one.get("allocatedAmountSet") for line in (*(lines or ()), *shipping) for one in line["discountAllocations"])
    total = plus(goods, freight, ZERO if node["taxesIncluded"] else tax)
    known = node.get("totalPriceSet") or node.get("originalTotalPriceSet") or node.get("currentTotalPriceSet")
    if lines is None and known:
        total = add([known])
        goods = add([node.get("subtotalPriceSet") or node.get("currentSubtotalPriceSet") or known])
    setdefaults(
        node, subtotalPriceSet=purse.bag(goods), totalShippingPriceSet=purse.bag(freight), totalTaxSet=purse.bag(tax),
        totalDiscountsSet=purse.bag(off), totalPriceSet=purse.bag(total), totalTipReceivedSet=purse.zero,
        refundDiscrepancySet=purse.zero, totalCapturableSet=purse.zero,
        taxLines=_grouped([*(lines or ()), *shipping], purse),
        subtotalLineItemsQuantity=sum(line["quantity"] for line in lines or ()),
    )
    setdefaults(node, originalTotalPriceSet=node["totalPriceSet"], cartDiscountAmountSet=purse.bag(_across(lines or [])))
    _currents(node, purse)


def _after_discounts(line: Node) -> Pair:
    return minus(add([line["originalTotalSet"]]), add(one.get("allocatedAmountSet") for one in line["discountAllocations"]))


def _across(lines: list[Node]) -> Pair:
    return add(
        one.get("allocatedAmountSet") for line in lines for one in line["discountAllocations"]
        if (one.get("discountApplication") or {}).get("allocationMethod") == "ACROSS"
    )


def _grouped(lines: Iterable[Node], purse: Purse) -> list[Node]:
    """One tax line per title and rate (reference: section 12)."""
    groups: dict[tuple[Any, Any], list[Node]] = {}
    for line in lines:
        for tax in line["taxLines"]:
            groups.setdefault((tax.get("title"), tax.get("rate")), []).append(tax)
    return [{**found[0], "priceSet": purse.bag(add(one.get("priceSet") for one in found))} for found in groups.values()]


def _currents(node: Node, purse: Purse) -> None:
    returned = [line for refund in node.get("refunds") or () for line in refund.get("refundLineItems") or ()]
    goods_back, tax_back = add(one["subtotalSet"] for one in returned), add(one["totalTaxSet"] for one in returned)
    received, refunded = _moved(node, ("SALE", "CAPTURE")), _moved(node, ("REFUND",))
    if not any(refunded):
        refunded = add(one["totalRefundedSet"] for one in node.get("refunds") or ())
    back = goods_back if node["taxesIncluded"] else plus(goods_back, tax_back)
    setdefaults(
        node, currentSubtotalPriceSet=purse.bag(minus(add([node["subtotalPriceSet"]]), goods_back)),
        currentTotalTaxSet=purse.bag(minus(add([node["totalTaxSet"]]), tax_back)),
        currentTotalPriceSet=purse.bag(minus(add([node["totalPriceSet"]]), back)),
        currentTotalDiscountsSet=node["totalDiscountsSet"], currentShippingPriceSet=node["totalShippingPriceSet"],
        currentCartDiscountAmountSet=node["cartDiscountAmountSet"], currentTaxLines=node["taxLines"],
        totalReceivedSet=purse.bag(received), totalRefundedSet=purse.bag(refunded), totalRefundedShippingSet=purse.zero,
    )
    net = minus(add([node["totalReceivedSet"]]), add([node["totalRefundedSet"]]))
    setdefaults(node, netPaymentSet=purse.bag(net))
    due = ZERO if node.get("cancelledAt") else minus(add([node["currentTotalPriceSet"]]), add([node["netPaymentSet"]]))
    setdefaults(node, totalOutstandingSet=purse.bag(due))
    setdefaults(node, totalCashRoundingAdjustment={"paymentSet": purse.zero, "refundSet": purse.zero})
    setdefaults(node, currentSubtotalLineItemsQuantity=sum(one["currentQuantity"] for one in node.get("lineItems") or ()))


def _moved(node: Node, kinds: tuple[str, ...]) -> Pair:
    return add(
        one["amountSet"] for one in node.get("transactions") or () if one["kind"] in kinds and one["status"] == "SUCCESS"
    )
