"""Mapping, operations and plugins."""

import importlib
import subprocess
import sys
from importlib.metadata import distributions

import pytest
from koppel.actions.connections import save_connection
from koppel.actions.flows import save_flow
from koppel.catalog import GROUP
from koppel.seeds import load_seeds, read_seeds
from koppel.store.models import Rule

pytestmark = pytest.mark.walk


def test_map_01_a_touched_row_is_kept_and_the_way_back_is_known(fresh):
    where = {"system": "exactonline", "direction": "outbound", "resource": "product", "target": "Description"}
    with fresh.site.db.write() as session:
        row = session.query(Rule).filter_by(**where).one()
        row.spec, row.origin, row.seed_print = {"default": "Vast"}, "site", "of an older version"
    with fresh.site.db.write() as session:
        report = load_seeds(session, fresh.site.catalog)
    assert report.suggested == ["exactonline outbound product Description"]
    fresh.run("articles-to-exact", limit=50)
    made = [item for item in fresh.exact("logistics/Items") if not item["Code"].startswith("DIENST")]
    assert {item["Description"] for item in made} == {"Vast"}
    shipped = {seed.target: seed.spec for seed in read_seeds(fresh.catalog.system("exactonline")) if seed.resource == "product" and seed.direction == "outbound"}
    with fresh.site.db.read() as session:
        assert session.query(Rule).filter_by(**where).one().suggestion == shipped["Description"]


def test_ops_15_one_bad_record_never_blocks_the_others(fresh):
    fresh.run("articles-to-exact")
    fresh.faults("exactonline", {"match": "POST /api/v1/3012345/salesorder/SalesOrders", "kind": "status", "status": 500, "skip": 5,
                                 "body": '{"error":{"code":"","message":{"lang":"","value":"Periode is afgesloten"}}}'})  # fmt: skip
    summary = fresh.run("orders-to-exact").summary
    assert (summary.created, summary.parked, summary.skipped) == (59, 2, 4)
    reasons = [row.reason for row in fresh.inbox("orders-to-exact", state="parked")]
    assert len(reasons) == 2


PLUGIN = '''
from koppel import Connector, Health, Manifest, Page, Query, Record, Resource, Setting, hookimpl


class Mini(Connector):
    """A system of one article."""

    @hookimpl
    def check(self) -> Health:
        return Health(True, "Mini")

    @hookimpl
    def fetch(self, query: Query) -> Page:
        return Page((Record("1", {"code": "MINI-1", "text": "Van een nieuw systeem"}, "MINI-1"),), "end")

    @hookimpl
    def auth(self, grant):
        import httpx

        return httpx.Auth()


@hookimpl
def manifest() -> Manifest:
    return Manifest("mini", "Mini", connector=Mini, resources=(Resource("product", "Articles", reads=True),),
                    settings=(Setting("base_url", "Address", default="http://127.0.0.1:9"),))
'''


def test_dev_01_a_system_is_added_as_a_package_without_touching_the_core(fresh, tmp_path):
    source, target = tmp_path / "source", tmp_path / "installed"
    (source / "koppel_mini" / "data").mkdir(parents=True)
    (source / "koppel_mini" / "__init__.py").write_text("")
    (source / "koppel_mini" / "plugin.py").write_text(PLUGIN)
    (source / "koppel_mini" / "data" / "product.yaml").write_text("inbound:\n  sku: {from: code}\n  name: {from: text}\n")
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
        '[project]\nname = "koppel-mini"\nversion = "1"\n[project.entry-points."koppel.plugins"]\nmini = "koppel_mini.plugin"\n'
        '[tool.setuptools.package-data]\nkoppel_mini = ["data/*.yaml"]\n'
    )
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--target", str(target), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    sys.path.insert(0, str(target))
    importlib.invalidate_caches()
    try:
        points = [one for dist in distributions(path=[str(target)]) for one in dist.entry_points if one.group == GROUP]
        fresh.catalog.add("mini", points[0].load())
        with fresh.site.db.write() as session:
            load_seeds(session, fresh.catalog)
        save_connection(fresh.site, "mini", "mini", {})
        save_flow(fresh.site, "mini-to-exact", "mini", "exactonline", "product")
        result = fresh.run("mini-to-exact")
        assert (result.summary.created, result.reason) == (1, "")
        assert "Van een nieuw systeem" in {item["Description"] for item in fresh.exact("logistics/Items")}
    finally:
        sys.path.remove(str(target))
