"""The three simulators of the demo, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from koppel.errors import ConfigurationError

try:
    import fcntl
except ImportError:  # only on POSIX
    fcntl = None  # type: ignore[assignment]


@contextmanager
def running(systems: Mapping[str, Mapping[str, Any]], home: Path) -> Iterator[dict[str, str]]:
    """Start the simulators with what they held last time; gives their addresses, and saves and stops them after."""
    processes: dict[str, subprocess.Popen[str]] = {}
    with _alone(home), _stopped(processes):
        for system, wanted in systems.items():
            processes[system] = _start(system, wanted.get("options") or {}, home / f"{system}.json")
        yield {system: _address(system, process) for system, process in processes.items()}


@contextmanager
def _stopped(processes: Mapping[str, subprocess.Popen[str]]) -> Iterator[None]:
    try:
        yield
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.wait(timeout=60)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Two demos in one folder would write over each other's simulators."""
    if fcntl is None:
        yield
        return
    with (home / "demo.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigurationError(
                f"A demo is running in {home} already.",
                field="home",
                resolution="Stop it first (Ctrl-C), or choose another folder with --home.",
            ) from None
        yield


def save(addresses: Mapping[str, str]) -> None:
    """Let every simulator write down what it holds, now."""
    for address in addresses.values():
        httpx.post(f"{address}/_sandbox/dump", timeout=60).raise_for_status()


def _start(system: str, options: Mapping[str, Any], file: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "koppel", "sandbox", system, "--port", "0", "--dump", str(file)]
    command += ["--state", str(file)] if file.exists() else ["--demo"]
    for name, value in options.items():
        command += ["--option", f"{name}={json.dumps(value)}"]
    # a session of its own: Ctrl-C is for the demo alone, which stops the simulators when it has finished
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def _address(system: str, process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    assert process.stderr is not None
    line = process.stdout.readline().strip()
    if line.startswith("http"):
        return line
    raise ConfigurationError(
        f"The simulator of {system} did not start.",
        resolution="Remove its file from the demo's folder to begin anew.",
        detail=process.stderr.read()[-2000:],
    )
