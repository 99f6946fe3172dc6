"""Run the mapping rows on a real record and tell row by row what comes out; nothing is written anywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from flask_babel import gettext as _
from koppel.documents import DOCUMENTS, Product, SalesOrder
from koppel.documents.base import read_document
from koppel.errors import MappingError
from koppel.mapping import TRANSFORMS, CompiledMapping, RuleSpec, compile_mapping
from koppel.records import MapStep
from koppel.rulebook import specs_of, tables_of
from koppel.runner.customers import whole_party
from koppel.runner.policy import read_policy
from koppel.runner.view import target_view
from koppel.site import Site
from koppel.store.models import Flow, Incoming

Direction = Literal["inbound", "outbound"]
_NUMBERS = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Tried:
    """What one row made. `target` counts items, `row` is the target as the row is written."""

    target: str
    value: Any
    rule: str
    how: str
    row: str = ""


def last_record(site: Site, flow: Flow, label: str = "") -> Incoming | None:
    """The newest record of a flow, or the newest one with this label."""
    query = sa.select(Incoming).where(Incoming.flow_id == flow.id).order_by(Incoming.id.desc())
    if label:
        query = query.where(sa.or_(Incoming.label == label, Incoming.external_id == label))
    with site.db.read() as session:
        return session.scalars(query.limit(1)).first()


def tried(
    site: Site, flow: Flow, row: Incoming, direction: Direction, resource: str, specs: Sequence[RuleSpec] | None = None
) -> list[Tried]:
    """Row by row what the mapping makes of a record; `specs` are rows to try instead of the stored ones.

    MappingError when the record cannot be read so far, or a row cannot work."""
    mapping = compiled(site, flow, direction, resource, specs)
    view = row.payload if direction == "inbound" else outbound_view(site, flow, row, resource)
    told = mapping.explain(view, "create")
    return [Tried(one.target, one.value, one.rule, one.how, _NUMBERS.sub("[]", one.target)) for one in told]


def compiled(
    site: Site, flow: Flow, direction: Direction, resource: str, specs: Sequence[RuleSpec] | None = None
) -> CompiledMapping:
    """The mapping of one side of a flow."""
    connection = flow.source if direction == "inbound" else flow.target
    with site.db.read() as session:
        tables = tables_of(session, connection.id, flow.id)
        rows = specs if specs is not None else specs_of(session, connection.system, direction, resource, flow.id)
    return compile_mapping(rows, transforms={**TRANSFORMS, **site.catalog.transforms()}, tables=tables)


def outbound_view(site: Site, flow: Flow, row: Incoming, resource: str) -> Mapping[str, Any]:
    """The record as outbound rows read it: its document, or the customer of an order."""
    source = site.open_side(flow, "source")
    try:
        step = MapStep(flow.name, source.manifest.title, flow.resource, "inbound", row.payload)
        fields: dict[str, Any] = dict(source.endpoint.map(step).fields)
    finally:
        source.close()
    document = read_document(DOCUMENTS[flow.resource], {**fields, "source_id": row.external_id})
    if isinstance(document, SalesOrder):
        _stand_in(document)
        if resource == "customer":
            return document.customer.view()
    if resource != flow.paper:
        raise MappingError(_("A record of the flow %(flow)s has no such part in it.", flow=flow.title))
    if isinstance(document, Product) and document.variants:
        raise MappingError(_("This article has variants, which are each sent by themselves; choose another to try."))
    manifest = site.catalog.system(flow.target.system).manifest
    wanted = manifest.resource(resource)
    if wanted is None:
        return document.view()
    return target_view(document, site.settings_of(flow.target), wanted, read_policy(flow.settings, flow.name).oss_since)


def _stand_in(order: SalesOrder) -> None:
    """Words in the place of ids that only a run looks up, so that rows which want them can be shown."""
    customer = whole_party(order.customer)
    customer.external_id = customer.external_id or _("(the debtor, found when it is sent)")
    customer.code = customer.code or _("(the debtor's number)")
    for line in order.lines:
        line.external_id = line.external_id or _("(the article %(sku)s)", sku=line.sku or line.description)
