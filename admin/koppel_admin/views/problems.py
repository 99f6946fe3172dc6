"""Problems: records that wait for the same reason, and what to do about it."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import ngettext
from koppel.actions.records import decide, retry, skip, troubles
from koppel.runner.edits import DECISIONS
from koppel.store.models import Incoming

from koppel_admin.access import REPAIRERS
from koppel_admin.desk import person, site
from koppel_admin.forms import whole
from koppel_admin.reading import problems, records
from koppel_admin.views.base import Answer, Page, tell, ticked
from koppel_admin.views.cures import cure
from koppel_admin.words import DECISIONS as WORDS


class ProblemPages(Page):
    """All problems, and one."""

    writes = REPAIRERS

    @expose("/")
    def index(self) -> Answer:
        """One row per cause."""
        found = [(one, cure(one)) for one in troubles(site())]
        return self.render("koppel/problems/index.html", found=found)

    @expose("/<int:number>/")
    def one(self, number: int) -> Answer:
        """One problem, by the number of any record in it."""
        return self._one(self._row(number), whole(request.args.get("after")))

    @expose("/<int:number>/act/", methods=["POST"])
    def act(self, number: int) -> Answer:
        """Retry or skip the ticked records, or retry all of them."""
        row = self._row(number)
        ids, what = ticked(), request.form.get("act", "")
        if what == "all":
            return self._done(retry(site(), flow=row.flow.name, cause=row.cause, by=person()), number)
        if not ids:
            return self._one(row, error=_("Tick at least one record."))
        if what == "retry":
            return self._done(retry(site(), ids, by=person()), number)
        if what in DECISIONS.get(row.cause, ()):
            return self._done(decide(site(), ids, what, person()), number)
        why = request.form.get("why", "").strip()
        if what != "skip" or not why:
            return self._one(row, error=_("Say in a few words why; it is kept with the records."), ids=ids)
        count = skip(site(), ids, why[:200], person())
        tell(ngettext("One record is left out.", "%(num)s records are left out.", count))
        return redirect(url_for("problems.one", number=number))

    def _done(self, count: int, number: int) -> Answer:
        tell(
            ngettext("One record goes again with the next run.", "%(num)s records go again with the next run.", count)
            if count
            else _("These records were not waiting any more.")
        )
        return redirect(url_for("problems.one", number=number))

    def _one(self, row: Incoming, after: int = 0, error: str = "", ids: list[int] | None = None) -> str:
        rows, more = problems.members(site(), row, after)
        trouble = problems.trouble_of(site(), row)
        return self.render(
            "koppel/problems/one.html",
            row=row, rows=rows, more=more, trouble=trouble, way=cure(trouble) if trouble else None, error=error,
            ids=ids if ids is not None else [one.id for one in rows], why=request.form.get("why", ""),
            detail=site().redactor(row.flow).text(row.detail), decisions=_decisions(row, trouble is not None),
        )  # fmt: skip

    def _row(self, number: int) -> Incoming:
        row = records.record(site(), number)
        if row is None:
            abort(404)
        return row


def _decisions(row: Incoming, waits: bool) -> list[tuple[str, object]]:
    """What a person can decide about these records; an order of the books books nothing that could be credited."""
    known = DECISIONS.get(row.cause, ()) if waits else ()
    target = site().catalog.system(row.flow.target.system).manifest.resource(row.flow.paper)
    never = (*(("rebook", "credit") if row.flow.paper == "sales_order" else ()), *(() if target and target.cancels else ("cancel",)))
    return [(name, WORDS[name]) for name in known if name not in never]
