"""Which language and clock a page uses."""

from __future__ import annotations

from babel import Locale
from flask import Flask
from flask_babel import Babel
from koppel.site import Site

SOURCE = "en"


def install(app: Flask, site: Site) -> None:
    """Use the installation's language where its texts are there, and its time zone."""
    app.config["BABEL_DEFAULT_LOCALE"] = SOURCE
    app.config["BABEL_DEFAULT_TIMEZONE"] = site.config.time_zone
    babel = Babel()

    def chosen() -> str:
        # also asked while pages are registered, when there is no request
        return site.config.language if site.config.language in known else SOURCE

    babel.init_app(app, locale_selector=chosen)
    with app.app_context():
        known = {str(one) for one in babel.list_translations() if isinstance(one, Locale)}
