"""The local index answers for customers and articles; what it does not know is asked, what is gone is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from koppel import Batch, Draft, Lookup, RejectedError, TransientError, Write
from koppel.connections.memory import Memory
from koppel.store.db import Database
from koppel.store.models import Base, Connection, utcnow
from koppel_exactonline import keeping

pytestmark = pytest.mark.walk
Start = Callable[..., Any]
HOME = {"AddressLine1": "Kade 1", "Postcode": "4811 AB", "City": "Breda", "Country": "NL"}


@pytest.fixture
def books(tmp_path: Path, simulate: Start) -> SimpleNamespace:
    """The simulator with two customers and an article, and a site's memory; `talk` starts a new conversation."""
    sim, db = simulate(), Database(f"sqlite:///{tmp_path / 'koppel.db'}")
    Base.metadata.create_all(db.engine)
    with db.write() as session:
        session.add(Connection(id=1, name="exact", system="exactonline", settings={}, secrets=""))

    def talk() -> Any:
        exact = sim.connector()
        exact.memory = Memory(db, 1)
        return exact

    exact = sim.connector()
    for name in ("jan", "eva"):
        send(exact, "customer", {"Name": name, "Email": f"{name}@x.nl", "Status": "C", **HOME, "Contacts": [{"FirstName": name, "LastName": "Bos"}]})
    send(exact, "product", {"Code": "POT", "Description": "Pot", "ItemGroup": "POT", "IsSalesItem": True})
    yield SimpleNamespace(sim=sim, talk=talk, db=db, plain=exact)
    db.close()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let so much time pass that what is kept is no longer trusted."""
    return lambda: monkeypatch.setattr(keeping, "now", lambda: utcnow() + keeping.SAFE + timedelta(minutes=1))


def send(exact: Any, resource: str, fields: Any, key: str | None = None) -> Any:
    (receipt,) = exact.upsert(Batch(resource, (Write("k", Draft(resource, fields), id=key),))).items
    assert receipt.error is None, receipt.error
    return receipt


def find(exact: Any, resource: str, *values: str) -> Any:
    return exact.find(Lookup(resource, "email" if resource == "customer" else "sku", values)).matches


def asked(books: SimpleNamespace, since: int) -> list[str]:
    """The entities asked for since then."""
    paths = [one["request"].split(" ")[1].partition("?")[0] for one in books.sim.shell.requests[since:]]
    return [path.removeprefix("/api/v1/3012345/") for path in paths]


def test_customers_are_answered_whole_from_the_index_and_like_the_service_would(books: SimpleNamespace) -> None:
    live = find(books.plain, "customer", "jan@x.nl", "eva@x.nl")
    find(books.talk(), "customer", "jan@x.nl")
    before, exact = books.sim.calls(), books.talk()
    known = find(exact, "customer", "Jan@x.nl", "eva@x.nl")
    assert (known["Jan@x.nl"][0].id, known["eva@x.nl"]) == (live["jan@x.nl"][0].id, live["eva@x.nl"])
    assert not {"crm/Accounts", "crm/Contacts", "crm/Addresses"} & set(asked(books, before))
    before = books.sim.calls()
    find(exact, "customer", "eva@x.nl")
    assert books.sim.calls() == before


def test_who_is_not_in_the_index_is_asked_for(books: SimpleNamespace) -> None:
    exact = books.talk()
    assert find(exact, "customer", "nieuw@x.nl") == {}
    made = send(books.plain, "customer", {"Name": "Nieuw", "Email": "nieuw@x.nl", "Status": "C"})  # a minute later, by somebody else
    assert find(exact, "customer", "nieuw@x.nl", "jan@x.nl")["nieuw@x.nl"][0].id == made.id


def test_a_later_conversation_reads_only_what_changed(books: SimpleNamespace, later: Callable[[], None]) -> None:
    jan = find(books.talk(), "customer", "jan@x.nl")["jan@x.nl"][0]
    send(books.plain, "customer", {"Email": "jan@y.nl", "City": "Tilburg"}, jan.id)
    later()
    before, exact = books.sim.calls(), books.talk()
    (match,) = find(exact, "customer", "jan@y.nl")["jan@y.nl"]
    assert (match.id, match.data["City"]) == (jan.id, "Tilburg")
    assert asked(books, before).count("sync/CRM/Accounts") == 1
    assert find(exact, "customer", "jan@x.nl") == {}


def test_conversations_soon_after_each_other_ask_nothing_twice(books: SimpleNamespace) -> None:
    find(books.talk(), "customer", "jan@x.nl")
    find(books.talk(), "product", "POT")
    books.talk().talk.vat_codes()
    before, exact = books.sim.calls(), books.talk()
    assert find(exact, "customer", "jan@x.nl")
    assert find(exact, "product", "POT")
    assert exact.talk.vat_code("3")
    assert books.sim.calls() == before
    assert exact.talk.vat_code("99") is None
    assert asked(books, before) == ["vat/VATCodes"]
    assert exact.talk.vat_code("99") is None
    assert books.sim.calls() == before + 1


def test_another_administration_knows_nothing_of_what_was_kept(books: SimpleNamespace) -> None:
    find(books.talk(), "customer", "jan@x.nl")
    books.talk().talk.vat_codes()
    books.sim.shell.sandbox.state.register.grants[next(iter(books.sim.shell.sandbox.state.register.grants))].divisions.append(3012346)
    other = books.sim.connector(division="3012346")
    other.memory = books.talk().memory
    assert find(other, "customer", "jan@x.nl") == {}
    before = books.sim.calls()
    other.talk.vat_codes()
    assert books.sim.calls() == before + 1


def test_a_refusal_on_old_knowledge_is_looked_up_again_before_anybody_must_act(books: SimpleNamespace) -> None:
    jan = find(books.talk(), "customer", "jan@x.nl")["jan@x.nl"][0]
    item = find(books.talk(), "product", "POT")["POT"][0]
    books.plain.talk.client.remove("crm/Accounts", jan.id)
    line = {"Item": item.id, "Quantity": 1, "NetPrice": 10, "VATCode": "3"}
    draft = Draft("sales_order", {"OrderedBy": jan.id, "YourRef": "#9", "SalesOrderLines": [line]})
    exact = books.talk()
    assert find(exact, "customer", "jan@x.nl")
    (receipt,) = exact.upsert(Batch("sales_order", (Write("k", draft),))).items
    assert isinstance(receipt.error, TransientError)
    assert find(books.talk(), "customer", "jan@x.nl") == {}
    (receipt,) = books.talk().upsert(Batch("sales_order", (Write("k", draft),))).items
    assert isinstance(receipt.error, RejectedError)


def test_a_test_of_the_connection_renews_what_was_kept(books: SimpleNamespace) -> None:
    jan = find(books.talk(), "customer", "jan@x.nl")["jan@x.nl"][0]
    books.plain.talk.client.remove("crm/Accounts", jan.id)
    books.talk().check()
    assert find(books.talk(), "customer", "jan@x.nl") == {}


def test_who_was_removed_is_forgotten(books: SimpleNamespace, later: Callable[[], None]) -> None:
    jan = find(books.talk(), "customer", "jan@x.nl")["jan@x.nl"][0]
    books.plain.talk.client.remove("crm/Accounts", jan.id)
    later()
    assert find(books.talk(), "customer", "jan@x.nl") == {}


def test_a_removal_nobody_may_see_is_no_obstacle(books: SimpleNamespace) -> None:
    books.sim.shell.sandbox.state.register.clients[next(iter(books.sim.shell.sandbox.state.register.clients))].scopes = [
        "Crm accounts", "Logistics items", "Organization administration-", "",
    ]  # fmt: skip
    exact = books.talk()
    exact.talk.client._division = {"Code": 3012345}
    assert find(exact, "customer", "jan@x.nl")


def test_articles_are_answered_from_the_index(books: SimpleNamespace) -> None:
    live = find(books.plain, "product", "POT")["POT"][0]
    find(books.talk(), "product", "POT")
    before = books.sim.calls()
    known = find(books.talk(), "product", "POT", "NIEUW")
    assert (known["POT"][0].id, known["POT"][0].number, "NIEUW" in known) == (live.id, "POT", False)
    assert asked(books, before) == ["logistics/Items"]


def test_a_moved_administration_and_an_old_index_are_read_anew(books: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    division = books.sim.shell.sandbox.state.divisions[3012345]
    find(books.talk(), "customer", "jan@x.nl")
    for change in (lambda: division.info.update(DivisionMoveDate=books.sim.shell.sandbox.clock.now().replace(tzinfo=None)), lambda: _age(monkeypatch)):
        change()
        books.talk().talk.distrust()
        before = books.sim.calls()
        assert find(books.talk(), "customer", "jan@x.nl")
        first = next(one["request"] for one in books.sim.shell.requests[before:] if "sync/CRM/Accounts" in one["request"])
        assert "Timestamp%20gt%201L" in first or "Timestamp gt 1L" in first


def _age(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "now", lambda: utcnow() + timedelta(days=60))


def test_where_goods_go_is_known_without_asking(books: SimpleNamespace) -> None:
    exact = books.talk()
    jan = find(exact, "customer", "jan@x.nl")["jan@x.nl"][0]
    item = find(exact, "product", "POT")["POT"][0]
    exact.talk.vat_codes()
    exact.talk.client.prove_division()
    before = books.sim.calls()
    line = {"Item": item.id, "Quantity": 1, "NetPrice": 10, "VATCode": "3"}
    send(exact, "sales_order", {"OrderedBy": jan.id, "YourRef": "#1", "DeliveryAddress": HOME, "SalesOrderLines": [line]})
    assert asked(books, before) == ["salesorder/SalesOrders"]
