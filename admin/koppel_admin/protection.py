"""What protects every page: the content security policy, further headers, and who may send a form."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, Response, abort, g, has_request_context, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf import CSRFProtect  # type: ignore[import-untyped]
from werkzeug.routing import IntegerConverter, Map

from koppel_admin.views import hooks

POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Sessions(SecureCookieSessionInterface):
    """Session cookies that travel over https only, wherever the page itself came over https."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether this cookie is for https only."""
        return super().get_cookie_secure(app) or (has_request_context() and request.is_secure)


def nonce() -> str:
    """The word that marks our own scripts in this answer."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


class RowNumber(IntegerConverter):
    """A number in an address, no larger than a key can be."""

    def __init__(self, map: Map, *args: Any, **more: Any) -> None:
        super().__init__(map, *args, **{"max": 2**31 - 1, **more})


def install(app: Flask) -> None:
    """Guard all routes."""
    app.url_map.converters["int"] = RowNumber
    app.before_request(_refuse_nul)
    app.session_interface = Sessions()
    CSRFProtect(app).exempt(hooks.blueprint)  # whoever knocks there is proven by the connector
    app.jinja_env.globals["nonce"] = nonce
    app.after_request(_headers)


def _refuse_nul() -> None:
    """No name, text or address has a NUL in it; databases refuse it in their own words."""
    given = [request.path, *request.args.values()]
    if request.blueprint != "hooks":  # their raw words are signed, and read by the connector alone
        given += request.form.values()
    if any("\0" in text for text in given):
        abort(400)


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=nonce()))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
