"""VAT of delivery costs by the rules of the books, where the source taxed them otherwise; nobody pays a cent more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from koppel.documents import Line, Tax
from koppel.documents.money import round_money, total

SPLIT = "split"
_NOTHING = Decimal(0)


def shipping_taxed(lines: Sequence[Line], how: Decimal | str, prices_include_vat: bool, currency: str = "EUR") -> list[Line]:
    """The same lines with delivery costs split over the VAT rates of the goods, or at the rate (percent) given.

    What the customer pays stays as it is, so only the share of VAT in it changes. Goods are weighed without VAT. An
    order whose goods carry no VAT at all gets none on its delivery either, and goods of an unknown rate split nothing."""
    weights = _weights(lines)
    if isinstance(how, Decimal) and any(rate for rate in weights):
        weights = {how: Decimal(1)}
    if not weights:
        return list(lines)
    made: list[Line] = []
    for line in lines:
        ours = line.kind == "shipping" and line.total != 0
        made.extend(_shares(line, weights, prices_include_vat, currency) if ours else [line])
    return made


def _weights(lines: Sequence[Line]) -> dict[Decimal, Decimal]:
    weights: dict[Decimal, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.kind == "article" and line.amount_excl:
            if line.vat_rate is None:
                return {}
            weights[line.vat_rate.normalize()] += line.amount_excl
    return dict(weights) if weights and all(weight > 0 for weight in weights.values()) else {}


def _shares(line: Line, weights: Mapping[Decimal, Decimal], included: bool, currency: str) -> Iterator[Line]:
    gross = line.amount_incl or _NOTHING
    whole = total(weight * (100 + rate) for rate, weight in weights.items())
    shares = {rate: round_money(gross * weight * (100 + rate) / whole, currency) for rate, weight in weights.items()}
    largest = max(shares, key=lambda rate: (abs(shares[rate]), rate))
    shares[largest] += gross - total(shares.values())
    for rate, share in sorted(shares.items(), reverse=True):
        if share:
            vat = round_money(share * rate / (100 + rate), currency)
            price = share if included else share - vat
            yield line.model_copy(update={
                "quantity": Decimal(1), "unit_price": price, "discount": _NOTHING, "total": price,
                "taxes": [Tax(rate=rate, amount=vat)], "amount_incl": share, "amount_excl": share - vat,
            })  # fmt: skip
