"""SIGTERM ends a run and the server gracefully: the record in hand is finished, nothing is lost, nothing twice."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
import pytest
import sqlalchemy as sa
from koppel.actions.flows import save_flow
from koppel.store.models import Activity, Delivery, Flow, Incoming
from support.garden import Garden, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk
ORDERS = 8
SLOW = {"match": "POST /api/v3/accountviewdata", "kind": "latency", "times": 1000, "seconds": 0.2}


@pytest.fixture
def slow(tmp_path):
    """A shop with orders, and a ledger that takes its time for each; gives the garden."""
    garden = Garden(tmp_path, states_of(shop_of(*(purchase(2000 + number, shopper(1)) for number in range(ORDERS)))))
    garden.flow("orders", "shopify", "accountview")
    garden.faults("accountview", SLOW)
    yield garden
    garden.close()


@contextmanager
def command(garden, *words):
    """`koppel …` in a process of its own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("KOPPEL_")}
    env["KOPPEL_HOME"] = str(garden.site.config.home)
    process = subprocess.Popen([sys.executable, "-m", "koppel", *words], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True, cwd=garden.site.config.home)  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_until(condition, seconds=40):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def booked(garden):
    return [row["COMMENT1"] for row in garden.accountview("SO_HDR")]


def nothing_hangs(garden):
    """What left has been answered and is linked; nobody holds the flow; nothing was lost."""
    with garden.site.db.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Delivery).where(Delivery.state == "sending")) == 0
        assert session.scalars(sa.select(Flow.holder)).all() == [""]
        assert session.scalar(sa.select(sa.func.count()).select_from(Activity).where(Activity.kind == "lost")) == 0
        done = session.scalars(sa.select(Incoming.label).where(Incoming.state == "done")).all()
    assert sorted(done) == sorted(booked(garden))


def test_a_run_finishes_the_order_in_hand_and_the_next_goes_on_there(slow):
    with command(slow, "run", "orders") as process:
        wait_until(lambda: len(booked(slow)) >= 2)
        process.terminate()
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert "Stopped on request; the rest goes on next time." in err
    assert "Traceback" not in out + err
    assert 2 <= len(booked(slow)) < ORDERS
    nothing_hangs(slow)
    slow.faults("accountview")
    slow.run("orders")
    assert sorted(booked(slow)) == [f"#{2000 + number}" for number in range(ORDERS)]


def test_the_server_finishes_the_order_in_hand_and_ends(slow):
    save_flow(slow.site, "orders", "shopify", "accountview", "sales_order", schedule="1s",
              settings={"release": ["paid"], "shipping_sku": "VERZENDKOSTEN"})  # fmt: skip
    port = _free_port()
    with command(slow, "serve", "--port", str(port)) as process:
        wait_until(lambda: len(booked(slow)) >= 2)
        assert httpx.get(f"http://127.0.0.1:{port}/", follow_redirects=True, timeout=20).status_code == 200
        process.terminate()
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert "Traceback" not in out + err
    assert 2 <= len(booked(slow)) < ORDERS
    nothing_hangs(slow)
    slow.faults("accountview")
    slow.run("orders")
    assert sorted(booked(slow)) == [f"#{2000 + number}" for number in range(ORDERS)]


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


