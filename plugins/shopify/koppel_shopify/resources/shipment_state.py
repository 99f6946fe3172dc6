"""What of an order was sent, what is still to be sent, and which of it we told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from koppel_shopify.client import AdminApi, dig, nodes

PER_CALL = 5
Row = Mapping[str, Any]
_OPEN = ("OPEN", "IN_PROGRESS")


@dataclass(frozen=True, slots=True)
class Told:
    """One shipment as the order remembers it: the parcels there were `before` it, the `ids` of its own, and in how
    many `parts` it was to be sent. Noted before anything is sent, so that a broken line leaves no doubt."""

    before: Sequence[str]
    ids: Sequence[str]
    parts: int


@dataclass(frozen=True)
class OrderState:
    """One order."""

    row: Row

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.row["id"])

    @property
    def name(self) -> str:
        """Its number, as people know it."""
        return str(self.row.get("name") or self.id)

    @property
    def digest(self) -> str | None:
        """What the note must still be when it is written anew; None where there is no note yet."""
        found = dig(self.row, ("told",)).get("compareDigest")
        return str(found) if found else None

    @property
    def told(self) -> dict[str, Told]:
        """The shipments that were told, by their number in the ledger."""
        try:
            noted = json.loads(dig(self.row, ("told",)).get("value") or "{}")
            return {
                str(number): Told(tuple(one["before"]), tuple(one["ids"]), int(one["parts"])) for number, one in noted.items()
            }
        except (ValueError, TypeError, KeyError, AttributeError):
            return {}

    @property
    def parcels(self) -> list[Row]:
        """What was sent and not taken back."""
        return [one for one in self.row.get("fulfillments") or () if one.get("status") in ("SUCCESS", "OPEN", "PENDING")]

    @property
    def waiting(self) -> list[Row]:
        """The fulfilment orders of which something can still be sent."""
        return [one for one in nodes(self.row.get("fulfillmentOrders")) if one.get("status") in _OPEN]

    def parcels_of(self, number: str) -> list[Row]:
        """The parcels of this shipment; after a broken line those that came after it was noted and are nobody else's."""
        told = self.told
        if number not in told:
            return []
        own = told[number]
        if len(own.ids) >= own.parts:
            return [one for one in self.parcels if one["id"] in own.ids]
        others = {gid for other, one in told.items() if other != number for gid in one.ids}
        return [one for one in self.parcels if one["id"] not in own.before and one["id"] not in others]

    def complete(self, number: str) -> bool:
        """Whether all of this shipment was sent."""
        return number in self.told and 0 < self.told[number].parts <= len(self.parcels_of(number))

    def unclaimed(self) -> list[Row]:
        """Parcels that no shipment of ours is known by."""
        claimed = {gid for one in self.told.values() for gid in one.ids}
        return [one for one in self.parcels if one["id"] not in claimed]


def contents(parcel: Row) -> Counter[str]:
    """How many of each order line are in a parcel."""
    found: Counter[str] = Counter()
    for one in nodes(parcel.get("fulfillmentLineItems")):
        found[str(dig(one, ("lineItem",)).get("id"))] += int(one.get("quantity") or 0)
    return found


def read_orders(api: AdminApi, ids: Sequence[str]) -> dict[str, OrderState]:
    """These orders, by id; those that are gone are left out."""
    found = api.by_ids("order_fulfilments", list(dict.fromkeys(ids)), PER_CALL)
    rows = (row for data in found for row in nodes(data.get("nodes")) if row.get("id"))
    return {str(row["id"]): OrderState(row) for row in rows}
