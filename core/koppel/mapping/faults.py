"""How a row that cannot work is reported: always by its target, with the nearest known name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from koppel.errors import MappingError

RULE = "mapping.rule"


class NoRow(MappingError):
    """No row of a value table fits these keys; `unused` while the table has no rows at all."""

    unused = False


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint such as ` Did you mean "strip"?`, empty when nothing is near."""
    close = difflib.get_close_matches(name[:100], list(known), 1, 0.6)
    return f' Did you mean "{close[0]}"?' if close else ""


def bad_row(target: str, why: str, rule: str = "") -> MappingError:
    """The error of a row that can never work, whatever the record."""
    return MappingError(f"The row {target or '(without a target)'}: {why}", field=target, rule=rule, cause=RULE)
