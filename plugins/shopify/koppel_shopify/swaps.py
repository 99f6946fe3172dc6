"""Exchanges as the core's papers tell them: the lines that came back, those that went out, and what Shopify says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from koppel_shopify.amounts import ZERO, amount, currency_of, shop_money, taxes
from koppel_shopify.bundles import parts_by_group
from koppel_shopify.client import dig, nodes
from koppel_shopify.edits import paid_back, refunded_value, sold_total
from koppel_shopify.exchanges import exchanges, is_complete, own_refunds, rows_back, sent_lines
from koppel_shopify.fees import fees_told
from koppel_shopify.lines import Row, article, extra, plain_lines
from koppel_shopify.refunds import refund_rows

_CENT = Decimal("0.01")
Vat = dict[Decimal, Decimal]


def shopify_exchanges(order: Any) -> list[Row]:
    """Each exchange of an order, the oldest first, with the lines that came back and those that were sent."""
    made = sorted(exchanges(order), key=lambda one: (str(one.get("createdAt")), _place(one)))
    found = [_exchange(order, one, place) for place, one in enumerate(made, 1)]
    _take_rounding(order, [(line, told) for one in found for line, told in one.pop("own")], found)
    return found


def shopify_exchanged_total(order: Any) -> Decimal | None:
    """What the exchanges of an order add to what is owed for it, VAT included, by the total that Shopify tells now."""
    now, sold = shop_money(order.get("currentTotalPriceSet")), sold_total(order)
    return None if now is None or sold is None or not exchanges(order) else now - (sold - refunded_value(order))


def shopify_exchanged_vat(order: Any) -> list[Row]:
    """The same of the VAT, per rate; nothing where Shopify does not tell the VAT of an order as it is now."""
    if order.get("currentTaxLines") is None or not exchanges(order):
        return []
    return [{"rate": rate, "amount": vat, "title": ""} for rate, vat in sorted(_told(order).items()) if rate]


def _told(order: Mapping[str, Any]) -> Vat:
    now = _by_rate(taxes({"taxLines": order.get("currentTaxLines")}, 1, 1, currency_of(order)))
    before = _vat(plain_lines(order))
    back = _vat(line for refund in paid_back(order) for line in refund_rows(order, refund))
    return {rate: now.get(rate, ZERO) - before.get(rate, ZERO) + back.get(rate, ZERO) for rate in {*now, *before, *back}}


def _exchange(order: Mapping[str, Any], made: Mapping[str, Any], place: int) -> Row:
    lines, currency = {str(line.get("id")): line for line in nodes(order.get("lineItems"))}, currency_of(order)
    rows = rows_back(order, made)
    back = refund_rows(order, {"refundLineItems": [_priced(row, lines, currency) for row in rows]})
    for refund in own_refunds(order, made):
        back += refund_rows(order, {"refundShippingLines": refund.get("refundShippingLines"), "duties": refund.get("duties")})
    parts = parts_by_group(lines.values())
    sent = [article(lines[key], int(lines[key].get("quantity") or 0), currency, parts) for key in sent_lines(made) if key in lines]
    sent += [extra("fee", fee["title"], amount(fee["amountSet"]), []) for fee in fees_told(made) if amount(fee["amountSet"])]
    ours = [(line, row.get("totalTaxSet") is not None) for line, row in zip(back, rows, strict=False)]
    return {
        "source_id": made.get("id"), "number": _number(made, place), "made_at": _moment(made),
        "complete": is_complete(made), "back": back, "sent": sent, "own": ours,
    }  # fmt: skip


def _priced(row: Mapping[str, Any], lines: Mapping[str, Mapping[str, Any]], currency: str) -> Mapping[str, Any]:
    """A row of a refund; where Shopify wrote none, with what these pieces were sold for."""
    if row.get("subtotalSet") is not None:
        return row
    line = lines[str(dig(row, ("lineItem",)).get("id"))]
    sold = article(line, int(row["quantity"]), currency, {})
    bag = {"shopMoney": {"amount": sold["total"], "currencyCode": currency}}
    vat = sum((tax["amount"] for tax in sold["taxes"]), ZERO)
    return {**row, "subtotalSet": bag, "totalTaxSet": {"shopMoney": {"amount": vat, "currencyCode": currency}}}


def _take_rounding(order: Mapping[str, Any], back: list[tuple[Row, bool]], found: list[Row]) -> None:
    """How Shopify rounds the VAT of some pieces of a line is nowhere promised: a cent a line is as its total says."""
    if order.get("currentTaxLines") is None:
        return
    ours: Vat = {}
    for sign, name in ((1, "sent"), (-1, "back")):
        for one in found:
            for rate, vat in _vat(one[name]).items():
                ours[rate] = ours.get(rate, ZERO) + sign * vat
    for rate, told in _told(order).items():
        loose = [tax for line, known in back if not known for tax in line["taxes"] if tax["rate"] == rate]
        gap = told - ours.get(rate, ZERO)
        if gap and abs(gap) <= _CENT * len(loose):
            loose[0]["amount"] -= gap


def _vat(lines: Iterable[Row]) -> Vat:
    return _by_rate(tax for line in lines for tax in line["taxes"])


def _by_rate(rows: Iterable[Row]) -> Vat:
    made: Vat = {}
    for tax in rows:
        made[tax["rate"]] = made.get(tax["rate"], ZERO) + tax["amount"]
    return made


def _number(made: Mapping[str, Any], place: int) -> str:
    return str(_place(made) or place)


def _place(made: Mapping[str, Any]) -> int:
    """Which return of the order it is: the 2 of #1001-R2; 0 where its name does not tell."""
    _, mark, number = str(made.get("name") or "").rpartition("-R")
    return int(number) if mark and number.isdecimal() else 0


def _moment(made: Mapping[str, Any]) -> Any:
    """When it was processed last, as far as that is told: a return tells no moment for it itself."""
    moments = [str(refund["createdAt"]) for refund in nodes(made.get("refunds")) if refund.get("createdAt")]
    return max([*moments, str(made.get("createdAt") or "")]) or None
