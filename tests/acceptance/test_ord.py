"""Order flow."""

import os
import signal
import subprocess
import sys
import time

import pytest
from koppel.store.models import Flow
from koppel.testing.sandbox import Fault
from support.postgres import throw_away_database
from support.trio import Trio

KILLS = {"sqlite": 20, "postgresql": 3}
DOCUMENTS = {
    "orders-to-exact": ("exactonline", {"match": "POST /api/v1/3012345/salesorder/SalesOrders"}),
    "orders-to-accountview": ("accountview", {"match": "POST /api/v3/accountviewdata", "containing": '"SO1"'}),
}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request):
    """Which database the site uses."""
    return request.param


@pytest.fixture(scope="module")
def server():
    """An empty database on the server."""
    yield from throw_away_database()


@pytest.fixture(scope="module")
def trio(tmp_path_factory, request, database):
    """The demo's webshop, with its articles in both ledgers already."""
    url = request.getfixturevalue("server") if database == "postgresql" else ""
    made = Trio(tmp_path_factory.mktemp("ord06"), database_url=url)
    made.run("articles-to-exact")
    yield made
    made.close()


def stored(trio, system):
    """How often each order number is in the books."""
    state = trio.state(system)
    if system == "exactonline":
        rows = [row["YourRef"] for row in state["data"]["3012345"].get("salesorder/SalesOrders", [])]
    else:
        rows = [row["COMMENT1"] for row in state["companies"][0]["administrations"][-1]["tables"].get("SO_HDR", [])]
    return {number: rows.count(number) for number in rows}


def kill_after_the_remote_write(trio, flow):
    """Start a run, wait until an order is stored over there while its answer is held back, and kill -9."""
    system, call = DOCUMENTS[flow]
    shell = trio.servers[system].shell
    shell.faults = [Fault(**call, kind="stall_after", times=1000, seconds=3.0)]
    asked = len(shell.requests)
    environ = {
        **os.environ,
        "KOPPEL_HOME": str(trio.site.config.home),
        "KOPPEL_DATABASE_URL": trio.site.config.database_url,
    }
    run = subprocess.Popen([sys.executable, "-m", "koppel", "run", flow], env=environ, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not any(one["fault"] for one in shell.requests[asked:]) and time.monotonic() < deadline:
        time.sleep(0.01)
    run.send_signal(signal.SIGKILL)
    shell.faults = []
    return run.wait() == -signal.SIGKILL and any(one["fault"] for one in shell.requests[asked:])


@pytest.mark.walk
@pytest.mark.parametrize("flow", DOCUMENTS)
def test_ord_06_killing_the_worker_after_the_remote_write_still_gives_one_document(trio, flow, database):
    system, _ = DOCUMENTS[flow]
    with trio.site.db.write() as session:
        row = session.query(Flow).filter_by(name=flow).one()
        row.settings = {**row.settings, "settle_seconds": 0}
    assert all(kill_after_the_remote_write(trio, flow) for _ in range(KILLS[database]))
    assert len(stored(trio, system)) == KILLS[database]
    result = trio.run(flow)
    assert result.summary.outcome == "done"
    counts = stored(trio, system)
    assert set(counts.values()) == {1}
    assert len(counts) == 60
    assert {row.state for row in trio.inbox(flow)} == {"done", "skipped", "parked"}
