"""Mapping rows: list them, change one, take one away, go back to what the plugin says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm as so
from koppel.errors import KoppelError, MappingError
from koppel.mapping import RuleSpec, parse_rule
from koppel.rulebook import mapped, owned_fields, rows_of
from koppel.seeds import Seed, read_seeds
from koppel.site import Site
from koppel.store.models import Flow, Rule, utcnow

from koppel_admin.services.trial import Direction


@dataclass(frozen=True)
class Place:
    """One mapping: a system, a direction, a resource; with a flow the rows as that flow uses them."""

    system: str
    direction: Direction
    resource: str
    flow: Flow | None = None

    @property
    def flow_id(self) -> int | None:
        """The flow's id; None for the rows of all flows."""
        return self.flow.id if self.flow else None


@dataclass(frozen=True)
class Line:
    """One row of the list. `text` is the row in one line; `steps` its transforms; `wrong` why it cannot work; `keeper`
    says who keeps the field of a record that is there: the books (kept), nobody although they would (released), or empty."""

    rule: Rule
    source: str
    steps: Sequence[str]
    default: Any
    when: str
    required: bool
    wrong: str = ""
    keeper: str = ""


def places(site: Site) -> list[tuple[str, str, str, int]]:
    """All mappings with rows: system, direction, resource and how many."""
    query = (
        sa.select(Rule.system, Rule.direction, Rule.resource, sa.func.count())
        .where(Rule.enabled.is_(True))
        .group_by(Rule.system, Rule.direction, Rule.resource)
        .order_by(Rule.system, Rule.direction, Rule.resource)
    )
    with site.db.read() as session:
        return [(system, direction, resource, count) for system, direction, resource, count in session.execute(query)]


def flows_of(site: Site, place: Place) -> list[Flow]:
    """The flows that use this mapping; customers also travel along with orders."""
    with site.db.read() as session:
        flows = list(session.scalars(sa.select(Flow).order_by(Flow.sequence, Flow.id)))
    side, wanted = "source" if place.direction == "inbound" else "target", (place.direction, place.resource)
    return [one for one in flows if getattr(one, side).system == place.system and wanted in mapped(one, side)]


def lines(site: Site, place: Place) -> list[Line]:
    """The rows in order, those that are switched off too; a flow's own row stands for the one it hides."""
    with site.db.read() as session:
        rows = _all(session, place)
    owned = owned_of(site, place)
    return [_line(row, row.target in owned) for row in rows]


def owned_of(site: Site, place: Place) -> tuple[str, ...]:
    """The fields that the system keeps for itself in a record that is there."""
    return owned_fields(site.catalog, place.system, place.resource) if place.direction == "outbound" else ()


def find(site: Site, place: Place, target: str) -> Rule | None:
    """The row in force for this target, switched off or not."""
    with site.db.read() as session:
        return next((row for row in _all(session, place) if row.target == target), None)


def specs_with(site: Site, place: Place, wanted: RuleSpec) -> list[RuleSpec]:
    """All rows as they would be with this one among them."""
    with site.db.read() as session:
        rows = rows_of(session, place.system, place.direction, place.resource, place.flow_id)
    specs = [parse_rule(row.target, row.spec) for row in rows if row.target != wanted.target]
    at = next((index for index, row in enumerate(rows) if row.target == wanted.target), len(specs))
    return [*specs[:at], wanted, *specs[at:]]


def save(site: Site, place: Place, target: str, spec: Mapping[str, Any], by: str) -> None:
    """Keep a row as a person wants it, for one flow or for all; it is theirs from then on."""
    with site.db.write() as session:
        row = _own(session, place, target)
        if row is None:
            row = Rule(
                system=place.system, direction=place.direction, resource=place.resource, target=target,
                flow_id=place.flow_id, position=_position(session, place, target), seed_print="",
            )  # fmt: skip
            session.add(row)
        _make_ours(row, dict(spec), by)


def remove(site: Site, place: Place, target: str, by: str) -> None:
    """Switch a row off. One that came from nowhere else is deleted; others would return with an upgrade."""
    with site.db.write() as session:
        own = _own(session, place, target)
        default = _own(session, Place(place.system, place.direction, place.resource), target) if place.flow else None
        if own is not None and not own.seed_print and default is None:
            session.delete(own)
        elif own is not None:
            own.enabled, own.origin, own.changed_by, own.changed_at = False, "site", by, utcnow()
        elif default is not None:
            row = Rule(
                system=place.system, direction=place.direction, resource=place.resource, target=target,
                flow_id=place.flow_id, position=default.position, spec=dict(default.spec), enabled=False,
                origin="site", changed_by=by,
            )  # fmt: skip
            session.add(row)


def back_to_default(site: Site, place: Place, target: str) -> None:
    """Undo what people changed: a flow's own row goes, a row for all flows is again as the plugin ships it."""
    seed = seed_of(site, place, target)
    with site.db.write() as session:
        row = _own(session, place, target)
        if row is None:
            return
        if place.flow is not None or seed is None:
            session.delete(row)
            return
        row.spec, row.position, row.seed_print = dict(seed.spec), seed.position, seed.fingerprint
        row.origin, row.enabled, row.suggestion, row.changed_by, row.changed_at = "plugin", True, None, "", utcnow()


def settle_suggestion(site: Site, place: Place, target: str, take: bool) -> None:
    """Take what a new version of the plugin suggests for a changed row, or keep ours."""
    with site.db.write() as session:
        row = _own(session, Place(place.system, place.direction, place.resource), target)
        if row is None or row.suggestion is None:
            return
        if take:
            row.spec, row.origin, row.enabled, row.changed_by = dict(row.suggestion), "plugin", True, ""
        row.suggestion = None


def seed_of(site: Site, place: Place, target: str) -> Seed | None:
    """The row as the plugin ships it; None when it ships no such row, or its data cannot be read."""
    try:
        seeds = read_seeds(site.catalog.system(place.system))
        wanted = (place.direction, place.resource, target)
        return next((one for one in seeds if (one.direction, one.resource, one.target) == wanted), None)
    except (KoppelError, ImportError):
        return None


def _all(session: so.Session, place: Place) -> list[Rule]:
    query = (
        sa.select(Rule)
        .where(Rule.system == place.system, Rule.direction == place.direction, Rule.resource == place.resource)
        .where(sa.or_(Rule.flow_id.is_(None), Rule.flow_id == place.flow_id))
        .order_by(Rule.position, Rule.id)
    )
    chosen: dict[str, Rule] = {}
    for row in session.scalars(query):
        if row.target not in chosen or row.flow_id is not None:
            chosen[row.target] = row
    return list(chosen.values())


def _own(session: so.Session, place: Place, target: str) -> Rule | None:
    mine = Rule.flow_id.is_(None) if place.flow_id is None else Rule.flow_id == place.flow_id
    query = sa.select(Rule).where(
        Rule.system == place.system, Rule.direction == place.direction, Rule.resource == place.resource,
        Rule.target == target, mine,
    )  # fmt: skip
    return session.scalar(query)


def _position(session: so.Session, place: Place, target: str) -> int:
    rows = _all(session, place)
    same = next((row.position for row in rows if row.target == target), None)
    return same if same is not None else max((row.position for row in rows), default=0) + 1


def _make_ours(row: Rule, spec: dict[str, Any], by: str) -> None:
    row.spec, row.enabled, row.origin = spec, True, "site"
    row.changed_by, row.changed_at = by, utcnow()


def _line(row: Rule, owned: bool) -> Line:
    try:
        rule = parse_rule(row.target, row.spec)
    except MappingError as error:
        return Line(row, "", (), None, "always", False, error.message)
    steps = tuple(str(step) for step in rule.transform)
    kept = rule.owner == "target" or (owned and rule.owner != "source")
    keeper = "kept" if kept else "released" if owned else ""
    return Line(row, rule.source or rule.expr, steps, rule.default, rule.when, rule.required, keeper=keeper)
