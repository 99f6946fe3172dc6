"""Orders that no shop ever had, as the shop would tell them: any mix of lines, rates, discounts, refunds and buyers.

Every amount is reckoned here anew, so that what Koppel makes of it can be compared with something else than itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import strategies as st

CENT = Decimal("0.01")
NONE = Decimal(0)
Node = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Who buys where, and which rates such an order can have."""

    country: str
    rates: tuple[int, ...]
    company: str = ""
    number: str = ""


PLACES = (
    Place("NL", (21, 9, 0)), Place("NL", (21, 9), "Blom BV", "NL004495445B01"), Place("DE", (19, 7)), Place("BE", (21, 6)), Place("ES", (21,)),
    Place("BE", (0,), "Gent NV", "BE0403019261"), Place("BE", (0,), "Groen BV", "BE0403019262"), Place("BE", (0,), "Smet"),
    Place("GB", (0,)), Place("US", (0,), "Park Inc"),
)  # fmt: skip
"""Spain has no VAT code in the tables, and two of the Belgian firms no number that counts: their orders must wait."""


@dataclass
class Invented:
    """An order with what it truly comes to. `bare` is given back besides,
    over rates that are left open; `wrong` says what somebody made wrong in it, if anything."""

    node: Node
    place: Place
    included: bool
    total: Decimal
    vat: dict[Decimal, Decimal] = field(default_factory=dict)
    shipping: Decimal = NONE
    bare: Decimal = NONE
    wrong: str = ""

    @property
    def lines(self) -> int:
        """How many lines it has, of any kind."""
        return len(self.node["lineItems"]["nodes"]) + len(self.node["shippingLines"]["nodes"]) + 4


def cents(amount: Decimal) -> Decimal:
    """Rounded half up to the cent."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def bag(amount: Decimal, currency: str) -> Node:
    """An amount in both moneys."""
    money = {"amount": f"{amount}", "currencyCode": currency}
    return {"shopMoney": money, "presentmentMoney": money}


PRICES = st.integers(0, 50_000).map(lambda number: Decimal(number).scaleb(-2)) | st.sampled_from([Decimal(one) for one in ("0.01", "0.07", "3.33", "3.34", "9.99", "12.99", "9999.99")])
PIECES = st.integers(1, 12) | st.sampled_from([100, 144, 1000])
SLIPS = st.sampled_from([0] * 8 + [1, -1])
"""A cent that a shop's own rounding of VAT is off, now and then."""
WRONG = st.sampled_from([""] * 18 + ["total", "vat"])


@st.composite
def orders(draw: Any) -> Invented:
    """Any order."""
    place, included = draw(st.sampled_from(PLACES)), draw(st.booleans())
    currency, wrong = draw(st.sampled_from(["EUR", "EUR", "GBP", "USD"])), draw(WRONG)
    made = Invented({}, place, included, NONE)
    goods = [_goods(draw, made, number, currency, wrong) for number in range(1, draw(st.integers(1, 6)) + 1)]
    ways = [_way(draw, made, number, currency) for number in range(1, draw(st.integers(0, 2)) + 1)]
    node: Node = {
        "id": "gid://shopify/Order/1", "name": "#1", "createdAt": "2026-03-10T12:00:00Z", "processedAt": "2026-03-10T12:00:00Z", "taxesIncluded": included,
        "currencyCode": currency, "displayFinancialStatus": "PAID", "sourceName": "web", "lineItems": {"nodes": goods}, "shippingLines": {"nodes": ways},
        "shop": {"ianaTimezone": "Europe/Amsterdam"}, "refunds": [], "tags": [], "transactions": [], "paymentGatewayNames": ["iDEAL"], **_buyer(place),
    }  # fmt: skip
    made.node = node
    extras = wrong != "total"  # a total that is off by just a tip cannot be told from one in which the tip was counted among the goods
    for name, amount in (("totalTipReceivedSet", draw(_sometimes)), ("originalTotalDutiesSet", draw(_sometimes))) if extras else ():
        node[name] = bag(amount, currency)
        made.total += amount
    if extras and draw(st.integers(0, 4)) == 0:
        fee, vat = _taxed(draw, made, cents(draw(PRICES) / 10), currency, draw(st.sampled_from(place.rates)))
        node["additionalFees"] = [{"id": "gid://shopify/AdditionalFee/1", "name": "Betaalkosten", "price": bag(fee, currency), "taxLines": vat}]
    if wrong == "total":
        made.wrong, made.total = "total", made.total + draw(st.sampled_from([CENT, -CENT, Decimal(5), Decimal("-0.99")]))
    node["totalPriceSet"] = node["currentTotalPriceSet"] = bag(made.total, currency)
    return made


_sometimes = st.sampled_from([NONE] * 5 + [Decimal("2.00"), Decimal("0.05"), Decimal("13.37")])


def _goods(draw: Any, made: Invented, number: int, currency: str, wrong: str) -> Node:
    pieces, price = draw(PIECES), draw(PRICES)
    whole = pieces * price
    off = cents(whole * draw(st.sampled_from([0, 0, 0, 5, 10, 12, 33, 50, 100])) / 100) if draw(st.booleans()) else min(whole, draw(st.sampled_from([NONE, CENT, Decimal("3.34")])))
    card = draw(st.integers(0, 19)) == 0
    rate = draw(st.sampled_from(made.place.rates))
    _, taxes = _taxed(draw, made, whole - off, currency, 0 if card else rate, slip=True, wrong=wrong == "vat" and number == 1)
    sku = None if card or draw(st.integers(0, 9)) == 0 else draw(st.sampled_from(["POT-1", "ROOS-1", "BOL-1"]))
    return {"id": f"gid://shopify/LineItem/{number}", "sku": sku, "name": f"Line {number}", "quantity": pieces, "currentQuantity": pieces, "isGiftCard": card,
            "originalUnitPriceSet": bag(price, currency), "originalTotalSet": bag(whole, currency), "taxLines": taxes,
            "discountAllocations": [{"allocatedAmountSet": bag(off, currency)}] if off else []}  # fmt: skip


def _way(draw: Any, made: Invented, number: int, currency: str) -> Node:
    price = draw(st.sampled_from([Decimal("6.95"), Decimal("3.95"), NONE, Decimal("0.01"), Decimal("49.99")]))
    off = draw(st.sampled_from([NONE, NONE, price, cents(price / 2)]))
    amount, taxes = _taxed(draw, made, price - off, currency, draw(st.sampled_from(made.place.rates)), slip=True)
    made.shipping += amount
    return {"id": f"gid://shopify/ShippingLine/{number}", "title": "PostNL", "originalPriceSet": bag(price, currency), "taxLines": taxes,
            "discountedPriceSet": bag(amount, currency), "discountAllocations": [{"allocatedAmountSet": bag(off, currency)}] if off else []}  # fmt: skip


def _taxed(draw: Any, made: Invented, amount: Decimal, currency: str, rate: int, slip: bool = False, wrong: bool = False) -> tuple[Decimal, list[Node]]:
    """The VAT on an amount, reckoned as a shop does, and added to what the order comes to."""
    vat = cents(amount * rate / ((100 + rate) if made.included else 100))
    if rate and vat and slip:
        vat = max(vat + draw(SLIPS) * CENT, NONE)
    if wrong and amount > 20 and rate:
        made.wrong, vat = "vat", vat + (Decimal(1) if vat < 3 else Decimal(-1))
    made.total += amount if made.included else amount + vat
    if vat:
        made.vat[Decimal(rate)] = made.vat.get(Decimal(rate), NONE) + vat
    if not rate:
        return amount, draw(st.sampled_from([[], [{"title": "VAT", "ratePercentage": "0", "priceSet": bag(NONE, currency)}]]))
    return amount, [{"title": "VAT", "ratePercentage": str(rate), "priceSet": bag(vat, currency)}]


def _buyer(place: Place) -> Node:
    address = {"firstName": "Jo", "lastName": "Vos", "name": "Jo Vos", "company": place.company or None, "address1": "Kade 1", "zip": "1000", "city": "Stad",
               "countryCodeV2": place.country}  # fmt: skip
    number = [{"key": "VAT number", "value": place.number}] if place.number else []
    return {"customer": {"id": "gid://shopify/Customer/1", "firstName": "Jo", "lastName": "Vos", "email": "jo@example.nl"}, "email": "jo@example.nl",
            "billingAddress": address, "shippingAddress": address, "customAttributes": number}  # fmt: skip


@st.composite
def refunds(draw: Any) -> Invented:
    """An order with one of its refunds beside it, as the shop's connector reads it; `total` is what was given back."""
    sold = draw(orders().filter(lambda one: not one.wrong))
    currency = sold.node["currencyCode"]
    back = Invented(sold.node, sold.place, sold.included, NONE)
    rows = []
    for line in sold.node["lineItems"]["nodes"]:
        pieces = draw(st.integers(0, line["quantity"]))
        if pieces:
            value, vat = _part(line, pieces, currency)
            rows.append({"lineItem": {"id": line["id"]}, "quantity": pieces, "restockType": draw(st.sampled_from(["RETURN", "NO_RESTOCK"])),
                         "subtotalSet": bag(value, currency), "totalTaxSet": bag(vat, currency)})  # fmt: skip
            _give(back, line, value, vat)
    ways = []
    for way in sold.node["shippingLines"]["nodes"] if draw(st.booleans()) else ():
        value = Decimal(way["discountedPriceSet"]["shopMoney"]["amount"])
        vat = _vat_of(way)
        ways.append({"shippingLine": {"id": way["id"]}, "subtotalAmountSet": bag(value, currency), "taxAmountSet": bag(vat, currency)})
        _give(back, way, value, vat)
    bare = draw(st.sampled_from([NONE, NONE, Decimal("5.00"), Decimal("0.01"), Decimal("-2.50")]))
    bare = bare if back.total + bare > 0 else NONE
    back.total, back.bare = back.total + bare, bare
    refund = {
        "id": "gid://shopify/Refund/1", "createdAt": "2026-03-12T12:00:00Z", "number": 1, "refundLineItems": {"nodes": rows}, "refundShippingLines": {"nodes": ways},
        "transactions": {"nodes": [{"kind": "REFUND", "status": "SUCCESS", "amountSet": bag(back.total, currency)}]},
        "orderAdjustments": {"nodes": [{"reason": "REFUND_DISCREPANCY", "amountSet": bag(-bare, currency), "taxAmountSet": bag(NONE, currency)}] if bare else []},
    }  # fmt: skip
    back.node = {**sold.node, "refund": refund}
    return back


def _give(back: Invented, line: Node, value: Decimal, vat: Decimal) -> None:
    back.total += value if back.included else value + vat
    rate = sum((Decimal(tax["ratePercentage"]) for tax in line["taxLines"]), NONE)
    if vat:
        back.vat[rate] = back.vat.get(rate, NONE) + vat


def _vat_of(line: Node) -> Decimal:
    return sum((Decimal(tax["priceSet"]["shopMoney"]["amount"]) for tax in line["taxLines"]), NONE)


def _part(line: Node, pieces: int, currency: str) -> tuple[Decimal, Decimal]:
    whole = Decimal(line["originalTotalSet"]["shopMoney"]["amount"])
    off = sum((Decimal(one["allocatedAmountSet"]["shopMoney"]["amount"]) for one in line["discountAllocations"]), NONE)
    return cents((whole - off) * pieces / line["quantity"]), cents(_vat_of(line) * pieces / line["quantity"])
