"""Value tables: which code belongs to which value, per connection."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import ngettext
from koppel.mapping import KNOWN_TABLES, TableKind
from koppel.store.models import Connection

from koppel_admin.access import DECIDERS
from koppel_admin.desk import person, site
from koppel_admin.reading import connections
from koppel_admin.services import tables
from koppel_admin.services.tables import GridRow
from koppel_admin.views.base import Answer, Page, tell
from koppel_admin.words import CONDITIONS


class TablePages(Page):
    """All tables, and one as a grid."""

    writes = DECIDERS

    @expose("/")
    def index(self) -> Answer:
        """Which tables there are, with how many rows, per connection."""
        counts = tables.counts(site())
        names = list(dict.fromkeys([*KNOWN_TABLES, *(name for _key, name in counts)]))
        kinds = [kind for name in names if (kind := tables.kind_of(site(), name))]
        return self.render(
            "koppel/tables/index.html",
            kinds=kinds, counts=counts, connections=_takers(), waiting=tables.waiting_tables(site()),
        )  # fmt: skip

    @expose("/<name>/", methods=["GET", "POST"])
    def one(self, name: str) -> Answer:
        """One table of one connection."""
        kind = tables.kind_of(site(), name)
        if kind is None:
            abort(404)
        connection = _chosen()
        if connection is None:
            return self.render("koppel/tables/none.html", kind=kind)
        if request.method == "GET":
            return self._grid(kind, connection, [*tables.grid(site(), connection, kind), *_asked(kind), *_empty(kind)])
        rows = tables.typed(request.form, kind)
        if not tables.check(rows):
            return self._grid(kind, connection, rows)
        tables.save(site(), connection, kind, rows, person())
        count = tables.release(site(), connection, name, person())
        tell(_("Saved."))
        if count:
            tell(ngettext("One record that waited goes again.", "%(num)s records that waited go again.", count))
        return redirect(url_for("tables.one", name=name, connection=connection.name))

    def _grid(self, kind: TableKind, connection: Connection, rows: Sequence[GridRow]) -> str:
        lists = connections.choices(site(), connection.id)
        missing = [one for one in tables.missing(site(), connection, kind.name) if not tables.is_listed(one.keys, rows)]
        return self.render(
            "koppel/tables/one.html",
            kind=kind, connection=connection, rows=rows, choices=lists.get(kind.name) or lists.get(tables.list_of(kind.name), []),
            missing=missing, connections=_takers(), wrong=[row for row in rows if row.wrong], words=CONDITIONS,
        )  # fmt: skip


def _takers() -> list[Connection]:
    """The connections whose tables count: those that flows write to, else all."""
    cards = connections.cards(site())
    return [one.row for one in cards]


def _chosen() -> Connection | None:
    takers = _takers()
    name = request.args.get("connection", "")
    if not name:
        rows = tables.counts(site())
        return max(takers, key=lambda one: sum(count for key, count in rows.items() if key[0] == one.id), default=None)
    return site().connection(name)


def _asked(kind: TableKind) -> list[GridRow]:
    """The row that a problem asks for, filled in from the address."""
    first = next(iter(kind.columns))
    given = {column: request.args.get(f"missing.{column}", "").strip()[:255] for column in kind.columns}
    given[first] = given[first] or request.args.get("missing", "").strip()[:255]
    return [GridRow(cells=given)] if any(given.values()) else []


def _empty(kind: TableKind) -> list[GridRow]:
    return [GridRow(cells=dict.fromkeys(kind.columns, "")) for _number in range(tables.EMPTY_ROWS)]
