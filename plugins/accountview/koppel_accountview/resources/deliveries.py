"""Deliveries: what left for which order, from the business object that a person chose for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from koppel import Page, Query, Record

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.objects import ORDERS, Kind
from koppel_accountview.resources.learned import Learned, lacking, no_object, object_of
from koppel_accountview.resources.orders import reference_field
from koppel_accountview.resources.reading import fetch_rows, key_field, rows_by_key

SETTING, TITLE = "delivery_object", "deliveries"

# Neither the object nor a field of it is known for certain (reference: 4.3 Sales orders, order status).
_NUMBER = (("DEL_NR", "SH_NR", "PACK_NR", "REC_ID"), r"^(leverings?|pakbon)-?nummer")
_ORDER = (("ORD_NR", "SO_NR", "ORDER_NR"), r"^ordernummer")
_DATE = (("DEL_DATE", "SHIP_DATE"), r"(lever|verzend)datum")
_METHOD = (("SHIP_MTH",), r"^(vervoersmethode|verzendwijze)")
_TRACKING = (("TRACK_NR", "TRACKING"), r"track")
_ARTICLE = (("ART_CODE",), r"^artikelcode")
_QUANTITY = (("DEL_QTY", "SHIP_QTY", "QTY_DEL"), r"geleverd")


def fetch(talk: Conversation, query: Query) -> Page:
    """Deliveries that changed, each with the order number of the shop and what was in it."""
    found = object_of(talk, SETTING, TITLE)
    if found is None:
        raise no_object("", SETTING, TITLE)
    names = _names(talk, found)
    kind = Kind(found.kind.object, found.kind.table, (names["number"],), TITLE)
    return fetch_rows(talk, kind, query, lambda rows: _records(talk, rows, found.lines, names))


def _names(talk: Conversation, found: Learned) -> dict[str, str]:
    """What the fields are called here. Without article and quantity, half a delivery would count as a whole one."""
    header, lines = found.table, talk.dictionary.table(found.lines) if found.lines else found.table
    names = {
        "number": header.first(*_NUMBER), "order": header.first(*_ORDER), "date": header.first(*_DATE),
        "method": header.first(*_METHOD), "tracking": header.first(*_TRACKING),
        "article": lines.first(*_ARTICLE), "quantity": lines.first(*_QUANTITY),
    }  # fmt: skip
    needed = {"number": "the delivery's number", "order": "the order", "article": "the article", "quantity": "the quantity delivered"}
    for name, what in needed.items():
        if not names[name]:
            raise lacking(found, SETTING, what)
    return names


def _records(talk: Conversation, rows: Sequence[Row], lines: str, names: Mapping[str, str]) -> Iterable[Record]:
    numbers = sorted({_text(row, names["order"]) for row in rows} - {""})
    orders = {_text(one, key_field(talk, ORDERS)): one for one in rows_by_key(talk, ORDERS, numbers)} if numbers else {}
    for row in rows:
        number, order = _text(row, names["number"]), _text(row, names["order"])
        reference = _text(orders.get(order, {}), reference_field(talk)) or order
        packed = row.get(lines) or [] if lines else [row]
        extra: dict[str, Any] = {
            "number": number, "order": order, "reference": reference, "shipped": row.get(names["date"]),
            "method": _text(row, names["method"]), "tracking": _text(row, names["tracking"]),
            "lines": [{"sku": _text(one, names["article"]), "quantity": one.get(names["quantity"])} for one in packed],
        }  # fmt: skip
        if order and number:
            yield Record(number, {**row, **extra}, number)


def _text(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name) or "").strip()
