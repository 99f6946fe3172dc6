"""Connections: their state, settings, logins and live lists."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from flask import redirect, request, session, url_for
from flask_admin import expose
from flask_babel import gettext as _
from koppel.actions.connections import refresh_choices, save_connection, set_paused, test_connection
from koppel.errors import ConfigurationError, KoppelError
from koppel.store.models import Connection
from werkzeug.wrappers import Response

from koppel_admin.desk import person, site
from koppel_admin.forms import Field, joined, refuse_long, with_error
from koppel_admin.reading import connections as reading
from koppel_admin.services import connection_forms as forms
from koppel_admin.views.base import Answer, Page, tell, warn
from koppel_admin.views.door import STATE


class ConnectionPages(Page):
    """All connections, and one."""

    @expose("/")
    def index(self) -> Answer:
        """The cards."""
        return self.render("koppel/connections/index.html", connections=reading.cards(site()))

    @expose("/new/", methods=["GET", "POST"])
    def new(self) -> Answer:
        """Choose a system, then fill in its settings."""
        system = request.values.get("system", "")
        if not system:
            return self.render("koppel/connections/systems.html", systems=site().catalog.systems())
        manifest = site().catalog.system(system).manifest
        given = joined(request.form)
        typed = given if request.method == "POST" else None
        fields = forms.name_fields(manifest, given) + forms.fields_of(site(), manifest, None, typed)
        if typed is None:
            return self._form(None, system, fields)
        name, title = typed.get("conn_name", "").strip(), typed.get("conn_title", "").strip()
        try:
            refuse_long(typed, ("conn_title",))
            forms.refuse_taken(site(), name)
            save_connection(site(), name, system, forms.values_of(manifest, typed), title)
        except ConfigurationError as error:
            return self._form(None, system, fields, error)
        return self._after(name, typed.get("act", ""))

    @expose("/<name>/", methods=["GET", "POST"])
    def one(self, name: str) -> Answer:
        """One connection and its settings."""
        row = site().connection(name)
        manifest = site().catalog.system(row.system).manifest
        if request.method == "GET":
            return self._form(row, row.system, forms.fields_of(site(), manifest, row))
        given = joined(request.form)
        try:
            save_connection(site(), name, row.system, forms.values_of(manifest, given))
        except ConfigurationError as error:
            return self._form(row, row.system, forms.fields_of(site(), manifest, row, given), error)
        return self._after(name, given.get("act", ""))

    @expose("/<name>/test/", methods=["POST"])
    def test(self, name: str) -> Answer:
        """Test it, and read its live lists when it works."""
        tested = test_connection(site(), name)
        if tested.ok:
            return self._read_lists(name, tested.message)
        row = site().connection(name)
        fields = forms.fields_of(site(), site().catalog.system(row.system).manifest, row)
        error = ConfigurationError(
            tested.message, field=tested.field, resolution=tested.resolution or _("Give Koppel those rights, then test again.")
        )  # fmt: skip
        return self._form(row, row.system, fields, error)

    @expose("/<name>/lists/", methods=["POST"])
    def lists(self, name: str) -> Answer:
        """Read the live lists anew."""
        site().connection(name)
        return self._read_lists(name, "")

    @expose("/<name>/pause/", methods=["POST"])
    def pause(self, name: str) -> Answer:
        """Pause or resume."""
        paused = request.form.get("paused") == "yes"
        set_paused(site(), name, paused, person())
        tell(_("Paused. Its flows rest meanwhile and lose nothing.") if paused else _("Resumed."))
        return redirect(url_for("connections.one", name=name))

    @expose("/<name>/login/")
    def login(self, name: str) -> Answer:
        """Go to the other system's login; it sends the person back to us."""
        if not self.may_act():
            return self.inaccessible_callback("login")  # type: ignore[no-any-return]
        try:
            tokens = site().tokens_of(site().connection(name))
            if tokens is None or not tokens.oauth.authorize_path:
                raise ConfigurationError(_("This connection needs no login by a person."), resolution=_("Test it."))
            state = secrets.token_urlsafe(24)
            address = tokens.authorize_url(url_for("door.callback", _external=True), state)
        except KoppelError as error:
            warn(error)
            return redirect(url_for("connections.one", name=name))
        session[STATE] = {"state": state, "name": name}
        return redirect(address)

    def _after(self, name: str, act: str) -> Answer:
        if act == "login":
            tell(_("Saved. Now log in, so that Koppel may work there."))
            return redirect(url_for("connections.one", name=name))
        if act == "test":
            return self.test(name)  # type: ignore[no-any-return]
        tell(_("Saved."))
        return redirect(url_for("connections.one", name=name))

    def _read_lists(self, name: str, said: str) -> Response:
        try:
            counts = refresh_choices(site(), name)
        except KoppelError as error:
            warn(error)
        else:
            lists = (
                _("%(count)s lists were read.", count=len(counts)) if counts else _("This system has no lists to read.")
            )
            tell(f"{said} {lists}".strip())
        return redirect(url_for("connections.one", name=name))

    def _form(
        self, row: Connection | None, system: str, fields: Sequence[Field], error: ConfigurationError | None = None
    ) -> str:
        general = error
        if error is not None and error.field:
            own = {"name": "conn_name", "conn_title": "conn_title"}
            wanted = own.get(error.field, forms.field_name(error.field))
            fields, placed = with_error(fields, wanted, f"{error.message} {error.resolution}".strip())
            general = None if placed else error
        manifest = site().catalog.system(system).manifest
        card = reading.cards(site(), row.name)[0] if row else None
        return self.render(
            "koppel/connections/one.html",
            row=row, manifest=manifest, fields=fields, error=general,
            card=card,
            lists=reading.lists_read(site(), row.id) if row else [],
            told=reading.told(site(), row.id, manifest) if row else {},
            back_url=url_for("door.callback", _external=True),
            may_have_login_page=reading.may_have_login_page(manifest),
            stranger=card.state == "stranger" if card else reading.has_login_page(manifest),
        )  # fmt: skip
