"""Flows: how each is doing, run it, pause it, change it, make one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from koppel.actions.flows import change_flow, save_flow, set_flow_paused
from koppel.connections.redaction import redact
from koppel.errors import ConfigurationError
from koppel.store.models import Flow, Run

from koppel_admin import words, writing
from koppel_admin.access import REPAIRERS
from koppel_admin.charts import RunBar
from koppel_admin.desk import desk, person, site
from koppel_admin.forms import Field, joined, refuse_long, with_error
from koppel_admin.reading import connections, dashboard
from koppel_admin.reading import flows as reading
from koppel_admin.services import flow_forms
from koppel_admin.views.base import Answer, Page, tell, warn


class FlowPages(Page):
    """All flows, and one."""

    @expose("/")
    def index(self) -> Answer:
        """The list."""
        return self.render(
            "koppel/flows/index.html",
            flows=reading.cards(site(), dashboard.start_of_day(site())),
            connections=connections.cards(site()),
        )

    @expose("/new/", methods=["GET", "POST"])
    def new(self) -> Answer:
        """Make a flow."""
        fields = flow_forms.new_fields(site(), request.form)
        if request.method == "GET":
            return self._new(fields)
        form = {field.name: request.form.get(field.name, "").strip() for field in fields}
        try:
            refuse_long(form, ("title", "schedule"))
            flow_forms.refuse_taken(site(), form["name"])
            save_flow(
                site(), form["name"], form["source"], form["target"], form["resource"], title=form["title"],
                schedule=form["schedule"], sequence=flow_forms.sequence_of(form["sequence"]),
            )  # fmt: skip
        except ConfigurationError as error:
            return self._new(fields, error)
        tell(_("The flow is there. Look at its settings, then run it."))
        return redirect(url_for("flow.one", name=form["name"]))

    @expose("/<name>/", methods=["GET"])
    def one(self, name: str) -> Answer:
        """One flow."""
        flow = site().flow(name)
        return self._one(flow, flow_forms.setting_fields(site(), flow, None))

    @expose("/<name>/settings/", methods=["GET", "POST"])
    def settings(self, name: str) -> Answer:
        """Save when it runs and what it asks for."""
        if request.method == "GET":
            return redirect(url_for("flow.one", name=name))
        flow = site().flow(name)
        given = joined(request.form)
        fields = flow_forms.setting_fields(site(), flow, given)
        try:
            refuse_long(given, ("schedule",))
            values = flow_forms.read_settings(given)
            change_flow(site(), name, values, given.get("schedule", "").strip())
        except ConfigurationError as error:
            fields, placed = with_error(fields, error.field, f"{error.message} {error.resolution}")
            return self._one(flow, fields, None if placed else error)
        tell(_("Saved. It counts from the next run on."))
        return redirect(url_for("flow.one", name=name))

    @expose("/<name>/pause/", methods=["POST"])
    def pause(self, name: str) -> Answer:
        """Pause or resume."""
        paused = request.form.get("paused") == "yes"
        set_flow_paused(site(), name, paused, person())
        tell(_("Paused. What arrives meanwhile waits in the source.") if paused else _("Resumed."))
        return redirect(url_for("flow.one", name=name))

    def _new(self, fields: Sequence[Field], error: ConfigurationError | None = None) -> str:
        placed = False
        if error is not None:
            fields, placed = with_error(fields, error.field, f"{error.message} {error.resolution}")
        general = error if error is not None and not placed else None
        return self.render("koppel/flows/new.html", fields=fields, error=general)

    def _one(self, flow: Flow, fields: Sequence[Field], error: ConfigurationError | None = None) -> str:
        starter = desk().starter
        refused = starter.refused(flow.name)
        if refused is not None:
            warn(refused)
        last = reading.last_runs(site(), flow.id)
        return self.render(
            "koppel/flows/one.html",
            flow=flow, card=reading.card(site(), flow), runs=last, bars=[_bar(run) for run in reversed(last)],
            running=reading.is_running(flow) or starter.going(flow.name), fields=fields, error=error,
            cursor=redact(flow.cursor), sides=flow_forms.places(site(), flow),
        )  # fmt: skip


class RunNow(Page):
    """Starting a run is for more people than changing a flow."""

    writes = REPAIRERS

    def is_visible(self) -> bool:
        """It is a button only."""
        return False

    @expose("/", methods=["POST"])
    def index(self) -> Answer:
        """Begin a run in the background."""
        flow = site().flow(request.form.get("flow", ""))
        resting = next((one for one in (flow.source, flow.target) if one.state == "paused"), None)
        if resting is not None:
            warn(ConfigurationError(
                _("The connection %(name)s is paused.", name=resting.title),
                resolution=_("Resume it on its page first."),
            ))  # fmt: skip
        elif reading.is_running(flow) or not desk().starter.start(flow.name, person()):
            tell(_("It is running already."))
        else:
            tell(_("The run has begun. This page keeps up with it."))
        return redirect(url_for("flow.one", name=flow.name))


def _bar(run: Run) -> RunBar:
    state = words.RUN.get(run.outcome)
    title = _(
        "%(moment)s: %(outcome)s, %(seen)s seen, %(done)s made or changed",
        moment=writing.clock(run.started_at), outcome=state[1] if state else run.outcome, seen=run.seen,
        done=run.created + run.updated,
    )  # fmt: skip
    return RunBar(run.seen, run.outcome, title, url_for("run.one", number=run.id))
