"""The simulated Exact Online as a WSGI application."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from koppel.testing.sandbox import Clock, StartResponse

from koppel_exactonline.sandbox.errors import ApiError, BusinessError, error_json, error_xml
from koppel_exactonline.sandbox.limits import Limits
from koppel_exactonline.sandbox.oauth.page import authorise
from koppel_exactonline.sandbox.oauth.tokens import TokenEndpoint
from koppel_exactonline.sandbox.resources import DERIVATIONS
from koppel_exactonline.sandbox.resources.desk import Desk
from koppel_exactonline.sandbox.service import gate, read, write
from koppel_exactonline.sandbox.service.address import Place, division_of, place_of
from koppel_exactonline.sandbox.service.call import Call
from koppel_exactonline.sandbox.service.functions import FUNCTIONS
from koppel_exactonline.sandbox.service.pictures import picture
from koppel_exactonline.sandbox.service.request import JSON_TYPE, Answer, Request, read_request
from koppel_exactonline.sandbox.store.division import Division
from koppel_exactonline.sandbox.store.grants import Client, Grant
from koppel_exactonline.sandbox.store.state import State, clock_ahead
from koppel_exactonline.sandbox.switches import Switches
from koppel_exactonline.sandbox.texts import sentence
from koppel_exactonline.sandbox.webhooks import Outbox

logger = logging.getLogger(__name__)

PROBLEM = "A problem has occurred. The cause of this issue will be investigated as soon as possible."
_HANDLERS = {"GET": read.get, "POST": write.post, "PUT": write.put, "DELETE": write.delete}
_FUNCTION_PATHS = frozenset(name for name in FUNCTIONS if name != "$metadata")


class ExactSandbox:
    """One simulated Exact Online. Every request runs under one lock, so the books are never half-changed."""

    def __init__(self, state: State, switches: Switches, clock: Clock) -> None:
        self.state = state
        self.switches = switches
        self.clock = clock
        self._lock = threading.RLock()
        self._limits = Limits(state.register, switches)
        self.outbox = Outbox(state, switches)
        self._tokens = TokenEndpoint(state.register, switches, self._limits)

    def wsgi_app(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request as the real service would."""
        with self._lock:
            answer = self._answer(environ)
            self.outbox.start(self._now)
        phrase = HTTPStatus(answer.status).phrase
        headers = [*answer.headers, ("Set-Cookie", "ExactServer=sandbox; path=/; HttpOnly")]
        if answer.status != 204:
            headers.append(("Content-Length", str(len(answer.body))))
        start_response(f"{answer.status} {phrase}", headers)
        return [answer.body]

    def dump(self) -> dict[str, Any]:
        """The whole state, with how far the clock was moved ahead."""
        with self._lock:
            return {"clock": {"ahead": clock_ahead(self.clock.now())}, **self.state.dump()}

    def expire_tokens(self) -> None:
        """Make every access token invalid at once; a refresh is allowed from now on."""
        with self._lock:
            self.state.register.access_tokens.clear()
            for grant in self.state.register.grants.values():
                grant.issued = min(grant.issued, self._now - self.switches.refresh_not_before)

    def revoke_refresh_tokens(self) -> None:
        """Make every refresh token invalid at once: only a new login helps."""
        with self._lock:
            for grant in self.state.register.grants.values():
                grant.revoked = True

    @property
    def _now(self) -> float:
        return self.clock.now().timestamp()

    def _answer(self, environ: Mapping[str, Any]) -> Answer:
        wants_json = "json" in environ.get("HTTP_ACCEPT", "").lower()
        try:
            return self._dispatch(read_request(environ))
        except ApiError as error:
            return self._refusal(error, wants_json)
        except Exception:
            logger.exception("the simulator failed on %s %s", environ.get("REQUEST_METHOD"), environ.get("PATH_INFO"))
            return self._refusal(ApiError(500, PROBLEM), wants_json)

    def _refusal(self, error: ApiError, wants_json: bool) -> Answer:
        text = error.text
        if error.status == 404 and not text and self.switches.not_found_body == "json":
            text = "Resource not found for the segment."
        if not text:
            return Answer(error.status, b"", list(error.headers))
        body, kind = (error_json(text), JSON_TYPE) if wants_json else (error_xml(text), "application/xml;charset=utf-8")
        return Answer(error.status, body, [("Content-Type", kind), *error.headers])

    def _dispatch(self, request: Request) -> Answer:
        path = request.path.rstrip("/")
        if path == "/api/oauth2/auth":
            return authorise(request, self.state, self.switches, self._now)
        if path == "/api/oauth2/token":
            return self._tokens.answer(request, self._now)
        if path == "/docs/SysImage.aspx" and request.method == "GET":
            return picture(request, self.state, self._now)
        if path.startswith("/api/v1/"):
            return self._api(request)
        raise ApiError(404)

    def _api(self, request: Request) -> Answer:
        """One call, watched for error velocity: four kinds of error count against its endpoint."""
        grant = gate.grant_of(request, self.state)
        key = self._velocity_key(request, grant)
        if key:
            self._limits.check_block(key, self._now)
        try:
            return self._admitted(request)
        except ApiError as error:
            if key:
                self._limits.note_error(key, error.status, self._now)
            raise

    def _velocity_key(self, request: Request, grant: Grant | None) -> str:
        if grant is None:
            return ""
        endpoint = request.path.removeprefix("/api/v1/").partition("/")[2].partition("(")[0].lower()
        return f"{grant.client_id}/{grant.user}/{division_of(request.path) or 0}/{endpoint}"

    def _admitted(self, request: Request) -> Answer:
        grant, client = gate.check_token(request, self.state, self._now)
        code = division_of(request.path)
        if code is None:
            return self._handle(request, grant, client, self._any_division(grant))
        division = gate.check_division(code, grant, self.state)
        headers = list(self._limits.count(client.client_id, code, self._now))
        try:
            answer = self._handle(request, grant, client, division)
        except ApiError as error:
            if self.switches.limit_headers_on_errors:
                error.headers = (*error.headers, *headers)
            raise
        answer.headers += headers
        return answer

    def _any_division(self, grant: Grant) -> Division:
        allowed = (one for code, one in self.state.divisions.items() if code in grant.divisions)
        return next(allowed, Division(0, {"Code": 0}))

    def _handle(self, request: Request, grant: Grant, client: Client, division: Division) -> Answer:
        place = place_of(request.path, _FUNCTION_PATHS)
        user = self.state.users[grant.user]
        desk = Desk(division, user, self.clock.now(), self.switches, DERIVATIONS, request.host, client, self._knock)
        call = Call(request, place, self.state, desk, client, grant)
        version = division.version
        try:
            answer = self._carry_out(call, place)
            self.outbox.announce(division, version, request.host, self.clock.now())
            return answer
        except BusinessError as error:
            texts = [sentence(kind, desk.language, *rest) for kind, *rest in error.complaints]
            raise ApiError(500, "\r\n".join(texts)) from None

    def _knock(self, url: str) -> int:
        return self.outbox.post(url, b"")

    def _carry_out(self, call: Call, place: Place) -> Answer:
        method, request = call.request.method, call.request
        if method not in _HANDLERS:
            raise ApiError(501 if method not in ("PATCH", "MERGE", "HEAD", "OPTIONS") else 405)
        if not request.wants_json and self.switches.without_json == "415" and place.tail != "$count":
            raise ApiError(415, "Unsupported media type requested.")
        if place.function:
            if method != "GET":
                raise ApiError(405)
            if not request.wants_json and place.function != "$metadata":
                raise ApiError(415, "Unsupported media type requested.")
            return FUNCTIONS[place.function](call)
        if place.entity is None or method not in place.entity.verbs:
            raise ApiError(405)
        gate.check_scope(place.entity, call.client, method)
        return _HANDLERS[method](call)
