"""Articles that are sold together under one name and one price."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from koppel.documents.base import Part, Text
from koppel.documents.money import Amount


class Bundle(Part):
    """The bundle that a line is a part of, with its article number, where it has one.

    `source_id` tells the bundles of one order apart. `pieces` of this part go into one bundle, and a whole one has
    `parts` lines."""

    source_id: Text = ""
    sku: Text = ""
    description: Text = ""
    pieces: Amount = Field(default=Decimal(1), gt=0)
    parts: int = Field(default=1, ge=1)


class Component(Part):
    """What one piece of an article is put together of: `quantity` pieces of another, each at this `price` when it is
    sold by itself."""

    sku: Text = ""
    description: Text = ""
    quantity: Amount = Field(default=Decimal(1), gt=0)
    price: Amount = Field(default=Decimal(0), ge=0)
