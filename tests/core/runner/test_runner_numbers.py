"""Debtor numbers of a range: never given twice, whatever crashes and however many processes ask, on both databases."""

import json
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from koppel.actions.records import retry
from koppel.parties.ranges import read_range
from koppel.runner.numbers import _keep
from koppel.store.models import DebtorNumber, Rule
from support.pair import an_order


def talk(pair):
    return SimpleNamespace(site=pair.site, target_id=pair.site.connection("ledger").id)


@pytest.fixture
def numberer(pair):
    """Starts processes that keep numbers of W001-W120 in the database of the pair."""
    running = []

    def start():
        script, ledger = str(Path(__file__).with_name("numberer.py")), str(pair.site.connection("ledger").id)
        command = [sys.executable, script, pair.site.db.url, ledger, "W001-W120"]
        running.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def test_two_processes_that_ask_together_never_get_the_same_number(pair, numberer):
    both = [numberer(), numberer()]
    assert [process.stdout.readline() for process in both] == ["ready\n"] * 2
    told = [{}, {}]
    for turn in range(10):
        for name, process in zip("ab", both, strict=True):  # both at once
            process.stdin.write(f"{name}{turn} 2 3\n")
        for given, process in zip(told, both, strict=True):
            given |= json.loads(process.stdout.readline())
    assert sorted(number for one in told for number in one.values()) == [f"W{number:03d}" for number in range(1, 121)]
    assert _keep(talk(pair), read_range("W001-W120"), ["one more"]) == {}
    assert _keep(talk(pair), read_range("W001-W120"), ["a0:0:0"]) == {"a0:0:0": told[0]["a0:0:0"]}


def test_threads_that_ask_together_never_get_the_same_number(pair):
    given, range_ = {}, read_range("W001-W090")

    def ask(worker):
        for turn in range(5):
            keys = [f"{worker}:{turn}:{number}" for number in range(3)]
            given.update(_keep(talk(pair), range_, keys))

    workers = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sorted(given.values()) == [f"W{number:03d}" for number in range(1, 91)]
    assert _keep(talk(pair), range_, ["one more"]) == {}


def test_what_is_kept_for_a_delivery_is_given_to_it_again(pair):
    range_ = read_range("10-19")
    first = _keep(talk(pair), range_, ["a", "b"])
    assert first == {"a": "10", "b": "11"}
    assert _keep(talk(pair), range_, ["b", "c"]) == {"b": "11", "c": "12"}
    assert _keep(talk(pair), range_, ["a"]) == {"a": "10"}


@pytest.fixture
def orders(pair, monkeypatch):
    """The ledger lets Koppel choose the code of a debtor."""
    plugin = pair.site.catalog.system("ledger")
    resources = tuple(
        replace(one, number_field="code") if one.name == "customer" else one for one in plugin.manifest.resources
    )
    pair.site.catalog.plugins["ledger"] = replace(plugin, manifest=replace(plugin.manifest, resources=resources))
    with pair.site.db.write() as session:
        row = (
            session.query(Rule)
            .filter_by(system="ledger", direction="outbound", resource="customer", target="code")
            .one()
        )
        row.spec = {"from": "debtor_number", "when": "create"}
    pair.ledger.add("product", sku="ROOS-1")
    return pair


def codes(pair):
    return sorted(row.get("code", "") for row in pair.ledger.all("customer"))


def test_a_run_that_died_before_the_write_gives_the_same_number_and_one_that_died_after_it_makes_no_second_debtor(
    orders,
):
    orders.shop.add("sales_order", **an_order(1))
    orders.shop.add("sales_order", **an_order(2))
    name = orders.flow("sales_order", debtor_numbers="100-199")
    orders.ledger.lose_answer_of.add("c1@example.nl")
    orders.ledger.refuse.add("c2@example.nl")
    orders.run(name)
    orders.ledger.refuse.clear()
    for row in orders.rows(state="parked"):
        retry(orders.site, [row.id])
    orders.run(name)
    orders.run(name)
    assert codes(orders) == ["100", "101"]
    assert len(orders.ledger.all("sales_order")) == 2


def test_a_number_that_somebody_uses_by_hand_is_passed_over_for_good(orders):
    orders.ledger.add("customer", email="hand@example.nl", code="100")
    orders.shop.add("sales_order", **an_order(1))
    name = orders.flow("sales_order", debtor_numbers="100-101")
    assert orders.run(name).summary.created == 1
    assert codes(orders) == ["100", "101"]
    with orders.site.db.read() as session:
        assert [
            (row.number, row.holder is None) for row in session.query(DebtorNumber).order_by(DebtorNumber.number)
        ] == [("100", True), ("101", False)]
    orders.shop.add("sales_order", **an_order(2))
    assert orders.run(name).summary.parked == 1
    assert "all of 100-101 are given" in next(row.reason for row in orders.rows(state="parked"))


def test_a_trial_keeps_no_number(orders):
    orders.shop.add("sales_order", **an_order(1))
    assert orders.run(orders.flow("sales_order", debtor_numbers="100-199"), dry_run=True).summary.created == 1
    with orders.site.db.read() as session:
        assert session.query(DebtorNumber).count() == 0


def test_a_range_for_a_system_that_gives_its_own_numbers_stops_the_flow_with_a_sentence(pair):
    pair.ledger.add("product", sku="ROOS-1")
    pair.shop.add("sales_order", **an_order(1))
    result = pair.run(pair.flow("sales_order", debtor_numbers="100-199"))
    assert (
        result.reason
        == "Ledger gives its customers their numbers itself, so the flow cannot have a range of debtor numbers."
    )
