"""Which fulfilment orders a shipment takes from: one fulfilment per location (reference: Fulfilment write-back)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from koppel import RejectedError

from koppel_shopify.client import dig, nodes
from koppel_shopify.resources.shipment_state import OrderState

Row = Mapping[str, Any]


@dataclass
class Part:
    """What leaves from one location: per fulfilment order its lines and quantities."""

    lines: dict[str, dict[str, int]] = field(default_factory=dict)

    def input(self) -> list[dict[str, Any]]:
        """As `fulfillmentCreate` wants it."""
        return [
            {
                "fulfillmentOrderId": order,
                "fulfillmentOrderLineItems": [{"id": line, "quantity": count} for line, count in lines.items()],
            }
            for order, lines in self.lines.items()
        ]


@dataclass
class _Line:
    """A line of a fulfilment order, with what is left of it."""

    place: str
    order: str
    id: str
    item: str
    sku: str
    left: int
    bundle: str = ""
    bundle_sku: str = ""
    pieces: Decimal = Decimal(1)

    def known_as(self, sku: str) -> bool:
        """Whether this is the article number of the line; letter case does not matter."""
        return bool(sku) and self.sku.casefold() == sku.casefold()


def plan(order: OrderState, wanted: Sequence[Row], sent: Counter[str]) -> list[Part]:
    """The parts of a shipment; no `wanted` lines: all that is left. `sent` (by order line) went earlier.

    RejectedError, naming the article, when more is to be sent than is left."""
    lines = _lines(order)
    if not wanted:
        taken = [(line, line.left) for line in lines if line.left]
    else:
        taken = [pair for one in wanted for row in _opened(one, lines) for pair in _take(row, lines, sent, order)]
    if not taken:
        raise RejectedError(
            f"Nothing of the order {order.name} is left to be sent in Shopify.",
            cause="shipment.nothing",
            resolution="It was sent from Shopify itself, or cancelled there; skip this shipment.",
        )
    parts: dict[str, Part] = {}
    for line, count in taken:
        rows = parts.setdefault(line.place, Part()).lines.setdefault(line.order, {})
        rows[line.id] = rows.get(line.id, 0) + count
    return list(parts.values())


def _lines(order: OrderState) -> list[_Line]:
    found = []
    for part in order.waiting:
        place = str(dig(part, ("assignedLocation", "location")).get("id") or "")
        for row in nodes(part.get("lineItems")):
            sold = dig(row, ("lineItem",))
            gid, sku = str(sold.get("id") or ""), str(sold.get("sku") or "")
            left, group = int(row.get("remainingQuantity") or 0), dig(sold, ("lineItemGroup",))
            line = _Line(place, str(part["id"]), str(row["id"]), gid, sku, left)
            if group.get("quantity"):
                line.bundle, line.bundle_sku = str(group.get("id")), str(group.get("variantSku") or "")
                line.pieces = Decimal(sold.get("quantity") or 0) / Decimal(group["quantity"])
            found.append(line)
    return found


def _opened(one: Row, lines: Sequence[_Line]) -> list[Row]:
    """A bundle that the books know as one article, as the parts that the shop sends; anything else as it is."""
    sku = str(one.get("sku") or "")
    if any(line.item == one.get("line") or line.known_as(sku) for line in lines):
        return [one]
    parts = {line.item: line for line in lines if line.bundle and sku and line.bundle_sku.casefold() == sku.casefold()}
    bundles = list(dict.fromkeys(line.bundle for line in parts.values()))
    rows: list[Row] = []
    left = _whole(one, sku)
    for place, bundle in enumerate(bundles, 1):
        mine = [line for line in parts.values() if line.bundle == bundle]
        most = min((int(line.left / line.pieces) for line in mine if line.pieces), default=0)
        count = left if place == len(bundles) else min(left, most)
        left -= count
        rows += [{"line": line.item, "sku": line.sku, "quantity": count * line.pieces} for line in mine]
    return rows or [one]


def _take(one: Row, lines: Sequence[_Line], sent: Counter[str], order: OrderState) -> list[tuple[_Line, int]]:
    sku = str(one.get("sku") or "")
    fitting = [line for line in lines if line.item == one.get("line")] or [line for line in lines if line.known_as(sku)]
    left = _whole(one, sku)
    for line in {line.item: line for line in fitting}.values():  # what a broken line has sent already
        gone = min(left, sent[line.item])
        sent[line.item] -= gone
        left -= gone
    taken = []
    for line in fitting:
        count = min(left, line.left)
        if count:
            line.left -= count
            left -= count
            taken.append((line, count))
    if left:
        raise RejectedError(
            f"{left} more of {sku or 'an article'} than can still be sent of the order {order.name}.",
            cause="shipment.too_much",
            resolution="Compare the shipment with the order in Shopify; skip it when all was sent there.",
        )
    return taken


def _whole(one: Row, sku: str) -> int:
    number = Decimal(str(one.get("quantity") or 0))
    if number != number.to_integral_value() or number < 0:
        raise RejectedError(f"Shopify sends whole pieces, not {number} of {sku}.", field="quantity", cause="shipment.whole")
    return int(number)
