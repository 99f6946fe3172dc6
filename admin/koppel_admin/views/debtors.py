"""Default debtors: orders that are booked on a debtor of their own choosing."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from koppel.errors import ConfigurationError
from koppel.store.models import Connection, DebtorRule
from werkzeug.wrappers import Response

from koppel_admin.access import DECIDERS
from koppel_admin.desk import person, site
from koppel_admin.forms import Field, whole, with_error
from koppel_admin.reading import connections
from koppel_admin.services import debtors
from koppel_admin.views.base import Answer, Page, tell


class DebtorPages(Page):
    """The rules of one connection, and one rule."""

    writes = DECIDERS

    @expose("/")
    def index(self) -> Answer:
        """The rules in order."""
        takers = _takers()
        name = request.args.get("connection", "")
        chosen = site().connection(name) if name else next(iter(takers), None)
        rules = debtors.rules(site(), chosen.id) if chosen else []
        flows = debtors.flow_titles(site())
        return self.render("koppel/debtors/index.html", connection=chosen, connections=takers, rules=rules, flows=flows)

    @expose("/edit/", methods=["GET", "POST"])
    def edit(self) -> Answer:
        """Make or change a rule."""
        connection, row = self._place()
        if request.method == "GET":
            return self._form(connection, row, debtors.fields(site(), connection.id, row, None))
        fields = debtors.fields(site(), connection.id, row, request.form)
        try:
            debtors.save(site(), connection.id, row.id if row else 0, request.form, person())
        except ConfigurationError as error:
            fields, placed = with_error(fields, error.field, f"{error.message} {error.resolution}")
            return self._form(connection, row, fields, None if placed else error)
        tell(_("Saved. Orders that come in from now on follow it."))
        return redirect(url_for("debtors.index", connection=connection.name))

    @expose("/remove/", methods=["GET", "POST"])
    def remove(self) -> Answer:
        """Ask whether a rule may go, then take it away."""
        connection, row = self._place()
        if request.method == "GET":
            return self._sure(connection, row or abort(404))
        if row is not None:
            debtors.remove(site(), row.id)
            tell(_("Removed."))
        return _back(connection)

    @expose("/move/", methods=["POST"])
    def move(self) -> Answer:
        """Up or down."""
        connection, row = self._place()
        if row is not None:
            debtors.move(site(), row.id, request.form.get("to") == "up")
        return _back(connection)

    def _sure(self, connection: Connection, row: DebtorRule) -> Answer:
        here = url_for("debtors.index", connection=connection.name)
        return self.confirm(
            _("Remove the rule for debtor %(debtor)s?", debtor=row.debtor), _("Remove"), here,
            _("Orders that come in from now on are booked by the next rule that fits, or on their own customer. "
              "What is booked already stays as it is."),
            touched=debtors.told(site(), row), crumbs=[(_("Default debtors"), here)],
        )  # fmt: skip

    def _place(self) -> tuple[Connection, DebtorRule | None]:
        connection = site().connection(request.args.get("connection", ""))
        number = whole(request.args.get("id"))
        row = debtors.rule(site(), number) if number else None
        if number and (row is None or row.connection_id != connection.id):
            abort(404)
        return connection, row

    def _form(
        self,
        connection: Connection,
        row: DebtorRule | None,
        fields: Sequence[Field],
        error: ConfigurationError | None = None,
    ) -> str:
        return self.render("koppel/debtors/edit.html", connection=connection, row=row, fields=fields, error=error)


def _takers() -> list[Connection]:
    """The connections that take orders."""
    found = []
    for card in connections.cards(site()):
        orders = card.manifest.resource("sales_order") if card.manifest else None
        if orders is not None and orders.writes:
            found.append(card.row)
    return found


def _back(connection: Connection) -> Response:
    return redirect(url_for("debtors.index", connection=connection.name))
