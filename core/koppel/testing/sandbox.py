"""The shell around every simulator: time, faults, a request log and saved state, the same for all systems."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

StartResponse = Callable[..., Any]
WSGIApp = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class Clock:
    """The simulator's own time: real time plus what a test has advanced, so tokens can age in a second."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The simulated moment, aware, in UTC."""
        return datetime.now(UTC) + self._ahead

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self._ahead += timedelta(seconds=seconds)


class Sandbox(Protocol):
    """One simulated system. `create(state, options)` in `koppel_<key>.sandbox` returns it."""

    clock: Clock

    def wsgi_app(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request as the real service would."""

    def dump(self) -> dict[str, Any]:
        """The whole state as JSON-ready values in the API's own shapes; `create(state=…)` takes it back."""

    def expire_tokens(self) -> None:
        """Make every access token invalid at once, as a revoked session would."""

    def revoke_refresh_tokens(self) -> None:
        """Make every refresh token invalid at once: only a new login helps."""


@dataclass
class Fault:
    """One thing that goes wrong for the next `times` requests whose 'METHOD /path' contains `match`, and whose
    body contains `containing`; the first `skip` of them are spared.

    Kinds: `status` (answer `status` with `body` and `headers`, nothing is stored), `latency` (wait
    `seconds` first), `html` (a proxy's HTML page instead of JSON, status 200 or `status`), `malformed`
    (half a JSON document), `drop` (the line breaks before anything is stored), `drop_after` (the
    request is carried out, then the line breaks), `status_after` (carried out, then answered `status`),
    `stall_after` (carried out, then `seconds` of silence before the answer).
    """

    match: str
    kind: str
    times: int = 1
    status: int = 503
    seconds: float = 0.0
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    skip: int = 0
    containing: str = ""


class LineBroken(RuntimeError):
    """Raised inside the answer so that the server closes the connection half-way."""


class SandboxShell:
    """WSGI middleware: `/_sandbox/…` controls, everything else goes to the simulator through the faults."""

    def __init__(self, sandbox: Sandbox, dump_to: Path | None = None) -> None:
        self.sandbox = sandbox
        self.dump_to = dump_to
        self.faults: list[Fault] = []
        self.requests: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        if path.startswith("/_sandbox/"):
            return self._control(path.removeprefix("/_sandbox/"), environ, start_response)
        line = f"{environ['REQUEST_METHOD']} {path}"
        if environ.get("QUERY_STRING"):
            line += "?" + environ["QUERY_STRING"]
        fault = self._next_fault(line, environ) if self.faults else None
        return self._answer(line, fault, environ, start_response)

    def save(self) -> None:
        """Write the state to the dump file, whole or not at all."""
        if self.dump_to is None:
            return
        self.dump_to.parent.mkdir(parents=True, exist_ok=True)
        partial = self.dump_to.with_suffix(self.dump_to.suffix + ".partial")
        partial.write_text(json.dumps(self.sandbox.dump(), ensure_ascii=False, indent=1), encoding="utf-8")
        partial.replace(self.dump_to)

    def _next_fault(self, line: str, environ: dict[str, Any]) -> Fault | None:
        body = _peek(environ)
        with self._lock:
            for fault in self.faults:
                if fault.times <= 0 or fault.match not in line or fault.containing.encode() not in body:
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                return fault
        return None

    def _answer(
        self, line: str, fault: Fault | None, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        kind = fault.kind if fault else ""
        status = "000"

        def remember(text: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            nonlocal status
            status = text[:3]
            if kind in ("drop_after", "status_after"):
                return lambda _: None
            return start_response(text, headers, exc_info) if exc_info else start_response(text, headers)

        if fault and kind != "stall_after":
            time.sleep(fault.seconds)
        if fault and kind in ("status", "html", "malformed", "drop"):
            self._log(line, status="drop" if kind == "drop" else str(fault.status), fault=kind)
            return self._broken(fault, start_response)
        body = b"".join(self.sandbox.wsgi_app(environ, remember))
        self._log(line, status, kind)
        if fault and kind == "stall_after":
            time.sleep(fault.seconds)
        if fault and kind in ("drop_after", "status_after"):
            return self._broken(fault, start_response)
        return [body]

    def _broken(self, fault: Fault, start_response: StartResponse) -> Iterable[bytes]:
        if fault.kind in ("drop", "drop_after"):
            start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "1000")])
            return _half_an_answer()
        if fault.kind == "html":
            page = fault.body or "<html><body><h1>Service Temporarily Unavailable</h1></body></html>"
            return _plain(start_response, fault.status if fault.status != 503 else 200, page, "text/html")
        if fault.kind == "malformed":
            return _plain(start_response, 200, '{"d": {"results": [{"ID": ', "application/json")
        return _plain(start_response, fault.status, fault.body, "application/json", fault.headers)

    def _log(self, line: str, status: str, fault: str = "") -> None:
        with self._lock:
            self.requests.append({"request": line, "status": status, "fault": fault})
            del self.requests[:-20_000]

    def _control(self, what: str, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = json.loads(environ["wsgi.input"].read(length) or b"null") if length else None
        answer: Any = {"ok": True}
        if what == "state":
            answer = self.sandbox.dump()
        elif what == "dump":
            self.save()
        elif what == "faults":
            with self._lock:
                self.faults = [Fault(**one) for one in body or []]
            answer = [asdict(one) for one in self.faults]
        elif what == "log":
            answer = list(self.requests)
        elif what == "clock":
            self.sandbox.clock.advance(float((body or {}).get("advance", 0)))
            answer = {"now": self.sandbox.clock.now().isoformat()}
        elif what == "expire-tokens":
            self.sandbox.expire_tokens()
        elif what == "revoke-refresh-tokens":
            self.sandbox.revoke_refresh_tokens()
        else:
            return _plain(start_response, 404, json.dumps({"error": f"no control called {what!r}"}))
        return _plain(start_response, 200, json.dumps(answer, ensure_ascii=False))


def _peek(environ: dict[str, Any]) -> bytes:
    """The request's body, left in place for the simulator."""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _half_an_answer() -> Iterator[bytes]:
    yield b'{"half'
    raise LineBroken("fault injected by the sandbox")


def _plain(
    start_response: StartResponse,
    status: int,
    text: str,
    kind: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Iterable[bytes]:
    body = text.encode()
    fields = [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response(f"{status} Fault", fields + list((headers or {}).items()))
    return [body]
