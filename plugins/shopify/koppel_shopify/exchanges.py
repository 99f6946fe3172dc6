"""What was exchanged on an order: pieces that came back for others that went out, and what both were worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from koppel_shopify.amounts import ZERO, add, allocated, amount, currency_of, share, taxes
from koppel_shopify.client import dig, nodes

Row = Mapping[str, Any]
_OVER = ("CANCELED", "DECLINED")


def exchanges(order: Row) -> list[Row]:
    """The returns of an order for which something is sent in exchange."""
    return [one for one in nodes(order.get("returns")) if one.get("status") not in _OVER and any(map(_count, _sent(one)))]


def is_complete(made: Row) -> bool:
    """Whether nothing more will come back or go out: all of it was processed, or the return was closed."""
    rows = [*nodes(made.get("returnLineItems")), *_sent(made)]
    return made.get("status") == "CLOSED" or not any(int(row.get("unprocessedQuantity") or 0) for row in rows)


def sent_lines(made: Row) -> list[str]:
    """The lines of the order that this exchange put there; one that was processed in parts has several."""
    return [str(line["id"]) for row in _sent(made) for line in nodes(row.get("lineItems")) if line.get("id")]


def pieces_back(made: Row) -> Counter[str]:
    """The pieces that came back, by line of the order."""
    pieces: Counter[str] = Counter()
    for row in nodes(made.get("returnLineItems")):
        pieces[str(dig(row, ("fulfillmentLineItem", "lineItem")).get("id"))] += int(row.get("processedQuantity") or 0)
    return +pieces


def refunds_of(returns: Iterable[Row]) -> set[str]:
    """The refunds that give back, or settle, what these returns come to."""
    return {str(refund["id"]) for made in returns for refund in nodes(made.get("refunds")) if refund.get("id")}


def exchanged_lines(order: Row) -> set[str]:
    """Every line of the order that an exchange put there."""
    return {line for made in exchanges(order) for line in sent_lines(made)}


def exchanged_back(order: Row) -> Counter[str]:
    """The pieces that came back in any exchange, by line of the order."""
    return sum((pieces_back(made) for made in exchanges(order)), Counter())


def own_refunds(order: Row, made: Row) -> list[Row]:
    """The refunds of this return, as the order tells them."""
    ours = refunds_of([made])
    return [refund for refund in nodes(order.get("refunds")) if str(refund.get("id")) in ours]


def rows_back(order: Row, made: Row) -> list[Row]:
    """The pieces that came back as rows of a refund: as Shopify wrote them down, or without amounts where it did not."""
    pieces, told = pieces_back(made), [row for refund in own_refunds(order, made) for row in nodes(refund.get("refundLineItems"))]
    counted: Counter[str] = Counter()
    for row in told:
        counted[str(dig(row, ("lineItem",)).get("id"))] += _count(row)
    return told if counted == pieces else [{"lineItem": {"id": key}, "quantity": count} for key, count in pieces.items()]


def worth_back(order: Row, made: Row) -> Decimal:
    """What came back was sold for, with the shipping that goes back for it, VAT included."""
    lines, included = {str(line.get("id")): line for line in nodes(order.get("lineItems"))}, bool(order.get("taxesIncluded"))
    total = ZERO
    for row in rows_back(order, made):
        if row.get("subtotalSet") is not None:
            total += amount(row.get("subtotalSet")) + (ZERO if included else amount(row.get("totalTaxSet")))
        else:
            total += _worth(order, lines[str(row["lineItem"]["id"])], _count(row))
    ways = [way for refund in own_refunds(order, made) for way in nodes(refund.get("refundShippingLines"))]
    return total + add(way.get("subtotalAmountSet") for way in ways) + (ZERO if included else add(way.get("taxAmountSet") for way in ways))


def worth_sent(order: Row) -> Decimal:
    """What all exchanges of an order sent is sold for, VAT included."""
    ours = exchanged_lines(order)
    return sum((_worth(order, line, _count(line)) for line in nodes(order.get("lineItems")) if str(line.get("id")) in ours), ZERO)


def _worth(order: Row, line: Row, pieces: int) -> Decimal:
    currency, whole = currency_of(order), _count(line)
    vat = ZERO if order.get("taxesIncluded") else sum((tax["amount"] for tax in taxes(line, pieces, whole, currency)), ZERO)
    return share(amount(line.get("originalTotalSet")) - allocated(line), pieces, whole, currency) + vat


def _sent(made: Row) -> list[Row]:
    return nodes(made.get("exchangeLineItems"))


def _count(row: Row) -> int:
    return int(row.get("quantity") or 0)
