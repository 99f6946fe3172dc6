"""Stock: how many pieces of an article lie at one location, as the shop knows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from koppel import ConfigurationError, Found, Lookup, Match, RejectedError, Settings

from koppel_shopify.client import AdminApi, nodes
from koppel_shopify.gids import gid, is_gid
from koppel_shopify.resources.finding import rows_by_value
from koppel_shopify.resources.products import variant_field

LEVELS_PER_CALL = 250
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where stock is counted, and which count: `name` is available or on_hand."""

    location: str
    name: str
    reason: str

    @classmethod
    def of(cls, settings: Settings, location: str = "") -> Place:
        """The place that the settings name; `location`, where given, goes before theirs.

        ConfigurationError (field location) when neither names one."""
        chosen = gid("Location", location or settings.need("location"))
        if not is_gid(chosen, "Location"):
            raise _no_location(chosen)
        return cls(chosen, settings.text("quantity_name", "available"), settings.text("stock_reason", "correction"))


@dataclass(frozen=True, slots=True)
class Level:
    """What the shop holds: `quantity` is None where the article is not kept at the location; `changed` is when the
    quantity last changed. A `guess` is what we wrote last: good to compare with, not to rely on. `composed`: a bundle,
    whose stock the shop reckons from that of its parts."""

    item: str
    sku: str
    quantity: int | None
    changed: str
    tracked: bool
    guess: bool = False
    composed: bool = False

    @classmethod
    def read(cls, item: Row, place: Place, composed: bool = False) -> Level:
        """The level of an inventory item as the service gives it."""
        level = item.get("inventoryLevel") or {}
        counts = [row for row in level.get("quantities") or () if row.get("name") == place.name]
        quantity = int(counts[0]["quantity"]) if counts else None
        changed = str((counts[0].get("updatedAt") if counts else "") or level.get("updatedAt") or "")
        return cls(
            str(item["id"]), str(item.get("sku") or ""), quantity, changed, item.get("tracked") is not False, composed=composed
        )

    def fields(self, place: Place, sku: str = "") -> dict[str, Any]:
        """The level in the names that drafts use."""
        return {
            "sku": sku or self.sku,
            "quantity": self.quantity,
            "locationId": place.location,
            "inventoryItemId": self.item,
            "name": place.name,
            "updatedAt": self.changed,
            "tracked": self.tracked,
            "composed": self.composed,
        }

    @classmethod
    def from_fields(cls, fields: Row | None, item: str, place: Place) -> Level | None:
        """The level in what `find` gave; None when that is about another item, place or count."""
        known = fields or {}
        names = (known.get("inventoryItemId"), known.get("locationId"), known.get("name"))
        if names != (item, place.location, place.name):
            return None
        quantity = known.get("quantity")
        held = None if quantity is None else int(quantity)
        return cls(
            item,
            str(known.get("sku") or ""),
            held,
            str(known.get("updatedAt") or ""),
            known.get("tracked") is not False,
            composed=known.get("composed") is True,
        )


def find(api: AdminApi, settings: Settings, lookup: Lookup) -> Found:
    """The stock of many articles at the location of the settings, by SKU or barcode."""
    place = Place.of(settings)
    field = variant_field(lookup)
    variables = {"location": place.location, "names": [place.name]}
    with _about_location(place):
        rows = rows_by_value(
            api,
            "find_stock",
            "productVariants",
            field,
            lookup.values,
            lambda row: row.get(field),
            variables,
            lambda data: _prove_location(data, place),
        )
    return Found({value: _matches(found, place) for value, found in rows.items()})


def read_levels(api: AdminApi, place: Place, items: Sequence[str]) -> dict[str, Level]:
    """What the shop holds of these inventory items, by id; those that are gone are left out.

    ConfigurationError (field location) when the location is not there or closed."""
    levels: dict[str, Level] = {}
    variables = {"location": place.location, "names": [place.name]}
    with _about_location(place):
        for data in api.by_ids("stock_levels", items, LEVELS_PER_CALL, variables):
            _prove_location(data, place)
            levels |= {str(row["id"]): Level.read(row, place) for row in nodes(data.get("nodes")) if row.get("id")}
    return levels


def _prove_location(data: Row, place: Place) -> None:
    where = data.get("location")
    if not isinstance(where, Mapping) or where.get("isActive") is False:
        raise _no_location(place.location)


def _matches(rows: Sequence[Row], place: Place) -> tuple[Match, ...]:
    found = {}
    for row in rows:
        item = row.get("inventoryItem")
        if isinstance(item, Mapping):
            level, sku = Level.read(item, place, row.get("requiresComponents") is True), str(row.get("sku") or "")
            found[level.item] = Match(level.item, sku or level.item, level.fields(place, sku))
    return tuple(found.values())


class _about_location:
    """An unknown id in a question about a location is a wrong setting, not a wrong record."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, RejectedError) and error.cause == "record.gone":
            raise _no_location(self._place.location) from error


def _no_location(location: str) -> ConfigurationError:
    return ConfigurationError(
        f"The location {location} is not in this shop, or it is closed.",
        field="location",
        cause="location",
        resolution="Open the connection and choose a location of the shop.",
    )
