"""The test of a connection: whose administration it is, and what this installation or user lacks."""

from __future__ import annotations

from koppel import Health

from koppel_accountview.conversation import Conversation
from koppel_accountview.objects import ADDRESSES, ARTICLES, DEBTORS, ORDERS, Kind
from koppel_accountview.resources.orders import reference_field, total_field
from koppel_accountview.resources.stock import figure_of

_NEEDED: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (DEBTORS, ("read", "insert", "update")),
    (ADDRESSES, ("read", "insert")),
    (ARTICLES, ("read", "insert", "update")),
    (ORDERS, ("read", "insert")),
)


def health_of(talk: Conversation) -> Health:
    """Ask for the company, its business objects and one debtor. Raises what is wrong with a setting."""
    company = talk.client.company()
    missing = [f"{kind.object} ({kind.title}): {what}" for kind, rights in _NEEDED for what in _lacking(talk, kind, rights)]
    talk.client.read(DEBTORS.ask(fields=("SUB_NR",), size=1))
    if talk.dictionary.may(ARTICLES.object, "read"):
        figure_of(talk)
    if talk.dictionary.may(ORDERS.object, "read"):
        talk.column(ORDERS.table, reference_field(talk))
        if not total_field(talk):
            missing.append("SO_HDR: no field with the order total, so totals cannot be compared")
    return Health(ok=True, title="AccountView", administration=company.label, missing=tuple(missing))


def _lacking(talk: Conversation, kind: Kind, rights: tuple[str, ...]) -> list[str]:
    """The rights that are not there; without reading, the others need no mention."""
    lacking = [right for right in rights if not talk.dictionary.may(kind.object, right)]
    return lacking[:1] if "read" in lacking else lacking
