"""Addresses split as their own country writes them: the rows of a mapping see one field at a time, without its country."""

from __future__ import annotations

from koppel.documents import Document, Party, SalesOrder
from koppel.documents.party import Address
from koppel.mapping.functions.address import split_address


def split_by_country(document: Document) -> None:
    """Split the address lines of a paper again by their country, where they were split without it. What was mapped in
    another way stays; a line that cannot be split for certain stays whole in its street."""
    places: list[Address | None] = []
    if isinstance(document, SalesOrder):
        places += [document.delivery, document.customer.billing, document.customer.shipping]
    elif isinstance(document, Party):
        places += [document.billing, document.shipping]
    for place in places:
        if place is not None and place.line and place.country:
            _split(place)


def _split(place: Address) -> None:
    if (place.street, place.house_number, place.addition) == split_address(place.line):
        place.street, place.house_number, place.addition = split_address(place.line, place.country)
