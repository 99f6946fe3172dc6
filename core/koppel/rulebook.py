"""The mapping rows and value tables of one flow, from the database to something that runs."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.catalog import Catalog
from koppel.documents import CREDITS, PAPERS
from koppel.mapping.compile import CompiledMapping, compile_mapping
from koppel.mapping.rules import RuleSpec, parse_rule
from koppel.mapping.tables import TableEntry, Tables
from koppel.mapping.transforms import TRANSFORMS
from koppel.store.models import Flow, Rule, TableRow

Mappings = Mapping[tuple[str, str], CompiledMapping]


def mapped(flow: Flow, side: str) -> list[tuple[str, str]]:
    """Which mappings a flow needs at its source or target: (direction, resource); an order's customer goes along,
    and debtors are read to see whether a new one is among them."""
    if side == "source":
        return [("inbound", flow.resource)]
    along = [("outbound", "customer")] if flow.paper in PAPERS else []
    back = [("inbound", "customer")] if along or flow.paper == "customer" else []
    return [("outbound", flow.paper), *along, *back]


def taken_back(flow: Flow) -> list[tuple[str, str]]:
    """The mappings by which a target takes back what this flow books there: credit notes, where it books invoices."""
    return [("outbound", name) for name in CREDITS if name != flow.paper] if flow.paper in PAPERS else []


def rows_of(session: so.Session, system: str, direction: str, resource: str, flow_id: int | None) -> list[Rule]:
    """The rows in force, in order: a flow's own row hides the default of the same target."""
    query = (
        sa.select(Rule)
        .where(Rule.system == system, Rule.direction == direction, Rule.resource == resource)
        .where(sa.or_(Rule.flow_id.is_(None), Rule.flow_id == flow_id))
        .order_by(Rule.position, Rule.id)
    )
    chosen: dict[str, Rule] = {}
    for row in session.scalars(query):
        if row.target not in chosen or row.flow_id is not None:
            chosen[row.target] = row
    return [row for row in chosen.values() if row.enabled]


def specs_of(session: so.Session, system: str, direction: str, resource: str, flow_id: int | None) -> list[RuleSpec]:
    """The rows in force, parsed. Raises MappingError naming the row with a typo."""
    return [parse_rule(row.target, row.spec) for row in rows_of(session, system, direction, resource, flow_id)]


def tables_of(session: so.Session, connection_id: int, flow_id: int | None) -> Tables:
    """The value tables of a connection; a flow's own rows come before the connection's."""
    query = (
        sa.select(TableRow)
        .where(TableRow.connection_id == connection_id)
        .where(sa.or_(TableRow.flow_id.is_(None), TableRow.flow_id == flow_id))
        .order_by(TableRow.flow_id.is_(None), TableRow.id)
    )
    return Tables(TableEntry(row.table, row.conditions, row.value, row.force) for row in session.scalars(query))


def compile_for(
    session: so.Session,
    catalog: Catalog,
    system: str,
    connection_id: int,
    wanted: list[tuple[str, str]],
    flow_id: int | None,
) -> dict[tuple[str, str], CompiledMapping]:
    """Compile the mappings of one side of a flow: (direction, resource) to a callable."""
    tables = tables_of(session, connection_id, flow_id)
    transforms = {**TRANSFORMS, **catalog.transforms()}
    made: dict[tuple[str, str], CompiledMapping] = {}
    for direction, resource in wanted:
        specs = specs_of(session, system, direction, resource, flow_id)
        if specs:
            owned = owned_fields(catalog, system, resource) if direction == "outbound" else ()
            made[direction, resource] = compile_mapping(specs, transforms=transforms, tables=tables, owned=owned)
    return made


def owned_fields(catalog: Catalog, system: str, resource: str) -> tuple[str, ...]:
    """The fields of this resource that the system keeps for itself, by its manifest."""
    known = catalog.system(system).manifest.resource(resource)
    return known.owned if known else ()
