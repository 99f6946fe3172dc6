"""A month of the shop beside both ledgers, with seventeen faults planted: exactly those are named, each with its kind."""

from datetime import timedelta

import pytest
from koppel.actions.reconcile import reconcile
from support.garden import NOW
from support.month import PLANTED, month
from support.profiles import nightly

pytestmark = pytest.mark.walk
ORDERS = 5000 if nightly() else 180


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    garden, faults = month(tmp_path_factory.mktemp("month"), ORDERS)
    yield garden, faults
    garden.close()


@pytest.mark.parametrize("ledger", ["accountview", "exactonline"])
def test_exactly_the_seventeen_orders_that_differ_are_named(planted, ledger):
    garden, faults = planted
    name = garden.flow(f"month-{ledger}", "shopify", ledger, schedule="")
    result = reconcile(garden.site, name, (NOW - timedelta(days=30)).date(), NOW.date())
    assert result.unreadable == ()
    assert {one.difference.reference: one.difference.kind for one in result.explained} == faults
    assert len(faults) == len(PLANTED) == 17
    assert all(one.why for one in result.explained)
