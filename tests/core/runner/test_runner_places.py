"""Warehouses count for the locations that a table names, several for one and one for several."""

import pytest
from koppel.store.models import Rule, TableRow
from support.pair import make_pair


@pytest.fixture
def pair(tmp_path):
    made = make_pair(tmp_path)
    with made.site.db.write() as session:
        session.add(Rule(system="shop", direction="inbound", resource="stock", target="location", position=9, spec={"from": "warehouse"}))
        session.add(Rule(system="ledger", direction="outbound", resource="stock", target="at", position=9, spec={"from": "place"}))
    yield made
    made.site.close()


def rows(pair, *pairs):
    connection = pair.site.connection("ledger")
    with pair.site.db.write() as session:
        session.add_all(
            TableRow(connection_id=connection.id, table="location", conditions={"location": house} if house else {}, value=place)
            for house, place in pairs
        )


def counted(pair):
    return {(row["sku"], row["at"]): int(row["quantity"]) for row in pair.ledger.all("stock")}


def test_stk_03_each_location_gets_the_sum_of_its_warehouses_and_a_change_in_one_sends_it_anew(pair):
    rows(pair, ("1", "North"), ("2", "North"), ("2", "South"), ("3", "South"))
    for sku, house, quantity in (("A", "1", 5), ("A", "2", 7), ("A", "3", 100), ("B", "2", 2), ("C", "9", 4)):
        pair.shop.add("stock", sku=sku, warehouse=house, quantity=quantity)
    flow = pair.flow("stock", when_missing="create")
    assert pair.run(flow).summary.parked == 0
    assert counted(pair) == {("A", "North"): 12, ("A", "South"): 107, ("B", "North"): 2, ("B", "South"): 2}
    left = [row for row in pair.rows() if row.state == "skipped"]
    assert [row.reason for row in left] == ["C: no stock location in Ledger takes the stock of 9."]
    assert (pair.run(flow).summary.created, pair.run(flow).summary.updated) == (0, 0)
    pair.shop.records["stock"]["stock-2"]["quantity"] = 1
    again = pair.run(flow, ids=("stock-2",)).summary
    assert (again.created, again.parked) == (0, 0)
    assert counted(pair) == {("A", "North"): 6, ("A", "South"): 101, ("B", "North"): 2, ("B", "South"): 2}
