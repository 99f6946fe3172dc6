"""What a connector keeps of the other side: found by key, replaced by id, forgotten when gone."""

from __future__ import annotations

from collections.abc import Callable

from koppel.connections.memory import Entry, Memory
from koppel.store.db import Database


def test_records_are_found_by_key_replaced_by_id_and_dropped(any_db: Database) -> None:
    memory = Memory(any_db, 1)
    assert memory.mark("item") == ("", None)
    memory.take("item", [Entry("a", "POT", {"Code": "POT"}), Entry("b", "ROOS", {"Code": "ROOS"}), Entry("c", "")], "7")
    assert memory.find("item", ["POT", "ROOS", "?"]) == {"POT": [{"Code": "POT"}], "ROOS": [{"Code": "ROOS"}]}
    memory.take("item", [Entry("a", "POT-XL", {"Code": "POT-XL"})], "9")
    assert memory.find("item", ["POT", "POT-XL"]) == {"POT-XL": [{"Code": "POT-XL"}]}
    assert memory.mark("item")[0] == "9"
    memory.drop("item", ["b"])
    assert memory.find("item", ["ROOS"]) == {}
    memory.forget("item")
    assert (memory.find("item", ["POT-XL"]), memory.mark("item")) == ({}, ("", None))


def test_two_records_of_one_key_are_both_found(any_db: Database) -> None:
    memory = Memory(any_db, 1)
    memory.take("account", [Entry("a", "x@y.nl", {"n": 1}), Entry("b", "x@y.nl", {"n": 2})], "1")
    assert [row["n"] for row in memory.find("account", ["x@y.nl"])["x@y.nl"]] == [1, 2]


def test_connections_do_not_see_each_other(any_db: Database, make_connection: Callable[[Database, int], None]) -> None:
    make_connection(any_db, 2)
    Memory(any_db, 1).take("item", [Entry("a", "POT")], "1")
    assert Memory(any_db, 2).find("item", ["POT"]) == {}
    Memory(any_db, 2).forget("item")
    assert Memory(any_db, 1).find("item", ["POT"])
