"""The document choice in AccountView: the same shop order as order, invoice, counter invoice or journal entry."""

from decimal import Decimal

import pytest
from koppel.actions.connections import refresh_choices, save_connection
from koppel.actions.connections import test_connection as try_connection
from koppel.store.models import Choice
from support.garden import Garden, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk

# table, the field with the order's number, the debtor, the total
PAPERS = {
    "sales_order": ("SO_HDR", "COMMENT1", "RPL_INV", "ORD_TOT"), "sales_invoice": ("SOI_HDR", "COMMENT1", "RPL_INV", "ORD_TOT"),
    "direct_invoice": ("CI_HDR", "COMMENT1", "RPL_INV", "ORD_TOT"), "sales_entry": ("DJ_PAGE", "INV_NR", "SUB_NR", "PAGE_AMT"),
}  # fmt: skip
SPLITS = ("simple", "recommended", "complex", "extreme")
NUMBER = dict(zip(PAPERS, range(4001, 4005), strict=True))
LOST = dict(zip(PAPERS, range(4011, 4015), strict=True))
SPLIT = dict(zip(SPLITS, range(4021, 4025), strict=True))
WRONG = 4031
ORDERS = tuple(purchase(number, shopper(number)) for number in (*NUMBER.values(), *LOST.values(), *SPLIT.values(), WRONG))
TOTALS = {one.number: one.total for one in ORDERS}


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """All orders wait in the shop; the books have their articles."""
    made = Garden(tmp_path_factory.mktemp("papers"), states_of(shop_of(*ORDERS), known=(shopper(50),)))
    change(made, counter_invoice_object="CI1", shipping_account="8100", discount_account="8200")
    yield made
    made.close()


def change(garden, **settings):
    """Other answers on the connection of AccountView."""
    known = garden.site.connection("accountview")
    save_connection(garden.site, "accountview", "accountview", {**known.settings, **settings})


def flow_for(garden, document, number, **settings):
    name = garden.flow(f"{document.replace('_', '-')}-{number}", "shopify", "accountview", document=document, **settings)
    for rate in ("21", "9"):
        garden.add_row(name, "revenue_account", {"21": "8000", "9": "8010"}[rate], rate=rate)
    return name


def booked(garden, document, number):
    """The papers that carry the shop's number: debtor and total."""
    table, reference, debtor, total = PAPERS[document]
    rows = [row for row in garden.accountview(table) if row[reference] == f"#{number}"]
    return [(row[debtor], Decimal(str(row[total]))) for row in rows]


def debtor_of(garden, number):
    return next(row["SUB_NR"] for row in garden.accountview("CONTACT") if row["MAIL_BUS"] == f"klant.{number}@example.nl")


@pytest.mark.parametrize("document", PAPERS)
def test_seed_02_and_sys_05_an_order_becomes_the_chosen_document_once_and_to_the_cent(garden, document):
    number = NUMBER[document]
    flow = flow_for(garden, document, number)
    assert garden.send(flow, number).created == 1
    assert booked(garden, document, number) == [(debtor_of(garden, number), TOTALS[number])]
    (checked,) = garden.steps(kind="checked", flow_id=garden.site.flow(flow).id)
    assert checked.text.startswith("Equal to the cent")
    assert garden.send(flow, number).created == 0
    assert len(booked(garden, document, number)) == 1


@pytest.mark.parametrize("document", PAPERS)
def test_seed_02_a_document_whose_answer_got_lost_is_found_again_and_not_made_twice(garden, document):
    number = LOST[document]
    flow = flow_for(garden, document, number, settle_seconds=0)
    fault = {"match": "POST /api/v3/accountviewdata", "kind": "drop_after", "containing": f'"#{number}"'}
    garden.faults("accountview", fault)
    assert garden.send(flow, number).created == 0
    garden.faults("accountview")
    assert garden.send(flow, number).created == 1
    assert len(booked(garden, document, number)) == 1


@pytest.mark.parametrize("split", SPLITS)
def test_sys_06_the_lines_of_the_chosen_split_are_shown_and_booked_as_shown(garden, split):
    number = SPLIT[split]
    change(garden, entry_split=split)
    flow = flow_for(garden, "sales_entry", number)
    plans = garden.run(flow, ids=(garden.order_id(number),), dry_run=True).plans
    plan = next(one for one in plans if one.resource == "sales_entry")
    journal = next(then for name, _, then in plan.fields if name == "journal")
    assert garden.accountview("DJ_PAGE") == [row for row in garden.accountview("DJ_PAGE") if row["INV_NR"] != f"#{number}"]
    assert garden.send(flow, number).created == 1
    assert sum(Decimal(row["debit"]) for row in journal) == sum(Decimal(row["credit"]) for row in journal) == TOTALS[number]
    page = next(row for row in garden.accountview("DJ_PAGE") if row["INV_NR"] == f"#{number}")
    lines = [row["ACCT_NR"] for row in garden.accountview("DJ_LINE") if row["SRC_ID"] == page["REC_ID"]]
    shown = [row["account"] for row in journal if row["text"] != "Btw"]
    assert lines == shown == (["1210", "8000"] if split == "simple" else ["1210", "8000", "8100"])


def test_seed_02_an_invoice_of_accountview_becomes_one_in_exact_online_once_and_to_the_cent(garden):
    names = (("RPL_INV", "C"), ("COMMENT1", "C")), (("HeaderId", "C"), ("ART_CODE", "C"), ("ORD_QTY", "N"), ("ART_PX", "N"))
    header, line = ([{"Name": name, "FieldType": kind} for name, kind in (("RowId", "C"), *some)] for some in names)
    body = {
        "BookDate": "", "BusinessObject": "SI1",
        "Table": {"Definition": {"Name": "SOI_HDR", "Fields": header}, "DetailDefinitions": [{"Name": "SOI_LINE", "Fields": line}]},
        "TableData": {"Data": {"Rows": [{"Values": ["1", "50", "F-77"]}]}, "DetailData": [{"Rows": [{"Values": ["1", "1", "POT-1", 3, 12.10]}]}]},
    }  # fmt: skip
    garden.ask("accountview", "POST", "/api/v3/accountviewdata", json=body, headers={"x-company": "10412"})
    flow = garden.flow("invoices-on", "accountview", "exactonline", "sales_invoice")
    garden.add_row(flow, "journal", "71")
    assert [garden.run(flow).summary.created, garden.run(flow).summary.created] == [1, 0]
    assert len([row for row in garden.exact("salesinvoice/SalesInvoices") if row["YourRef"] == "F-77"]) == 1
    (checked,) = garden.steps(kind="checked", flow_id=garden.site.flow(flow).id)
    assert checked.text == "Equal to the cent: 36.30 here, 36.30 there."


def test_ops_16_a_relay_that_leads_to_another_company_stops_the_flow_before_a_write(tmp_path):
    states = states_of(shop_of(purchase(WRONG, shopper(31))), known=(shopper(31),))
    garden = Garden(tmp_path, states)
    try:
        flow = flow_for(garden, "sales_order", WRONG)
        answer = '{"COMP_HDR": [{"COMP_ID": "BB02", "COMP_DESC": "Bloem & Blad Beheer BV", "EXT_KEY": 1, "COMP_HDR_Id": 0}]}'
        garden.faults("accountview", {"match": "BusinessObject=CMP1", "kind": "status", "status": 200, "body": answer})
        result = garden.run(flow, ids=(garden.order_id(WRONG),))
        assert result.summary.outcome == "stopped"
        assert "answers as Bloem & Blad Beheer BV (BB02), while this connection works in Bloem & Blad BV (BB01)" in result.reason
        assert garden.accountview("SO_HDR") == []
    finally:
        garden.close()


def test_ux_02_the_test_of_a_connection_names_each_right_that_is_missing(tmp_path):
    states = states_of(shop_of(purchase(WRONG, shopper(31))))
    states["accountview"]["objects"] = {"SI1": {"insert": False}, "DJ2": None}
    garden = Garden(tmp_path, states)
    try:
        missing = try_connection(garden.site, "accountview").missing
        assert missing == (
            "SI1 (sales invoices): insert; flows for sales invoices cannot run",
            "DJ2 (journal pages): read; flows for sales entries and credit notes cannot run",
        )
    finally:
        garden.close()


def test_sys_11_objects_and_fields_of_the_installation_can_be_picked(garden):
    refresh_choices(garden.site, "accountview")
    with garden.site.db.read() as session:
        held = {(one.list, one.code): one.title for one in session.query(Choice)}
    assert held["business_object", "CI1"] == "Baliefacturen (read + insert)"
    assert held["field", "ARTICLE.A8_EAN"] == "EAN-code (C 13, own field)"
    assert held["field", "CONTACT.SUB_NR"] == "Debiteur-/crediteurnummer (C 10, mandatory)"


def test_map_13_a_field_that_appears_vanishes_or_changes_is_told_by_the_test_of_the_connection(tmp_path):
    from koppel_accountview.sandbox.schema import read_field

    garden = Garden(tmp_path, states_of(shop_of(purchase(WRONG, shopper(31)))))
    try:
        assert try_connection(garden.site, "accountview").changed == ()
        books = garden.servers["accountview"].shell.sandbox.installation
        wider = {"A8_EAN": read_field("A8_EAN", {"type": "C14", "label": "EAN-code", "custom": True})}
        new = {"K1_KLEUR": read_field("K1_KLEUR", {"type": "C10", "label": "Kleur", "custom": True})}
        books.dictionary = books.dictionary.without_fields("ARTICLE", ["A8_WEIGHT"]).with_fields("ARTICLE", {**wider, **new})
        tested = try_connection(garden.site, "accountview")
        assert tested.changed == (
            "ARTICLE.A8_WEIGHT is gone (Gewicht in kg (N 9, own field))", "ARTICLE.K1_KLEUR is new (Kleur (C 10, own field))",
            "ARTICLE.A8_EAN was EAN-code (C 13, own field) and is now EAN-code (C 14, own field)",
        )  # fmt: skip
        assert "Fields changed since its lists were last read: ARTICLE.A8_WEIGHT is gone" in tested.message
        refresh_choices(garden.site, "accountview")
        assert try_connection(garden.site, "accountview").changed == ()
    finally:
        garden.close()


def test_ops_06_an_office_that_is_closed_lets_the_flow_rest_and_nothing_is_lost_or_doubled(tmp_path):
    numbers = (4041, 4042, 4043, 4044)
    garden = Garden(tmp_path, states_of(shop_of(*(purchase(number, shopper(number)) for number in numbers))))
    try:
        flow = flow_for(garden, "sales_order", numbers[0])
        garden.faults("accountview", {"match": "accountviewdata", "kind": "html", "status": 502, "times": 1000})
        result = garden.run(flow)
        assert (result.summary.created, result.summary.outcome) == (0, "resting")
        assert "the AccountView in the office is not available now (HTTP 502)" in result.reason
        garden.faults("accountview")
        assert garden.run(flow, ids=tuple(map(garden.order_id, numbers))).summary.created == 4
        assert [len(booked(garden, "sales_order", number)) for number in numbers] == [1, 1, 1, 1]
    finally:
        garden.close()
