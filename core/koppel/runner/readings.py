"""Settings as people type them, read into values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from koppel.documents.money import to_decimal
from koppel.errors import ConfigurationError, MappingError
from koppel.mapping import Expression
from koppel.parties.ranges import NumberRange, read_range

_LONGEST = 7 * 24 * 3600
_YES, _NO = ("yes", "true", "1", "on", "ja"), ("no", "false", "0", "off", "nee")


@dataclass(frozen=True)
class Reading:
    """How a setting is read (None: as if it were not there; ValueError: it cannot be) and how it is written."""

    read: Callable[[Any], Any]
    written: str


def one_of(*words: str) -> Reading:
    """One of these words, or nothing."""

    def read(value: Any) -> str:
        if value not in ("", *words):
            raise ValueError(value)
        return str(value)

    return Reading(read, f"Choose {', '.join(words[:-1])} or {words[-1]}.")


def some_of(*words: str) -> Reading:
    """Any of these words."""

    def read(value: Any) -> tuple[str, ...]:
        chosen = _words(value)
        if not set(chosen) <= set(words):
            raise ValueError(value)
        return chosen

    return Reading(read, f"Write some of these words, with spaces between them: {', '.join(words)}.")


def _yes_or_no(value: Any) -> bool | None:
    word = str(value).strip().lower()
    if word not in ("", *_YES, *_NO):
        raise ValueError(value)
    return word in _YES if word else None


def _words(value: Any) -> tuple[str, ...]:
    words = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(words, (list, tuple)) or not all(isinstance(word, str) for word in words):
        raise ValueError(value)
    return tuple(words)


def _names(value: Any) -> tuple[str, ...]:
    names = value.replace("\n", ",").split(",") if isinstance(value, str) else value
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        raise ValueError(value)
    return tuple(name.strip() for name in names if name.strip())


def _text(value: Any) -> str:
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise ValueError(value)
    return str(value).strip()


def _conditions(value: Any) -> Mapping[str, Any] | None:
    if value and not isinstance(value, Mapping):
        raise ValueError(value)
    return value or None


def _seconds(value: Any) -> float | None:
    if isinstance(value, str) and not value.strip():
        return None
    seconds = float(value) if isinstance(value, (str, int, float, Decimal)) else math.nan
    if not 0 <= seconds <= _LONGEST:
        raise ValueError(value)
    return seconds


def _minutes(value: Any) -> int | None:
    if isinstance(value, str) and not value.strip():
        return None
    minutes = int(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else -1
    if not 0 <= minutes * 60 <= _LONGEST:
        raise ValueError(value)
    return minutes


def _amount(value: Any) -> Decimal | None:
    amount = to_decimal(str(value).replace(",", "."))
    if amount is not None and amount < 0:
        raise ValueError(value)
    return amount


def _vat_of_shipping(value: Any) -> Decimal | str:
    text = str(value).strip().removesuffix("%").strip()
    if text in ("", "source", "split"):
        return text.removeprefix("source")
    rate = _amount(text)
    if rate is None or rate >= 100:
        raise ValueError(value)
    return rate


def _day(value: Any) -> date | None:
    text = str(value).strip()
    return date.fromisoformat(text) if text else None


def _moment(value: Any) -> datetime | None:
    text = str(value).strip()
    if not text:
        return None
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _range(value: Any) -> NumberRange | None:
    text = str(value).strip()
    return read_range(text) if text else None


def _expression(value: Any) -> str:
    text = str(value).strip()
    if text:
        try:
            Expression(text)
        except MappingError as error:
            raise ConfigurationError(error.message, field="condition", resolution=_CONDITION) from None
    return text


_CONDITION = "Write it as: record.total < 5000 and 'wholesale' not in record.tags"
YES_OR_NO = Reading(_yes_or_no, "Write yes or no.")
WORDS = Reading(_words, "Write words with spaces between them.")
NAMES = Reading(_names, "Write names with commas between them.")
SECONDS = Reading(_seconds, "Write a number of seconds, at most a week of them (604800).")
MINUTES = Reading(_minutes, "Write a whole number of minutes, at most a week of them (10080).")
TEXT = Reading(_text, "Write a word or a code.")
CONDITIONS = Reading(_conditions, "Write names with values.")
AMOUNT = Reading(_amount, "Write an amount such as 0.05; 0 allows no difference at all.")
VAT_OF_SHIPPING = Reading(_vat_of_shipping, "Write source, split, or a VAT rate such as 21.")
EXPRESSION = Reading(_expression, _CONDITION)
RANGE = Reading(_range, "Write the first and the last number, as 10000-19999 or W0001-W9999.")
DAY = Reading(_day, "Write it as 2026-07-01.")
MOMENT = Reading(_moment, "Write it as 2026-01-31 or 2026-01-31T12:00.")
