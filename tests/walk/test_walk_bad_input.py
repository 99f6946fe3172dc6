"""What other systems can do wrong, over real HTTP: one clear sentence, the right exit code, and the rest goes on."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product

import pytest
import sqlalchemy as sa
from koppel.actions.connections import save_connection
from koppel.actions.connections import test_connection as try_connection
from koppel.cli.run import exit_of
from koppel.store.models import CallCount, Connection, Incoming, Token, utcnow
from support.garden import Garden, purchase, shop_of, shop_order, shopper, states_of
from support.sentences import is_one_sentence

pytestmark = pytest.mark.walk
SYSTEMS = ("accountview", "exactonline", "shopify")
LEDGERS = SYSTEMS[:2]
FLOWS = {"shopify": "orders-accountview", "accountview": "articles", "exactonline": "articles-back"}
"""The flow that reads from each system."""
ANSWERS = {
    "html": ({"kind": "html"}, "web page instead of data", 4),
    "half a document": ({"kind": "malformed"}, "cannot be read as data", 4),
    "an empty body": ({"kind": "status", "status": 200}, "empty answer", 4),
    "nested without end": ({"kind": "status", "status": 200, "body": "[" * 100_000}, "cannot be read as data", 4),
    "another shape": ({"kind": "status", "status": 200, "body": '{"d": 5, "data": 7}'}, "", 4),
    "a refusal of the login": ({"kind": "status", "status": 401}, "refuse", None),
    "a broken line": ({"kind": "drop"}, "got lost on the way", 4),
    "another address": ({"kind": "status", "status": 302, "headers": {"Location": "https://evil.example/"}}, "evil.example", 3),
    "down": ({"kind": "status", "status": 503}, "not available now", 4),
}  # fmt: skip


NUMBERS = {(ledger, answer): 2001 + place for place, (ledger, answer) in enumerate(product(LEDGERS, ANSWERS))}
"""An order of its own for each thing that goes wrong."""


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """Three systems with a few orders; every test leaves them well again."""
    orders = [purchase(number, shopper(number)) for number in NUMBERS.values()]
    made = Garden(tmp_path_factory.mktemp("bad"), states_of(shop_of(*orders)))
    for ledger in LEDGERS:
        made.flow(f"orders-{ledger}", "shopify", ledger)
    made.flow("articles", "accountview", "exactonline", "product")
    made.flow("articles-back", "exactonline", "accountview", "product")
    yield made
    made.close()


@pytest.fixture
def well(garden):
    """The same, as if nothing had happened before; afterwards the faults are taken away."""
    _forget(garden)
    yield garden
    for system in SYSTEMS:
        garden.faults(system)


def _forget(garden):
    with garden.site.db.write() as session:
        session.execute(sa.delete(CallCount))
        session.execute(sa.update(Connection).values(state="active", note=""))
        session.execute(sa.update(Incoming).where(Incoming.state == "retry").values(state="new", due_at=None))


def fault(garden, system, match="/api/", **what):
    garden.faults(system, {"match": match, "times": 50, **what})


API = {"shopify": "/graphql", "accountview": "/api/v3/", "exactonline": "/api/v1/3012345"}


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("answer", ANSWERS)
def test_a_source_that_answers_nonsense_rests_or_stops_with_a_sentence(well, system, answer):
    what, says, code = ANSWERS[answer]
    fault(well, system, API[system], **what)
    result = well.run(FLOWS[system])
    assert is_one_sentence(result.reason)
    assert says in result.reason
    assert result.resolution
    assert exit_of(result) in ((code,) if code else (3, 4))
    assert not well.inbox(FLOWS[system], cause="bug")


@pytest.mark.parametrize(("system", "answer"), NUMBERS)
def test_an_order_waits_while_a_ledger_answers_nonsense_and_the_other_flow_goes_on(well, system, answer):
    what, says, code = ANSWERS[answer]
    other = next(one for one in LEDGERS if one != system)
    number = NUMBERS[system, answer]
    fault(well, system, API[system], **what)
    result = well.run(f"orders-{system}", ids=(well.order_id(number),))
    assert is_one_sentence(result.reason)
    assert says in result.reason
    assert exit_of(result) in ((code,) if code else (3, 4))
    assert well.inbox(f"orders-{system}", label=f"#{number}")[0].state in ("new", "retry")
    assert well.run(f"orders-{other}", ids=(well.order_id(number),)).summary.created == 1


def test_afterwards_every_order_is_there_once(well):
    for ledger in LEDGERS:
        result = well.run(f"orders-{ledger}")
        assert exit_of(result) == 0, result.reason
    numbers = sorted(f"#{number}" for number in NUMBERS.values())
    assert sorted(row["COMMENT1"] for row in well.accountview("SO_HDR")) == numbers
    assert sorted(row["YourRef"] for row in well.exact("salesorder/SalesOrders")) == numbers


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://127.0.0.1:9", 4), ("http://no-such-host.invalid", 4), ("{url}/typo", 3), ("my shop", 3),
        ("127.0.0.1:8000", 3), ("ftp://files.example", 3), ("http://127.0.0.1:99999", 3), ("http://{{nothing}}", 3),
    ],
)  # fmt: skip
def test_a_wrong_address_is_named_with_the_setting_to_look_at(well, system, address, code):
    url = well.addresses[system]
    try:
        _set_address(well, system, address.format(url=url))
        tested = try_connection(well.site, system)
    finally:
        _set_address(well, system, url)
    assert not tested.ok
    assert (4 if tested.later else 3) == code
    assert tested.field in ("base_url", "shop")
    assert is_one_sentence(tested.message)
    assert "address" in tested.resolution or "shop" in tested.resolution


def test_https_to_a_server_that_speaks_http_is_told_as_a_wrong_address(well):
    url = well.addresses["shopify"]
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as plain:
        threading.Thread(target=plain.serve_forever, daemon=True).start()
        wrong = f"https://127.0.0.1:{plain.server_port}"
        try:
            _set_address(well, "shopify", wrong)
            tested = try_connection(well.site, "shopify")
        finally:
            _set_address(well, "shopify", url)
            plain.shutdown()
    assert (tested.ok, tested.field) == (False, "base_url")
    assert f"cannot be reached at {wrong}" in tested.message


def _set_address(garden, system, address):
    connection = garden.site.connection(system)
    save_connection(garden.site, system, system, {**connection.settings, "base_url": address})


def test_a_revoked_login_asks_for_a_new_one_and_loses_nothing(tmp_path):
    garden = Garden(tmp_path, states_of(shop_of(purchase(2001, shopper(1)))))
    try:
        for system in LEDGERS:
            flow = garden.flow(f"orders-{system}", "shopify", system)
            _revoke(garden, system)
            result = garden.run(flow)
            assert exit_of(result) == 3
            assert is_one_sentence(result.reason)
            assert garden.site.connection(system).state == "login"
            assert [row.state for row in garden.inbox(flow)] == ["new"]
    finally:
        garden.close()


def _revoke(garden, system):
    """Nobody may renew this login any more, and what was given before is worth nothing."""
    garden.control(system, "revoke-refresh-tokens")
    garden.control(system, "expire-tokens")
    with garden.site.db.write() as session:
        session.execute(sa.update(Token).values(issued_at=utcnow() - timedelta(hours=2), expires_at=utcnow() - timedelta(hours=1)))


def test_a_name_of_forty_kilobytes_and_a_field_of_five_megabytes_stop_nobody(tmp_path):
    long, huge = purchase(2001, shopper(1, last_name="x" * 40_000)), purchase(2002, shopper(2))
    states = states_of(shop_of(long, huge, purchase(2003, shopper(3))))
    shop_order(states, 2002)["note"] = "y" * 5_000_000
    garden = Garden(tmp_path, states)
    try:
        for system in LEDGERS:
            result = garden.run(garden.flow(f"orders-{system}", "shopify", system))
            rows = {row.label: row for row in garden.inbox(f"orders-{system}")}
            assert rows["#2003"].state == "done"
            for row in rows.values():
                assert not row.cause.startswith("bug.")
                assert row.state == "done" or is_one_sentence(row.reason)
            assert exit_of(result) in (0, 5)
    finally:
        garden.close()


def test_a_page_that_repeats_its_marker_for_ever_ends_the_run(well):
    page = {"hasNextPage": True, "endCursor": "always-the-same"}
    answer = {"data": {"orders": {"nodes": [], "pageInfo": page}}}
    fault(well, "shopify", "/graphql", kind="status", status=200, body=json.dumps(answer), containing="orders(")
    result = well.run("orders-accountview", since=utcnow() - timedelta(days=60))
    assert exit_of(result) == 4
    assert "does not go round" in result.reason


def test_a_next_page_that_is_this_page_ends_the_run(well):
    again = f"{well.addresses['exactonline']}/api/v1/3012345/bulk/Logistics/Items?$skiptoken=guid'1'"
    answer = {"d": {"results": [], "__next": again}}
    fault(well, "exactonline", "/Logistics/Items", kind="status", status=200, body=json.dumps(answer))
    result = well.run("articles-back", since=utcnow() - timedelta(days=60))
    assert exit_of(result) == 1
    assert "does not go round for ever" in result.reason
