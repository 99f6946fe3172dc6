"""Activity: every record that came in, and all that happened to one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict

from flask import Response, abort, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from koppel.actions.proof import Proof, proof_of
from koppel.actions.proof_pdf import as_pdf
from koppel.actions.records import retry
from koppel.documents import PAPERS
from koppel.errors import KoppelError
from koppel.store.db import dumps
from koppel.store.models import Incoming

from koppel_admin.access import REPAIRERS
from koppel_admin.desk import person, site
from koppel_admin.forms import whole
from koppel_admin.frame import record_url
from koppel_admin.reading import records
from koppel_admin.reading.dashboard import start_of_day
from koppel_admin.reading.flows import cards
from koppel_admin.reading.problems import trouble_of
from koppel_admin.reading.timeline import timeline
from koppel_admin.reading.why import why
from koppel_admin.views.base import Answer, Page, tell
from koppel_admin.views.cures import cure

PROOFS: Mapping[str, tuple[Callable[[Proof], str | bytes], str]] = {
    "json": (lambda proof: dumps(asdict(proof)), "application/json"),
    "pdf": (as_pdf, "application/pdf"),
}
"""How a proof is written, and its media type."""
FILTERS = ("q", "flow", "status", "outcome", "resource", "run")


class ActivityPages(Page):
    """The list of records, and one record's timeline."""

    writes = REPAIRERS

    @expose("/")
    def index(self) -> Answer:
        """The records, newest first; the address carries every filter."""
        kept = {name: request.args.get(name, "").strip() for name in FILTERS}
        asked = records.Asked(
            kept["q"], kept["flow"], kept["status"], kept["resource"], whole(request.args.get("run")), kept["outcome"],
            whole(request.args.get("after")),
        )  # fmt: skip
        found, more = records.listed(site(), asked)
        return self.render(
            "koppel/activity/index.html",
            rows=found, more=more, asked=asked, flows=cards(site(), start_of_day(site())), search_text=kept["q"],
            kept={name: value for name, value in kept.items() if value},
        )  # fmt: skip

    @expose("/<kind>/<int:number>/")
    def one(self, kind: str, number: int) -> Answer:
        """One record: what happened, why its fields are so, and what it is called everywhere."""
        row = self._row(number)
        if record_url(row) != url_for("activity.one", kind=kind, number=number):
            abort(404)
        hide = site().redactor(row.flow)
        trouble = trouble_of(site(), row) if row.state == "parked" else None
        return self.render(
            "koppel/activity/one.html",
            way=cure(trouble) if trouble else None, row=row, steps=timeline(site(), row, hide), why=why(site(), row, request.args.get("why", ""), hide),
            asked_why="why" in request.args, links=records.links_of(site(), row),
            connections=records.connections_by_id(site()), papers=PAPERS, detail=hide.text(row.detail),
        )  # fmt: skip

    @expose("/<kind>/<int:number>/again/", methods=["POST"])
    def again(self, kind: str, number: int) -> Answer:
        """Send it again: the next run looks it up over there first."""
        row = self._row(number)
        count = retry(site(), [number], by=person())
        tell(
            _(
                "%(label)s goes again with the next run. Koppel looks it up first and never sends it twice.",
                label=row.label,
            )
            if count
            else _("%(label)s is not waiting, so there is nothing to send again.", label=row.label)
        )
        return redirect(record_url(row))

    @expose("/<kind>/<int:number>/proof.<form>")
    def proof(self, kind: str, number: int, form: str) -> Answer:
        """The proof of one record as a file: json or pdf."""
        row = self._row(number)
        if form not in PROOFS:
            abort(404)
        try:
            made = proof_of(site(), row.flow, row)
        except KoppelError as error:
            tell(f"{error.message} {error.resolution}")
            return redirect(record_url(row))
        written, media = PROOFS[form]
        name = "".join(sign if sign.isalnum() else "-" for sign in row.label or row.external_id).strip("-")
        headers = {"Content-Disposition": f'attachment; filename="proof-{name[:80].encode("ascii", "replace").decode()}.{form}"'}
        return Response(written(made), mimetype=media, headers=headers)

    def _row(self, number: int) -> Incoming:
        row = records.record(site(), number)
        if row is None:
            abort(404)
        return row
