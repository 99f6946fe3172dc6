"""What protects every page: the content security policy, further headers, and who may send a form."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, has_request_context, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf import CSRFProtect  # type: ignore[import-untyped]

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


def install(app: Flask) -> None:
    """Guard all routes."""
    app.session_interface = Sessions()
    CSRFProtect(app).exempt(hooks.blueprint)  # whoever knocks there is proven by the connector
    app.jinja_env.globals["nonce"] = nonce
    app.after_request(_headers)


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=nonce()))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
