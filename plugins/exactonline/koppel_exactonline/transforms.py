"""The functions that mapping rows of Exact Online may name; each pure, each with its sentence for the operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from koppel_exactonline import dates
from koppel_exactonline.orderlines import entry_lines, invoice_lines, order_lines

_CENT = Decimal("0.01")
_PLACE = ("line", "line2", "postcode", "city", "country")


def exact_moment(value: Any) -> datetime | None:
    """Read a date and time of Exact Online as a moment."""
    return dates.read_moment(value)


def exact_day(value: Any) -> str:
    """Read a date of Exact Online as 2026-01-31."""
    return dates.read_day(value)


def exact_order_day(order: Any) -> str | None:
    """Give the day on which an order is booked, else the one on which it was placed by the shop's own clock."""
    if isinstance(order, Mapping) and order.get("booked_on"):
        return str(order["booked_on"])
    moment = order.get("ordered_at") if isinstance(order, Mapping) else None
    if not isinstance(moment, datetime):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        zone = ZoneInfo(str(order.get("time_zone") or dates.ZONE.key))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{order.get('time_zone')!r} is no time zone") from None
    return moment.astimezone(zone).date().isoformat()


def exact_lines(order: Any) -> list[dict[str, Any]]:
    """Make plain lines of an order of Exact Online: amounts without VAT, VAT per line, charges as lines."""
    return order_lines(order) if isinstance(order, Mapping) else []


def exact_invoice_lines(invoice: Any, sign: int = 1) -> list[dict[str, Any]]:
    """Make plain lines of an invoice of Exact Online; of a credit note with sign -1, so that they count what is given back."""
    return invoice_lines(invoice, int(sign)) if isinstance(invoice, Mapping) else []


def exact_entry_lines(entry: Any) -> list[dict[str, Any]]:
    """Make plain lines of a sales entry of Exact Online: amounts without VAT, VAT per line, the ledger account's code."""
    return entry_lines(entry) if isinstance(entry, Mapping) else []


def exact_contacts(party: Any) -> list[dict[str, Any]]:
    """Take the contacts of a company; Exact Online wants a first and a last name of each."""
    if not isinstance(party, Mapping) or party.get("kind") != "company":
        return []
    return [named for contact in party.get("contacts") or () if (named := _named(contact))]


def exact_deliveries(party: Any) -> list[dict[str, Any]]:
    """Take the delivery address of a customer when it is another place than the invoice address."""
    shipping = party.get("shipping") if isinstance(party, Mapping) else None
    if not shipping or not (shipping.get("line") or shipping.get("street")):
        return []
    billing = party.get("billing") or {}
    return [] if _place(shipping) == _place(billing) else [dict(shipping)]


def exact_price(product: Any, basis: str = "") -> Decimal | None:
    """Give the sales price with or without VAT (incl, excl), computed from the other one where the rate is known."""
    basis = basis or str(product.get("price_basis") or "incl")
    if basis not in ("incl", "excl"):
        raise ValueError(f"a price is incl or excl, not {basis!r}")
    own, other = product.get(f"price_{basis}"), product.get("price_excl" if basis == "incl" else "price_incl")
    rate = product.get("vat_rate")
    if own is not None or other is None or rate is None:
        return None if own is None else Decimal(own)
    factor = 1 + Decimal(rate) / 100
    return (Decimal(other) * factor if basis == "incl" else Decimal(other) / factor).quantize(_CENT, ROUND_HALF_UP)


def exact_features(item: Any) -> dict[str, str]:
    """Take the extra fields of an article by their names, else the free fields that are filled in."""
    if not isinstance(item, Mapping):
        return {}
    if item.get("ExtraFields") is not None:
        rows = item["ExtraFields"]
        return {str(row.get("Description") or f"Field {row.get('Number')}").strip(): str(row["Value"]).strip() for row in rows}
    free = {name: value for name, value in item.items() if name.startswith("Free") and value not in (None, "", False)}
    return {name: str(dates.plain(value)).strip() for name, value in free.items()}


def exact_street(address: Any) -> str | None:
    """Write the street with house number and addition on one line."""
    if not isinstance(address, Mapping):
        return None
    parts = (address.get("street"), address.get("house_number"), address.get("addition"))
    return str(address.get("line") or "").strip() or " ".join(str(one) for one in parts if one).strip() or None


def _named(contact: Mapping[str, Any]) -> dict[str, Any] | None:
    first, last = (str(contact.get(name) or "").strip() for name in ("first_name", "last_name"))
    if not first and not last:
        return None
    if not last:
        first, _, last = first.rpartition(" ") if " " in first else (first, "", first)
    elif not first:
        first, _, last = last.partition(" ") if " " in last else (last, "", last)
    return {**contact, "first_name": first, "last_name": last}


def _place(address: Mapping[str, Any]) -> tuple[str, ...]:
    values = {**address, "line": exact_street(address) or ""}
    return tuple("".join(str(values.get(name) or "").split()).casefold() for name in _PLACE)


TRANSFORMS: dict[str, Callable[..., Any]] = {
    one.__name__: one
    for one in (
        exact_moment, exact_day, exact_order_day, exact_lines, exact_invoice_lines, exact_entry_lines, exact_contacts, exact_deliveries, exact_price, exact_street, exact_features,
    )
}  # fmt: skip
