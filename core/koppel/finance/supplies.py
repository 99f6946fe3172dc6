"""Goods, services or neither: what VAT looks at beside the rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from koppel.documents import Line

Supply = Literal["goods", "services", "voucher"]


def supplies(lines: Sequence[Line]) -> list[Supply]:
    """What each line is. A gift card is a voucher, taxed when it is used; what comes with the sale follows what is sold.

    An order of services alone has services for its delivery and fees too; else they go with the goods."""
    sold = [_of(line) for line in lines if line.kind == "article"]
    rest: Supply = "services" if sold and all(one == "services" for one in sold) else "goods"
    return [_of(line) if line.kind == "article" else "voucher" if line.kind == "gift_card" else rest for line in lines]


def _of(line: Line) -> Supply:
    return "services" if line.goods == "services" else "goods"
