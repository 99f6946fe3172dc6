"""A form whose page is older than the session: what was typed is kept, and sent again with one press."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, render_template, request
from flask_babel import gettext as _
from flask_login import current_user  # type: ignore[import-untyped]
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]

from koppel_admin.desk import site
from koppel_admin.refusals import Answer, page
from koppel_admin.services.connection_forms import field_name

TOKEN = "csrf_token"


def install(app: Flask) -> None:
    """Answer forms that carry no valid token."""
    app.register_error_handler(CSRFError, _stale)


def _stale(error: CSRFError) -> Answer:
    if not _from_our_page() or not request.form:
        return page(
            400,
            _("This form cannot be used any more"),
            _("It was opened before you logged in, or in another session. Nothing was changed."),
            _("Go back, reload the page and try again."),
        )
    secret = {name: label for name, label in _secrets().items() if request.form.get(name)}
    kept = [(name, text) for name, text in request.form.items(multi=True) if name != TOKEN and name not in secret]
    return render_template("koppel/again.html", kept=kept, secret=secret, known=current_user.is_authenticated), 400


def _from_our_page() -> bool:
    """Whether the browser says that a page of ours sent it: another site's words are not offered for sending."""
    sender = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(sender).netloc == request.host


def _secrets() -> dict[str, str]:
    """Inputs that are never written into a page, with their labels."""
    settings = [one for plugin in site().catalog.systems() for one in plugin.manifest.settings if one.secret]
    return {field_name(one.name): one.label for one in settings} | {"password": _("Password")}
