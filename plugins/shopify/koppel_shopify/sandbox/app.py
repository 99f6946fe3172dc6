"""The simulated shop as a WSGI application: routes, headers, and one lock around the state."""

from __future__ import annotations

import json
import logging
import re
import threading
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from koppel.testing.sandbox import Clock, StartResponse
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from koppel_shopify.sandbox import events, oauth
from koppel_shopify.sandbox.apps import App, Apps, Replay
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.mutations.cancelling import run_due
from koppel_shopify.sandbox.operations import answer
from koppel_shopify.sandbox.sender import Sender
from koppel_shopify.sandbox.shapes import BadState
from koppel_shopify.sandbox.static import Documents
from koppel_shopify.sandbox.storage import Storage
from koppel_shopify.sandbox.store import KINDS, Store
from koppel_shopify.sandbox.switches import Switches
from koppel_shopify.sandbox.versions import Versions

_log = logging.getLogger(__name__)
_GRAPHQL = re.compile(r"/admin/api/([^/]+)/graphql\.json\Z")
_MAX_BODY = 2_000_000
_MAX_UPLOAD = 100 * 1024 * 1024 + 1_000_000
_DOCUMENTS = Documents()
_COLLECTIONS = frozenset({*KINDS, "shop", "nextNumber", "apps", "tokens", "idempotencyKeys", "files"})


class ShopifySandbox:
    """One shop with its apps; see `koppel.testing.sandbox.Sandbox`."""

    def __init__(self, state: Mapping[str, Any] | None, switches: Switches) -> None:
        self.clock = Clock()
        self.switches = switches
        self.versions = Versions.of(switches)
        self._lock = threading.RLock()
        self._load(state or {})

    def _load(self, state: Mapping[str, Any]) -> None:
        if not isinstance(state, Mapping):
            raise BadState("the state must be a JSON object")
        unknown = sorted(set(state) - _COLLECTIONS)
        if unknown:
            raise BadState(f"the state has a collection {unknown[0]!r}; known are {', '.join(sorted(_COLLECTIONS))}")
        self.store = Store(state, self.clock.now())
        self.apps = Apps(state, self.switches)
        self.replay = Replay(self.switches.idempotency_life, self.switches.failed_key)
        self.replay.load(state.get("idempotencyKeys"))
        self.storage = Storage(state.get("files"))
        self.codes = oauth.Codes()
        domain = str(self.store.shop["myshopifyDomain"])
        self.sender = Sender(self.switches.relay, self.switches.webhook_doubles, domain, self.versions.latest, self._unsubscribe)

    def wsgi_app(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        stored = request.path.startswith("/storage/")
        request.max_content_length = _MAX_UPLOAD if stored else _MAX_BODY
        try:
            with self._lock:
                response = self._route(request)
        except HTTPException as refused:
            response = _json({"errors": refused.name}, refused.code or 400)
        except Exception:
            _log.exception("the sandbox itself failed at %s %s", request.method, request.path)
            response = _json({"errors": "Internal Server Error"}, 500)
        response.headers["X-Request-Id"] = str(uuid.uuid4())
        self.sender.pump(self.clock.now())
        return response(environ, start_response)

    def dump(self) -> dict[str, Any]:
        """Everything, as JSON that `create` takes back."""
        with self._lock:
            whole = {**self.store.dump(), **self.apps.dump(), "idempotencyKeys": self.replay.dump(),
                     **({"files": self.storage.files} if self.storage.files else {})}
            return dict(json.loads(json.dumps(whole)))

    def expire_tokens(self) -> None:
        """End all access tokens, static ones too."""
        with self._lock:
            self.apps.revoke()

    def revoke_refresh_tokens(self) -> None:
        """End all refresh tokens: only a new login helps."""
        with self._lock:
            self.apps.refreshing.clear()

    def announce(self, topic: str, payload: Mapping[str, Any]) -> None:
        """Tell an event to whoever subscribed to its topic, as the shop does by itself."""
        with self._lock:
            rows = self.store.records["webhookSubscriptions"]
            self.sender.announce(topic, dict(payload), rows, self.apps.apps, self.clock.now())
        self.sender.pump(self.clock.now())

    def _unsubscribe(self, gid: str) -> None:
        """Eight failures in a row end a subscription."""
        with self._lock:
            node = self.store.node(gid, "WebhookSubscription")
            if node is not None:
                self.store.records["webhookSubscriptions"].remove(node)
                self.store.forget(node, "WebhookSubscription")

    def _route(self, request: Request) -> Response:
        host = request.host.split(":")[0]
        if host.endswith(".myshopify.com") and host != self.store.shop["myshopifyDomain"]:
            return _no_shop()
        if request.path.startswith("/storage/"):
            return self.storage.answer(request)
        if request.path == "/admin/oauth/authorize":
            return self._authorize(request)
        if request.path == "/admin/oauth/access_token":
            return self._token(request) if request.method == "POST" else _missing()
        if request.path == "/admin/oauth/access_scopes.json":
            return self._scopes(request) if request.method == "GET" else _missing()
        found = _GRAPHQL.match(request.path)
        served = self.versions.served(found[1]) if found else None
        if served is None or request.method != "POST":
            return _missing()
        response = self._graphql(request, served)
        response.headers["X-Shopify-API-Version"] = served
        return response

    def _token(self, request: Request) -> Response:
        form = _body(request) if request.mimetype == "application/json" else request.form.to_dict()
        status, told = oauth.token(self.apps, form if isinstance(form, dict) else {}, self.clock.now(), self.codes)
        return _json(told, status)

    def _authorize(self, request: Request) -> Response:
        """The merchant agrees at once and is sent back to the app."""
        target = oauth.authorize(self.apps, self.codes, request.args.to_dict(), self.store.shop["myshopifyDomain"], self.clock.now())
        return Response(b"", 302, headers={"Location": target}) if target else _json({"error": "invalid_request"}, 400)

    def _scopes(self, request: Request) -> Response:
        app = self._app(request)
        response = _json(oauth.scopes(app)) if app else _unauthorized()
        response.headers["X-Shopify-API-Version"] = self.versions.oldest
        return response

    def _app(self, request: Request) -> App | None:
        return self.apps.holder(request.headers.get("X-Shopify-Access-Token", ""), self.clock.now())

    def _graphql(self, request: Request, served: str) -> Response:
        app = self._app(request)
        if app is None:
            return _unauthorized()
        if request.mimetype == "application/graphql":
            asked: Any = {"query": request.get_data(as_text=True)}
        elif request.mimetype == "application/json":
            asked = _body(request)
        else:
            return _json({"errors": "Unsupported media type"}, 415)
        if asked is None:
            return _json({"errors": {"query": "Required parameter missing or invalid"}}, 400)
        context = Context(self.store, app, self.replay, self.switches, self.versions, served, self.clock.now(), frozenset(app.scopes),
                          self.storage, request.host_url.rstrip("/"))
        run_due(context)
        debug = request.headers.get("Shopify-GraphQL-Cost-Debug") == "1"
        told = _json(answer(asked, context, _DOCUMENTS, debug))
        for topic, node in context.events:
            rows = self.store.records["webhookSubscriptions"]
            self.sender.announce(topic, events.told(topic, node), rows, self.apps.apps, context.now)
        return told


def _body(request: Request) -> Any:
    try:
        return json.loads(request.get_data())
    except (ValueError, RecursionError):
        return None


def _json(told: Any, status: int = 200) -> Response:
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode("utf-8", "replace"), status, content_type="application/json; charset=utf-8")


def _unauthorized() -> Response:
    return _json({"errors": oauth.UNAUTHORIZED}, 401)


def _missing() -> Response:
    return _json({"errors": "Not Found"}, 404)


def _no_shop() -> Response:
    page = "<!DOCTYPE html><html><head><title>404 Not Found</title></head><body><h1>Sorry, this shop is currently unavailable.</h1></body></html>"
    return Response(page, 404, content_type="text/html; charset=utf-8")
