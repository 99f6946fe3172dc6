"""Exact Online's padded codes in one place: which are padded, how, and what people call them."""

from __future__ import annotations

from typing import Any

_PADDED = {
    ("crm/Accounts", "Code"): 18,
    ("crm/Contacts", "Code"): 18,
}
"""Width of the codes that are filled with blanks on the left and must be asked for so (reference: OData dialect)."""


def bare(value: Any) -> str:
    """A code as people know it: without the blanks around it; empty for None."""
    return "" if value is None else str(value).strip()


def padded(entity: str, field: str, value: str) -> str:
    """A code as the service keeps it; fields that are not padded stay as they are."""
    width = _PADDED.get((entity, field))
    return value if width is None or not value.strip() else value.strip().rjust(width)


def written(entity: str, fields: dict[str, Any]) -> dict[str, Any]:
    """A body with its padded codes as the service keeps them."""
    return {
        name: padded(entity, name, value) if isinstance(value, str) else value for name, value in fields.items()
    }
