"""GET and POST /api/oauth2/auth: the page on which a human lets an app in."""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from koppel_exactonline.sandbox.oauth.tokens import random_token
from koppel_exactonline.sandbox.service.request import Answer, Request
from koppel_exactonline.sandbox.store.grants import Client, Code
from koppel_exactonline.sandbox.store.state import State
from koppel_exactonline.sandbox.switches import Switches

_PAGE = """<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8"><title>Toegang verlenen</title>
<style>body{{font:16px/1.5 sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem;color:#223}}
button{{font:inherit;padding:.5rem 1.2rem;margin-right:.6rem}}fieldset{{border:1px solid #ccd;margin:1rem 0}}
</style></head>
<body><main><h1>Exact Online (simulator)</h1><p><strong>{app}</strong> vraagt toegang tot uw administraties als
<strong>{user}</strong>.</p><form method="post" action="/api/oauth2/auth">{hidden}
<fieldset><legend>Administraties</legend>{divisions}</fieldset>
<button name="approve" value="1">Toestaan</button><button name="deny" value="1">Weigeren</button></form>
</main></body></html>"""
_HTML = [("Content-Type", "text/html; charset=utf-8")]


def authorise(request: Request, state: State, switches: Switches, now: float) -> Answer:
    """Show the page; with approve (query or form) send the browser back with a code, with deny with an error."""
    if request.method not in ("GET", "POST"):
        return Answer(405)
    pairs = parse_qsl(request.query_text) + list(request.form().items())
    asked = dict(pairs)
    client = state.register.clients.get(asked.get("client_id", ""))
    if client is None:
        return _refusal(400, "Onbekende applicatie.")
    if not _redirect_fits(asked.get("redirect_uri", ""), client, switches):
        return _refusal(401, "De redirect_uri is niet die van de registratie.")
    if asked.get("response_type") != "code":
        return _refusal(400, "Alleen response_type=code wordt ondersteund.")
    if asked.get("deny"):
        return _back(asked, {"error": "access_denied"})
    if not asked.get("approve"):
        return Answer(200, _page(asked, client, state, switches).encode(), list(_HTML))
    divisions = _chosen(request, state, switches, pairs)
    user = next(iter(state.users))
    code = Code(random_token(24), client.client_id, asked["redirect_uri"], user, divisions, now)
    state.register.codes[code.code] = code
    return _back(asked, {"code": code.code})


def _redirect_fits(address: str, client: Client, switches: Switches) -> bool:
    """The registered address and HTTPS (reference: Hosts and OAuth2); a demo may use this machine's own."""
    try:
        parts = urlsplit(address)
        local = parts.scheme in ("http", "https") and parts.hostname in ("localhost", "127.0.0.1")
    except ValueError:
        return False
    if local and switches.loopback_redirects:
        return True
    return parts.scheme == "https" and address in client.redirect_uris


def _back(asked: dict[str, str], said: dict[str, str]) -> Answer:
    if "state" in asked:
        said["state"] = asked["state"]
    address = asked["redirect_uri"]
    joined = address + ("&" if "?" in address else "?") + urlencode(said)
    return Answer(302, b"", [("Location", joined.replace("\r", "").replace("\n", "")), *_HTML])


def _default(state: State, switches: Switches) -> list[int]:
    codes = list(state.divisions)
    return codes if switches.consent == "all" else codes[:1]


def _chosen(request: Request, state: State, switches: Switches, pairs: list[tuple[str, str]]) -> list[int]:
    """The ticked divisions; a program that only sends approve=1 gets those ticked beforehand."""
    text = request.body.decode("utf-8", "replace") if request.method == "POST" else request.query_text
    ticked = [value for name, value in parse_qsl(text) if name == "division"]
    codes = [code for code in state.divisions if str(code) in ticked]
    return codes if ticked else _default(state, switches)


def _page(asked: dict[str, str], client: Client, state: State, switches: Switches) -> str:
    names = ("client_id", "redirect_uri", "response_type", "state")
    hidden = "".join(f'<input type="hidden" name="{n}" value="{escape(asked[n])}">' for n in names if n in asked)
    ticked = _default(state, switches)
    boxes = "".join(
        f'<label><input type="checkbox" name="division" value="{code}"{" checked" if code in ticked else ""}> '
        f"{escape(str(one.info.get('Description') or code))} ({code})</label><br>"
        for code, one in state.divisions.items()
    )
    user = next(iter(state.users.values()))
    return _PAGE.format(app=escape(client.name), user=escape(str(user.get("FullName"))), hidden=hidden, divisions=boxes)


def _refusal(status: int, text: str) -> Answer:
    page = f"<!DOCTYPE html><html lang=nl><body><h1>{status}</h1><p>{text}</p></body></html>"
    return Answer(status, page.encode(), list(_HTML))
