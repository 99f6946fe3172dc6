"""A login that lives: two processes share it for a week, a month of silence ends it in a clear question."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from koppel.connections.http import open_post
from koppel.connections.secrets import Vault
from koppel.connections.tokens import TokenKeeper
from koppel.errors import AuthError
from koppel.settings import Settings
from koppel.store.db import Database
from koppel.store.models import Base, Connection, utcnow
from koppel_exactonline.about import OAUTH

pytestmark = pytest.mark.walk

SOON, HOUR, DAY = 575, 3600, 86_400
WEEK = [SOON] * (DAY // 3 // SOON) + [HOUR] * (7 * 24 - 8)
"""Seconds between two moments of work: eight hours without rest, then an hourly flow."""


class Shared:
    """One stored login of a simulator, and processes that share it."""

    def __init__(self, folder: Path, sim: Any) -> None:
        self.sim, self.url, self.key_file = sim, f"sqlite:///{folder / 'koppel.db'}", folder / "key"
        self.db, self.vault, self.ahead = Database(self.url), Vault.create(self.key_file), 0
        Base.metadata.create_all(self.db.engine)
        with self.db.write() as session:
            session.add(Connection(id=1, name="exact", system="exactonline", settings={}, secrets=""))
        client = sim.shell.sandbox.dump()["oauth"]["clients"][0]
        self.app = (client["client_id"], client["client_secret"])
        settings = Settings({"base_url": sim.url, "client_id": self.app[0], "client_secret": self.app[1]})
        post = open_post(sim.url, title="Exact Online")
        self.keeper = TokenKeeper(
            self.db, self.vault, 1, OAUTH, settings, post, title="Exact Online", clock=lambda: utcnow() + timedelta(seconds=self.ahead)
        )
        self.log_in()
        self.processes: list[subprocess.Popen[str]] = []

    def log_in(self) -> None:
        """As a person does: by the address of the log-in page and the code that comes back."""
        home = self.sim.shell.sandbox.dump()["oauth"]["clients"][0]["redirect_uris"][0]
        back = httpx.get(self.keeper.authorize_url(home, "s1") + "&approve=1").headers["location"]
        self.keeper.exchange(httpx.URL(back).params["code"], home)

    def start(self) -> subprocess.Popen[str]:
        script = str(Path(__file__).with_name("week_worker.py"))
        command = [sys.executable, script, self.url, str(self.key_file), self.sim.url, *self.app]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def pass_time(self, seconds: int) -> None:
        self.ahead += seconds
        self.sim.shell.sandbox.clock.advance(seconds)

    def all_work(self) -> set[str]:
        """Both ask at the same moment; what each was answered."""
        for process in self.processes:
            assert process.stdin is not None
            process.stdin.write(f"{self.ahead}\n")
            process.stdin.flush()
        return {process.stdout.readline().strip() for process in self.processes if process.stdout is not None}


@pytest.fixture
def shared(tmp_path: Path, simulate: Callable[..., Any]) -> Iterator[Shared]:
    one = Shared(tmp_path, simulate())
    yield one
    for process in one.processes:
        process.kill()
        process.communicate()


def refreshes(shared: Shared) -> list[str]:
    return [one["status"] for one in shared.sim.shell.requests if one["request"] == "POST /api/oauth2/token"]


def test_two_processes_share_a_login_for_a_week_without_losing_it(shared: Shared) -> None:
    shared.start()
    shared.start()
    before = len(refreshes(shared))
    answers: set[str] = set()
    for seconds in WEEK:
        shared.pass_time(seconds)
        answers |= shared.all_work()
    assert answers == {"200"}
    asked = refreshes(shared)[before:]
    assert set(asked) == {"200"}  # never too early, never with an old token
    assert len(WEEK) - 2 <= len(asked) <= len(WEEK)  # and once for both


def test_a_login_unused_for_a_month_asks_for_a_person_and_works_again_after(shared: Shared) -> None:
    shared.pass_time(31 * 86_400)
    with pytest.raises(AuthError, match="Exact Online asks you to log in again: The refresh token expired"):
        shared.keeper.access()
    shared.log_in()
    assert shared.keeper.access()


def test_a_used_login_outlives_a_month(shared: Shared) -> None:
    for _ in range(3):
        shared.pass_time(20 * 86_400)
        assert shared.keeper.access()
