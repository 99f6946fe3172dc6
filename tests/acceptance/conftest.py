"""The demo's webshop between two ledgers, fresh or after everything has travelled once."""

import pytest
from support.trio import Trio


@pytest.fixture(scope="session")
def done(tmp_path_factory):
    """Everything has travelled once. For tests that only look."""
    trio = Trio(tmp_path_factory.mktemp("done"))
    trio.results = {flow["name"]: trio.run(flow["name"]) for flow in trio.plan.flows}
    yield trio
    trio.close()


@pytest.fixture
def fresh(tmp_path):
    """Nothing has travelled yet. For tests that change something first."""
    trio = Trio(tmp_path)
    yield trio
    trio.close()
