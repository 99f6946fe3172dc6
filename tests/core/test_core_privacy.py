"""One person can be given out or erased everywhere, and nothing is booked twice because of it."""

import json

import pytest
from click.testing import CliRunner
from koppel.actions import persons
from koppel.actions.hooks import receive
from koppel.actions.persons import everything_of, find_person
from koppel.actions.privacy import ERASED, erase, person_data, take_request, write_export
from koppel.actions.requests import answer_requests, note_request
from koppel.cli import koppel
from koppel.engines.embedded import EmbeddedEngine
from koppel.errors import ConfigurationError
from koppel.records import Delivery as Message
from koppel.records import Nudge
from koppel.store.models import Activity, DebtorNumber, Delivery, Incoming, IndexEntry, Link, PairDecision
from support.pair import an_order, make_pair
from support.postgres import emptied, throw_away_database

TABLES = (Incoming, Delivery, Activity, Link, IndexEntry, PairDecision, DebtorNumber)


ON_BOTH = pytest.mark.parametrize("pair", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)


@pytest.fixture(scope="module")
def server():
    """An empty database on the server."""
    yield from throw_away_database()


@pytest.fixture
def pair(tmp_path, request):
    """Two orders of two people, one of whom has the other's address inside her own, booked in the ledger."""
    on_server = getattr(request, "param", "sqlite") == "postgresql"
    made = make_pair(tmp_path, url=emptied(request.getfixturevalue("server")) if on_server else "")
    made.ledger.add("product", sku="ROOS-1")
    made.flow("sales_order", name="orders")
    for number, email in ((1, "jan@example.nl"), (2, "arjan@example.nl")):
        order = an_order(number)
        order["customer"] |= {"email": email, "name": f"Naam {number}"}
        made.shop.add("sales_order", **order)
    assert made.run("orders").summary.created == 2
    yield made
    made.site.close()


def everything(pair):
    """All that is kept, as one text."""
    with pair.site.db.read() as session:
        return json.dumps([{key: str(value) for key, value in vars(row).items()} for table in TABLES for row in session.query(table)])


@ON_BOTH
def test_sec_09_one_person_is_erased_everywhere_and_the_other_stays(pair):
    assert "jan@example.nl" in everything(pair)
    person = find_person(pair.site, ["Jan@example.nl"])
    assert erase(pair.site, person, "owner") == person.count > 3
    left = everything(pair)
    assert "arjan@example.nl" in left
    assert "jan@example.nl" not in left.replace("arjan@example.nl", "")
    assert "Naam 1" not in left
    assert "Naam 2" in left
    assert find_person(pair.site, ["jan@example.nl"]).count == 0


@ON_BOTH
@pytest.mark.parametrize("alone", [20_000, 1])
@pytest.mark.parametrize(
    ("word", "written", "found"),
    [
        ("piet_1@example.nl", "Mail PIET_1@Example.NL, please", True),
        ("piet_1@example.nl", "first line\npiet_1@example.nl\tthen", True),
        ("piet_1@example.nl", "pietx1@example.nl", False),
        ("piet_1@example.nl", "zpiet_1@example.nl or piet_1@example.nl.org", False),
        ("josé%1@example.nl", "JOSÉ%1@example.nl", True),
        ("josé%1@example.nl", "josé21@example.nl", False),
        ("+31 6 1234", "call +31 6 1234!", True),
    ],
)
def test_sec_09_a_word_is_found_in_any_case_and_line_but_whole_also_where_a_table_is_read_in_parts(pair, monkeypatch, alone, word, written, found):
    monkeypatch.setattr(persons, "_ALONE", alone)
    order = an_order(3)
    order["note"] = written
    pair.shop.add("sales_order", **order)
    pair.run("orders")
    with pair.site.db.read() as session:
        (row,) = [one for one in session.query(Incoming) if one.payload.get("note") == written]
    person = find_person(pair.site, [word])
    assert (row.id in person.incoming) is found
    if found:
        erase(pair.site, person)
        assert written not in everything(pair)
        assert find_person(pair.site, [word]).count == 0


def test_sec_09_an_erased_order_that_is_read_again_is_not_booked_again(pair):
    erase(pair.site, find_person(pair.site, ["jan@example.nl"]))
    assert pair.run("orders", ids=("sales_order-1",)).summary.created == 0
    assert len(pair.ledger.records["sales_order"]) == 2
    again = an_order(3)
    again["customer"] |= {"email": "jan@example.nl", "name": "Naam 1"}
    pair.shop.add("sales_order", **again)
    assert pair.run("orders").summary.created == 1
    assert len(pair.ledger.records["customer"]) == 2  # the debtor is found by the e-mail address


def test_sec_09_everything_about_a_person_is_given_out(pair, tmp_path):
    person = find_person(pair.site, ["jan@example.nl"])
    told = person_data(pair.site, person)
    assert [one["data"]["customer"]["name"] for one in told["came_in"]] == ["Naam 1"]
    assert "arjan" not in str(told)
    file = write_export(pair.site, person, tmp_path / "out")
    assert json.loads(file.read_text())["came_in"][0]["record"] == "sales_order-1"
    assert file.stat().st_mode & 0o077 == 0


def test_sec_09_a_record_that_waits_is_left_out_and_one_on_its_way_stays(pair):
    waiting = an_order(5, sku="ONBEKEND")
    waiting["customer"] |= {"email": "piet@example.nl"}
    pair.shop.add("sales_order", **waiting)
    assert pair.run("orders").summary.parked == 1
    erase(pair.site, find_person(pair.site, ["piet@example.nl"]))
    (row,) = [one for one in pair.rows() if one.external_id == "sales_order-3"]
    assert (row.state, row.payload, row.reason) == ("skipped", {}, ERASED)
    with pair.site.db.write() as session:
        session.query(Delivery).filter(Delivery.key.contains("sales_order-2")).one().state = "sending"
    person = find_person(pair.site, ["arjan@example.nl"])
    assert person.on_its_way == 1
    erase(pair.site, person)
    with pair.site.db.read() as session:
        assert session.query(Delivery).filter(Delivery.key.contains("sales_order-2")).one().draft


@pytest.mark.parametrize("word", ["jan", "1", "%%%%%%", "a*b\\c_d"])
def test_sec_09_a_word_that_others_have_too_is_refused(pair, word):
    with pytest.raises(ConfigurationError, match="too little"):
        find_person(pair.site, [word])


def test_sec_09_another_system_may_ask_for_it(pair):
    shop = pair.site.connection("shop")
    assert "erased in" in take_request(pair.site, shop, Nudge("person", ("jan@example.nl",), "", "erase"))
    assert "is in" in take_request(pair.site, shop, Nudge("person", ("arjan@example.nl",), "", "export"))
    (file,) = (pair.site.config.home / "requests").iterdir()
    assert "arjan@example.nl" in file.read_text()
    take_request(pair.site, shop, Nudge("shop", (), "", "erase_all"))
    assert {str(row.payload) for row in pair.rows()} == {"{}"}
    assert everything_of(pair.site, shop).count > 0  # the rows stay, empty


def test_sec_09_a_request_is_not_taken_for_something_to_read(pair, monkeypatch):
    nudge = Nudge("person", ("jan@example.nl",), "e1", "erase")
    monkeypatch.setattr("koppel.endpoint.Endpoint.receive", lambda self, delivery: (nudge,))
    for _ in range(2):
        assert receive(pair.site, "shop", Message(b"{}", {})) == 0
    assert find_person(pair.site, ["jan@example.nl"]).count  # the sender has its answer before anything is looked up
    assert [one.partition(" in ")[0] for one in answer_requests(pair.site)] == ["A person was erased"]
    assert find_person(pair.site, ["jan@example.nl"]).count == 0
    assert answer_requests(pair.site) == []


def test_sec_09_a_request_that_fails_is_done_later_and_keeps_nobody_waiting(pair, monkeypatch):
    shop = pair.site.connection("shop")
    with pair.site.db.write() as session:
        for word in ("broken@example.nl", "jan@example.nl"):
            note_request(session, shop, Nudge("person", (word,), purpose="erase"))

    def once(site, connection, nudge):
        if nudge.ids == ("broken@example.nl",):
            raise OSError("disk full")
        return take_request(site, connection, nudge)

    with monkeypatch.context() as broken:
        broken.setattr("koppel.actions.requests.take_request", once)
        EmbeddedEngine(pair.site).tick()
    assert find_person(pair.site, ["jan@example.nl"]).count == 0
    assert len(answer_requests(pair.site)) == 1


def test_sec_09_without_an_engine_the_command_that_runs_a_flow_does_what_was_asked(pair, monkeypatch):
    with pair.site.db.write() as session:
        note_request(session, pair.site.connection("shop"), Nudge("person", ("jan@example.nl",), purpose="erase"))
    monkeypatch.setattr("koppel.cli.run.Site.open", lambda: pair.site)
    monkeypatch.setattr(type(pair.site), "close", lambda self: None)
    CliRunner().invoke(koppel, ["run", "orders", "--dry-run"])
    assert find_person(pair.site, ["jan@example.nl"]).count
    told = CliRunner().invoke(koppel, ["run", "orders"])
    assert "A person was erased" in told.stderr
    assert answer_requests(pair.site) == []


def test_sec_09_the_command_looks_first_and_erases_when_told(pair, monkeypatch):
    monkeypatch.setattr("koppel.cli.erase.Site.open", lambda: pair.site)
    monkeypatch.setattr(type(pair.site), "close", lambda self: None)
    looked = CliRunner().invoke(koppel, ["erase", "jan@example.nl", "--look", "--json"])
    assert json.loads(looked.output)["erased"] is False
    assert find_person(pair.site, ["jan@example.nl"]).count
    done = CliRunner().invoke(koppel, ["erase", "jan@example.nl", "--yes"])
    assert "Erased." in done.output
    assert find_person(pair.site, ["jan@example.nl"]).count == 0


def test_sec_09_what_was_decided_about_a_person_goes_too_and_a_debtor_number_stays_given(pair):
    ids = {"target_id": pair.site.connection("ledger").id, "source_id": pair.site.connection("shop").id}
    with pair.site.db.write() as session:
        for email in ("jan@example.nl", "arjan@example.nl"):
            key = f"email:{email}"
            session.add(PairDecision(**ids, source_key=key, target_key="7", decision="apart", label=f"Naam van {email}", number="7"))
            session.add(DebtorNumber(connection_id=ids["target_id"], number=email[:3], holder=f"{ids['source_id']}:{key}"))
    person = find_person(pair.site, ["jan@example.nl"])
    assert [one["what"] for one in person_data(pair.site, person)["decided"]] == ["apart"]
    erase(pair.site, person)
    with pair.site.db.read() as session:
        assert [row.source_key for row in session.query(PairDecision)] == ["email:arjan@example.nl"]
        held = {row.number: row.holder for row in session.query(DebtorNumber)}
    assert held["jan"] is None
    assert held["arj"].endswith("email:arjan@example.nl")
