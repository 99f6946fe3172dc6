"""The page where a person lets an application in: /ams/authorize.aspx (reference: 1.3 OAuth 2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from html import escape
from urllib.parse import urlencode

from koppel_accountview.sandbox.errors import PageError
from koppel_accountview.sandbox.oauth.tokens import Client, Ticket
from koppel_accountview.sandbox.store.installation import Installation
from koppel_accountview.sandbox.web import Call, Response

SCOPES = {
    "readaccountviewdata": "gegevens lezen",
    "updateaccountviewdata": "gegevens toevoegen en wijzigen",
    "deleteaccountviewdata": "gegevens verwijderen",
}
_PAGE = """<!DOCTYPE html>
<html lang="nl"><head><meta charset="utf-8"><title>AccountView.net – toestemming</title>
<style>body{{font-family:sans-serif;max-width:32rem;margin:4rem auto}}button{{padding:.6rem 1.2rem;margin-right:1rem}}
</style></head><body><p>Simulator van AccountView.net</p><h1>{name} vraagt toegang</h1>
<p>De applicatie mag daarna in deze ondernemingen:</p><ul>{companies}</ul><p>het volgende:</p><ul>{scopes}</ul>
<form method="post" action="?{query}"><button name="approve" value="1">Toestaan</button>
<button name="approve" value="0">Weigeren</button></form></body></html>"""


def authorize(installation: Installation, call: Call) -> Response:
    """Show the page, or answer `approve=1` (allow) or `approve=0` (deny) with the redirect."""
    asked = dict(call.params)
    client = _client(installation, asked)
    scope = asked.get("scope", "").split()
    if asked.get("response_type") not in ("code", "token"):
        return _back(asked, {"error": "unsupported_response_type"})
    if not _known(installation, scope):
        return _back(asked, {"error": "invalid_scope"})
    choice = call.form().get("approve") if call.method == "POST" else asked.get("approve")
    if choice is None:
        return _page(installation, client, scope, asked)
    if choice != "1":
        return _back(asked, {"error": "access_denied"})
    return _allowed(installation, Ticket("", client.client_id, " ".join(scope), "", asked["redirect_uri"]), asked)


def _client(installation: Installation, asked: Mapping[str, str]) -> Client:
    client = installation.logins.clients.get(asked.get("client_id", ""))
    if client is None:
        raise PageError(400, "Onbekende applicatie (client_id)")
    if not client.redirects_to(asked.get("redirect_uri", "")):
        raise PageError(400, "De redirect URI is niet de geregistreerde")
    return client


def _known(installation: Installation, scope: list[str]) -> bool:
    if scope == ["*"]:
        return installation.switches.star_scope
    return bool(scope) and all(one in SCOPES for one in scope)


def _page(installation: Installation, client: Client, scope: list[str], asked: Mapping[str, str]) -> Response:
    hidden = installation.switches.hidden_companies.split(",")
    companies = "".join(f"<li>{escape(one.description)}</li>" for one in installation.companies if one.code not in hidden)
    scopes = "".join(f"<li>{escape(SCOPES.get(one, one))}</li>" for one in scope)
    query = escape(urlencode({name: value for name, value in asked.items() if name != "approve"}))
    page = _PAGE.format(name=escape(client.name), companies=companies, scopes=scopes, query=query)
    return Response(page, 200, content_type="text/html; charset=utf-8")


def _allowed(installation: Installation, ticket: Ticket, asked: Mapping[str, str]) -> Response:
    now, switches, logins = installation.clock.now(), installation.switches, installation.logins
    if asked["response_type"] == "token":
        token = logins.issue(logins.access, ticket, now, timedelta(seconds=switches.access_token_seconds))
        life = {"expires_in": str(switches.access_token_seconds)} if switches.expires_in else {}
        return _back(asked, {"access_token": token.value, "token_type": "bearer", **life}, "#")
    code = logins.issue(logins.codes, ticket, now, timedelta(seconds=switches.code_seconds))
    return _back(asked, {"code": code.value})


def _back(asked: Mapping[str, str], what: Mapping[str, str], mark: str = "?") -> Response:
    state = {"state": asked["state"]} if "state" in asked else {}
    uri = asked["redirect_uri"]
    glue = "&" if mark == "?" and "?" in uri else mark
    return Response("", 302, {"Location": f"{uri}{glue}{urlencode({**what, **state})}"})
