"""What AccountView does by itself with each kind of record that is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from koppel_accountview.sandbox.desk import Desk
from koppel_accountview.sandbox.values import Row, Value
from koppel_accountview.sandbox.write.articles import check_image
from koppel_accountview.sandbox.write.entries import balance_page, complete_entry, complete_page, post_page
from koppel_accountview.sandbox.write.orders import (
    complete_line,
    complete_order,
    compute_totals,
    deliver,
    reserve,
)
from koppel_accountview.sandbox.write.relations import complete_function, complete_relation

Sent = Mapping[str, Value]


def _nothing(*_: object) -> None:
    """Nothing is done."""


@dataclass(frozen=True)
class Kind:
    """`header` and `line` fill and check a row, `sum_up` closes a document, `store` is what storing sets off."""

    header: Callable[[Desk, Row, Sent], None] = _nothing
    line: Callable[[Desk, Row, Row, Sent], None] = _nothing
    sum_up: Callable[[Desk, Row, Sequence[Row]], None] = _nothing
    store: Callable[[Desk, Row, Sequence[Row]], None] = _nothing


_PLAIN = Kind()
_KINDS: Mapping[str, Kind] = {
    "CONTACT": Kind(complete_relation),
    "CON_PP": Kind(complete_function),
    "ARTICLE": Kind(check_image),
    "SO_HDR": Kind(complete_order, complete_line, compute_totals, reserve),
    "SOI_HDR": Kind(complete_order, complete_line, compute_totals, deliver),
    "CI_HDR": Kind(complete_order, complete_line, compute_totals, deliver),
    "DJ_PAGE": Kind(complete_page, complete_entry, balance_page, post_page),
}


def kind_of(table: str) -> Kind:
    """The kind of a header table."""
    return _KINDS.get(table, _PLAIN)
