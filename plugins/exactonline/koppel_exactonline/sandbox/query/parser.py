"""Read a $filter into one typed Boolean expression."""

from __future__ import annotations

from koppel_exactonline.sandbox.errors import SYNTAX, ApiError, bad_request
from koppel_exactonline.sandbox.query import nodes
from koppel_exactonline.sandbox.query.lexer import Token, tokens
from koppel_exactonline.sandbox.query.nodes import Node
from koppel_exactonline.sandbox.schema.model import Entity
from koppel_exactonline.sandbox.switches import Switches

COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
_DEEPEST = 60


def parse(text: str, entity: Entity, switches: Switches) -> Node:
    """The filter as an expression over this entity's properties; a 400 with the service's words otherwise."""
    reader = _Reader(tokens(text), entity, switches)
    node = reader.any_of()
    if reader.now.kind != "end":
        raise bad_request(f"Syntax error at position {reader.now.position}.")
    return _boolean(node, 0)


def _boolean(node: Node, position: int) -> Node:
    if node.kind != "B":
        raise bad_request(f"Expression of type 'System.Boolean' expected at position {position}.")
    return node


class _Reader:
    """Recursive descent; chains of and/or are read in a loop so that long ones stay flat."""

    def __init__(self, found: list[Token], entity: Entity, switches: Switches) -> None:
        self.found = found
        self.at = 0
        self.deep = 0
        self.entity = entity
        self.switches = switches

    @property
    def now(self) -> Token:
        return self.found[self.at]

    def any_of(self) -> Node:
        return self._chain("or", all_of=False)

    def all_of(self) -> Node:
        return self._chain("and", all_of=True)

    def _chain(self, word: str, all_of: bool) -> Node:
        below = self.compared if all_of else self.all_of
        start = self.now.position
        parts = [below()]
        while self._took("word", word):
            _boolean(parts[-1], start)
            start = self.now.position
            parts.append(_boolean(below(), start))
        return nodes.junction(parts, all_of)

    def compared(self) -> Node:
        left = self.unary()
        while self.now.kind == "word" and self.now.text in COMPARISONS:
            sign = self._next()
            left = nodes.comparison(sign.text, left, self.unary(), sign.position, self.switches)
        return left

    def unary(self) -> Node:
        start = self.now.position
        if not self._took("word", "not"):
            return self.primary()
        self._deeper()
        inner = nodes.negation(_boolean(self.unary(), start))
        self.deep -= 1
        return inner

    def primary(self) -> Node:
        token = self._next()
        if token.kind == "literal":
            return nodes.constant(token.value, token.type)
        if token.kind == "sign" and token.text == "(":
            self._deeper()
            inner = self.any_of()
            self._want(")")
            self.deep -= 1
            return inner
        if token.kind != "word":
            raise bad_request(SYNTAX if token.kind == "end" else f"Syntax error at position {token.position}.")
        return self._call(token) if self._took("sign", "(") else self._member(token)

    def _call(self, token: Token) -> Node:
        self._deeper()
        arguments = [self.any_of()]
        while self._took("sign", ","):
            arguments.append(self.any_of())
        self._want(")")
        self.deep -= 1
        return nodes.call(token.text, arguments, token.position, self.switches)

    def _member(self, token: Token) -> Node:
        one = self.entity.values.get(token.text)
        if one is None or one.kind in ("N", "X"):
            model, at = self.entity.model, token.position
            raise bad_request(f"No property '{token.text}' exists in type '{model}' at position {at}.")
        return nodes.member(one.name, one.kind)

    def _next(self) -> Token:
        token = self.now
        self.at = min(self.at + 1, len(self.found) - 1)
        return token

    def _took(self, kind: str, text: str) -> bool:
        if (self.now.kind, self.now.text) != (kind, text):
            return False
        self._next()
        return True

    def _want(self, text: str) -> None:
        if not self._took("sign", text):
            raise bad_request(f"')' or operator expected at position {self.now.position}.")

    def _deeper(self) -> None:
        self.deep += 1
        if self.deep > _DEEPEST:
            raise ApiError(400, "Recursion limit reached. The query is nested too deeply.")
