"""The short notation of the golden orders turned into the shop's own records. It reckons with no amount at all."""

from __future__ import annotations

import re
from typing import Any

from golden.calendar import moment

Node = dict[str, Any]
LINE = re.compile(r"(?P<what>.+?) (?:(?P<pieces>\d+) x )?(?P<price>[\d.~]+)(?: -(?P<off>[\d.~]+))?(?P<taxes>(?: [\d.]+% [\d.~]+)*)")
_GOODS, _OTHER = 81_000_000_000, 82_000_000_000


class Till:
    """Writes amounts in the order's currency; `12.10~10.40` is 12.10 for the shop and 10.40 for the customer."""

    def __init__(self, currency: str, theirs: str) -> None:
        self.currency, self.theirs = currency, theirs

    def bag(self, amount: Any) -> Node:
        """A set of both moneys."""
        ours, _, theirs = str(amount).partition("~")
        return {"shopMoney": {"amount": ours, "currencyCode": self.currency},
                "presentmentMoney": {"amount": theirs or ours, "currencyCode": self.theirs}}  # fmt: skip


COPIES = {"sales_order": "", "sales_invoice": "F", "direct_invoice": "D", "sales_entry": "B"}
"""An order is booked once in a ledger, so each kind of paper has an order of its own in the shop, alike but for its number."""


def order_id(number: int, document: str) -> str:
    """The id in the shop of the order that becomes this paper."""
    return f"gid://shopify/Order/{80_000_000_000 + number * 10 + list(COPIES).index(document)}"


def order_node(row: Node, people: Node, document: str = "sales_order", groups: Node | None = None) -> Node:
    """One golden order as the shop keeps it: see README.md beside this file for the notation. `groups` are product types by SKU."""
    number = int(row["number"]) * 10 + list(COPIES).index(document)
    till = Till(row.get("currency", "EUR"), row.get("theirs") or row.get("currency", "EUR"))
    node: Node = {
        "id": order_id(int(row["number"]), document), "name": f"#{row['number']}{COPIES[document]}", "number": number, "taxesIncluded": not row.get("excl"),
        "createdAt": moment(row.get("day", "01-20")), "processedAt": moment(row.get("day", "01-20")), "updatedAt": moment(row.get("day", "01-20")),
        "currencyCode": till.currency, "presentmentCurrencyCode": till.theirs, "sourceName": row.get("channel", "web"),
        "displayFinancialStatus": row.get("status", "PAID"), "displayFulfillmentStatus": "UNFULFILLED", "tags": row.get("tags", []),
        "note": row.get("note"), "poNumber": row.get("po"), "totalPriceSet": till.bag(row["total"]), "lineItems": [], "shippingLines": [],
        "discountCodes": row.get("codes", []),
    }  # fmt: skip
    node |= _buyer(row, people)
    for place, text in enumerate(row["sold"], 1):
        _add(node, LINE.fullmatch(text) or _unreadable(text), number * 100 + place, till)
    for place, (name, lines) in enumerate((row.get("bundles") or {}).items()):
        _bundle(node, name, lines, number * 10 + place)
    for line in node["lineItems"]:
        if line["sku"] in (groups or {}):
            line["product"] = {"id": "gid://shopify/Product/1", "productType": (groups or {})[line["sku"]]}
    node["transactions"] = [{**one, "processedAt": moment(row.get("paid_on") or row.get("day", "01-20"))} for one in _payments(row, number, till)]
    node["paymentGatewayNames"] = list(dict.fromkeys(one["gateway"] for one in node["transactions"]))
    if "shipped_on" in row:
        node["fulfillments"] = [{"id": f"gid://shopify/Fulfillment/{_OTHER + number}", "status": "SUCCESS", "createdAt": moment(row["shipped_on"])}]
    if row.get("cancelled"):
        node |= {"cancelledAt": moment(row.get("day", "01-20")), "cancelReason": "CUSTOMER"}
    _edit(node, row, till)
    node["refunds"] = [_refund(one, node, number * 10 + place, till) for place, one in enumerate(row.get("refunds") or ())]
    node["transactions"] += [{**paid} for one in node["refunds"] for paid in one["transactions"]]
    if "fees" in row:
        node |= {"returns": [_return(row["fees"], node, number, till)], "returnStatus": "RETURNED"}
    return node


def _bundle(node: Node, name: str, lines: list[int], key: int) -> None:
    """Lines (counted from 1) that were sold together, such as `PAKKET-1 x 2 (Gift box)`."""
    sku, _, rest = name.partition(" x ")
    count, _, title = rest.partition(" ")
    for line in lines:
        node["lineItems"][line - 1]["lineItemGroup"] = {
            "id": f"gid://shopify/LineItemGroup/{_GOODS + key}", "title": title.strip("()") or sku, "quantity": int(count), "variantSku": sku,
        }  # fmt: skip


def _unreadable(text: str) -> Any:
    raise ValueError(f"cannot read the line {text!r}")


def _add(node: Node, line: re.Match[str], key: int, till: Till) -> None:
    what, price = line["what"], till.bag(line["price"])
    kind, _, name = what.partition(" ")
    if kind == "tip":
        node["totalTipReceivedSet"] = price
    elif kind == "duties":
        node["originalTotalDutiesSet"] = node["currentTotalDutiesSet"] = price
    elif kind == "fee":
        fee = {"id": f"gid://shopify/AdditionalFee/{_OTHER + key}", "name": name, "price": price, "taxLines": _taxes(line, till)}
        node.setdefault("additionalFees", []).append(fee)
    elif kind == "shipping":
        row = {"id": f"gid://shopify/ShippingLine/{_OTHER + key}", "title": name or "PostNL pakket", "originalPriceSet": price}
        node["shippingLines"].append({**row, "taxLines": _taxes(line, till), "discountAllocations": _off(line, till)})
    else:
        node["lineItems"].append(_piece(line, kind, name, key, till))


def _piece(line: re.Match[str], kind: str, name: str, key: int, till: Till) -> Node:
    sku = None if kind in ("card", "custom") else line["what"]
    row = {"id": f"gid://shopify/LineItem/{_GOODS + key}", "sku": sku, "title": name or line["what"], "name": name or line["what"]}
    return {**row, "quantity": int(line["pieces"] or 1), "isGiftCard": kind == "card", "originalUnitPriceSet": till.bag(line["price"]),
            "taxLines": _taxes(line, till), "discountAllocations": _off(line, till)}  # fmt: skip


def _taxes(line: re.Match[str], till: Till) -> Any:
    words = line["taxes"].split()
    pairs = zip(words[::2], words[1::2], strict=True)
    return [{"title": "VAT", "ratePercentage": rate.rstrip("%"), "priceSet": till.bag(vat)} for rate, vat in pairs]


def _off(line: re.Match[str], till: Till) -> list[Node]:
    return [{"allocatedAmountSet": till.bag(line["off"]), "discountApplication": {"__typename": "DiscountCodeApplication", "allocationMethod": "ACROSS",
             "targetSelection": "ALL", "targetType": "LINE_ITEM", "code": "KORTING", "index": 0}}] if line["off"] else []  # fmt: skip


def _payments(row: Node, number: int, till: Till) -> list[Node]:
    paid = row.get("paid", "iDEAL")
    texts = paid if isinstance(paid, list) else [f"{paid} {row['total']}"]
    return [
        {"id": f"gid://shopify/OrderTransaction/{_OTHER + number * 100 + place}", "kind": "SALE", "gateway": text.rpartition(" ")[0],
         "status": "SUCCESS" if row.get("status", "PAID") != "PENDING" else "PENDING", "amountSet": till.bag(text.rpartition(" ")[2])}
        for place, text in enumerate(texts)
    ]  # fmt: skip


def _edit(node: Node, row: Node, till: Till) -> None:
    for sku, left in (row.get("kept") or {}).items():
        next(line for line in node["lineItems"] if line["sku"] == sku)["currentQuantity"] = left
    if "now" in row:
        node["currentTotalPriceSet"] = till.bag(row["now"])


def _refund(row: Node, node: Node, key: int, till: Till) -> Node:
    """`back` is [article, pieces, amount, VAT, restocked or kept], `shipping` and `adjust` are [amount, VAT]."""
    first = node["transactions"][0]
    made: Node = {
        "id": f"gid://shopify/Refund/{_OTHER + key}", "createdAt": node["createdAt"], "note": row.get("note"), "refundLineItems": [], "refundShippingLines": [],
        "transactions": [{"id": f"gid://shopify/OrderTransaction/{_OTHER * 2 + key}", "kind": "REFUND", "status": row.get("status", "SUCCESS"),
                          "gateway": first["gateway"], "amountSet": till.bag(row["money"])}] if "money" in row else [],
    }  # fmt: skip
    for place, text in enumerate(row.get("back") or ()):
        sku, pieces, amount, vat, shelf = text.split()
        line = next(one for one in node["lineItems"] if one["sku"] == sku)
        made["refundLineItems"].append({
            "id": f"gid://shopify/RefundLineItem/{_OTHER + key * 10 + place}", "lineItem": {"id": line["id"]}, "quantity": int(pieces), "subtotalSet": till.bag(amount),
            "totalTaxSet": till.bag(vat), "restockType": "RETURN" if shelf == "restocked" else "NO_RESTOCK", "restocked": shelf == "restocked",
        })  # fmt: skip
    for place, text in enumerate(row.get("shipping") or ()):
        amount, vat = text.split()
        made["refundShippingLines"].append({
            "id": f"gid://shopify/RefundShippingLine/{_OTHER + key * 10 + place}", "shippingLine": {"id": node["shippingLines"][place]["id"]},
            "subtotalAmountSet": till.bag(amount), "taxAmountSet": till.bag(vat),
        })  # fmt: skip
    if "adjust" in row:
        amount, vat = row["adjust"].split()
        made["orderAdjustments"] = [{"id": f"gid://shopify/OrderAdjustment/{_OTHER + key}", "reason": "REFUND_DISCREPANCY", "amountSet": till.bag(amount),
                                     "taxAmountSet": till.bag(vat)}]  # fmt: skip
    return made


def _return(fees: list[str], node: Node, number: int, till: Till) -> Node:
    """All refunds belong to one return; a fee is [article, pieces, amount], or `parcel` and an amount."""
    made: Node = {
        "id": f"gid://shopify/Return/{_OTHER + number}", "name": f"{node['name']}-R1", "status": "CLOSED", "createdAt": node["createdAt"],
        "closedAt": node["createdAt"], "exchangeLineItems": [], "refunds": [{"id": one["id"]} for one in node["refunds"]],
        "returnLineItems": [], "returnShippingFees": [],
    }  # fmt: skip
    for place, text in enumerate(fees):
        *about, amount = text.split()
        fee = {"id": f"gid://shopify/Fee/{_OTHER + number * 10 + place}", "amountSet": till.bag(amount)}
        if about == ["parcel"]:
            made["returnShippingFees"].append(fee)
            continue
        line = next(one for one in node["lineItems"] if one["sku"] == about[0])
        made["returnLineItems"].append({
            "__typename": "ReturnLineItem", "id": f"gid://shopify/ReturnLineItem/{_OTHER + number * 10 + place}", "quantity": int(about[1]),
            "processedQuantity": int(about[1]), "fulfillmentLineItem": {"quantity": int(about[1]), "lineItem": {"id": line["id"]}},
            "restockingFee": {**fee, "__typename": "RestockingFee", "percentage": 10.0},
        })  # fmt: skip
    return made


def _buyer(row: Node, people: Node) -> Node:
    who, to = people[row["buyer"]], people[row.get("to", row["buyer"])]
    guest = who.get("guest") or row.get("guest")
    made: Node = {"customer": None, "email": who.get("email"), "billingAddress": _address(who), "shippingAddress": _address(to)}
    if row.get("counter"):
        made |= {"billingAddress": None, "shippingAddress": None}
    if who.get("vat"):
        made["customAttributes"] = [{"key": "VAT number", "value": who["vat"]}]
    if not guest:
        made["customer"] = {"id": f"gid://shopify/Customer/{who['number']}", "firstName": who["first"], "lastName": who["last"], "email": who["email"]}
    return made


def _address(who: Node) -> Node | None:
    if "street" not in who:
        return None
    return {"firstName": who["first"], "lastName": who["last"], "name": f"{who['first']} {who['last']}", "company": who.get("company"),
            "address1": who["street"], "zip": who["zip"], "city": who["city"], "countryCodeV2": who["country"]}  # fmt: skip
