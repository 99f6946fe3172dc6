"""The data mapper: how each field is made, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from koppel.errors import KoppelError, MappingError
from koppel.mapping import TRANSFORMS, RuleSpec, describe, to_spec
from koppel.store.models import Incoming

from koppel_admin import words
from koppel_admin.access import DECIDERS
from koppel_admin.desk import person, site
from koppel_admin.forms import Field, with_error
from koppel_admin.reading.timeline import flat
from koppel_admin.services import mapper, mapper_forms, trial
from koppel_admin.services.mapper import Place
from koppel_admin.views.base import Answer, Page, tell

MOST_SOURCE = 300


class MapperPages(Page):
    """All mappings, one mapping, one row."""

    writes = DECIDERS

    @expose("/")
    def index(self) -> Answer:
        """Which mappings there are."""
        return self.render("koppel/mapper/index.html", places=mapper.places(site()))

    @expose("/<system>/<direction>/<resource>/")
    def place(self, system: str, direction: str, resource: str) -> Answer:
        """The rows of one mapping."""
        place = _place(system, direction, resource)
        lines, record, made, trouble = mapper.lines(site(), place), None, {}, ""
        if place.flow is not None:
            record, made, trouble = _made(place)
        return self.render(
            "koppel/mapper/place.html",
            place=place, lines=lines, flows=mapper.flows_of(site(), place), record=record, made=made, trouble=trouble,
            title=_title(place), here=_here(place),
        )  # fmt: skip

    @expose("/<system>/<direction>/<resource>/row/", methods=["GET", "POST"])
    def row(self, system: str, direction: str, resource: str) -> Answer:
        """One row: change it, or try it on a real record."""
        place = _place(system, direction, resource)
        target = request.args.get("target", "")
        stored = mapper.find(site(), place, target) if target else None
        if target and stored is None:
            abort(404)
        if request.method == "GET":
            return self._row(place, target, stored, mapper_forms.typed_of(stored))
        wanted = target or request.form.get("target", "").strip()
        typed = {name: request.form.get(name, "") for name in mapper_forms.NAMES}
        try:
            rule = mapper_forms.read(site(), place, wanted, typed, stored)
            if not target and mapper.find(site(), place, wanted) is not None:
                raise mapper_forms.WrongRow(_("There is a row for this field already."), field="target")
        except MappingError as error:
            return self._row(place, target, stored, typed, error=error)
        if request.form.get("act") == "try":
            return self._row(place, target, stored, typed, rule=rule)
        mapper.save(site(), place, wanted, to_spec(rule), person())
        tell(_("Saved. The next run uses it."))
        return redirect(url_for("mapper.place", **_here(place), _anchor=_anchor(wanted)))

    @expose("/<system>/<direction>/<resource>/change/", methods=["GET", "POST"])
    def change(self, system: str, direction: str, resource: str) -> Answer:
        """Ask first, then take a row away or go back to the default; or settle a suggestion."""
        place, target, act = _place(system, direction, resource), request.args.get("target", ""), request.values.get("act")
        if mapper.find(site(), place, target) is None:
            abort(404)
        if request.method == "GET":
            return self._sure(place, target, act)
        if act == "remove":
            mapper.remove(site(), place, target, person())
            tell(_("The field is not filled any more."))
        elif act == "default":
            mapper.back_to_default(site(), place, target)
            tell(_("The row is as it was by default."))
        elif act in ("take", "keep"):
            mapper.settle_suggestion(site(), place, target, act == "take")
            tell(_("Taken over.") if act == "take" else _("Your row stays."))
        return redirect(url_for("mapper.place", **_here(place)))

    def _sure(self, place: Place, target: str, act: str | None) -> Answer:
        crumbs = [(_("Data mapper"), url_for("mapper.index")), (_title(place), url_for("mapper.place", **_here(place)))]
        back = url_for("mapper.row", target=target, **_here(place))
        if act == "remove":
            text = _("The field is not filled any more from the next run on; what the other system has in it stays.")
            return self.confirm(_("Remove the row for %(field)s?", field=target), _("Remove"), back, text, act=act, crumbs=crumbs)
        if act != "default":
            abort(404)
        text = _("What you changed in this row is gone then. The next run uses the default.")
        heading = _("Take the default for %(field)s?", field=target)
        return self.confirm(heading, _("Back to default"), back, text, act=act, crumbs=crumbs)

    def _row(
        self, place: Place, target: str, stored: Any, typed: dict[str, str], *, error: MappingError | None = None,
        rule: RuleSpec | None = None,
    ) -> str:  # fmt: skip
        shown = target or request.form.get("target", "")
        fields: Sequence[Field] = mapper_forms.fields_of(
            typed, shown, not target, mapper_forms.known_fields(site(), place), shown in mapper.owned_of(site(), place)
        )
        placed = False
        if error is not None:
            fields, placed = with_error(fields, error.field, error.message)
        record, results, trouble = _try(place, rule) if rule else (None, [], "")
        return self.render(
            "koppel/mapper/row.html",
            place=place, target=target, stored=stored, fields=fields, error=None if placed else error, here=_here(place),
            title=_title(place), record=record, results=results, trouble=trouble, label=request.form.get("label", ""),
            transforms=describe({**TRANSFORMS, **site().catalog.transforms()}), source=_source(place),
            seed=mapper.seed_of(site(), place, target) if target else None,
        )  # fmt: skip


def _place(system: str, direction: str, resource: str) -> Place:
    if direction not in ("inbound", "outbound"):
        abort(404)
    site().catalog.system(system)
    name = request.args.get("flow", "")
    return Place(system, direction, resource, site().flow(name) if name else None)  # type: ignore[arg-type]


def _here(place: Place) -> dict[str, str]:
    here = {"system": place.system, "direction": place.direction, "resource": place.resource}
    return {**here, "flow": place.flow.name} if place.flow else here


def _title(place: Place) -> str:
    title = site().catalog.system(place.system).manifest.title
    text = _("%(what)s from %(system)s") if place.direction == "inbound" else _("%(what)s for %(system)s")
    return text % {"what": words.many(place.resource), "system": title}


def _made(place: Place) -> tuple[Incoming | None, dict[str, Any], str]:
    """What every row makes of the newest record of the flow, by row."""
    assert place.flow is not None
    record = trial.last_record(site(), place.flow)
    if record is None:
        return None, {}, ""
    try:
        told = trial.tried(site(), place.flow, record, place.direction, place.resource)
    except KoppelError as error:
        return record, {}, error.message
    hide, made = site().redactor(place.flow), {}
    for one in told:
        made.setdefault(one.row, (hide(one.value), one.how))
    return record, made, ""


def _try(place: Place, rule: RuleSpec) -> tuple[Incoming | None, list[trial.Tried], str]:
    """What this row makes of a real record: the newest one, or the one that was asked for."""
    flow = place.flow or next(iter(mapper.flows_of(site(), place)), None)
    record = trial.last_record(site(), flow, request.form.get("label", "").strip()) if flow else None
    if flow is None or record is None:
        return None, [], _("There is no such record yet to try it on. Run a flow first, or choose another record.")
    try:
        rows = mapper.specs_with(site(), place, rule)
        told = trial.tried(site(), flow, record, place.direction, place.resource, rows)
    except KoppelError as error:
        return record, [], error.message
    hide = site().redactor(flow)
    found = [
        trial.Tried(one.target, hide(one.value), one.rule, one.how, one.row) for one in told if one.row == rule.target
    ]
    return record, found, ""


def _source(place: Place) -> list[tuple[str, Any]]:
    """The fields of the newest record, to see what there is to take."""
    flow = place.flow or next(iter(mapper.flows_of(site(), place)), None)
    record = trial.last_record(site(), flow) if flow else None
    if flow is None or record is None:
        return []
    try:
        inbound = place.direction == "inbound"
        view = record.payload if inbound else trial.outbound_view(site(), flow, record, place.resource)
    except KoppelError:
        return []
    hide = site().redactor(flow)
    return [(name, hide(value)) for name, value in flat(hide(dict(view)))][:MOST_SOURCE]


def _anchor(target: str) -> str:
    return "row-" + "".join(letter if letter.isalnum() else "-" for letter in target)
