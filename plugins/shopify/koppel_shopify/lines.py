"""An order's lines as simple rows: goods, shipping, and what else was charged; they add up to the total.

Booked is what was sold. Pieces that an edit took off the order, without money going back, were never sold and are
left out. Pieces for which money went back stay: their refund is a paper of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import combinations
from typing import Any

from koppel.documents.money import round_money

from koppel_shopify.amounts import ZERO, add, allocated, amount, currency_of, share, shop_money, taxes, taxes_left
from koppel_shopify.bundles import bundle_of, components_of, parts_by_group
from koppel_shopify.client import nodes
from koppel_shopify.edits import kept_quantities, sold_total

Row = dict[str, Any]


def shopify_lines(order: Any) -> list[Row]:
    """All lines of an order: kind, sku, description, quantity, unit_price, discount, total, taxes, source_id."""
    if not isinstance(order, Mapping):
        raise ValueError("it wants the whole order")
    lines = plain_lines(order)
    return lines + _extras(order, lines)


def plain_lines(order: Mapping[str, Any]) -> list[Row]:
    """The goods and the shipping of an order."""
    kept, currency, included = kept_quantities(order), currency_of(order), bool(order.get("taxesIncluded"))
    goods = nodes(order.get("lineItems"))
    parts = parts_by_group(goods)
    lines = [_left(line, kept[str(line.get("id"))], currency, parts, included) for line in goods if kept[str(line.get("id"))]]
    lines += [_shipping(line, currency) for line in nodes(order.get("shippingLines"))]
    return [_at_some_rate(line, lines) for line in lines]


def _at_some_rate(line: Row, lines: list[Row]) -> Row:
    """A line that came free has no tax of its own; it goes along at the rate of the dearest line."""
    if line["total"] or not line["taxes"] or any(tax["rate"] for tax in line["taxes"]):
        return line
    dearest = max(lines, key=lambda one: one["total"])
    return {**line, "taxes": [{**tax, "amount": ZERO} for tax in dearest["taxes"]] or line["taxes"]}


def gap(order: Mapping[str, Any], lines: list[Row]) -> Decimal:
    """What the order asks for besides these lines; zero when its total is not known."""
    total = sold_total(order)
    return ZERO if total is None else total - sum_of(lines, bool(order.get("taxesIncluded")))


def shopify_total(order: Any) -> Decimal | None:
    """What the customer owes for what was sold, VAT included."""
    return sold_total(order) if isinstance(order, Mapping) else None


def _left(line: Mapping[str, Any], kept: int, currency: str, parts: Mapping[str, int], included: bool) -> Row:
    row = article(line, kept, currency, parts)
    if kept == int(line.get("quantity") or 0):
        return row
    return {**row, "taxes": taxes_left(row["taxes"], row["total"], currency, included)}


def article(line: Mapping[str, Any], kept: int, currency: str, parts: Mapping[str, int]) -> Row:
    """So many pieces of a line of goods; `parts` says how many lines each bundle of the order has."""
    quantity = int(line.get("quantity") or 0)
    price = amount(line.get("originalUnitPriceSet"))
    whole = shop_money(line.get("originalTotalSet"))
    if whole is not None and whole != price * quantity and quantity:
        price = whole / quantity  # an amount converted from another currency need not divide evenly
    discount = share(allocated(line), kept, quantity, currency)
    product = line.get("product") or {}
    return {
        "kind": "gift_card" if line.get("isGiftCard") else "article",
        "sku": line.get("sku"),
        "description": line.get("name") or _named(line),
        "group": product.get("group") or product.get("productType"),
        "vendor": line.get("vendor"),
        "quantity": kept,
        "unit_price": price,
        "discount": discount,
        "total": round_money(price * kept, currency) - discount,
        "taxes": taxes(line, kept, quantity, currency),
        "source_id": line.get("id"),
        "article_ids": _article_ids(line),
        "bundle": bundle_of(line, parts),
        "components": components_of(line),
    }


def _article_ids(line: Mapping[str, Any]) -> list[str]:
    """The ids under which the article may be linked: its form's, and the product's where that has no other form."""
    product = line.get("product") or {}
    ids = [(line.get("variant") or {}).get("id"), product.get("id") if product.get("hasOnlyDefaultVariant") else None]
    return [str(one) for one in ids if one]


def _named(line: Mapping[str, Any]) -> str:
    return " - ".join(str(line[name]) for name in ("title", "variantTitle") if line.get(name))


def _shipping(line: Mapping[str, Any], currency: str) -> Row:
    price = amount(line.get("originalPriceSet"))
    discount = allocated(line)
    after = shop_money(line.get("discountedPriceSet"))
    if not discount and after is not None:
        discount = price - after
    return extra("shipping", line.get("title"), price, taxes(line, 1, 1, currency), line.get("id"), discount)


def extra(
    kind: str, title: Any, price: Decimal, vat: list[Row], source_id: Any = None, discount: Decimal = ZERO
) -> Row:
    """A line that is not an article: one piece, at this price."""
    return {
        "kind": kind,
        "sku": None,
        "description": title,
        "group": None,
        "vendor": None,
        "quantity": 1,
        "unit_price": price,
        "discount": discount,
        "total": price - discount,
        "taxes": vat,
        "source_id": source_id,
    }


def _extras(order: Mapping[str, Any], lines: list[Row]) -> list[Row]:
    """Tip, duties and fees, where the lines do not have them yet.

    Some channels put a tip among the goods as well, so each is added only if that makes the total fit."""
    missing = gap(order, lines)
    candidates = _candidates(order) if missing else []
    for size in range(1, len(candidates) + 1):
        for chosen in combinations(candidates, size):
            if sum_of(chosen, bool(order.get("taxesIncluded"))) == missing:
                return list(chosen)
    return []


def _candidates(order: Mapping[str, Any]) -> list[Row]:
    none = [{"rate": ZERO, "amount": ZERO, "title": ""}]
    tip = amount(order.get("totalTipReceivedSet"))
    duties = amount(order.get("originalTotalDutiesSet")) or add([order.get("currentTotalDutiesSet")])
    found = [extra("tip", "Tip", tip, none), extra("duty", "Duties", duties, none)]
    currency = currency_of(order)
    for fee in order.get("additionalFees") or ():
        found.append(
            extra("fee", fee.get("name"), amount(fee.get("price")), taxes(fee, 1, 1, currency), fee.get("id"))
        )
    return [line for line in found if line["total"]][:8]


def sum_of(lines: Iterable[Row], included: bool) -> Decimal:
    """What these lines come to, VAT included."""
    lines = list(lines)
    vat = ZERO if included else sum((tax["amount"] for line in lines for tax in line["taxes"]), ZERO)
    return sum((line["total"] for line in lines), vat)
