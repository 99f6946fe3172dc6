"""The override distributions of the documentation, installed as a site would install them."""

import importlib
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest
from koppel.catalog import GROUP, Catalog
from koppel.endpoint import Endpoint
from koppel.hookspecs import hookimpl
from koppel.records import Draft, MapStep
from support.pair import an_order, make_pair

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Both examples in a folder of their own, on the path while the tests run."""
    folder = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--target", str(folder)]
    sources = tmp_path_factory.mktemp("sources")
    for name in ("acme", "quiet"):
        copy = sources / name
        subprocess.run(["cp", "-r", str(EXAMPLES / name), str(copy)], check=True)
        subprocess.run([*pip, str(copy)], check=True, capture_output=True)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    yield [point for dist in distributions(path=[str(folder)]) for point in dist.entry_points if point.group == GROUP]
    sys.path.remove(str(folder))


class Core:
    """Stands in for the mapping rows."""

    @hookimpl(trylast=True)
    def map(self, step):
        return Draft(step.resource, {"Description": "plain", "YourRef": "#1"})


def endpoint(catalog, flow, system="exactonline", resource="sales_order"):
    players = [("koppel", Core())]
    players += [(one.key, one.module) for one in catalog.overrides(flow, system, resource)]
    return Endpoint(system, players)


def step(flow, resource="sales_order"):
    return MapStep(flow, "exactonline", resource, "outbound", {})


def test_one_field_of_one_flow_is_changed_and_no_other(installed):
    catalog = Catalog.load(installed)
    assert catalog.problems == []
    assert endpoint(catalog, "orders-to-exact").map(step("orders-to-exact")).fields["Description"] == "Acme webshop"
    assert endpoint(catalog, "shop-orders").map(step("shop-orders")).fields["Description"] == "plain"
    assert endpoint(catalog, "orders-to-exact", "shopify").map(step("orders-to-exact")).fields["Description"] == "plain"


def test_explain_says_who_set_the_field(installed):
    changes = endpoint(Catalog.load(installed), "orders-to-exact").explain(step("orders-to-exact"))
    last = changes[-1]
    assert (last.field, last.player, last.before, last.after) == ("Description", "acme", "plain", "Acme webshop")


def test_a_replaced_on_error_skips_what_would_have_waited(installed, tmp_path):
    modules = [(point.name, point.load()) for point in installed if point.name == "quiet"]
    pair = make_pair(tmp_path, plugins=modules)
    pair.ledger.add("product", sku="ROOS-1")
    pair.shop.add("sales_order", **an_order(1, sku="GEEN-9"))
    pair.shop.add("sales_order", **an_order(2))
    summary = pair.run(pair.flow("sales_order")).summary
    assert (summary.created, summary.skipped, summary.parked) == (1, 1, 0)
    row = pair.rows(state="skipped")[0]
    assert row.reason == "SKU GEEN-9 is not in Ledger. Acme does not keep such articles in its books."
