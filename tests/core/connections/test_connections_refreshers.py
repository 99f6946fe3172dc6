"""One refresher at a time: real processes against a server on which every refresh token works once."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from koppel.connections import locks
from koppel.connections.secrets import Vault
from koppel.connections.tokenstore import Held, TokenRow
from koppel.errors import TransientError
from koppel.store.db import Database
from koppel.store.models import utcnow

ROUNDS = 100
Start = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def start(any_db: Database, key_file: Path, vault: Vault, token_server: Any) -> Iterator[Start]:
    """Starts worker processes that share one stored login."""
    row = TokenRow(any_db, vault, 1)
    row.ensure()
    row.save(Held("access-0", "refresh-0", utcnow(), None))
    running: list[subprocess.Popen[str]] = []

    def start_one() -> subprocess.Popen[str]:
        script = str(Path(__file__).with_name("refresher.py"))
        command = [sys.executable, script, any_db.url, str(key_file), token_server.url]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield start_one
    for process in running:
        process.kill()
        process.communicate()


def tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    return process.stdout.readline().strip().split("|")


def test_two_processes_never_refresh_twice(start: Start, token_server: Any) -> None:
    first, second = start(), start()
    started = time.monotonic()
    for number in range(ROUNDS):
        for process in (first, second):
            tell(process, f"2 access-{number}")
        assert set(hear(first) + hear(second)) == {f"access-{number + 1}"}
        assert token_server.refreshed == number + 1
    assert token_server.refused == 0
    print(f"{ROUNDS} rounds in {time.monotonic() - started:.1f} s")


def test_a_killed_refresher_gives_the_lock_back(start: Start, token_server: Any) -> None:
    victim, waiting = start(), start()
    token_server.hold = "before"
    tell(victim, "1 access-0")
    assert token_server.arrived.wait(10)
    tell(waiting, "1 access-0")
    time.sleep(0.3)  # now it waits for the lock
    token_server.hold = ""
    victim.kill()
    assert hear(waiting) == ["access-1"]
    assert (token_server.refreshed, token_server.refused) == (1, 0)


def test_dying_between_answer_and_commit_asks_for_a_login(start: Start, token_server: Any) -> None:
    """The one gap that cannot be closed: it must end in a clear sentence, not in a hang or a wrong token."""
    victim, other = start(), start()
    token_server.hold = "after"
    tell(victim, "1 access-0")
    assert token_server.arrived.wait(10)
    victim.kill()
    token_server.hold = ""
    tell(other, "1 access-0")
    assert hear(other) == ["AuthError: Example asks you to log in again: Old refresh token used."]


def test_readers_and_writers_go_on_while_a_refresh_waits_for_its_answer(
    start: Start, any_db: Database, token_server: Any, make_connection: Callable[[Database, int], None]
) -> None:
    process = start()
    token_server.hold = "after"
    tell(process, "1 access-0")
    assert token_server.arrived.wait(10)
    started = time.monotonic()
    make_connection(any_db, 2)
    assert time.monotonic() - started < 2
    token_server.go_on.set()
    assert hear(process) == ["access-1"]


def test_waiting_for_another_refresher_ends_with_a_sentence(any_db: Database, vault: Vault) -> None:
    TokenRow(any_db, vault, 1).ensure()
    lock = locks._file_lock if any_db.is_sqlite else locks._row_lock
    with lock(any_db, 1, 1):
        started = time.monotonic()
        with pytest.raises(TransientError, match="still renewing"), lock(any_db, 1, 0.3):
            pass
        assert 0.2 < time.monotonic() - started < 3
    with lock(any_db, 1, 0.3):
        pass


def test_connections_do_not_wait_for_each_other(
    any_db: Database, vault: Vault, make_connection: Callable[[Database, int], None]
) -> None:
    make_connection(any_db, 2)
    for number in (1, 2):
        TokenRow(any_db, vault, number).ensure()
    with locks.one_refresher(any_db, 1, 0.3), locks.one_refresher(any_db, 2, 0.3):
        pass
