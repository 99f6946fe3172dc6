"""Cut a $filter or a key predicate into words, literals and signs, each with its position."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from koppel_exactonline.sandbox.errors import bad_request
from koppel_exactonline.sandbox.wire import dates
from koppel_exactonline.sandbox.wire.values import Misfit, Value, guid

_TOKEN = re.compile(r"""
    (?P<space>\s+)
  | (?P<typed>(?:guid|datetime)'(?:[^']|'')*')
  | (?P<text>'(?:[^']|'')*')
  | (?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?[LlDdMmFf]?(?![\w.]))
  | (?P<word>[A-Za-z_][\w/]*)
  | (?P<sign>[(),])
""", re.VERBOSE | re.ASCII)


@dataclass(frozen=True)
class Token:
    """`kind` is word, sign, literal or end; a literal carries its value and the letter of its type."""

    kind: str
    text: str
    position: int
    value: Value = None
    type: str = ""


def tokens(text: str) -> list[Token]:
    """All tokens and a closing `end`; a 400 where the text is no query."""
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            raise bad_request(f"Syntax error at position {position}.")
        if match.lastgroup != "space":
            found.append(_token(str(match.lastgroup), match[0], position))
        position = match.end()
    return [*found, Token("end", "", len(text))]


def _token(group: str, text: str, position: int) -> Token:
    if group == "sign":
        return Token("sign", text, position)
    if group == "word":
        return Token("literal", text, position, *_NAMED[text]) if text in _NAMED else Token("word", text, position)
    try:
        return Token("literal", text, position, *_literal(group, text))
    except (Misfit, ValueError, ArithmeticError):
        raise bad_request(f"Unrecognized '{text[:80]}' literal at position '{position}'.") from None


_NAMED: dict[str, tuple[Value, str]] = {"true": (True, "B"), "false": (False, "B"), "null": (None, "null")}


def _literal(group: str, text: str) -> tuple[Value, str]:
    if group == "text":
        return text[1:-1].replace("''", "'"), "S"
    if group == "number":
        return _number(text)
    kind, _, rest = text.partition("'")
    if kind == "guid":
        return guid(rest[:-1]), "G"
    return dates.from_text(rest[:-1]), "T"


def _number(text: str) -> tuple[Value, str]:
    if text[-1] in "Ll":
        return int(text[:-1]), "I64"
    bare = text.rstrip("DdMmFf")
    if bare == text and text.lstrip("-").isdigit():
        whole = int(text)
        return whole, "I32" if abs(whole) < 2**31 else "I64"
    return Decimal(bare), "D"


def literal_text(value: Value, kind: str) -> str:
    """A value written as the literal that reads back as it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"datetime'{dates.to_iso(value)}'"
    if kind == "G":
        return f"guid'{value}'"
    if kind == "I64":
        return f"{value}L"
    if isinstance(value, Decimal):
        return f"{value:f}d"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
