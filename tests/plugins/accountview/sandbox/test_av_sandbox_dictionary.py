"""The simulator's own dictionary against the list of fields found in the field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from koppel_accountview.sandbox.schema import Field, standard

LIST = Path("shared") / "reference" / "accountview_fields.json"
SEEN = {
    "CONTACT": "CON", "ARTICLE": "AK1", "ART_GRP": "AG1", "DEL_ADDR": "ADDR", "SO_HDR": "SO1", "SO_LINE": "SO1", "LEDGER": "GL1",
    "DJ_PAGE": "DJ2", "DJ_LINE": "DJ2", "OPENITEM": "?OPENITEM", "DAILY": "DJ1", "COST": "CC1", "VAT": "VA1", "ADM_LIST": "ADL", "COMP_HDR": "CMP1", "DCT_FILE": "DBF", "DCT_FLD": "FLD",
}


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    path = next((folder / LIST for folder in Path(__file__).parents if (folder / LIST).exists()), None)
    if path is None:
        pytest.skip(f"the list of fields is in no folder above: {LIST}")
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("table", sorted(SEEN))
def test_every_declared_field_was_found_or_is_marked_as_the_installations_own(found: dict[str, Any], table: str) -> None:
    known = found[SEEN[table]][table]
    for name, field in standard().tables[table].fields.items():
        assert name in known or field.own or field.audit, f"{table}.{name} is not in the list and gives no reason"
        assert not (name in known and field.own), f"{table}.{name} was found and needs no reason"


@pytest.mark.parametrize("table", sorted(SEEN))
def test_types_widths_and_formats_are_those_found(found: dict[str, Any], table: str) -> None:
    known = found[SEEN[table]][table]
    for name, field in standard().tables[table].fields.items():
        if name in known:
            compare(table, field, known[name])


def compare(table: str, field: Field, seen: dict[str, Any]) -> None:
    where = f"{table}.{field.name}"
    kinds = set(str(seen["type"]).split("|"))
    assert field.kind in kinds or field.wire_type in kinds, f"{where} is {seen['type']}"
    if seen.get("length") and field.kind in "CN":
        assert field.length == seen["length"], where
    if "format" in seen:
        assert field.capitals == (seen["format"] == "!"), where
    if "mandatory" in seen:
        assert field.mandatory == seen["mandatory"], where


def test_tables_of_which_no_field_is_known_say_so(found: dict[str, Any]) -> None:
    for name, table in standard().tables.items():
        assert name in SEEN or table.own, name


def test_every_reference_names_a_table_of_the_dictionary() -> None:
    dictionary = standard()
    for table in dictionary.tables.values():
        assert table.virtual or table.key in table.fields
        for field in table.fields.values():
            assert field.refers == "" or field.refers in dictionary.tables, f"{table.name}.{field.name}"
    for one in dictionary.objects.values():
        for name in (one.table, *one.joins, *filter(None, (one.lines, one.nested)), *one.siblings):
            assert name in dictionary.tables, f"{one.code} names {name}"
