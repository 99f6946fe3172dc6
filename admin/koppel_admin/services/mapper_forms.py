"""One mapping row as a form: from the row to fields, and from what was typed to a row that works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
import yaml
from flask_babel import gettext as _
from koppel.actions.drift import FIELDS
from koppel.errors import MappingError
from koppel.mapping import RuleSpec, parse_rule
from koppel.mapping.paths import parse_target
from koppel.site import Site
from koppel.store.models import Choice as Told
from koppel.store.models import Connection, Rule

from koppel_admin.forms import Choice, Field
from koppel_admin.services.mapper import Place, specs_with
from koppel_admin.services.trial import compiled

NAMES = ("from", "expr", "transform", "default", "required", "when", "owner", "help")


LONGEST_TEXT = 2000
MOST_STEPS = 50


class WrongRow(MappingError):
    """The row that was typed cannot work; `field` is the input it is about."""


def typed_of(rule: Rule | None) -> dict[str, str]:
    """A stored row as the texts of the form."""
    spec: Mapping[str, Any] = rule.spec if rule else {}
    return {
        "from": str(spec.get("from") or ""),
        "expr": str(spec.get("expr") or ""),
        "transform": "\n".join(_step_text(one) for one in _steps(spec.get("transform"))),
        "default": _plain(spec.get("default")),
        "required": "yes" if spec.get("required") else "",
        "when": str(spec.get("when") or "always"),
        "owner": str(spec.get("owner") or ""),
        "help": str(spec.get("help") or ""),
    }


def fields_of(
    typed: Mapping[str, str], target: str, is_new: bool, known: Mapping[str, Sequence[Choice]], owned: bool = False
) -> list[Field]:
    """The form. `known` are the fields that the system told it has, for the inputs target and from; `owned`: the books
    keep this field."""
    when: list[Choice] = [("always", _("always")), ("create", _("new records only")), ("update", _("changes only"))]
    owner: list[Choice] = [("source", _("Overwrite what is there")), ("target", _("Keep what is there"))]
    usual = _("The books keep this field: only new records get it. Overwrite releases it.") if owned else _("Empty: it is overwritten.")
    name = [Field("target", _("Field"), target, required=True, choices=known.get("target", ()),
                  help=_("A dot goes deeper; [] is each item of a list."))]
    return (name if is_new else []) + [
        Field("from", _("Take it from"), typed["from"], choices=known.get("from", ()), help=_("A path in the record, such as customer.email; $ is all of it.")),
        Field("expr", _("Or compute it"), typed["expr"], "lines", rows=3,
              help=_("An expression, such as record.name or record.reference. Leave one of the two empty.")),
        Field("transform", _("Then"), typed["transform"], "lines", rows=4,
              help=_("One step per line, such as strip, or cut: 60, or table: payment_term.")),
        Field("default", _("If empty, use"), typed["default"]),
        Field("when", _("When"), typed["when"], "choice", choices=when, required=True),
        Field("owner", _("In a record that is there"), typed["owner"], "choice", choices=owner, help=usual),
        Field("help", _("Note for people"), typed["help"]),
        Field("required", _("A record without it waits for you"), typed["required"], "flag"),
    ]  # fmt: skip


def known_fields(site: Site, place: Place) -> dict[str, list[Choice]]:
    """The fields that connections to this system told of, by the input that takes one; none for a system that
    tells no fields. A field's table stands before its title."""
    query = sa.select(Told.code, Told.title).join(Connection, Connection.id == Told.connection_id).order_by(Told.code)
    query = query.where(Connection.system == place.system, Told.list == FIELDS)
    if place.flow is not None:
        query = query.where(Connection.id.in_([place.flow.source_id, place.flow.target_id]))
    with site.db.read() as session:
        rows = [(code.rpartition("."), title) for code, title in session.execute(query)]
    made: dict[tuple[str, str], str] = {(name, table): title for (table, _dot, name), title in rows}
    fields = [(name, f"{table}: {title}" if table else title) for (name, table), title in made.items()]
    return {"from" if place.direction == "inbound" else "target": fields}


def read(site: Site, place: Place, target: str, form: Mapping[str, str], stored: Rule | None) -> RuleSpec:
    """The row that was typed, checked among all others. WrongRow names the input that is wrong."""
    _refuse_endless(form)
    spec = spec_of(form, stored)
    _check("target", lambda: parse_target(target))
    for name in ("from", "expr", "transform"):
        if name in spec:
            part = {name: spec[name]} if name != "transform" else {"from": "$", "transform": spec[name]}
            wanted = _check(name, lambda part=part: parse_rule(target, part))  # type: ignore[misc]
            if name == "transform":
                _check(name, lambda wanted=wanted: compiled_alone(site, place, wanted))  # type: ignore[misc]
    rule: RuleSpec = _check("expr" if "expr" in spec else "from", lambda: parse_rule(target, spec))
    _check("expr" if "expr" in spec else "transform", lambda: compiled_alone(site, place, rule))
    _check("target", lambda: compiled_alone(site, place, *specs_with(site, place, rule)))
    return rule


def spec_of(form: Mapping[str, str], stored: Rule | None) -> dict[str, Any]:
    """What was typed as a row; a default that was not touched keeps its type."""
    texts = {name: form.get(name, "").replace("\r\n", "\n").strip() for name in NAMES}
    spec: dict[str, Any] = {name: texts[name] for name in ("from", "expr", "owner", "help") if texts[name]}
    if texts["transform"]:
        spec["transform"] = [_step(line) for line in texts["transform"].split("\n") if line.strip()]
        if len(spec["transform"]) == 1:
            spec["transform"] = spec["transform"][0]
    if texts["required"] == "yes":
        spec["required"] = True
    if texts["when"] not in ("", "always"):
        spec["when"] = texts["when"]
    old = stored.spec.get("default") if stored else None
    default = old if old is not None and _plain(old) == texts["default"] else _typed_default(texts["default"])
    return spec if default in (None, "") else {**spec, "default": default}


def compiled_alone(site: Site, place: Place, *rules: RuleSpec) -> None:
    """Compile these rows; the tables of the flow's connection count where a flow is chosen."""
    if place.flow is not None:
        compiled(site, place.flow, place.direction, place.resource, rules)
        return
    from koppel.mapping import TRANSFORMS, Tables, compile_mapping

    compile_mapping(rules, transforms={**TRANSFORMS, **site.catalog.transforms()}, tables=Tables())


def _check(field: str, act: Any) -> Any:
    try:
        return act()
    except (MappingError, ValueError) as error:
        message = error.message if isinstance(error, MappingError) else str(error)
        raise WrongRow(message, field=field) from None


def _refuse_endless(form: Mapping[str, str]) -> None:
    for name in ("default", "help"):
        if len(form.get(name, "")) > LONGEST_TEXT:
            raise WrongRow(_("At most %(most)s characters are kept.", most=LONGEST_TEXT), field=name)
    if len(form.get("transform", "").split("\n")) > MOST_STEPS:
        raise WrongRow(_("At most %(most)s steps are taken.", most=MOST_STEPS), field="transform")


def _steps(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _step_text(step: Any) -> str:
    if isinstance(step, Mapping) and len(step) == 1:
        ((name, given),) = step.items()
        return f"{name}: {_flow_yaml(given)}"
    return str(step)


def _flow_yaml(value: Any) -> str:
    text = yaml.safe_dump(
        _yaml_plain(value), default_flow_style=True, allow_unicode=True, width=10_000, sort_keys=False
    )
    return str(text).removesuffix("\n").removesuffix("\n...")


def _yaml_plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _yaml_plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_yaml_plain(one) for one in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else float(value)


def _step(line: str) -> Any:
    try:
        found = yaml.safe_load(line.strip().removeprefix("- "))
    except yaml.YAMLError:
        found = None
    if isinstance(found, str) or (isinstance(found, dict) and len(found) == 1):
        return found
    raise WrongRow(
        _("The step %(line)s cannot be read: write a name, or a name: and what it needs.", line=line.strip()),
        field="transform",
    )


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _typed_default(text: str) -> Any:
    return {"true": True, "false": False}.get(text, text)
