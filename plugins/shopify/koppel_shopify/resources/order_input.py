"""An order of the books as a new order of the shop: prices pinned, VAT as it is, to the cent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Any

from koppel import RejectedError
from koppel.documents.money import decimals, round_money

Row = Mapping[str, Any]
Input = dict[str, Any]
_PLAIN = ("sourceIdentifier", "taxesIncluded", "currency", "email", "note", "poNumber", "tags")


def order_input(fields: Row, variants: Mapping[str, str]) -> Input:
    """What the service takes; `variants` are the ids of articles by SKU, a line without one is made by its title.

    RejectedError for lines that no shop can have."""
    currency = str(fields["currency"])
    made: Input = {name: fields[name] for name in _PLAIN if fields.get(name) not in (None, "", [])}
    if fields.get("processedAt"):
        made["processedAt"] = str(getattr(fields["processedAt"], "isoformat", lambda: fields["processedAt"])())
    if fields.get("customer"):
        made["customer"] = {"toAssociate": {"id": fields["customer"]}}
    for name in ("billingAddress", "shippingAddress"):
        place = {key: value for key, value in (fields.get(name) or {}).items() if value not in (None, "")}
        if place.get("address1") or place.get("city"):
            made[name] = place
    if "billingAddress" in made:
        made.setdefault("shippingAddress", made["billingAddress"])  # without one Shopify asks nobody to send anything
    lines = list(fields.get("lines") or ())
    made["lineItems"] = [one for line in lines if line["kind"] != "shipping" for one in _goods(line, variants, currency)]
    made["shippingLines"] = [_shipping(line, currency) for line in lines if line["kind"] == "shipping"]
    return made | _payment(fields, lines, currency)


def _goods(line: Row, variants: Mapping[str, str], currency: str) -> Iterator[Input]:
    """A line as one line, or as two where its price does not divide evenly over the pieces."""
    total, pieces = _number(line["total"]), _number(line["quantity"])
    _refuse_below_zero(line, total)
    if pieces != pieces.to_integral_value() or pieces < 1:
        pieces, line = Decimal(1), {**line, "title": f"{_shown(pieces)} × {line['title']}", "sku": line.get("sku")}
    left, count = [(tax["rate"], _number(tax["amount"])) for tax in line.get("taxes") or ()], int(pieces)
    for at, (many, price) in enumerate(parts := list(_parts(total, count, currency))):
        last = at == len(parts) - 1
        share = [(rate, vat if last else round_money(vat * many / count, currency)) for rate, vat in left]
        left = [(rate, vat - taken) for (rate, vat), (_, taken) in zip(left, share, strict=True)]
        yield {
            **_article(line, variants),
            "quantity": many,
            "priceSet": _bag(price, currency),
            "taxLines": [_tax(rate, vat, currency) for rate, vat in share],
        }


def _parts(total: Decimal, count: int, currency: str) -> Iterator[tuple[int, Decimal]]:
    """So many pieces at this price, and the rest a cent dearer."""
    cent = Decimal(1).scaleb(-decimals(currency))
    price = (total / count).quantize(cent, ROUND_DOWN)
    dearer = int((total - price * count) / cent)
    if count - dearer:
        yield count - dearer, price
    if dearer:
        yield dearer, price + cent


def _article(line: Row, variants: Mapping[str, str]) -> Input:
    sku = str(line.get("sku") or "")
    if sku in variants:
        return {"variantId": variants[sku], "title": line["title"]}
    return {"title": line["title"], "requiresShipping": line["kind"] == "article", **({"sku": sku} if sku else {})}


def _shipping(line: Row, currency: str) -> Input:
    total = _number(line["total"])
    _refuse_below_zero(line, total)
    vat = [_tax(tax["rate"], _number(tax["amount"]), currency) for tax in line.get("taxes") or ()]
    return {"title": line["title"], "priceSet": _bag(total, currency), "taxLines": vat}


def _refuse_below_zero(line: Row, total: Decimal) -> None:
    if total < 0:
        raise RejectedError(
            f"The line “{line['title']}” is below zero ({total}); an order in Shopify has no such lines.",
            cause="order.below_zero",
            resolution="Let the flow take discounts off the price of each line, or make this order in Shopify by hand.",
        )


def _payment(fields: Row, lines: list[Row], currency: str) -> Input:
    if not fields.get("paid"):
        return {"financialStatus": "PENDING"}
    on_top = () if fields.get("taxesIncluded") else (_number(tax["amount"]) for line in lines for tax in line.get("taxes") or ())
    total = sum((_number(line["total"]) for line in lines), Decimal(0)) + sum(on_top, Decimal(0))
    payment = {"kind": "SALE", "status": "SUCCESS", "gateway": fields.get("gateway"), "amountSet": _bag(total, currency)}
    return {"financialStatus": "PAID", "transactions": [payment]}


def _tax(rate: Any, vat: Decimal, currency: str) -> Input:
    percent = _number(rate)
    return {"title": f"VAT {_shown(percent)}%", "rate": str(percent / 100), "priceSet": _bag(vat, currency)}


def _bag(amount: Decimal, currency: str) -> Input:
    return {"shopMoney": {"amount": str(amount), "currencyCode": currency}}


def _number(value: Any) -> Decimal:
    return Decimal(str(value))


def _shown(value: Decimal) -> str:
    return f"{value.normalize():f}"
