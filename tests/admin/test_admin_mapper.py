"""The data mapper: change a row, for one flow or for all, try it, and go back."""

import html as html_module
import re

import pytest
from koppel.store.models import Rule

PLACE = "/admin/mapper/ledger/outbound/sales_order/"
ROW = PLACE + "row/?target=reference"
FLOW = "&flow=sales-order-shop"


def stored(pair, target="reference", **where):
    with pair.site.db.read() as session:
        query = session.query(Rule).filter_by(system="ledger", direction="outbound", resource="sales_order", target=target)
        return query.filter_by(**where).all()


def test_a_row_is_changed_for_all_flows(filled, owner):
    answer = owner.post(ROW, {"from": "reference", "transform": "strip\ncut: 3", "when": "always", "act": "save"})
    assert answer.status_code == 302
    (row,) = stored(filled)
    assert (row.spec, row.origin, row.changed_by) == (
        {"from": "reference", "transform": ["strip", {"cut": 3}]}, "site", "eigenaar",
    )  # fmt: skip
    text = owner.text(ROW)
    assert "strip\ncut: 3" in text
    assert "Yours" in owner.text(PLACE)


def test_a_row_of_one_flow_hides_the_default(filled, owner):
    owner.post(ROW + FLOW, {"expr": "'X' ~ record.reference", "act": "save"})
    own, default = sorted(stored(filled), key=lambda row: row.flow_id is None)
    assert own.flow_id is not None
    assert default.spec == {"from": "reference"}
    assert "X#1004" in owner.text(PLACE + "?flow=sales-order-shop")
    owner.post(PLACE + "change/?target=reference" + FLOW, {"act": "default"})
    assert len(stored(filled)) == 1


def test_a_row_is_tried_on_a_real_record_and_nothing_is_saved(filled, owner):
    typed = {"expr": "record.reference", "transform": "replace: ['#', 'ORDER ']", "act": "try", "label": "#1002"}
    text = owner.post(ROW + FLOW, typed).text
    assert "ORDER 1002" in text
    assert "Nothing was written or saved" in text
    assert stored(filled)[0].spec == {"from": "reference"}
    assert "There is no such record yet" in owner.post(ROW + FLOW, {**typed, "label": "#9999"}).text


def test_what_a_record_only_gets_when_sent_is_said_in_words(filled, owner):
    assert "(the debtor, found when it is sent)" in owner.text(PLACE + "?flow=sales-order-shop")


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [({"from": "reference", "transform": "stripp"}, "transform", "strip"),
     ({"from": "reference", "transform": "cut: [a, b, c]"}, "transform", ""),
     ({"from": "reference", "transform": "table: vat_cod"}, "transform", "vat_code"),
     ({"from": "reference", "transform": "[1, 2]"}, "transform", "cannot be read"),
     ({"expr": "record.reference +"}, "expr", ""),
     ({"expr": "().__class__"}, "expr", ""),
     ({"from": "a..b"}, "from", ""),
     ({"from": "reference", "expr": "record.reference"}, "expr", "not both")],
)  # fmt: skip
def test_a_wrong_row_is_refused_at_its_field_and_kept(filled, owner, typed, field, said):
    text = owner.post(ROW + FLOW, {**typed, "default": "kept-default", "act": "save"}).text
    assert re.findall(r'name="([^"]+)"[^>]*aria-invalid="true"', text) == [field]
    error = re.search(rf'id="error-{field}">([^<]+)<', text)[1]
    assert said in html_module.unescape(error)
    assert "kept-default" in text
    for value in typed.values():
        assert value in html_module.unescape(text)
    assert stored(filled)[0].spec == {"from": "reference"}


def test_a_new_row_is_added_once(filled, owner):
    new = PLACE + "row/"
    owner.post(new, {"target": "note", "from": "note", "default": "true", "required": "yes", "when": "create", "act": "save"})
    (row,) = stored(filled, "note")
    assert row.spec == {"from": "note", "default": True, "required": True, "when": "create"}
    again = owner.post(new, {"target": "note", "from": "reference", "act": "save"}).text
    assert "There is a row for this field already" in again
    wrong = owner.post(new, {"target": "a b..", "from": "reference", "act": "save"}).text
    assert re.findall(r'name="([^"]+)"[^>]*aria-invalid="true"', wrong) == ["target"]


def test_a_row_that_clashes_with_another_is_refused(filled, owner):
    text = owner.post(PLACE + "row/", {"target": "customer", "from": "reference", "act": "save"}).text
    assert re.findall(r'name="([^"]+)"[^>]*aria-invalid="true"', text) == ["target"]
    assert stored(filled, "customer") == []


def test_a_number_default_keeps_its_kind(filled, owner):
    with filled.site.db.write() as session:
        session.query(Rule).filter_by(system="ledger", direction="outbound", resource="sales_order", target="total").one().spec = {
            "from": "total", "default": 0
        }  # fmt: skip
    owner.post(PLACE + "row/?target=total", {"from": "total", "default": "0", "transform": "decimal", "act": "save"})
    assert stored(filled, "total")[0].spec["default"] == 0


def test_removing_switches_off_what_would_come_back(filled, owner):
    with filled.site.db.write() as session:
        row = session.query(Rule).filter_by(system="ledger", direction="outbound", resource="sales_order", target="total").one()
        row.seed_print = "shipped"
    owner.post(PLACE + "change/?target=total", {"act": "remove"})
    assert [(row.enabled, row.origin) for row in stored(filled, "total")] == [(False, "site")]
    assert "not filled" in owner.text(PLACE)


def test_removing_for_one_flow_leaves_the_others(filled, owner):
    owner.post(PLACE + "change/?target=total" + FLOW, {"act": "remove"})
    rows = stored(filled, "total")
    assert sorted((row.flow_id is None, row.enabled) for row in rows) == [(False, False), (True, True)]


def test_a_suggestion_is_taken_or_left(filled, owner):
    for act, wanted in (("keep", {"from": "mine"}), ("take", {"from": "theirs"})):
        with filled.site.db.write() as session:
            row = session.query(Rule).filter_by(system="ledger", direction="outbound", resource="sales_order", target="total").one()
            row.spec, row.origin, row.suggestion = {"from": "mine"}, "site", {"from": "theirs"}
        assert "The plugin suggests another row" in owner.text(PLACE + "row/?target=total")
        owner.post(PLACE + "change/?target=total", {"act": act})
        (row,) = stored(filled, "total")
        assert (row.spec, row.suggestion) == (wanted, None)


def test_the_source_fields_hide_secrets(filled, owner):
    text = owner.text("/admin/mapper/shop/inbound/sales_order/row/?target=reference&flow=sales-order-shop")
    assert "What there is to take" in text
    assert "shpat_geheim" not in text


def test_fields_that_the_system_told_of_are_offered_and_shown_with_the_connection(filled, owner):
    told = (("SO_HDR.X15_WEBNR", "Webshop-referentie (C 30, own field)"), ("SO1", "Verkooporders (read + insert)"))
    text = owner.text(PLACE + "row/")
    assert '<datalist id="list-target"><option value="X15_WEBNR">SO_HDR: Webshop-referentie (C 30, own field)</option></datalist>' in text
    assert "list-target" not in owner.text("/admin/mapper/shop/outbound/sales_order/row/")
    shown = owner.text("/admin/connections/ledger/")
    for one in (*told[0], *told[1]):
        assert one in shown
