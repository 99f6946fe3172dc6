"""Logging in and out, and the way back from another system's login."""

from __future__ import annotations

import hmac
import math
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user  # type: ignore[import-untyped]
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from koppel.actions.connections import logged_in, refresh_choices, test_connection
from koppel.errors import KoppelError

from koppel_admin import refusals
from koppel_admin.access import KEEPERS, check_password
from koppel_admin.desk import site
from koppel_admin.throttle import Throttle
from koppel_admin.views.base import Answer, tell, warn

blueprint = Blueprint("door", __name__)
STATE = "login_state"


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> Answer:
    """Ask for address and password."""
    if current_user.is_authenticated:
        return redirect(_safe(request.args.get("next")))
    if request.method == "GET":
        return _form()
    email, password = request.form.get("email", ""), request.form.get("password", "")
    throttle: Throttle = current_app.extensions["koppel_throttle"]
    here = request.remote_addr or ""
    wait = throttle.wait(email, here)
    if wait:
        minutes = math.ceil(wait / 60)
        return _form(email, _("That was wrong too often. Try again in %(minutes)s minutes.", minutes=minutes)), 429
    person = check_password(site(), email, password)
    if person is None:
        throttle.wrong(email, here)
        return _form(email, _("This address and password do not belong together.")), 401
    throttle.right(email, here)
    session.clear()
    session.permanent = True
    login_user(person)
    return redirect(_safe(request.args.get("next")))


@blueprint.errorhandler(CSRFError)
def stale(error: CSRFError) -> Answer:
    """A login page that was left open too long: begin again, without retyping the address."""
    if request.endpoint != "door.login":
        return refusals.page(400, _("This form cannot be used any more"), _("Nothing was changed."), _("Reload the page."))
    return _form(request.form.get("email", ""), _("This page was open for long. Fill in your password once more.")), 400


@blueprint.route("/logout", methods=["POST"])
def logout() -> Answer:
    """End the session."""
    logout_user()
    session.clear()
    return redirect(url_for("door.login"))


@blueprint.route("/theme", methods=["POST"])
def theme() -> Answer:
    """Remember light or dark, for a browser without scripts."""
    answer = redirect(_safe(request.form.get("next")))
    wanted = request.form.get("theme")
    if wanted in ("light", "dark"):
        answer.set_cookie("theme", wanted, max_age=365 * 86400, samesite="Lax", secure=request.is_secure)
    return answer


@blueprint.route("/oauth/callback")
def callback() -> Answer:
    """Back from another system's login: exchange the code, test, and show the connection."""
    if not current_user.is_authenticated:
        return redirect(url_for("door.login", next=request.full_path))
    if current_user.role not in KEEPERS:
        abort(403)
    kept: dict[str, Any] = session.pop(STATE, None) or {}
    state = request.args.get("state", "")
    if not kept or not hmac.compare_digest(state.encode(), str(kept["state"]).encode()):
        warn(KoppelError(_("This login was not begun here, or was begun too long ago."), resolution=_("Begin again.")))
        return redirect(url_for("connections.index"))
    name = str(kept["name"])
    try:
        _take_code(name, request.args.to_dict())
    except KoppelError as error:
        warn(error)
    return redirect(url_for("connections.one", name=name))


def _take_code(name: str, came_back: dict[str, str]) -> None:
    code = came_back.get("code", "")
    if not code:
        title = site().connection(name).title
        raise KoppelError(_("%(title)s did not let Koppel in.", title=title), resolution=_("Log in again and allow it."))
    connection = site().connection(name)
    tokens = site().tokens_of(connection)
    if tokens is None:
        raise KoppelError(_("This connection needs no login."))
    tokens.exchange(code, url_for("door.callback", _external=True), came_back)
    logged_in(site(), connection.id)
    refresh_choices(site(), name)
    tested = test_connection(site(), name)
    if tested.ok:
        tell(tested.message)
        return
    tell(_("Logged in at %(title)s.", title=tested.title))
    warn(KoppelError(tested.message, resolution=tested.resolution))


def _form(email: str = "", error: str = "") -> str:
    return render_template("koppel/login.html", email=email, error=error)


def _safe(target: str | None) -> str:
    """An address of our own to go to; never another site."""
    if target and target.startswith("/") and not target.startswith(("//", "/\\")) and not urlsplit(target).netloc:
        return target
    return url_for("admin.index")
