"""The back-office as a Flask app."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, redirect, url_for
from flask_admin import Admin, BaseView
from flask_admin.theme import Bootstrap4Theme
from koppel.catalog import Problem
from koppel.engines.embedded import EmbeddedEngine
from koppel.site import Site

from koppel_admin import access, frame, languages, protection, refusals, stale
from koppel_admin.comparer import Comparer
from koppel_admin.desk import EXTENSION, Desk
from koppel_admin.starter import Starter
from koppel_admin.throttle import Throttle
from koppel_admin.views import door, hooks, own_views
from koppel_admin.views.dashboard import Dashboard

SESSION = timedelta(hours=12)
MEGABYTE = 1024 * 1024


def create_app(site: Site, engine: EmbeddedEngine | None = None, testing: bool = False) -> Flask:
    """The app for this installation. `engine` is told of runs that are to stop with it."""
    app = Flask("koppel_admin")
    app.config.update(
        SECRET_KEY=access.session_secret(site),
        TESTING=testing,
        SESSION_COOKIE_NAME="koppel",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SESSION,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form left over lunch still saves
        MAX_CONTENT_LENGTH=4 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=4 * MEGABYTE,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
    )
    starter = Starter(site, engine.stopping if engine else None)
    app.extensions[EXTENSION] = Desk(site, starter, Comparer(site, starter.stopping))
    app.extensions["koppel_throttle"] = Throttle()
    languages.install(app, site)
    protection.install(app)
    access.install(app, site)
    frame.install(app)
    refusals.install(app)
    stale.install(app)
    app.register_blueprint(door.blueprint)
    app.register_blueprint(hooks.blueprint)
    app.add_url_rule("/", "root", lambda: redirect(url_for("admin.index")))
    with app.app_context():
        _add_views(app, site)
    return app


def _add_views(app: Flask, site: Site) -> None:
    admin = Admin(
        app, "Koppel", index_view=Dashboard(), theme=Bootstrap4Theme(base_template="koppel/base.html"),
        csp_nonce_generator=protection.nonce,
    )  # fmt: skip
    for view in own_views():
        admin.add_view(view)
    for key, view in _plugin_views(site):
        try:
            admin.add_view(view)
        except Exception as error:  # one plugin's page must not cost all others
            _note(site, key, error)


def _plugin_views(site: Site) -> list[tuple[str, BaseView]]:
    """The pages that plugins add. One that raises becomes a problem on the page Plugins."""
    found: list[tuple[str, BaseView]] = []
    for plugin in site.catalog.plugins.values():
        give = getattr(plugin.module, "admin_views", None)
        if give is None:
            continue
        try:
            views = list(give())
            for view in views:
                if not isinstance(view, BaseView):
                    raise TypeError(f"admin_views gave {type(view).__name__}, wanted a BaseView")
            found += [(plugin.key, view) for view in views]
        except Exception as error:
            _note(site, plugin.key, error)
    return found


def _note(site: Site, key: str, error: Exception) -> None:
    message = f"The pages of the plugin {key!r} cannot be shown ({type(error).__name__}: {error})."
    site.catalog.problems.append(Problem(key, message, "Upgrade the plugin with pip; its flows go on."))
