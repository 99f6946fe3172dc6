"""Serve a simulator over real HTTP, in this process or in one of its own."""

from __future__ import annotations

import importlib
import json
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from koppel.errors import ConfigurationError
from koppel.testing.sandbox import SandboxShell

_PATIENCE = 0.5
"""Seconds that a thread may take to finish its answer when the server stops."""


class SandboxServer:
    """A simulator listening on 127.0.0.1. `serve` blocks; `start` and `stop` run it in a thread."""

    def __init__(
        self,
        path: str,
        state: Mapping[str, Any] | None = None,
        options: Mapping[str, Any] | None = None,
        *,
        port: int = 0,
        dump_to: Path | None = None,
    ) -> None:
        try:
            self.shell = SandboxShell(simulator(path).create(state, dict(options or {})), dump_to)
        except ValueError as error:
            raise ConfigurationError(
                f"The simulator cannot start: {error}", resolution="Correct the state file or the option."
            ) from None
        self._server = _listen(self.shell, port)
        self.port = int(self._server.effective_port)
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread: threading.Thread | None = None

    def serve(self) -> None:
        """Answer until stopped."""
        self._server.run()

    def start(self) -> SandboxServer:
        """Answer in a thread; returns at once."""
        self._thread = threading.Thread(target=self.serve, daemon=True, name="koppel-sandbox")
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening."""
        if self._thread is None:
            self._server.close()
            return
        end(self._server)
        self._thread.join(5)


def end(server: Any) -> None:
    """Stop a waitress server that runs in a thread of its own: let its threads end, and hang up on everybody."""

    def close() -> None:
        for channel in list(server.active_channels.values()):
            channel.will_close = True
        server.close()

    server.task_dispatcher.shutdown(timeout=_PATIENCE)
    with suppress(OSError):  # one that is awake just now has closed its trigger before we are done pulling it
        server.trigger.pull_trigger(close)  # in the server's own thread, or it stumbles over what is gone


def load_state(file: Path | None) -> dict[str, Any] | None:
    """The records to begin with. ConfigurationError when the file is missing or is no JSON object."""
    if file is None:
        return None
    try:
        state = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(f"There is no file {file}.", field="state", resolution="Check the path.") from None
    except OSError as error:
        raise _bad_state(f"{file} cannot be read: {error.strerror}.", "Check that it is a file you may read.") from None
    except (ValueError, RecursionError) as error:
        raise _bad_state(f"{file} is no JSON: {error}.", "Correct it there, or write it anew with --dump.") from None
    if not isinstance(state, dict):
        raise _bad_state(f"{file} must hold one JSON object with lists of records.", "Look at what --demo --dump writes.")
    return state


def _bad_state(message: str, resolution: str) -> ConfigurationError:
    return ConfigurationError(message, field="state", resolution=resolution)


def options_from(pairs: Iterable[str]) -> dict[str, Any]:
    """Switches from NAME=VALUE words; values are read as JSON where they can be."""
    options: dict[str, Any] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        try:
            options[name.strip()] = json.loads(value)
        except ValueError:
            options[name.strip()] = value
    return options


def simulator(path: str) -> Any:
    """The simulator package of a dotted path such as koppel_shopify.sandbox:create."""
    if not path:
        raise ConfigurationError("This system has no simulator.", field="system")
    try:
        return importlib.import_module(path.partition(":")[0])
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"The simulator needs {error.name}.",
            resolution="Install the plugin with its extra: pip install 'koppel-…[sandbox]'",
        ) from None


def _listen(app: Any, port: int) -> Any:
    try:
        from waitress import create_server
    except ModuleNotFoundError:
        raise ConfigurationError(
            "Simulators need waitress.", resolution="Install the plugin with its extra: pip install 'koppel-…[sandbox]'"
        ) from None
    try:
        return create_server(
            app, host="127.0.0.1", port=port, threads=8, ident=None, clear_untrusted_proxy_headers=True
        )
    except OSError as error:
        raise ConfigurationError(
            f"Port {port} cannot be used: {error.strerror}.",
            field="port",
            resolution="Choose another, or 0 for a free one.",
        ) from None
