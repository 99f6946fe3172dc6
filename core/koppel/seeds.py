"""A plugin's data rows into the database; what a person touched is never overwritten, only reported."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm as so
import yaml

from koppel.catalog import Catalog, Plugin
from koppel.errors import PluginError
from koppel.mapping.rules import parse_rule
from koppel.store.db import dumps
from koppel.store.models import Rule
from koppel.yamls import read_yaml

DIRECTIONS = ("inbound", "outbound")


@dataclass(frozen=True)
class Seed:
    """One row that a plugin ships."""

    system: str
    direction: str
    resource: str
    target: str
    position: int
    spec: Mapping[str, Any]

    @property
    def fingerprint(self) -> str:
        """Changes when the plugin changes the row."""
        return hashlib.sha256(dumps([self.position, dict(self.spec)]).encode()).hexdigest()


@dataclass
class SeedReport:
    """What loading did. `suggested` rows were touched by a person while the plugin now says something else."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    suggested: list[str] = field(default_factory=list)


def read_seeds(plugin: Plugin) -> Iterator[Seed]:
    """The rows of a plugin's `data/<resource>.yaml`. Raises PluginError naming file and row."""
    package = plugin.module.__name__.rpartition(".")[0]
    try:
        folder = files(package) / "data"
    except ModuleNotFoundError:  # a plugin made in memory ships no files
        return
    if not folder.is_dir():
        return
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".yaml"):
            continue
        content = _content(plugin, folder, file.name)
        resource = file.name.removesuffix(".yaml")
        for direction in DIRECTIONS:
            for position, (target, spec) in enumerate((content.get(direction) or {}).items()):
                parse_rule(target, spec or {})
                yield Seed(plugin.key, direction, resource, target, position, spec or {})


def _content(plugin: Plugin, folder: Traversable, name: str) -> dict[str, Any]:
    """The rows of one file. `like: other` stands for the rows of another resource that is written the same; in a
    direction it stands for those rows there, of which each may be told anew; a list that is told as one leaves out the
    rows of its elements."""
    try:
        content: dict[str, Any] = read_yaml((folder / name).read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise PluginError(f"{plugin.key}: data/{name} is no YAML: {error}") from None
    like = content.pop("like", "")
    for direction in DIRECTIONS:
        if other := (content.get(direction) or {}).pop("like", ""):
            content[direction] = _anew(_content(plugin, folder, f"{other}.yaml")[direction], content[direction])
    return {**_content(plugin, folder, f"{like}.yaml"), **content} if like else content


def _anew(like: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    return {target: rule for target, rule in like.items() if target.partition("[")[0] not in own or target in own} | own


def load_seeds(session: so.Session, catalog: Catalog) -> SeedReport:
    """Bring the default rows of all installed plugins up to date."""
    report = SeedReport()
    for plugin in catalog.systems():
        _load_plugin(session, plugin, report)
    return report


def _load_plugin(session: so.Session, plugin: Plugin, report: SeedReport) -> None:
    query = sa.select(Rule).where(Rule.system == plugin.key, Rule.flow_id.is_(None))
    rows = {(row.direction, row.resource, row.target): row for row in session.scalars(query)}
    for seed in read_seeds(plugin):
        row = rows.pop((seed.direction, seed.resource, seed.target), None)
        if row is None:
            session.add(_new_row(seed))
            report.added += 1
        elif row.seed_print != seed.fingerprint:
            _refresh(row, seed, report)
    for row in rows.values():
        if row.origin == "plugin":
            session.delete(row)
            report.removed += 1


def _new_row(seed: Seed) -> Rule:
    return Rule(
        system=seed.system,
        direction=seed.direction,
        resource=seed.resource,
        target=seed.target,
        position=seed.position,
        spec=dict(seed.spec),
        seed_print=seed.fingerprint,
    )


def _refresh(row: Rule, seed: Seed, report: SeedReport) -> None:
    row.seed_print = seed.fingerprint
    if row.origin == "plugin":
        row.spec, row.position = dict(seed.spec), seed.position
        report.changed += 1
    elif row.spec != dict(seed.spec):
        row.suggestion = dict(seed.spec)
        report.suggested.append(f"{seed.system} {seed.direction} {seed.resource} {seed.target}")
