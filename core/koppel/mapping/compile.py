"""Mapping rows compiled once to one callable that makes the fields of a record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from koppel.errors import MappingError
from koppel.mapping.faults import NoRow
from koppel.mapping.row import Row, missing
from koppel.mapping.rules import RuleSpec, to_spec
from koppel.mapping.shape import Shape, arrange, chosen
from koppel.mapping.tables import Tables
from koppel.records import Action

ACTIONS: tuple[Action, ...] = ("create", "update")


class Explained(NamedTuple):
    """What one row made of one record. `target` counts items from 1 (`lines[2].sku`).

    `how` is from, expr, table, default, empty (nothing was made) or error (`value` is then the reason)."""

    target: str
    value: Any
    rule: str
    how: str


class CompiledMapping:
    """All rows of one direction of one resource, ready to run. `fingerprint` changes when a row or a table does; `kept` are
    the fields that a record which is there does not get."""

    __slots__ = ("_shapes", "fingerprint", "kept")

    def __init__(self, shapes: Mapping[Action, Shape], fingerprint: str, kept: frozenset[str] = frozenset()) -> None:
        self._shapes = shapes
        self.kept = kept
        self.fingerprint = fingerprint

    def run(self, record: Mapping[str, Any], action: Action) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The fields for this record and the warnings. The record is left as it is.

        Raises MappingError naming the row that cannot be made and why, and all rows that value tables lack for it."""
        warnings: list[str] = []
        try:
            fields = self._shapes[action].build(record, None, warnings, "")
        except MappingError as error:
            error.lacking = self._lacking(record, action)
            raise
        return fields, tuple(dict.fromkeys(warnings))

    def _lacking(self, record: Mapping[str, Any], action: Action) -> tuple[MappingError, ...]:
        found: list[MappingError] = []

        def tell(row: Row, item: Any, target: str) -> None:
            try:
                row.made(record, item, [])
            except NoRow as error:
                found.append(error)
            except MappingError:
                return

        self._shapes[action].tell(record, None, "", tell)
        return tuple(found)

    def explain(self, record: Mapping[str, Any], action: Action) -> list[Explained]:
        """Row by row what comes out and why; a row that fails is told and does not stop the others."""
        told: list[Explained] = []

        def tell(row: Row, item: Any, target: str) -> None:
            told.append(_told(row, record, item, target))

        self._shapes[action].tell(record, None, "", tell)
        return told


def compile_mapping(
    rules: Iterable[RuleSpec], *, transforms: Mapping[str, Callable[..., Any]], tables: Tables, owned: Iterable[str] = ()
) -> CompiledMapping:
    """Compile rows. `owned` are the fields that the target keeps unless their row says that the source overwrites them.

    Raises MappingError for an unknown transform or table, wrong arguments or targets that clash."""
    rules = tuple(rules)
    rows = [Row(rule, transforms, tables) for rule in rules]
    arrange(rows)  # the clashes of all rows together, also of those that one action leaves out
    kept = kept_fields(rules, owned)
    shapes = {action: arrange(chosen(rows, action, kept)) for action in ACTIONS}
    return CompiledMapping(shapes, _fingerprint(rules, tables), kept)


def kept_fields(rules: Iterable[RuleSpec], owned: Iterable[str]) -> frozenset[str]:
    """The fields that stay as they are in a record that is there: owned ones that no row releases, and those whose row
    says so."""
    rules = tuple(rules)
    released = {rule.target for rule in rules if rule.owner == "source"}
    return frozenset(owned) - released | {rule.target for rule in rules if rule.owner == "target"}


def _told(row: Row, record: Any, item: Any, target: str) -> Explained:
    warnings: list[str] = []
    try:
        made = row.made(record, item, warnings)
        value = row.finished(made, "")
    except MappingError as error:
        return Explained(target, error.message, row.rule.text, "error")
    how = "empty" if value is None else "default" if missing(made) else row.how
    return Explained(target, value, row.rule.text, how)


def _fingerprint(rules: Iterable[RuleSpec], tables: Tables) -> str:
    written = [[rule.target, {**to_spec(rule), "help": None}] for rule in rules]
    text = json.dumps([written, tables.fingerprint], default=lambda one: f"{type(one).__name__} {one}")
    return hashlib.sha256(text.encode()).hexdigest()
