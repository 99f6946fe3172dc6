"""Extra fields of items: the free fields on the item itself, and the names that the administration gave them."""

from __future__ import annotations

from koppel_exactonline.client import Row, own_fields
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.odata import guid

FREE_FIELDS = tuple(
    f"Free{kind}Field_{number:02}" for kind, most in (("Text", 10), ("Number", 8), ("Date", 5), ("Bool", 5)) for number in range(1, most + 1)
)
EXTRA = "read/logistics/ItemExtraField"
EXTRA_FIELDS = ("ItemID", "Number", "Description", "Value")


def with_extras(talk: Conversation, rows: list[Row]) -> list[Row]:
    """The items with their extra fields by name, where the connection asks for them: each costs a call."""
    if not talk.settings.flag("extra_fields"):
        return rows
    return [{**row, "ExtraFields": _extras(talk, str(row["ID"]))} for row in rows]


def _extras(talk: Conversation, item: str) -> list[Row]:
    rows = talk.client.rows(EXTRA, EXTRA_FIELDS, itemId=guid(item))
    return [own_fields(row) for row in rows if bare(row.get("Value"))]
