"""Make, pause and resume flows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from koppel.actions.connections import NAME
from koppel.documents import CREDITS, PAPERS
from koppel.errors import ConfigurationError
from koppel.runner.policy import read_policy
from koppel.runner.schedule import next_due
from koppel.site import Site
from koppel.store.models import Flow


def save_flow(
    site: Site, name: str, source: str, target: str, resource: str, *, title: str = "", schedule: str = "",
    sequence: int = 10, settings: Mapping[str, Any] | None = None,
) -> Flow:  # fmt: skip
    """Make or change a flow. ConfigurationError when a system cannot give or take the resource, or a setting is wrong."""
    if not NAME.match(name):
        raise ConfigurationError(
            f"The name {name[:60]!r} cannot be used.", field="name", resolution="Use small letters, digits and hyphens."
        )
    giver, taker = site.connection(source), site.connection(target)
    policy = read_policy(settings or {}, name)
    _refuse_impossible(site, giver.system, taker.system, resource, policy.document)
    next_due(schedule, site.config.time_zone)
    with site.db.write() as session:
        row = session.scalar(sa.select(Flow).where(Flow.name == name))
        if row is None:
            row = Flow(name=name, source_id=giver.id, target_id=taker.id, resource=resource)
            session.add(row)
        row.source_id, row.target_id, row.resource = giver.id, taker.id, resource
        row.title = title or row.title or name
        row.schedule, row.sequence, row.settings = schedule, sequence, dict(settings or {})
        session.flush()
    return site.flow(name)


def change_flow(site: Site, name: str, settings: Mapping[str, Any], schedule: str) -> None:
    """Change what a flow asks for and when it runs; ConfigurationError names the setting that is wrong."""
    policy = read_policy(settings, name)
    due = next_due(schedule, site.config.time_zone)
    flow = site.flow(name)
    _refuse_impossible(site, flow.source.system, flow.target.system, flow.resource, policy.document)
    with site.db.write() as session:
        row = session.get_one(Flow, flow.id)
        row.settings, row.schedule, row.due_at = dict(settings), schedule, due


def set_flow_paused(site: Site, name: str, paused: bool, by: str = "") -> None:
    """Pause or resume a flow; what arrives meanwhile waits in the source."""
    flow = site.flow(name)
    with site.db.write() as session:
        row = session.get_one(Flow, flow.id)
        row.paused, row.paused_by = paused, by if paused else ""


def _refuse_impossible(site: Site, source: str, target: str, resource: str, document: str) -> None:
    giver, taker = site.catalog.system(source).manifest, site.catalog.system(target).manifest
    gives, takes = giver.resource(resource), taker.resource(document or resource)
    name = resource.replace("_", " ")
    if document and (document in CREDITS) != (resource in CREDITS) and resource in PAPERS:
        what = "an order" if document in CREDITS else "a credit note"
        raise ConfigurationError(
            f"{document.replace('_', ' ').capitalize()} is not what {what} can become.", field="document",
            resolution=f"Choose {', '.join(CREDITS if resource in CREDITS else (one for one in PAPERS if one not in CREDITS))}.",
        )  # fmt: skip
    if document and resource not in PAPERS:
        raise ConfigurationError(
            f"The setting document is for orders and invoices, not for {name} records.",
            field="document",
            resolution="Leave it empty for this flow.",
        )
    if gives is None or not gives.reads:
        known = ", ".join(one.name for one in giver.resources if one.reads and not one.list)
        raise ConfigurationError(
            f"{giver.title} does not give {name} records.", field="resource", resolution=f"It gives: {known}."
        )
    if takes is None or not takes.writes:
        known = ", ".join(one.name for one in taker.resources if one.writes)
        raise ConfigurationError(
            f"{taker.title} does not take {(document or resource).replace('_', ' ')} records.",
            field="document" if document else "resource",
            resolution=f"It takes: {known}.",
        )
