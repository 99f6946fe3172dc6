"""A paper as the rows of outbound mapping read it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from koppel.books import basis_of, home_of
from koppel.documents import Document, SalesOrder
from koppel.finance.rounding import exact_parts
from koppel.finance.supplies import supplies
from koppel.finance.vat import Treatment, treatment
from koppel.manifest import Resource
from koppel.settings import Settings


def target_view(
    document: Document, settings: Settings, resource: Resource, oss_since: date | None = None
) -> dict[str, Any]:
    """The document as outbound mapping reads it, its lines priced on the basis the target asks for.

    An order gets `vat_treatment` (see koppel.finance.vat); each line gets its `place` in the document, `goods` (see koppel.finance.supplies), `line_price` (per piece after discount,
    exact at the target's decimals), `line_amount` and `price_basis`; a line that cannot be priced so is split in
    two. Where lines need no article they have no price per piece either: each stays whole, with its `line_amount`.
    What is booked as a charge stands apart, in `charges`, whole as well."""
    view = document.view()
    if isinstance(document, SalesOrder):
        basis = basis_of(settings)
        view["vat_treatment"] = _treatment(document, home_of(settings), oss_since)
        lines = view["lines"]
        for place, (line, supply) in enumerate(zip(lines, supplies(document.lines), strict=True)):
            line["place"], line["goods"] = place, supply
        charges = [line for line in lines if line["form"] == "charge"]
        view["charges"] = [{**line, "price_basis": basis, "line_amount": line[f"amount_{basis}"]} for line in charges]
        rest = [line for line in lines if line["form"] != "charge"]
        view["lines"] = [part for line in rest for part in _priced(line, basis, resource)]
    return view


def _treatment(order: SalesOrder, home: str, oss_since: date | None) -> Treatment:
    party, moment = order.customer, order.ordered_at
    day = moment.astimezone(ZoneInfo(order.time_zone)).date() if moment else None
    return treatment(
        home, order.destination, company=party.is_company, vat_number=party.vat_number, day=day, oss_since=oss_since
    )


def _priced(line: dict[str, Any], basis: str, resource: Resource) -> Iterable[dict[str, Any]]:
    amount = line[f"amount_{basis}"]
    if not resource.needs_articles:
        yield {**line, "price_basis": basis, "line_amount": amount}
        return
    for quantity, price in exact_parts(line["quantity"], amount, resource.price_decimals):
        part = {
            **line,
            "quantity": quantity,
            "line_price": price,
            "price_basis": basis,
            "line_amount": price * quantity,
        }
        yield part
