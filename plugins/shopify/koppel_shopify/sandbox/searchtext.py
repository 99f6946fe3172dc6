"""Reading the text of a `query:` argument into a tree, as forgiving as the real service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_COMPARATORS = ("<=", ">=", "<", ">")
_MAX_TOKENS = 5000
_MAX_DEPTH = 40


@dataclass(frozen=True)
class Term:
    """`field:op value`; the free-text field is empty, `op` is one of `=`, `<`, `<=`, `>`, `>=`."""

    field: str
    op: str
    value: str
    quoted: bool = False


@dataclass(frozen=True)
class Negated:
    """`-x` or `NOT x`."""

    part: Tree


@dataclass(frozen=True)
class Joined:
    """Parts joined by `and` or `or`."""

    how: str
    parts: tuple[Tree, ...]


Tree = Term | Negated | Joined


def read(text: str) -> Tree | None:
    """The tree of `text`, None when nothing is asked; stray parentheses and operators are overlooked."""
    tokens = _tokens(text)
    parts: list[Tree] = []
    while tokens:
        part = _either(tokens)
        if part is not None:
            parts.append(part)
        if tokens:
            tokens.pop(0)
    return _join("and", parts)


def shown(tree: Tree) -> dict[str, Any]:
    """The tree as `extensions.search[].parsed` shows it."""
    if isinstance(tree, Joined):
        return {tree.how: [shown(part) for part in tree.parts]}
    if isinstance(tree, Negated):
        return {"not": shown(tree.part)}
    field = {"field": tree.field} if tree.field else {"field": "default"}
    if tree.op != "=":
        return {**field, "range_lte" if tree.op[0] == "<" else "range_gte": tree.value}
    return {**field, "match_phrase" if tree.quoted else "match_all": tree.value}


def terms(tree: Tree | None) -> list[Term]:
    """All terms, left to right."""
    if tree is None:
        return []
    if isinstance(tree, Term):
        return [tree]
    if isinstance(tree, Negated):
        return terms(tree.part)
    return [term for part in tree.parts for term in terms(part)]


def _join(how: str, parts: list[Tree]) -> Tree | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return Joined(how, tuple(parts))


Token = str | Term


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    at = depth = 0
    while at < len(text) and len(tokens) < _MAX_TOKENS:
        letter = text[at]
        if letter.isspace() or letter == ":":
            at += 1
        elif letter in "()":
            depth += 1 if letter == "(" else -1
            if depth <= _MAX_DEPTH:
                tokens.append(letter)
            at += 1
        elif letter == "-" and at + 1 < len(text) and not text[at + 1].isspace():
            _push(tokens, "NOT")
            at += 1
        else:
            token, at = _term(text, at)
            _push(tokens, token)
    return tokens


def _push(tokens: list[Token], token: Token) -> None:
    """Two negations in a row cancel out here, so that a long row of them cannot nest deeply."""
    if token == "NOT" and tokens and tokens[-1] == "NOT":
        tokens.pop()
    else:
        tokens.append(token)


def _term(text: str, at: int) -> tuple[Token, int]:
    word, quoted, at = _word(text, at)
    if quoted or at >= len(text) or text[at] != ":":
        if not quoted and word in ("AND", "OR", "NOT"):
            return word, at
        return Term("", "=", word, quoted), at
    at += 1
    op = next((one for one in _COMPARATORS if text.startswith(one, at)), "")
    value, quoted, at = _word(text, at + len(op))
    return Term(word, op or "=", value, quoted), at


def _word(text: str, at: int) -> tuple[str, bool, int]:
    """A quoted or bare word from `at`; a bare one ends at a colon, which is how unquoted timestamps go wrong."""
    if at < len(text) and text[at] in "'\"":
        end = at + 1
        letters = []
        while end < len(text) and text[end] != text[at]:
            if text[end] == "\\" and end + 1 < len(text):
                end += 1
            letters.append(text[end])
            end += 1
        return "".join(letters), True, end + 1
    end = at
    while end < len(text) and not text[end].isspace() and text[end] not in "():":
        end += 1
    return text[at:end], False, end


def _either(tokens: list[Token]) -> Tree | None:
    parts = []
    while True:
        part = _all(tokens)
        if part is not None:
            parts.append(part)
        if not tokens or tokens[0] != "OR":
            return _join("or", parts)
        tokens.pop(0)


def _all(tokens: list[Token]) -> Tree | None:
    parts = []
    while tokens and tokens[0] not in ("OR", ")"):
        part = _one(tokens)
        if part is not None:
            parts.append(part)
    return _join("and", parts)


def _one(tokens: list[Token]) -> Tree | None:
    token = tokens.pop(0)
    if isinstance(token, Term):
        return token
    if token == "NOT":
        part = _one(tokens) if tokens and tokens[0] not in ("OR", ")") else None
        return Negated(part) if part is not None else None
    if token == "(":
        inside = _either(tokens)
        if tokens and tokens[0] == ")":
            tokens.pop(0)
        return inside
    return None
