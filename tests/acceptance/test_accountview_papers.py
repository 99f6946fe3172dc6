"""The document choice in AccountView: the same shop order as order, invoice, counter invoice or journal entry."""

from decimal import Decimal

import pytest
from koppel.actions.connections import save_connection
from koppel.actions.connections import test_connection as try_connection
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
    made = Garden(tmp_path_factory.mktemp("papers"), states_of(shop_of(*ORDERS)))
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
    (plan,) = garden.run(flow, ids=(garden.order_id(number),), dry_run=True).plans
    journal = next(then for name, _, then in plan.fields if name == "journal")
    assert garden.accountview("DJ_PAGE") == [row for row in garden.accountview("DJ_PAGE") if row["INV_NR"] != f"#{number}"]
    assert garden.send(flow, number).created == 1
    assert sum(Decimal(row["debit"]) for row in journal) == sum(Decimal(row["credit"]) for row in journal) == TOTALS[number]
    page = next(row for row in garden.accountview("DJ_PAGE") if row["INV_NR"] == f"#{number}")
    lines = [row["ACCT_NR"] for row in garden.accountview("DJ_LINE") if row["SRC_ID"] == page["REC_ID"]]
    shown = [row["account"] for row in journal if row["text"] != "Btw"]
    assert lines == shown == (["1210", "8000"] if split == "simple" else ["1210", "8000", "8100"])


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


def test_sys_11_and_map_13_objects_and_fields_of_the_installation_can_be_picked(garden):
    from koppel.actions.connections import refresh_choices
    from koppel.store.models import Choice

    refresh_choices(garden.site, "accountview")
    with garden.site.db.read() as session:
        held = {(one.list, one.code): one.title for one in session.query(Choice)}
    assert held["business_object", "CI1"] == "Baliefacturen (read + insert)"
    assert held["field", "ARTICLE.A8_EAN"] == "EAN-code (C 13, own field)"
    assert held["field", "CONTACT.SUB_NR"] == "Debiteur-/crediteurnummer (C 10, mandatory)"
