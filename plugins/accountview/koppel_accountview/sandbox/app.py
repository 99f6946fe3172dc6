"""The simulated service: routes a request to its handler under one lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from koppel_accountview.sandbox import data, system
from koppel_accountview.sandbox.errors import AccountViewError, PortalError, Refusal
from koppel_accountview.sandbox.limits import CallWindow, check_size
from koppel_accountview.sandbox.oauth.authorize import authorize
from koppel_accountview.sandbox.oauth.exchange import token
from koppel_accountview.sandbox.store.dump import dump
from koppel_accountview.sandbox.store.installation import Installation
from koppel_accountview.sandbox.web import Call, HTTPException, Response, answer

Handler = Callable[[Installation, Call], Response]
ROUTES: dict[str, dict[str, Handler]] = {
    "/ams/authorize.aspx": {"GET": authorize, "POST": authorize},
    "/api/v3/token": {"POST": token},
    "/api/v3/companies": {"GET": system.companies},
    "/api/v3/accountviewdata": {"GET": data.read, "POST": data.insert, "PUT": data.update},
    "/api/v3/accountviewsystemdata": {"GET": system.system_data},
    "/api/v3/accountviewsystembusinessobjects": {"GET": system.business_objects},
    "/api/v3/accountviewfields": {"GET": system.fields},
}


class AccountViewSandbox:
    """AccountView.net with its companies behind it; see `Switches` for its moods."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.clock = installation.clock
        self._lock = threading.RLock()
        self._window = CallWindow()

    def wsgi_app(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        call = Call(environ)
        with self._lock:
            response = self._answer(call)
        return response(environ, start_response)

    def dump(self) -> dict[str, Any]:
        """The whole state as JSON-ready values."""
        with self._lock:
            return dump(self.installation)

    def expire_tokens(self) -> None:
        """Make every access token invalid at once."""
        with self._lock:
            self.installation.logins.access.clear()

    def revoke_refresh_tokens(self) -> None:
        """Make every refresh token invalid at once."""
        with self._lock:
            self.installation.logins.refresh.clear()

    def _answer(self, call: Call) -> Response:
        try:
            check_size(self.installation.switches, call)
            return self._handler(call)(self.installation, call)
        except Refusal as error:
            switches = self.installation.switches
            body = error.told(switches) if isinstance(error, AccountViewError) else error.body()
            return answer(body, error.status or switches.error_status, getattr(error, "headers", None))
        except HTTPException as error:
            return answer({"Message": error.description}, error.code or 400)

    def _handler(self, call: Call) -> Handler:
        verbs = ROUTES.get(call.path)
        if verbs is None:
            raise PortalError(404, f"No HTTP resource was found that matches the request URI '{call.request.path[:200]}'.")
        if call.method not in verbs:
            raise PortalError(405, f"The requested resource does not support http method '{call.method}'.",
                              {"Allow": ", ".join(verbs)})
        limit = self.installation.switches.calls_per_minute
        if limit and call.path.startswith("/api/v3/acc"):
            self._window.count(self.clock.now(), limit)
        return verbs[call.method]
