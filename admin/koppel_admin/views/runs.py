"""Runs: what each did, what it cost, and why it ended."""

from __future__ import annotations

from flask import abort, request, url_for
from flask_admin import expose
from flask_babel import gettext as _

from koppel_admin.desk import site
from koppel_admin.forms import whole
from koppel_admin.reading import flows, records
from koppel_admin.views.base import Answer, Page

SHOWN = 200


class RunPages(Page):
    """All runs, and one."""

    @expose("/")
    def index(self) -> Answer:
        """The newest runs of all flows."""
        found, more = flows.runs(site(), whole(request.args.get("after")))
        return self.render("koppel/runs/index.html", runs=found, more=more)

    @expose("/<int:number>/")
    def one(self, number: int) -> Answer:
        """One run."""
        run = flows.run(site(), number)
        if run is None:
            abort(404)
        here = {"run": run.id}
        counts = [
            (_("Seen"), run.seen, url_for("activity.index", **here)),
            (_("Made"), run.created, url_for("activity.index", outcome="created", **here)),
            (_("Changed"), run.updated, url_for("activity.index", outcome="updated", **here)),
            (_("Unchanged"), run.unchanged, url_for("activity.index", outcome="unchanged", **here)),
            (_("Skipped"), run.skipped, url_for("activity.index", status="skipped", **here)),
            (_("Put aside"), run.parked, url_for("activity.index", status="parked", **here)),
            (_("Tries again"), run.retried, url_for("activity.index", status="retry", **here)),
        ]
        steps, more = records.steps_of_run(site(), run.id, whole(request.args.get("after")), SHOWN)
        return self.render("koppel/runs/one.html", run=run, counts=counts, steps=steps, more=more)
