"""Every order that was captured from a real shop equals the sums of every paper it becomes, or says why it waits."""

from collections import Counter
from decimal import Decimal

import pytest
from koppel.errors import KoppelError
from support.captured import orders_in
from support.reckoning import Way, go, read
from support.restorders import exported_orders, rest_orders
from support.shared import documents, shared

WAYS = [
    *(Way(ledger, document, basis) for ledger in ("exactonline", "accountview") for document in ("sales_order", "sales_invoice") for basis in ("incl", "excl")),
    *(Way("exactonline", "sales_entry", basis) for basis in ("incl", "excl")), *(Way("accountview", "sales_entry", split=how) for how in ("recommended", "extreme")),
]  # fmt: skip


def captured():
    return orders_in(documents(shared("shopify", "graphql-captures")))


def rest():
    return list(rest_orders(documents(shared("shopify", "rest-fixtures"))))


def exported():
    return list(exported_orders(next(shared("shopify", "order-export-csv").glob("*.csv"))))


def rates_in(papers):
    """Each rate that any of them has: the office gives each a code."""
    rates = {line.vat_rate for paper in papers if not isinstance(paper, Exception) for line in paper.lines}
    return tuple(sorted(f"{rate.normalize():f}" for rate in rates if rate))


@pytest.mark.parametrize("source", [captured, rest, exported])
def test_each_captured_order_equals_every_paper_that_it_becomes_or_says_why_not(source):
    nodes = [node for node in source() if node.get("name") and node.get("lineItems")]
    papers = [read(node) for node in nodes]
    assert papers
    fates, rates = Counter(), rates_in(papers)
    for paper in papers:
        for way in WAYS:
            made = go(paper, Way(way.ledger, way.document, way.basis, split=way.split, rates=rates))
            if made.held is not None:
                assert isinstance(made.held, KoppelError)
                assert made.held.message
                fates[f"held: {made.held.cause.partition(':')[0]}"] += 1
                continue
            apart = made.total - paper.total
            assert abs(apart) < Decimal("0.005"), f"{paper.reference} {way}: {made.total} there, {paper.total} in the shop"
            fates["exact"] += 1
    print(f"\n{source.__name__}: {len(papers)} orders in {len(WAYS)} ways: {dict(fates.most_common())}")
    assert sum(fates.values()) == len(papers) * len(WAYS)
