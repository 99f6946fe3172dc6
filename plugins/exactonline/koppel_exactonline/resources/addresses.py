"""Addresses of an account: found when they are there, made when they are not, never made twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from koppel_exactonline.client import Row
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import DELIVERY, VISIT, Conversation

ADDRESSES = "crm/Addresses"
LINES = ("AddressLine1", "AddressLine2", "AddressLine3", "Postcode", "City", "Country")


@dataclass(frozen=True, slots=True)
class Kept:
    """An address of an account; `made`: it was made or changed just now."""

    id: str
    made: bool = False


def keep_address(talk: Conversation, account: str, wanted: Mapping[str, Any], there: list[Row]) -> Kept:
    """The address equal to `wanted` in kind and lines; made where `there` is none, and then added to it.

    The service itself gives the existing one for an equal address (reference: Create / update / delete)."""
    kind = int(wanted.get("Type") or DELIVERY)
    match = next((row for row in there if row.get("Type") == kind and same_place(row, wanted)), None)
    if match is None:
        fields = {**wanted, "Type": kind, "Account": account}
        row = talk.client.create(ADDRESSES, fields)
        there.append({**fields, "ID": row.get("ID")})
        return Kept(str(row.get("ID")), made=True)
    if wanted.get("Main") and not match.get("Main"):
        talk.client.change(ADDRESSES, str(match["ID"]), {"Main": True})
        match["Main"] = True
        return Kept(str(match["ID"]), made=True)
    return Kept(str(match["ID"]))


def delivery_address(talk: Conversation, account: str, wanted: Mapping[str, Any]) -> str:
    """The id an order needs to go to this place; empty where the service would send it there by itself.

    Without a delivery address of its own an account gets its goods at its visit address. Once it has one, an order
    without an address might go to an earlier customer's choice, so the place is then always named."""
    there = talk.places(account)
    own = any(row.get("Type") == DELIVERY for row in there)
    if not own and any(row.get("Type") == VISIT and same_place(row, wanted) for row in there):
        return ""
    return keep_address(talk, account, {"Main": False, **wanted, "Type": DELIVERY}, there).id


def same_place(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two addresses are the same place; blanks in a postcode and capitals do not matter."""
    return all(_plain(name, one.get(name)) == _plain(name, other.get(name)) for name in LINES)


def place(row: Row) -> dict[str, Any]:
    """Only the lines of an address."""
    return {name: row.get(name) for name in LINES if bare(row.get(name))}


def _plain(name: str, value: Any) -> str:
    text = " ".join(bare(value).split()).casefold()
    return text.replace(" ", "") if name == "Postcode" else text
