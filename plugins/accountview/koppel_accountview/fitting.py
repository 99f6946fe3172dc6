"""A draft made to fit this installation: existing fields, their types, lengths and capitals."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from koppel import RejectedError

from koppel_accountview.dictionary import Column, Table
from koppel_accountview.times import ZONE

_YES, _NO = ("1", "t", "true", "j", "ja", "y", "yes"), ("0", "f", "false", "n", "nee", "no")


@dataclass
class Fitted:
    """Values ready to send, in order, and what had to be changed to make them fit."""

    values: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def fit(table: Table, draft: Mapping[str, Any], whole: Collection[str] = ()) -> Fitted:
    """The plain values of a draft as this table can hold them; parts that are lists or mappings are left alone.

    A field that the installation lacks is left out with a warning, a text that is too long is cut with one.
    The fields in `whole` are keys: cutting one would make it another record, so RejectedError."""
    fitted = Fitted()
    for name, value in draft.items():
        if value is None or isinstance(value, (Mapping, list, tuple)):
            continue
        column = table.get(name)
        if column is None:
            fitted.warnings.append(f"{table.name} has no field {name} in this AccountView; it was left out.")
            continue
        fitted.values[name] = _value(column, value, fitted.warnings, name in whole)
    return fitted


def same(table: Table, wanted: Mapping[str, Any], current: Mapping[str, Any]) -> bool:
    """Whether a record holds all wanted values already, as AccountView compares them."""
    return all(name in current and _equal(table[name], value, current[name]) for name, value in wanted.items())


def _value(column: Column, value: Any, warnings: list[str], whole: bool) -> Any:
    kind = column.wire_type
    if kind == "N":
        return _number(column, value)
    if kind == "L":
        return _flag(column, value)
    if kind == "T":
        return _moment(column, value)
    return _text(column, value, warnings, whole)


def _text(column: Column, value: Any, warnings: list[str], whole: bool) -> str:
    text = column.held(str(value))
    if text.count("?") > str(value).count("?"):
        warnings.append(f"{column.name} has signs that AccountView cannot keep; they became question marks.")
    if column.type == "M" or not column.length or len(text) <= column.length:
        return text
    if whole:
        raise RejectedError(
            f"{text!r} is longer than the {column.length} characters that AccountView keeps for {column.name}.",
            field=column.name,
            cause="accountview.length",
            resolution="Give it a shorter code in the source, or map this field by hand; Koppel never cuts a code.",
        )
    warnings.append(f"{column.name} was shortened to {column.length} characters.")
    return column.normal(text)


def _number(column: Column, value: Any) -> Decimal:
    if isinstance(value, bool):
        return Decimal(int(value))
    try:
        number = Decimal(str(value).strip() or "0")
        finite = number.is_finite()
    except InvalidOperation:
        finite = False
    if not finite:
        raise _unfit(column, value, "a number")
    return number


def _flag(column: Column, value: Any) -> bool:
    text = str(value).strip().lower()
    if text in _YES:
        return True
    if text in _NO or not text:
        return False
    raise _unfit(column, value, "yes or no")


def _moment(column: Column, value: Any) -> str | None:
    """The form that a working client sends: with milliseconds and Z (reference: 3.1 Body)."""
    if value == "":
        return None
    try:
        moment = value if isinstance(value, date) else datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise _unfit(column, value, "a date") from None
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        moment = moment.astimezone(ZONE)
    clock = f"{moment:%H:%M:%S}" if isinstance(moment, datetime) else "00:00:00"
    return f"{moment:%Y-%m-%d}T{clock}.000Z"


def _equal(column: Column, wanted: Any, current: Any) -> bool:
    if current is None or current == "":
        return wanted in (None, "", False) or (column.wire_type == "N" and wanted == 0)
    try:
        if column.wire_type == "N":
            return bool(_number(column, current) == wanted)
        if column.wire_type == "L":
            return bool(_flag(column, current) == wanted)
        if column.wire_type == "T":
            return (_moment(column, current) or "")[:19] == (wanted or "")[:19]
    except RejectedError:
        return False
    return str(current).replace("\r\n", "\n").rstrip() == str(wanted).replace("\r\n", "\n").rstrip()


def _unfit(column: Column, value: Any, what: str) -> RejectedError:
    return RejectedError(
        f"{str(value)[:60]!r} is not {what}, which AccountView wants in {column.name}.",
        field=column.name,
        cause=f"accountview.type:{column.name}",
        resolution="Correct the mapping row that makes this field; then retry.",
    )
