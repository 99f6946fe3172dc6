"""Serve the back-office until told to stop, with the clock that runs the flows beside it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import sqlalchemy as sa
from koppel.engines.embedded import EmbeddedEngine
from koppel.errors import ConfigurationError
from koppel.site import Site
from waitress import create_server
from waitress.server import BaseWSGIServer

from koppel_admin.app import create_app
from koppel_admin.desk import EXTENSION

THREADS = 8


def serve_site(site: Site, host: str, port: int, *, runner: bool = True) -> None:
    """Serve this installation until SIGTERM or SIGINT; the record in hand is finished first.

    ConfigurationError when the database is not ready or the port is taken."""
    refuse_unready(site)
    engine = EmbeddedEngine(site) if runner else None
    app = create_app(site, engine)
    server = _listen(app, host, port)
    if engine:
        engine.start()
    try:
        with _signals_stop():
            server.run()
    finally:
        server.close()
        app.extensions[EXTENSION].starter.stop()
        if engine:
            engine.stop()


def refuse_unready(site: Site) -> None:
    """ConfigurationError when the tables have not been made."""
    try:
        ready = sa.inspect(site.db.engine).has_table("user_account")
    except sa.exc.SQLAlchemyError as error:
        raise ConfigurationError(
            "The database does not answer.",
            field="database_url",
            resolution="Check the address of the database, and that it runs.",
            detail=str(error),
        ) from None
    if not ready:
        raise ConfigurationError(
            "The database is empty: Koppel has not been set up here.",
            field="database_url",
            resolution="Run `koppel init` once, or `koppel demo` to look around.",
        )


def _listen(app: object, host: str, port: int) -> BaseWSGIServer:
    try:
        return create_server(app, host=host, port=port, threads=THREADS, ident=None, clear_untrusted_proxy_headers=True)
    except OSError as error:
        raise ConfigurationError(
            f"Port {port} on {host} cannot be used: {error.strerror}.",
            field="port",
            resolution="Choose another with --port, or stop what uses it.",
        ) from None


@contextmanager
def _signals_stop() -> Iterator[None]:
    """SIGTERM and SIGINT end the server; whoever handled them before does so again afterwards."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, _stop) for number in numbers}
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
