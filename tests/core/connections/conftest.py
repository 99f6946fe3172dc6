"""Databases, a moving clock and a token server that is as strict as a service whose refresh tokens work once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import psycopg
import pytest
from koppel.connections.secrets import Vault
from koppel.store.db import Database
from koppel.store.models import Base, Connection

SERVER = "postgresql://root@127.0.0.1:5432"
THROW_AWAY = f"koppel_test_connections_{uuid4().hex[:8]}"


class MovingClock:
    """A clock that stands still until it is moved; `sleep` moves it and remembers for how long."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC)
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.moment

    def move(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.move(seconds)


class TokenServer:
    """Gives tokens over real HTTP. Every refresh token works once; `hold` stops an answer half-way."""

    def __init__(self) -> None:
        self.access, self.refresh, self.refreshed = "access-0", "refresh-0", 0
        self.refused = 0
        self.hold = ""  # "": answer at once; "before" or "after" the tokens were replaced: wait for `go_on`
        self.arrived, self.go_on = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                status, body = server.answer({name: values[0] for name, values in form.items()})
                data = json.dumps(body).encode()
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass  # the asker was killed

            def log_message(self, *_: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    def answer(self, form: dict[str, str]) -> tuple[int, dict[str, str]]:
        if self.hold == "before":
            self.arrived.set()
            self.go_on.wait(30)
            return 503, {}
        with self._lock:
            if form.get("refresh_token") != self.refresh:
                self.refused += 1
                return 401, {"error": "unauthorized_client", "error_description": "Old refresh token used."}
            self.refreshed += 1
            self.access, self.refresh = f"access-{self.refreshed}", f"refresh-{self.refreshed}"
            pair = {"access_token": self.access, "refresh_token": self.refresh, "expires_in": "600"}
        if self.hold == "after":
            self.arrived.set()
            self.go_on.wait(30)
        return 200, pair

    def close(self) -> None:
        self.go_on.set()
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def token_server() -> Iterator[TokenServer]:
    server = TokenServer()
    yield server
    server.close()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "koppel.key"
    Vault.create(file)
    return file


@pytest.fixture
def vault(key_file: Path) -> Vault:
    return Vault.open(key_file, None)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of an empty database that is dropped afterwards."""
    try:
        with psycopg.connect(f"{SERVER}/test", autocommit=True, connect_timeout=3) as server:
            server.execute(f"CREATE DATABASE {THROW_AWAY}")
    except psycopg.Error as error:
        pytest.skip(f"no PostgreSQL server to test with: {error}")
    yield f"{SERVER}/{THROW_AWAY}"
    with psycopg.connect(f"{SERVER}/test", autocommit=True) as server:
        server.execute(f"DROP DATABASE {THROW_AWAY} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with one connection (id 1), once as SQLite and once as PostgreSQL."""
    url = f"sqlite:///{tmp_path}/koppel.db" if request.param == "sqlite" else request.getfixturevalue("postgresql")
    yield from _filled(Database(url))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A SQLite database with one connection (id 1)."""
    yield from _filled(Database(f"sqlite:///{tmp_path}/koppel.db"))


@pytest.fixture
def make_connection() -> Callable[[Database, int], None]:
    return _make_connection


def _make_connection(db: Database, number: int) -> None:
    with db.write() as session:
        session.add(Connection(id=number, name=f"connection {number}", system="example"))


def _filled(db: Database) -> Iterator[Database]:
    Base.metadata.drop_all(db.engine)
    Base.metadata.create_all(db.engine)
    _make_connection(db, 1)
    yield db
    db.close()
