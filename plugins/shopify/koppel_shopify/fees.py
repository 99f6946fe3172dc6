"""What a shop keeps of a return: fees for restocking and for the parcel, as lines of their own in the credit note.

Shopify tells them with the return, and a refund of it is so much less (schema: RestockingFee, ReturnShippingFee, FeeSale).
Whether one was waived, and whether VAT comes on top of it, is told nowhere but by the money."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any

from koppel.documents.money import round_money

from koppel_shopify.amounts import ZERO, amount, shared
from koppel_shopify.client import dig, nodes
from koppel_shopify.lines import Row, extra, sum_of

Taken = Mapping[str, Any]
_MOST = 8


def fees_of(order: Mapping[str, Any], refund: Mapping[str, Any]) -> list[Row]:
    """The fees that this refund may be less by: `title`, `amountSet`, `pieces` of `of` that it covers, and the `line` of
    the order that it is about, None for all of them."""
    counted = {str(dig(row, ("lineItem",)).get("id")): int(row.get("quantity") or 0) for row in nodes(refund.get("refundLineItems"))}
    return [fee for made in nodes(order.get("returns")) if _settles(made, refund) for fee in _fees(made, counted)]


def fees_told(made: Mapping[str, Any]) -> list[Row]:
    """All fees of a return, whole."""
    return list(_fees(made, {}))


def fee_lines(
    lines: Sequence[Row], fees: Sequence[Taken], rest: Decimal, included: bool, currency: str, explains: Callable[[Decimal], bool]
) -> list[Row]:
    """The fees that make these lines come to the money, `rest` being what they lack; as many of them as fit.

    `explains` says whether what is then left is accounted for otherwise. None where they explain nothing."""
    for fits in (lambda left: not left, explains):
        for chosen in _choices(fees):
            for on_top in (False, True) if not included else (False,):
                made = [line for fee in chosen for line in _lines(fee, lines, included, on_top, currency)]
                if fits(rest - sum_of(made, included)):
                    return made
    return []


def _settles(made: Mapping[str, Any], refund: Mapping[str, Any]) -> bool:
    return any(str(one.get("id")) == str(refund.get("id")) for one in nodes(made.get("refunds")))


def _fees(made: Mapping[str, Any], counted: Mapping[str, int]) -> Iterator[Row]:
    for row in nodes(made.get("returnLineItems")):
        fee, line = row.get("restockingFee"), str(dig(row, ("fulfillmentLineItem", "lineItem")).get("id"))
        pieces, of = counted.get(line, 0), int(row.get("quantity") or 0)
        if fee and of:
            yield {"title": "Restocking fee", "amountSet": fee.get("amountSet"), "line": line, "pieces": min(pieces, of) or of, "of": of}
    for fee in nodes(made.get("returnShippingFees")):
        yield {"title": "Return shipping", "amountSet": fee.get("amountSet"), "line": None, "pieces": 1, "of": 1}


def _choices(fees: Sequence[Taken]) -> Iterator[tuple[Taken, ...]]:
    """Some of these fees, all of them first."""
    known = [fee for fee in fees if amount(fee.get("amountSet"))][:_MOST]
    for size in range(len(known), 0, -1):
        yield from combinations(known, size)


def _lines(fee: Taken, lines: Sequence[Row], included: bool, on_top: bool, currency: str) -> Iterator[Row]:
    """A fee at the VAT of what came back; over several rates by what came back at each."""
    about = [line for line in lines if line["kind"] == "article" and fee["line"] in (None, line["source_id"])] or lines
    whole = round_money(amount(fee.get("amountSet")) * fee["pieces"] / fee["of"], currency)
    weights: dict[tuple[Decimal, ...], Decimal] = {}
    for line in about:
        rates = tuple(tax["rate"] for tax in line["taxes"])
        weights[rates] = weights.get(rates, ZERO) + line["total"]
    for rates, share in zip(weights, shared(whole, list(weights.values()), currency), strict=True):
        base = 100 if on_top else 100 + sum(rates, ZERO)
        vat: list[Row] = [{"rate": rate, "amount": -round_money(share * rate / base, currency), "title": ""} for rate in rates]
        net = share if included or on_top else share + sum((tax["amount"] for tax in vat), ZERO)
        yield extra("fee", fee["title"], -net, vat)
