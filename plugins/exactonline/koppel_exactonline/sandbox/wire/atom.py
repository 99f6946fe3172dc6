"""A plain Atom feed for clients that do not ask for JSON: enough to see the rows and the next link."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from koppel_exactonline.sandbox.schema.model import Entity
from koppel_exactonline.sandbox.wire import dates

_SPACES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" '
    'xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"'
)
_HEAD = '<?xml version="1.0" encoding="utf-8"?>'


def feed(entity: Entity, rows: list[dict[str, Any]], more: str = "") -> bytes:
    """Several rows; `more` is the address of the next page."""
    link = f'<link rel="next" href={quoteattr(more)}/>' if more else ""
    entries = "".join(_entry(entity, row) for row in rows)
    text = f'{_HEAD}<feed {_SPACES}><title type="text">{entity.name}</title>{entries}{link}</feed>'
    return text.encode("utf-8", "replace")


def entry(entity: Entity, row: dict[str, Any]) -> bytes:
    """One row as a document."""
    return (_HEAD + _entry(entity, row).replace("<entry>", f"<entry {_SPACES}>", 1)).encode("utf-8", "replace")


def _entry(entity: Entity, row: dict[str, Any]) -> str:
    values = "".join(_value(entity, name, row[name]) for name in row if name in entity.values)
    kind = quoteattr(row["__metadata"]["type"])
    return (
        f"<entry><id>{escape(row['__metadata']['uri'])}</id><category term={kind}/>"
        f'<content type="application/xml"><m:properties>{values}</m:properties></content></entry>'
    )


def _value(entity: Entity, name: str, value: Any) -> str:
    one = entity.values[name]
    kind = "" if one.kind == "S" else f' m:type="{one.edm}"'
    if value is None:
        return f'<d:{name}{kind} m:null="true"/>'
    if isinstance(value, bool):
        value = str(value).lower()
    elif one.kind == "T":
        value = dates.to_iso(dates.from_text(value))
    text = "".join(letter for letter in str(value) if letter >= " " or letter in "\t\r\n")
    return f"<d:{name}{kind}>{escape(text)}</d:{name}>"
