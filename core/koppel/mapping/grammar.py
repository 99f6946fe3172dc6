"""From an expression's text to a tree of functions: Jinja's own parser, and only what is listed here.

Nothing is generated and nothing of Python is reachable: a node that has no entry is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.lexer import Lexer, Token, TokenStream
from jinja2.parser import Parser

from koppel.mapping import operations
from koppel.mapping.budget import Run, deep_weight, weight
from koppel.mapping.faults import NoRow, nearest
from koppel.mapping.vocabulary import FILTERS, FUNCTIONS, METHODS, TESTS

MAX_TEXT = 2_000
MAX_DEPTH = 60
MAX_ARGUMENTS = 20
NAMES = ("record", "item", "table")
Node = Callable[[Run], Any]
_CONTAINERS = (dict, list, tuple, Mapping)


class _ExactLexer(Lexer):
    """Jinja's lexer, but 1.20 is the decimal 1.20."""

    def wrap(
        self, stream: Iterable[tuple[int, str, str]], name: str | None = None, filename: str | None = None
    ) -> Iterator[Token]:
        for raw in stream:
            if raw[1] == "float":
                yield Token(raw[0], "float", Decimal(raw[2].replace("_", "")))  # type: ignore[arg-type]
            else:
                yield from super().wrap([raw], name, filename)


class _ExactEnvironment(Environment):
    _exact_lexer: Lexer | None = None

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        self._exact_lexer = self._exact_lexer or _ExactLexer(self)
        return self._exact_lexer.tokenize(source, name, filename, state)


_ENVIRONMENT = _ExactEnvironment()


def parse(text: str) -> nodes.Expr:
    """The syntax tree of an expression. Raises ValueError with what is wrong."""
    if not text.strip() or len(text) > MAX_TEXT:
        raise ValueError(f"an expression has between 1 and {MAX_TEXT:,} characters.")
    try:
        parser = Parser(_ENVIRONMENT, text, state="variable")
        tree = parser.parse_expression()
    except TemplateSyntaxError as error:
        raise ValueError(f"it cannot be read: {error.message}.") from None
    except RecursionError:
        raise ValueError("it is nested too deep.") from None
    if not parser.stream.eos:
        raise ValueError(f'it cannot be read from "{str(parser.stream.current.value)[:40]}" on.')
    return tree


class Compiler:
    """Turns a syntax tree into functions of a Run. `tables` collects which tables are asked by which columns."""

    def __init__(self) -> None:
        self.depth = 0
        self.tables: list[tuple[str, tuple[str, ...]]] = []

    def node(self, tree: nodes.Node) -> Node:
        """Compile one node. Raises ValueError for what is not allowed."""
        build = getattr(self, f"_{type(tree).__name__.lower()}", None)
        if build is None:
            raise ValueError(f"{type(tree).__name__} is not allowed in an expression.")
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ValueError("it is nested too deep.")
        made: Node = build(tree)
        self.depth -= 1
        return made

    def _many(self, trees: Iterable[nodes.Node]) -> list[Node]:
        return [self.node(tree) for tree in trees]

    def _const(self, tree: nodes.Const) -> Node:
        value = Run(None).made(tree.value)
        return lambda run: value

    def _name(self, tree: nodes.Name) -> Node:
        if tree.name == "record":
            return lambda run: run.record
        if tree.name == "item":
            return lambda run: run.item if type(run.item) is dict else run.made(run.item)
        if tree.name in FUNCTIONS or tree.name == "table":
            raise ValueError(f"{tree.name} is a function: write {tree.name}(…).")
        raise ValueError(f'"{tree.name}" is not known here.{nearest(tree.name, [*NAMES, *FUNCTIONS])}')

    def _getattr(self, tree: nodes.Getattr) -> Node:
        _open_name(tree.attr, "_")
        base, name = self.node(tree.node), tree.attr
        return lambda run: run.made(operations.attribute(base(run), name))

    def _getitem(self, tree: nodes.Getitem) -> Node:
        if isinstance(tree.arg, nodes.Slice):
            return self._sliced(tree.node, tree.arg)
        if isinstance(tree.arg, nodes.Const):
            _open_name(tree.arg.value, "__")
        base, key = self.node(tree.node), self.node(tree.arg)
        return lambda run: run.made(operations.attribute(base(run), key(run)))

    def _sliced(self, value: nodes.Node, piece: nodes.Slice) -> Node:
        none = nodes.Const(None)
        base = self.node(value)
        start, stop, step = self._many(one or none for one in (piece.start, piece.stop, piece.step))
        return lambda run: run.made(operations.cut_out(base(run), start(run), stop(run), step(run)))

    def _call(self, tree: nodes.Call) -> Node:
        if isinstance(tree.node, nodes.Getattr):
            return self._called_method(tree, tree.node)
        if not isinstance(tree.node, nodes.Name):
            raise ValueError("only functions by name can be called.")
        name = tree.node.name
        if name == "table":
            return self._called_table(tree)
        if name not in FUNCTIONS:
            raise ValueError(f'there is no function "{name}".{nearest(name, [*FUNCTIONS, "table"])}')
        return self._applied(FUNCTIONS[name], [], tree)

    def _called_method(self, tree: nodes.Call, owner: nodes.Getattr) -> Node:
        if owner.attr not in METHODS:
            raise ValueError(f'there is no ".{owner.attr}()".{nearest(owner.attr, METHODS)}')
        return self._applied(METHODS[owner.attr], [owner.node], tree)

    def _called_table(self, tree: nodes.Call) -> Node:
        arguments, named = self._arguments(tree)
        first = tree.args[0] if tree.args else None
        if not isinstance(first, nodes.Const) or not isinstance(first.value, str) or len(tree.args) > 2:
            raise ValueError("a table is asked as table('name', column=value).")
        instead, unused = named.pop("default", None), named.pop("unused", None)
        self.tables.append((first.value, tuple(named)))

        def ask(run: Run) -> Any:
            try:
                return run.made(_ask(run, [one(run) for one in arguments], _evaluated(named, run)))
            except NoRow as error:  # a table that is optional has a default; one that nobody filled in may have another
                other = instead or (unused if error.unused else None)
                if other is None:
                    raise
                return other(run)

        return ask

    def _filter(self, tree: nodes.Filter) -> Node:
        if tree.node is None or tree.name not in FILTERS:
            raise ValueError(f'there is no filter "{tree.name}".{nearest(tree.name, FILTERS)}')
        return self._applied(FILTERS[tree.name], [tree.node], tree)

    def _test(self, tree: nodes.Test) -> Node:
        if tree.name not in TESTS:
            raise ValueError(f'there is no test "{tree.name}".{nearest(tree.name, TESTS)}')
        return self._applied(TESTS[tree.name], [tree.node], tree)

    def _applied(
        self, word: Callable[..., Any], first: list[nodes.Expr], tree: nodes.Call | nodes.Filter | nodes.Test
    ) -> Node:
        before = self._many(first)
        arguments, named = self._arguments(tree)
        arguments = [*before, *arguments]

        def apply(run: Run) -> Any:
            values = [one(run) for one in arguments]
            run.spend(sum(map(weight, values)))
            return run.made(word(*values, **_evaluated(named, run)))

        return apply

    def _arguments(self, tree: nodes.Call | nodes.Filter | nodes.Test) -> tuple[list[Node], dict[str, Node]]:
        if tree.dyn_args is not None or tree.dyn_kwargs is not None:
            raise ValueError("arguments cannot be unpacked with * or **.")
        if len(tree.args) + len(tree.kwargs) > MAX_ARGUMENTS:
            raise ValueError(f"a function takes at most {MAX_ARGUMENTS} arguments.")
        named = {one.key: self.node(one.value) for one in tree.kwargs if isinstance(one, nodes.Keyword)}
        return self._many(tree.args), named

    def _compare(self, tree: nodes.Compare) -> Node:
        first = self.node(tree.expr)
        rest = [(operations.COMPARE[one.op], self.node(one.expr)) for one in tree.ops]

        def apply(run: Run) -> bool:
            left = first(run)
            for compare, node in rest:
                right = node(run)
                run.spend(_cost(left, right))
                if not compare(left, right):
                    return False
                left = right
            return True

        return apply

    def _and(self, tree: nodes.And) -> Node:
        left, right = self.node(tree.left), self.node(tree.right)
        return lambda run: left(run) and right(run)

    def _or(self, tree: nodes.Or) -> Node:
        left, right = self.node(tree.left), self.node(tree.right)
        return lambda run: left(run) or right(run)

    def _not(self, tree: nodes.Not) -> Node:
        value = self.node(tree.node)
        return lambda run: not value(run)

    def _neg(self, tree: nodes.Neg) -> Node:
        value = self.node(tree.node)
        return lambda run: run.made(operations.negative(value(run)))

    def _pos(self, tree: nodes.Pos) -> Node:
        value = self.node(tree.node)
        return lambda run: run.made(operations.positive(value(run)))

    def _condexpr(self, tree: nodes.CondExpr) -> Node:
        test, yes = self.node(tree.test), self.node(tree.expr1)
        no = self.node(tree.expr2 or nodes.Const(None))
        return lambda run: yes(run) if test(run) else no(run)

    def _concat(self, tree: nodes.Concat) -> Node:
        parts = self._many(tree.nodes)
        return lambda run: run.made(operations.concat([part(run) for part in parts]))

    def _list(self, tree: nodes.List | nodes.Tuple) -> Node:
        items = self._many(tree.items)
        return lambda run: run.made([item(run) for item in items])

    _tuple = _list

    def _dict(self, tree: nodes.Dict) -> Node:
        pairs = []
        for pair in tree.items:
            if not isinstance(pair.key, nodes.Const) or not isinstance(pair.key.value, str | int):
                raise ValueError("the keys of {…} are texts.")
            pairs.append((pair.key.value, self.node(pair.value)))
        return lambda run: run.made({key: value(run) for key, value in pairs})

    def _binary(self, tree: nodes.BinExpr) -> Node:
        apply = operations.BINARY[type(tree).__name__]
        left, right = self.node(tree.left), self.node(tree.right)
        return lambda run: run.made(apply(left(run), right(run)))

    _add = _sub = _mul = _div = _floordiv = _mod = _binary

    def _pow(self, tree: nodes.Pow) -> Node:
        if isinstance(tree.left, nodes.Pow):
            raise ValueError("a power of a power is read differently by everyone; write it in two rows.")
        return self._binary(tree)


def _cost(left: Any, right: Any) -> int:
    """What a comparison may cost: two containers are compared to the bottom."""
    if isinstance(left, _CONTAINERS) and isinstance(right, _CONTAINERS):
        return deep_weight(left) + deep_weight(right)
    return weight(left) + weight(right)


def _evaluated(named: dict[str, Node], run: Run) -> dict[str, Any]:
    return {key: node(run) for key, node in named.items()} if named else {}


def _ask(run: Run, arguments: list[Any], keys: dict[str, Any]) -> Any:
    if run.table is None:
        raise ValueError("there are no value tables here.")
    run.spend(1_000)
    return run.table(*arguments, **keys)


def _open_name(name: Any, private: str) -> None:
    if isinstance(name, str) and name.startswith(private):
        raise ValueError(f'"{name[:40]}" is not open to expressions.')
