"""Make the demo's installation: connections to running simulators, flows, tables and default debtors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import sqlalchemy as sa

from koppel.actions.connections import logged_in, refresh_choices, save_connection
from koppel.actions.connections import test_connection as try_connection
from koppel.actions.flows import save_flow
from koppel.errors import ConfigurationError, KoppelError
from koppel.site import Site
from koppel.store.models import Connection, DebtorRule, TableRow
from koppel.yamls import read_yaml

REDIRECT = "http://127.0.0.1/koppel-demo"


@dataclass(frozen=True)
class Plan:
    """The demo as data."""

    systems: Mapping[str, Mapping[str, Any]]
    flows: tuple[Mapping[str, Any], ...]
    tables: Mapping[str, Mapping[str, Iterable[Mapping[str, Any]]]]
    debtors: tuple[Mapping[str, Any], ...]


def read_plan() -> Plan:
    """The demo as the package ships it."""
    content = read_yaml((files("koppel.demo") / "demo.yaml").read_text(encoding="utf-8"))
    return Plan(
        content["systems"], tuple(content["flows"]), content.get("tables") or {}, tuple(content.get("debtors") or ())
    )


def connect(site: Site, plan: Plan, addresses: Mapping[str, str]) -> None:
    """Make or refresh the connections and log in where needed, as a person would."""
    for system, address in addresses.items():
        values = {**plan.systems[system]["settings"], "base_url": address}
        save_connection(site, system, system, values)
        _log_in(site, system)
        tested = try_connection(site, system)
        if not tested.ok and site.connection(system).state == "login":  # a simulator that forgot who we are
            _log_in(site, system, anew=True)
            tested = try_connection(site, system)
        if not tested.ok:
            raise ConfigurationError(tested.message, field=tested.field, resolution=tested.resolution)
        refresh_choices(site, system)


def furnish(site: Site, plan: Plan) -> None:
    """Make the flows, value tables and default debtors that are not there yet; what a person changed is kept."""
    made = {flow["name"] for flow in plan.flows if _has_flow(site, flow["name"])}
    for flow in plan.flows:
        if flow["name"] not in made:
            save_flow(site, **flow)
    if made:
        return
    with site.db.write() as session:
        ids = {row.system: row.id for row in session.scalars(sa.select(Connection))}
        for system, tables in plan.tables.items():
            for table, rows in tables.items():
                session.add_all(_row(ids[system], table, row) for row in rows)
        for rule in plan.debtors:
            fields = dict(rule)
            session.add(DebtorRule(connection_id=ids[fields.pop("system")], **fields))


def _row(connection_id: int, table: str, row: Mapping[str, Any]) -> TableRow:
    conditions = {name: str(value) for name, value in row.items() if name not in ("value", "force")}
    return TableRow(
        connection_id=connection_id,
        table=table,
        conditions=conditions,
        value=str(row["value"]),
        force=bool(row.get("force")),
    )


def _has_flow(site: Site, name: str) -> bool:
    try:
        site.flow(name)
    except ConfigurationError:
        return False
    return True


def _log_in(site: Site, name: str, anew: bool = False) -> None:
    connection = site.connection(name)
    tokens = site.tokens_of(connection)
    if tokens is None or not tokens.oauth.authorize_path:
        return
    try:
        if not anew:
            tokens.access()
            return
    except KoppelError:
        pass  # no token yet, or one of simulators that were thrown away: log in as a person would
    page = httpx.get(tokens.authorize_url(REDIRECT, "demo") + "&approve=1", follow_redirects=False)
    code = parse_qs(urlsplit(page.headers.get("location", "")).query).get("code")
    if not code:
        raise ConfigurationError(f"The simulator of {name} gave no code to log in with.", detail=page.text[:500])
    tokens.exchange(code[0], REDIRECT)
    logged_in(site, connection.id)
