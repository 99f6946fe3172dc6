"""What several tables have in common: countries, e-mail addresses, numbered codes."""

from __future__ import annotations

import re

from babel import Locale

from koppel_exactonline.sandbox.resources.desk import Change, Derivation, Desk
from koppel_exactonline.sandbox.store.table import Row, highest
from koppel_exactonline.sandbox.wire.values import Value, padded

ADDRESS = ("AddressLine1", "AddressLine2", "AddressLine3", "Postcode", "City", "State", "Country")
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;.]+(\.[^@\s,;.]+)+")
_NO_COUNTRIES = ("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ")
_NAMES = {language: Locale(language.lower()).territories for language in ("NL", "EN", "FR")}


def known_country(code: Value) -> bool:
    """True for a two-letter country code."""
    text = str(code or "").strip()
    return len(text) == 2 and text.isalpha() and text in _NAMES["EN"] and text not in _NO_COUNTRIES


def country_name(name: str = "Country") -> Derivation:
    """The country's name in the caller's language."""

    def derive(desk: Desk, row: Row) -> Value:
        return _NAMES[desk.language].get(str(row.get(name) or "").strip())

    return derive


def check_email(change: Change, *names: str) -> None:
    """Refuse text that is no e-mail address (reference: Create / update / delete)."""
    for name in names:
        text = change.row.get(name)
        if name in change.sent and isinstance(text, str) and text and not _EMAIL.fullmatch(text):
            change.complain("invalid_value", "Email", text)


def next_code(change: Change) -> str:
    """The next free padded number of this table."""
    number = highest(change.desk.table(change.entity.path), "Code") + 1
    return padded(change.entity.path, "Code", f"{number:07d}")


def check_code(change: Change) -> None:
    """A code has room for 18 characters."""
    if len(str(change.row.get("Code") or "")) > 18:
        change.complain("too_long", "Code")
