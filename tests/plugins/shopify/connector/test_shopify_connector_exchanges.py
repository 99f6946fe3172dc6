"""Returns and exchanges are read over HTTP, whole however many there are, and told as papers whose balance is the shop's."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest
from koppel import Query
from support.returns import CREATE, PROCESS, SHIP, rows


class Desk:
    """Somebody at the desk of the simulated shop; the order there of which several pieces of one article were sold."""

    def __init__(self, served: Any) -> None:
        self.served = served
        orders = [one for one in served.state["orders"] if one["displayFinancialStatus"] == "PAID" and one["displayFulfillmentStatus"] == "UNFULFILLED"]
        self.id = max(orders, key=lambda one: sum(line["quantity"] for line in rows(one["lineItems"])))["id"]

    def ask(self, query: str, **variables: Any) -> Any:
        """An operation that is accepted."""
        sent = {"X-Shopify-Access-Token": "shpat_koppel_sandbox_static"}
        body = {"query": query, "variables": variables}
        answer = httpx.post(f"{self.served.url}/admin/api/2026-10/graphql.json", json=body, headers=sent, timeout=60).json()
        (told,) = answer["data"].values()
        assert told["userErrors"] == [], told
        return told

    def order(self) -> Any:
        """The order as the shop has it now."""
        state = httpx.get(f"{self.served.url}/_sandbox/state", timeout=60).json()
        return next(one for one in state["orders"] if one["id"] == self.id)

    def send(self) -> None:
        """It is sent whole."""
        parts = [{"fulfillmentOrderId": one["id"]} for one in rows(self.order()["fulfillmentOrders"])]
        self.ask(SHIP, f={"lineItemsByFulfillmentOrder": parts})

    def exchange(self, count: int, variants: list[str]) -> None:
        """`count` pieces of the first line come back for one of each of these."""
        line = rows(rows(self.order()["fulfillments"])[0]["fulfillmentLineItems"])[0]
        given = {"orderId": self.id, "returnLineItems": [{"fulfillmentLineItemId": line["id"], "quantity": count}],
                 "exchangeLineItems": [{"variantId": one, "quantity": 1} for one in variants]}  # fmt: skip
        gid = self.ask(CREATE, given=given)["return"]["id"]
        made = next(one for one in rows(self.order()["returns"]) if one["id"] == gid)
        lists = {name: [{"id": row["id"], "quantity": row["quantity"]} for row in rows(made[name])] for name in ("returnLineItems", "exchangeLineItems")}
        self.ask(PROCESS, given={"returnId": gid, **lists})


@pytest.mark.parametrize("options", [{}, {"returns_leave_refund": False}, {"exchange_in_total": False}])
def test_many_lines_of_an_exchange_are_read_over_pages_and_come_to_what_the_shop_says(served_with: Any, read_in: Any, options: Any) -> None:
    served = served_with(**options)
    desk = Desk(served)
    desk.send()
    variants = [one["id"] for product in served.state["products"] for one in rows(product["variants"])][:13]
    before = desk.order()
    desk.exchange(1, variants)
    (record,) = served.connect().fetch(Query("sales_order", ids=(desk.id,))).records
    paper, now = read_in("sales_order", record.data), desk.order()
    (exchange,) = paper.exchanges
    assert (len(exchange.sent), len(exchange.back), exchange.complete, exchange.number) == (13, 1, True, "1")
    assert paper.total == Decimal(before["totalPriceSet"]["shopMoney"]["amount"])
    assert [line.sku for line in paper.lines if line.kind == "article"] == [line["sku"] for line in rows(before["lineItems"])]
    balance = Decimal(now["currentTotalPriceSet"]["shopMoney"]["amount"]) - paper.total
    assert paper.exchanged_total == balance == sum(line.total for line in exchange.sent) - sum(line.total for line in exchange.back)
    vat = {tax.rate: tax.amount for tax in paper.exchanged_vat}
    for line, sign in [*((one, 1) for one in exchange.sent), *((one, -1) for one in exchange.back)]:
        for tax in line.taxes:
            vat[tax.rate] -= sign * tax.amount
    assert set(vat.values()) == {0}


def test_every_return_is_read_and_each_keeps_its_number(served: Any, read_in: Any) -> None:
    desk = Desk(served)
    desk.send()
    lines = rows(rows(desk.order()["fulfillments"])[0]["fulfillmentLineItems"])
    pieces = sum(line["quantity"] for line in lines)
    variant = rows(served.state["products"][0]["variants"])[0]["id"]
    for line in lines:
        for _ in range(line["quantity"]):
            given = {"orderId": desk.id, "returnLineItems": [{"fulfillmentLineItemId": line["id"], "quantity": 1}],
                     "exchangeLineItems": [{"variantId": variant, "quantity": 1}]}  # fmt: skip
            desk.ask(CREATE, given=given)
    (record,) = served.connect().fetch(Query("sales_order", ids=(desk.id,))).records
    paper = read_in("sales_order", record.data)
    assert pieces > 5  # more than fit in the first question
    assert [one.number for one in paper.exchanges] == [str(number) for number in range(1, pieces + 1)]
    assert not any(one.complete or one.sent or one.back for one in paper.exchanges)
    assert paper.exchanged_total == 0
