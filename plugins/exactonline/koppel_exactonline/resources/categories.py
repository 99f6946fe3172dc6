"""Categories: the item groups, which are read whole; Exact Online lets nobody write them by its interface."""

from __future__ import annotations

from koppel import Page, Query, Record

from koppel_exactonline.client import own_fields
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation

GROUPS = "logistics/ItemGroups"
FIELDS = ("ID", "Code", "Description", "IsDefault", "GLRevenueCode", "Notes", "Modified")


def fetch(talk: Conversation, query: Query) -> Page:
    """All item groups, or those asked for; there are few, so every reading gives all of them."""
    rows = (own_fields(row) for row in talk.client.rows(GROUPS, FIELDS))
    records = (Record(str(row["ID"]), row, bare(row.get("Description")) or bare(row.get("Code"))) for row in rows)
    return Page(tuple(one for one in records if not query.ids or one.id in query.ids))
