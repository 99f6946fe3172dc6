"""The tree of a mapping's targets: nested objects and collections, built in one walk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from typing import Any

from koppel.errors import MappingError
from koppel.mapping.faults import bad_row
from koppel.mapping.row import Row

Tell = Callable[[Row, Any, str], None]


class Shape:
    """One object of the result: its fields, in the order of the rows."""

    __slots__ = ("parts",)

    def __init__(self) -> None:
        self.parts: dict[str, Row | Shape | Collection] = {}

    def build(self, record: Any, item: Any, warnings: list[str], at: str) -> dict[str, Any]:
        """The fields of one record or item; what is empty is left out."""
        made: dict[str, Any] = {}
        for name, part in self.parts.items():
            value: Any
            if isinstance(part, Row):
                value = part.make(record, item, warnings, at)
            else:
                value = part.build(record, item, warnings, at)
                if value == {}:
                    continue
            if value is not None:
                made[name] = value
        return made

    def tell(self, record: Any, item: Any, prefix: str, tell: Tell) -> None:
        """Walk the same tree and tell every row with its item and its numbered target."""
        for name, part in self.parts.items():
            if isinstance(part, Row):
                tell(part, item, prefix + name)
            elif isinstance(part, Shape):
                part.tell(record, item, f"{prefix}{name}.", tell)
            else:
                part.tell(record, item, prefix + name, tell)


class Collection:
    """A list of the result: its own row gives the items, its shape what each becomes."""

    __slots__ = ("row", "shape")

    def __init__(self) -> None:
        self.row: Row | None = None
        self.shape = Shape()

    def build(self, record: Any, item: Any, warnings: list[str], at: str) -> list[Any] | None:
        """The list; None when there is none, so that it is left out."""
        items = self._items(record, item, warnings, at)
        if items is None or not self.shape.parts:
            return items
        before = f"{at}, " if at else ""
        return [
            self.shape.build(record, one, warnings, f"{before}item {number}") for number, one in enumerate(items, 1)
        ]

    def tell(self, record: Any, item: Any, prefix: str, tell: Tell) -> None:
        """As `Shape.tell`, for every item."""
        assert self.row is not None
        tell(self.row, item, f"{prefix}[]")
        try:
            items = self._items(record, item, [], "") or []
        except MappingError:  # the list's own row has told it
            return
        for number, one in enumerate(items, 1):
            self.shape.tell(record, one, f"{prefix}[{number}].", tell)

    def _items(self, record: Any, item: Any, warnings: list[str], at: str) -> list[Any] | None:
        assert self.row is not None
        value = self.row.made(record, item, warnings, at)
        items = self.row.finished(value if isinstance(value, list | tuple) else None, at)
        if self.row.rule.required and not items:
            raise self.row.empty(at)
        return list(items) if isinstance(items, list | tuple) else None


def arrange(rows: Iterable[Row]) -> Shape:
    """Put rows in their tree. Raises MappingError when two targets clash or a collection has no row of its own."""
    top = Shape()
    rows = list(rows)
    for row in rows:
        _put(top, row)
    lists = {row.rule.target for row in rows if row.places[-1].many}
    for row in rows:
        for above in _above(row):
            if above not in lists:
                raise bad_row(row.rule.target, f"there is no row {above} that says which list.", row.rule.text)
    return top


def chosen(rows: Iterable[Row], action: str, kept: Set[str] = frozenset()) -> list[Row]:
    """The rows that take part in an action, without those of a list that does not. A change has none of `kept`."""
    rows = list(rows)
    out = {row.rule.target for row in rows if row.rule.when not in ("always", action)}
    out.update(kept if action == "update" else ())
    return [row for row in rows if row.rule.target not in out and not out.intersection(_above(row))]


def _above(row: Row) -> list[str]:
    """The collections that a row is inside of: for a[].b[].c these are a[] and a[].b[]."""
    names = row.rule.target.split(".")
    return [".".join(names[: number + 1]) for number, place in enumerate(row.places[:-1]) if place.many]


def _put(shape: Shape, row: Row) -> None:
    for place in row.places[:-1]:
        part = shape.parts.setdefault(place.name, Collection() if place.many else Shape())
        if isinstance(part, Row) or isinstance(part, Collection) is not place.many:
            raise _clash(row, place.name)
        shape = part.shape if isinstance(part, Collection) else part
    last = row.places[-1]
    if not last.many:
        if shape.parts.setdefault(last.name, row) is not row:
            raise _clash(row, last.name)
        return
    part = shape.parts.setdefault(last.name, Collection())
    if not isinstance(part, Collection) or part.row is not None:
        raise _clash(row, last.name)
    part.row = row


def _clash(row: Row, name: str) -> MappingError:
    return bad_row(row.rule.target, f'another row makes "{name}" already, or makes it something else.', row.rule.text)
