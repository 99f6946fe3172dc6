"""A product as the shop holds it now: what a write is compared with, so that only differences are sent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from koppel_shopify.articles import DEFAULT
from koppel_shopify.client import AdminApi, dig, nodes
from koppel_shopify.resources.reading import Raw, complete_rows

PER_CALL = 25
NAMESPACE = "koppel"
PICTURES = "pictures"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shop:
    """What is the same for all its products: the currency, and whether prices include VAT."""

    currency: str
    with_vat: bool


@dataclass(frozen=True, slots=True)
class Variant:
    """One form of a product: `options` by name."""

    id: str
    sku: str
    barcode: str
    price: Decimal | None
    options: Mapping[str, str]

    @classmethod
    def read(cls, row: Row) -> Variant:
        """The variant as the service gives it."""
        options = {str(one["name"]): str(one["value"]) for one in row.get("selectedOptions") or ()}
        price = row.get("price")
        return cls(
            str(row["id"]),
            str(row.get("sku") or ""),
            str(row.get("barcode") or ""),
            None if price is None else Decimal(str(price)),
            options,
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """A picture that we sent: where it came from, the form (by SKU) that it is of where a product has several, and its
    id in the shop where only that tells it."""

    source: str
    of: str = ""
    media: str = ""

    @classmethod
    def read(cls, noted: Any) -> Sent:
        """As it was noted: the source alone, or with more."""
        if isinstance(noted, Mapping):
            return cls(str(noted.get("source") or ""), str(noted.get("of") or ""), str(noted.get("media") or ""))
        return cls(str(noted))

    def note(self) -> str | dict[str, str]:
        """As it is noted."""
        more = {name: value for name, value in (("of", self.of), ("media", self.media)) if value}
        return {"source": self.source, **more} if more else self.source


@dataclass(frozen=True, slots=True)
class State:
    """One product. `row` is all that was read; `variants` are all of them."""

    row: Row
    variants: Sequence[Variant]

    @classmethod
    def read(cls, api: AdminApi, row: Row) -> State:
        """The product as the service gives it; variants that did not fit are read as well."""
        raw: Raw = dict(row)
        complete_rows(api, raw, "variants", "product_variants", "product", 250)
        return cls(raw, tuple(Variant.read(one) for one in nodes(raw.get("variants"))))

    @property
    def id(self) -> str:
        """The product's id."""
        return str(self.row["id"])

    @property
    def simple(self) -> bool:
        """Whether it is sold in one form only."""
        return [list(one.options.values()) for one in self.variants] == [[DEFAULT]]

    @property
    def option_names(self) -> list[str]:
        """Its options, in their order; none for a simple product."""
        return [] if self.simple else [str(one["name"]) for one in self.row.get("options") or ()]

    @property
    def collections(self) -> set[str]:
        """The ids of the collections it is in."""
        return {str(one["id"]) for one in nodes(self.row.get("collections"))}

    @property
    def metafields(self) -> dict[tuple[str, str], str]:
        """Values by namespace and key."""
        rows = nodes(self.row.get("metafields"))
        return {(str(one["namespace"]), str(one["key"])): str(one["value"]) for one in rows}

    @property
    def pictures(self) -> list[Sent] | None:
        """The pictures that we sent, as we noted; None when we never sent any."""
        value = dig(self.row, ("pictures",)).get("value")
        try:
            noted = json.loads(value) if value else None
        except ValueError:
            return None
        return [Sent.read(one) for one in noted] if isinstance(noted, list) else None

    @property
    def media(self) -> dict[str, str]:
        """The pictures it has: file name by id, in their order; a name is empty while the picture is being made ready."""
        rows = ((str(one["id"]), dig(one, ("preview", "image")).get("url")) for one in nodes(self.row.get("media")))
        return {gid: file_name(str(url or "")) for gid, url in rows}

    def variant(self, sku: str) -> Variant | None:
        """The form with this SKU; capitals do not count, unless two differ in them only."""
        exact = [one for one in self.variants if one.sku == sku]
        loose = exact or [one for one in self.variants if one.sku.casefold() == sku.casefold()]
        return loose[0] if sku and loose else None


def file_name(url: str) -> str:
    """The last part of an address, without what comes after a question mark; capitals do not count."""
    return url.partition("?")[0].rstrip("/").rpartition("/")[2].casefold()


def read_states(api: AdminApi, ids: Sequence[str]) -> dict[str, State]:
    """The products with these ids, or with variants that have them, by the id asked for; those that are gone are left out."""
    found: dict[str, State] = {}
    products: dict[str, State] = {}
    for data in api.by_ids("product_states", list(dict.fromkeys(ids)), PER_CALL):
        for row in nodes(data.get("nodes")):
            product = row if row.get("__typename") == "Product" else row.get("product")
            if isinstance(product, Mapping) and product.get("id"):
                gid = str(product["id"])
                products[gid] = products.get(gid) or State.read(api, product)
                found[str(row["id"])] = products[gid]
    return found


def state_by_handle(api: AdminApi, handle: str) -> State | None:
    """The product with this handle, also one that no search finds yet."""
    row = api.ask("product_by_handle", {"handle": handle}).get("productByIdentifier")
    return State.read(api, row) if isinstance(row, Mapping) else None


def read_shop(api: AdminApi) -> Shop:
    """Asked once per conversation."""
    if api.shop is None:
        row = api.ask("shop_basics").get("shop") or {}
        api.shop = Shop(str(row.get("currencyCode") or ""), bool(row.get("taxesIncluded")))
    found: Shop = api.shop
    return found
