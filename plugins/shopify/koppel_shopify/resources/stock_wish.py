"""What is to be set: one quantity of one article at one place, beside what the shop holds or what we left there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from koppel import ConflictError, Receipt, RejectedError, Settings, Write

from koppel_shopify.client import AdminApi
from koppel_shopify.gids import is_gid
from koppel_shopify.resources.stock import Level, Place, read_levels

MOST = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Wish:
    """One quantity to set: `level` is what the shop holds now."""

    write: Write
    place: Place
    quantity: int
    level: Level | None = None

    @property
    def item(self) -> str:
        """The inventory item."""
        return str(self.write.id)

    @property
    def held(self) -> int | None:
        """What the shop has now; None when that is not known."""
        return self.level.quantity if self.level else None

    def label(self) -> str:
        """What people call the article."""
        return str(self.write.draft.fields.get("sku") or (self.level.sku if self.level else "") or self.item)


def wishes_of(settings: Settings, writes: Sequence[Write], receipts: dict[str, Receipt]) -> list[Wish]:
    """The quantities these writes ask for; one that cannot be asked for gets its receipt here."""
    wishes: dict[tuple[str, Place], Wish] = {}
    for write in writes:
        try:
            wish = _wish(settings, write)
            if (wish.item, wish.place) in wishes:
                raise ConflictError(
                    f"Two records set the stock of {wish.label()} at the same location.", cause="stock.double"
                )
            wishes[wish.item, wish.place] = wish
        except (RejectedError, ConflictError) as error:
            receipts[write.key] = Receipt(write.key, error=error)
    return list(wishes.values())


def _wish(settings: Settings, write: Write) -> Wish:
    fields = write.draft.fields
    place = Place.of(settings, str(fields.get("locationId") or ""))
    sku = str(fields.get("sku") or write.key)
    if not write.id or not is_gid(write.id, "InventoryItem"):
        raise RejectedError(
            f"The article {sku} is not in Shopify.",
            cause="article.missing",
            resolution="Create the article in Shopify with this SKU; Koppel picks it up by itself.",
        )
    return Wish(write, place, _whole(fields.get("quantity"), sku))


def _whole(value: Any, sku: str) -> int:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number != number.to_integral_value() or abs(number) > MOST:
        raise RejectedError(
            f"The stock of {sku} is {value}; Shopify counts in whole pieces.",
            field="quantity",
            cause="stock.whole",
            resolution="Correct the rule that makes the quantity.",
        )
    return int(number)


def with_levels(api: AdminApi, place: Place, wishes: Sequence[Wish]) -> list[Wish]:
    """The wishes with what the shop holds. What `find` has just read is not read again, and what we wrote last is
    taken for true: the service itself compares, so a wrong guess costs a reading, never a quantity. Where the last
    batch had one, as in a shop that sells all day, the next is read first: one call instead of two."""
    guesses = {wish.item: _guess(wish) for wish in wishes}
    sure = {wish.item: Level.from_fields(wish.write.current, wish.item, place) for wish in wishes}
    known = {item: level or (guesses[item] if api.guessing else None) for item, level in sure.items()}
    read = read_levels(api, place, [item for item, level in known.items() if level is None])
    if not api.guessing:
        api.guessing = all(guess is None or item not in read or read[item].quantity == guess.quantity for item, guess in guesses.items())
    api.sure_of_shop()
    return [replace(wish, level=known[wish.item] or read.get(wish.item)) for wish in wishes]


def _guess(wish: Wish) -> Level | None:
    """The level as we left it; None where that says nothing: never written, or the same as is to be written now."""
    quantity = (wish.write.last or {}).get("quantity")
    if quantity is None or int(quantity) == wish.quantity:
        return None
    return Level(wish.item, wish.label(), int(quantity), f"delivery {wish.write.serial}", True, guess=True)
