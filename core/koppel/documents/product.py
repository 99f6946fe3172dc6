"""What is sold, and how much of it there is."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from koppel.documents.base import Currency, Document, Part, Text
from koppel.documents.money import Amount, MaybeAmount


class Image(Part):
    """A picture: where it can be fetched, or the bytes in base64."""

    url: Text = ""
    data: str = ""
    alt: Text = ""
    name: Text = ""


class Variant(Part):
    """One sellable combination of attributes."""

    sku: Text = ""
    title: Text = ""
    ean: Text = ""
    price_incl: MaybeAmount = None
    price_excl: MaybeAmount = None
    attributes: dict[str, str] = Field(default_factory=dict)
    source_id: Text = ""


class Product(Document):
    """An article. Prices are per `unit`; `vat_rate` is in percent; None means "not known", never zero."""

    kind: Literal["simple", "virtual", "configurable", "variant"] = "simple"
    sku: Text = ""
    name: Text = ""
    short_description: Text = ""
    description: Text = ""
    ean: Text = ""
    unit: Text = ""
    group: Text = ""
    price_excl: MaybeAmount = None
    price_incl: MaybeAmount = None
    vat_rate: MaybeAmount = None
    vat_code: Text = ""
    currency: Currency = ""
    quantity: MaybeAmount = None
    active: bool = True
    attributes: dict[str, str] = Field(default_factory=dict)
    features: dict[str, str] = Field(default_factory=dict)
    categories: list[str] = Field(default_factory=list)
    images: list[Image] = Field(default_factory=list)
    variants: list[Variant] = Field(default_factory=list)

    def key(self, name: str) -> str:
        """The value of natural key `name`; a product that has variants only is known by the first that has one."""
        own = super().key(name)
        if own or name not in ("sku", "ean"):
            return own
        return next((found for one in self.variants if (found := str(getattr(one, name)))), "")

    @property
    def label(self) -> str:
        """The SKU."""
        return self.sku or self.name or self.source_id


class StockLevel(Document):
    """How many pieces of one article there are. `figure` says which count; `location` where (empty: all); `place` is
    the location of the target that they count for, where the table of stock locations names one."""

    sku: Text = ""
    quantity: Amount
    figure: Text = "available"
    location: Text = ""
    place: Text = ""

    @property
    def label(self) -> str:
        """The SKU."""
        return self.sku or self.source_id


class Category(Document):
    """A group that articles are sorted into. `parent` is the code of the group above it, empty at the top;
    `path` names all groups from the top down to this one."""

    code: Text = ""
    name: Text = ""
    parent: Text = ""
    path: list[str] = Field(default_factory=list)
    description: Text = ""
    active: bool = True

    @property
    def label(self) -> str:
        """The name, else the code."""
        return self.name or self.code or self.source_id
