"""What the plugin says about itself is true: it loads, its rows name real fields, its promises are kept."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import koppel_accountview
import koppel_accountview.plugin as plugin
import pytest
import yaml
from koppel import ConfigurationError, Health
from koppel.catalog import Catalog
from koppel.hookspecs import HOOKS
from koppel.seeds import read_seeds
from koppel_accountview.connector import AccountViewConnector

HERE = Path(koppel_accountview.__file__).parent
SHARED = Path(os.environ.get("TEST_SHARED_DATA") or Path(__file__).resolve().parents[5] / "shared" / "data")
FIELDS = SHARED.parent / "reference" / "accountview_fields.json"
TABLES = {
    "customer": ("AR1", "CONTACT"), "product": ("AK1", "ARTICLE"), "stock": ("AK1", "ARTICLE"), "sales_order": ("SO1", "SO_HDR"),
    "CONTACT": ("AR1", "CONTACT"), "DEL_ADDR": ("ADDR", "DEL_ADDR"), "PEOPLE": ("PP1", "PEOPLE"), "SO_LINE": ("SO1", "SO_LINE"),
    "ART_GRP": ("AG1", "ART_GRP"), "VAT": ("VA1", "VAT"), "category": ("AG1", "ART_GRP"), "payment": ("?OPENITEM", "OPENITEM"),
    "sales_invoice": ("SO1", "SO_HDR"), "direct_invoice": ("SO1", "SO_HDR"), "sales_entry": ("DJ2", "DJ_PAGE"),
    "credit_note": ("DJ2", "DJ_PAGE"), "credit_entry": ("DJ2", "DJ_PAGE"), "direct_credit": ("SO1", "SO_HDR"),
}  # fmt: skip
PAGE = Path("docs") / "howto" / "accountview.md"
MARK = "of this installation"
OWN = re.compile(r"(?:\b(\w+)(?:\[\d*\])?\.)?'?\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|CITY|COUNTRY)\b(?!(?:\[\d*\])?\.[A-Z])")


def _rows() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    for seed in read_seeds(Catalog().add("accountview", plugin)):
        yield seed.resource, seed.direction, seed.target, dict(seed.spec)


def _native(resource: str, direction: str, target: str, spec: dict[str, Any]) -> set[tuple[str, str]]:
    """AccountView's own fields in a row, as (table by our name, field)."""
    if direction == "inbound" and resource in ("sales_entry", "credit_note"):  # they are read in the shape of an invoice
        resource = "sales_invoice"
    if (resource, direction) == ("payment", "outbound"):  # read from the open items, written as a page of a daybook
        resource = "sales_entry"
    text = target if direction == "outbound" else f"{spec.get('from', '')} {spec.get('expr', '')}"
    here = {"contacts": "PEOPLE", "lines": "SO_LINE" if direction == "outbound" else resource}.get(target.partition("[].")[0], resource)
    found = {(table if table in TABLES else here, name) for table, name in OWN.findall(text)}
    return {(table, name) for table, name in found if name not in TABLES}


def _strange(
    known: dict[str, Any], resource: str, direction: str, target: str, spec: dict[str, Any]
) -> set[tuple[str, str]]:
    """Those that the list of known fields does not have."""
    lists = {one: known[code][table] for one, (code, table) in TABLES.items()}
    return {(table, name) for table, name in _native(resource, direction, target, spec) if name not in lists[table]}


def test_it_loads_as_a_plugin() -> None:
    loaded = Catalog().add("accountview", plugin)
    assert loaded.is_system
    assert loaded.manifest.connector is AccountViewConnector


def test_every_setting_explains_itself_and_secrets_are_secret() -> None:
    settings = {one.name: one for one in plugin.manifest().settings}
    assert all(one.label and one.help for one in settings.values())
    assert [name for name, one in settings.items() if one.secret] == ["client_secret"]
    assert settings["company"].choices_from == "administration"
    lists = {one.name for one in plugin.manifest().resources if one.list}
    assert {one.choices_from for one in settings.values() if one.choices_from} <= lists


def test_resources_that_are_written_have_rows_and_natural_keys() -> None:
    rows = {(resource, direction) for resource, direction, _, _ in _rows()}
    for one in plugin.manifest().resources:
        if not one.list:
            assert one.natural_keys or not one.writes
            assert one.batch_size == 1
        if one.writes:
            assert (one.name, "outbound") in rows
        if one.reads and not one.list:
            assert (one.name, "inbound") in rows


@pytest.mark.skipif(not FIELDS.exists(), reason="the list of known AccountView fields is not here")
def test_a_row_says_so_exactly_where_its_field_is_an_installation_s_own() -> None:
    known = json.loads(FIELDS.read_text(encoding="utf-8"))
    named = {one for row in _rows() for one in _native(*row)}
    assert {("customer", "SUB_NR"), ("SO_LINE", "ART_PX"), ("VAT", "VAT_PCT"), ("PEOPLE", "LST_NAME")} <= named
    for resource, direction, target, spec in _rows():
        own = _strange(known, resource, direction, target, spec)
        assert bool(own) == (MARK in spec.get("help", "")), (resource, direction, target, own)


@pytest.mark.skipif(not FIELDS.exists(), reason="the list of known AccountView fields is not here")
def test_lengths_are_those_of_the_known_fields() -> None:
    known = json.loads(FIELDS.read_text(encoding="utf-8"))
    for one in plugin.manifest().resources:
        for name, length in one.limits.items():
            found = {row[name].get("length") for code in ("AR1", "AK1", "SO1", "AG1", "DJ2") for row in known[code].values() if name in row}
            found |= {row[name].get("length") for row in known["CON"].values() if name in row}
            assert length in found, (one.name, name)


def test_the_test_of_a_connection_says_whose_it_is(fake: Any, connect: Any) -> None:
    assert connect().check() == Health(True, "AccountView", "Voorbeeld B.V. (VB01)", ())
    assert connect(company="777").check().administration == "Voorbeeld B.V. (VB01)"


def test_what_this_user_may_not_do_is_named(fake: Any, connect: Any) -> None:
    fake.closed = {"SO1"}
    assert connect().check().missing == ("SO1 (sales orders): insert",)
    fake.fields["SO_HDR"].pop("X1_TOT")
    assert any("order total" in one for one in connect().check().missing)


@pytest.mark.parametrize(("settings", "field"), [
    ({"company": ""}, "company"), ({"company": "NO"}, "company"), ({"stock_figure": "NO"}, "stock_figure"),
])  # fmt: skip
def test_a_wrong_setting_is_named(connect: Any, settings: dict[str, str], field: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        connect(**settings).check()
    assert caught.value.field == field


def test_a_company_that_two_go_by_is_refused(fake: Any, connect: Any) -> None:
    import httpx

    fake.before = lambda request: (
        httpx.Response(200, json=[{"Id": "1", "Code": "2", "Description": "A"}, {"Id": "2", "Code": "3", "Description": "B"}])
        if request.url.path.endswith("companies")
        else None
    )
    with pytest.raises(ConfigurationError, match="several companies"):
        connect(company="2").check()


def test_the_quality_list_tells_the_truth() -> None:
    rules = yaml.safe_load((HERE / "quality.yaml").read_text(encoding="utf-8"))
    assert len(rules) >= 12
    for name, rule in rules.items():
        assert rule["status"] in ("done", "exempt"), name
        assert len(rule["reason"].split()) >= 3, name
    for name, rule in rules.items():
        for path in rule.get("files", []):
            assert (HERE / path).exists(), (name, path)
    hooks = {name for name in HOOKS if name in vars(AccountViewConnector)}
    assert ("receive" in hooks) == (rules["webhooks"]["status"] == "done")
    assert ("auth" in hooks) == (rules["own-login"]["status"] == "done")


def test_a_stranger_s_client_is_never_made() -> None:
    sources = [file for file in HERE.rglob("*.py") if "sandbox" not in file.parts]
    text = "\n".join(file.read_text(encoding="utf-8") for file in sources)
    assert "httpx.Client(" not in text
    assert "verify=" not in text
    assert all(file.read_text(encoding="utf-8").startswith('"""') for file in sources)
    assert all(len(file.read_text(encoding="utf-8").splitlines()) <= 400 for file in sources)


def test_the_page_for_people_names_every_document_split_and_convention() -> None:
    page = next(folder / PAGE for folder in Path(__file__).parents if (folder / PAGE).exists()).read_text(encoding="utf-8")
    settings = {one.name: one for one in plugin.manifest().settings}
    papers = [one.name for one in plugin.manifest().resources if one.writes and one.name.startswith(("sales_", "direct_"))]
    told = [*papers, *settings["entry_split"].choices, "entry_sides", "entry_sign", "entry_amounts", "entry_vat", "exchange_rate"]
    assert [one for one in told if f"`{one}`" not in page] == []
    assert all(settings[label].label in page for label in ("reference_field", "entry_reference_field"))
