"""The forms of a flow: from its settings to fields, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml
from flask_babel import gettext as _
from koppel.documents import PAPERS
from koppel.errors import ConfigurationError
from koppel.rulebook import mapped
from koppel.site import Site
from koppel.store.models import Flow

from koppel_admin.forms import Choice, Field
from koppel_admin.reading.connections import cards
from koppel_admin.services.flow_questions import FOR_PAYMENTS, GROUPS, NAMES, ORDERS_ONLY, questions, title_of
from koppel_admin.words import many

_FLAGS = ("update", "customer_update", "pass_on")
_LISTS = ("company_match_keys", "person_match_keys", "on_ledger", "as_charge")
RESERVED = ("new",)


def new_fields(site: Site, form: Mapping[str, str]) -> list[Field]:
    """The form for a new flow; what can travel comes from the manifests."""
    ends: list[Choice] = [(one.row.name, one.row.title or one.row.name) for one in cards(site)]
    return [
        Field("title", _("What people call it"), form.get("title", ""), placeholder=_("Orders to bookkeeping")),
        Field("name", _("Short name"), form.get("name", ""), required=True,
              help=_("Small letters, digits and hyphens; it is in addresses and commands, and stays.")),
        Field("source", _("From"), form.get("source", ""), "choice", choices=ends, required=True),
        Field("target", _("To"), form.get("target", ""), "choice", choices=ends, required=True),
        Field("resource", _("What travels"), form.get("resource", ""), "choice", choices=_resources(site), required=True),
        schedule_field(form.get("schedule", "5m")),
        Field("sequence", _("Order"), form.get("sequence", "10"), "number",
              help=_("Flows that are due together run from low to high: orders before the catalogue.")),
    ]  # fmt: skip


def schedule_field(value: str) -> Field:
    """When a flow runs."""
    return Field(
        "schedule", _("When"), value,
        help=_("An interval such as 5m, 2h or 1d, or a cron line such as 0 6 * * 1-5. Empty: only by hand."),
    )  # fmt: skip


def sequence_of(text: str) -> int:
    """The order of a flow; ConfigurationError when it is no whole number."""
    if re.fullmatch(r"-?\d{1,6}", text or "10", re.ASCII) is None:
        message = _("%(text)s is no whole number.", text=text[:40])
        raise ConfigurationError(message, field="sequence", resolution=_("Write a number such as 10."))
    return int(text or 10)


def refuse_taken(site: Site, name: str) -> None:
    """ConfigurationError when a new flow would take the place of another."""
    if name in RESERVED:
        raise ConfigurationError(
            _("This name is used by Koppel itself."), field="name", resolution=_("Choose another.")
        )
    try:
        site.flow(name)
    except ConfigurationError:
        return
    raise ConfigurationError(
        _("There is a flow of this name already."), field="name", resolution=_("Choose another name.")
    )


def setting_fields(site: Site, flow: Flow, form: Mapping[str, str] | None) -> list[Field]:
    """The settings of a flow; what was typed stays when a form is given."""

    def value(name: str) -> str:
        return form.get(name, "") if form is not None else _shown(flow.settings.get(name))

    schedule = form.get("schedule", "") if form is not None else flow.schedule
    known = questions(site, flow)
    shown = [name for name in NAMES if _asked_of(flow.resource, name) or value(name)]
    fields = [replace(schedule_field(schedule), group=title_of("reading"))]
    for group, names in GROUPS.items():
        for name in (each for each in names if each in shown):
            label, kind, help_, choices = known[name]
            fields.append(Field(name, label, value(name), kind, help_, choices=choices, group=title_of(group)))
    return fields


def read_settings(form: Mapping[str, str]) -> dict[str, Any]:
    """The settings as they are stored; empty ones are left to the default. ConfigurationError names the field."""
    given = {name: form.get(name, "").strip() for name in NAMES}
    values: dict[str, Any] = {name: text for name, text in given.items() if text}
    for name in _FLAGS:
        if name in values:
            values[name] = values[name] == "yes"
    for name in ("release", *_LISTS):
        if name in values:
            values[name] = values[name].replace(",", " ").split()
    if "settle_seconds" in values:
        values["settle_seconds"] = _seconds(values["settle_seconds"])
    if "filters" in values:
        values["filters"] = _filters(values["filters"])
    return values


def places(site: Site, flow: Flow) -> list[tuple[str, dict[str, str]]]:
    """The mappings this flow uses: a title, and what its page needs."""
    wanted = [(flow.source, *place) for place in mapped(flow, "source")]
    wanted += [(flow.target, *place) for place in mapped(flow, "target")]
    found = []
    for connection, direction, resource in wanted:
        title = _("%(what)s from %(system)s") if direction == "inbound" else _("%(what)s for %(system)s")
        text = title % {"what": many(resource), "system": connection.title}
        where = {"system": connection.system, "direction": direction, "resource": resource, "flow": flow.name}
        found.append((text, where))
    return found


def _resources(site: Site) -> list[Choice]:
    names: dict[str, str] = {}
    for plugin in site.catalog.systems():
        for each in plugin.manifest.resources:
            if not each.list and (each.reads or each.writes):
                names.setdefault(each.name, many(each.name))
    return sorted(names.items(), key=lambda pair: pair[1])


def _asked_of(resource: str, name: str) -> bool:
    """Whether flows of this resource have this setting."""
    if name in GROUPS["debtors"]:
        return resource in PAPERS or resource == "customer"
    if name in FOR_PAYMENTS and resource == "payment":
        return True
    return resource in PAPERS or name not in ORDERS_ONLY


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return str(yaml.safe_dump(dict(value), allow_unicode=True, sort_keys=False)).strip()
    return str(value)


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 86400:
        raise ConfigurationError(
            _("%(text)s is no number of seconds.", text=text),
            field="settle_seconds",
            resolution=_("Fill in 0 to 86400."),
        )
    return number


def _filters(text: str) -> dict[str, Any]:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        found = None
    if not isinstance(found, dict):
        raise ConfigurationError(
            _("The filters cannot be read."), field="filters", resolution=_("Write one per line, as name: value.")
        )
    return {
        str(name): value if isinstance(value, (str, int, bool, list, dict)) else str(value) for name, value in found.items()
    }
