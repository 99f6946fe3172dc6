"""Finance: debit and credit are shown before anything is booked, are booked as shown, and can be proven afterwards."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from koppel.actions.preview import preview
from koppel.actions.proof import proof
from koppel.actions.proof_pdf import as_pdf
from koppel.actions.reconcile import reconcile
from koppel.cli.preview import as_data
from koppel.errors import ConfigurationError
from support.garden import POT, ROSE, SHIPPING, Garden, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk
FORMS = [
    ("accountview", "sales_order"), ("accountview", "sales_entry"), ("exactonline", "sales_order"), ("exactonline", "sales_invoice"),
    ("exactonline", "sales_entry"),
]  # fmt: skip
MIXED, PLAIN, LATER, STRANGE = 5001, 5002, 5003, 5004
ORDERS = (
    purchase(MIXED, shopper(1), POT, replace(ROSE, title="Roos")),
    purchase(PLAIN, shopper(2), POT, shipping=Decimal(0)),
    purchase(LATER, shopper(3), ROSE),
    purchase(STRANGE, shopper(4), replace(POT, sku="WEG-1")),
)
TOTALS = {one.number: one.total for one in ORDERS}


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    made = Garden(tmp_path_factory.mktemp("preview"), states_of(shop_of(*ORDERS, articles=(POT, ROSE, replace(POT, sku="WEG-1")))))
    yield made
    made.close()


def flow(garden, system, document):
    made = garden.flow(f"{system}-{document}".replace("_", "-"), "shopify", system, shipping_sku=SHIPPING, document=document)
    garden.add_row(made, "revenue_account", "8100", kind="shipping")
    garden.add_row(made, "revenue_account", "8000")
    garden.add_row(made, "journal", "70")
    return made


def written(garden):
    return [garden.exact(name) for name in ("salesorder/SalesOrders", "salesinvoice/SalesInvoices", "salesentry/SalesEntries")], [
        garden.accountview(name) for name in ("SO_HDR", "DJ_PAGE")
    ]


@pytest.mark.parametrize(("system", "document"), FORMS)
def test_fin_19_every_paper_is_shown_as_debit_and_credit_and_nothing_is_written(garden, system, document):
    name, before = flow(garden, system, document), written(garden)
    shown = preview(garden.site, name, tuple(garden.order_id(number) for number in (MIXED, PLAIN)))
    assert written(garden) == before
    assert garden.inbox(name) == []
    assert {one.label: (one.debit, one.credit) for one in shown.bookings} == {
        f"#{number}": (TOTALS[number], TOTALS[number]) for number in (MIXED, PLAIN)
    }
    mixed = next(one for one in shown.bookings if one.label == f"#{MIXED}")
    assert mixed.entries[0].kind == "debtor"
    assert mixed.entries[0].debit == TOTALS[MIXED]
    assert len({one.vat_code for one in mixed.entries if one.kind == "vat"}) == 2
    assert sum(one.debit for one in shown.totals) == sum(one.credit for one in shown.totals) == TOTALS[MIXED] + TOTALS[PLAIN]
    accounts = {one.account for one in mixed.entries if one.kind == "revenue"}
    assert accounts == ({"8000", "8100"} if document in ("sales_entry", "sales_invoice") else {""})


def test_fin_19_what_was_shown_is_what_is_booked_and_is_shown_again_afterwards(garden):
    name = "exactonline-sales-entry"
    shown = preview(garden.site, name, (garden.order_id(PLAIN),)).bookings[0]
    assert garden.send(name, PLAIN).created == 1
    (entry,) = [row for row in garden.exact("salesentry/SalesEntries") if row["YourRef"] == f"#{PLAIN}"]
    lines = [row for row in garden.exact("salesentry/SalesEntryLines") if row["EntryID"] == entry["EntryID"]]
    gross, vat = (sum(Decimal(str(line[name])) for line in lines) for name in ("AmountFC", "VATAmountFC"))
    assert gross == shown.entries[0].debit
    assert vat == sum(one.credit for one in shown.entries if one.kind == "vat")
    again = preview(garden.site, name, (garden.order_id(PLAIN),)).bookings[0]
    assert [(one.account, one.credit) for one in again.entries[1:]] == [(one.account, one.credit) for one in shown.entries[1:]]


def test_fin_19_a_period_names_what_cannot_be_booked_and_why(garden):
    name = "exactonline-sales-invoice"
    days = [one.day for one in preview(garden.site, name, tuple(garden.order_id(number) for number in TOTALS if number != STRANGE)).bookings]
    shown = preview(garden.site, name, first=min(days), last=max(days))
    assert {one.label for one in shown.bookings} >= {f"#{MIXED}", f"#{LATER}"}
    assert all(min(days) <= one.day <= max(days) for one in shown.bookings)
    (held,) = preview(garden.site, name, (garden.order_id(STRANGE),)).others
    assert held.why == "SKU WEG-1 is not in Exact Online."
    assert held.resolution.startswith("Create it in Exact Online")
    assert json.loads(json.dumps(as_data(shown), default=str))["bookings"][0]["debit"]


def test_fin_22_the_proof_of_a_document_holds_source_rules_computation_and_answer(garden):
    name = "exactonline-sales-invoice"
    assert garden.send(name, LATER).created == 1
    made = proof(garden.site, name, f"#{LATER}")
    (invoice,) = [row for row in garden.exact("salesinvoice/SalesInvoices") if row["YourRef"] == f"#{LATER}"]
    assert made.source["name"] == f"#{LATER}"
    assert made.record["mapping"]
    assert made.record["mapping_is_current"]
    assert made.computation["total"] == TOTALS[LATER] == sum(one["excl"] + one["vat"] for one in made.computation["per_rate"])
    sent = {one["resource"]: one for one in made.sent}["sales_invoice"]
    assert (sent["state"], sent["id"], sent["request"]["YourRef"]) == ("delivered", invoice["InvoiceID"], f"#{LATER}")
    assert sent["answer"]
    assert any("Equal to the cent" in one["text"] for one in made.steps)
    pages = as_pdf(made)
    assert pages.startswith(b"%PDF-")
    assert len(pages) > 2000
    garden.add_row(name, "payment_term", "99", method="Overig")
    assert not proof(garden.site, name, f"#{LATER}").record["mapping_is_current"]


def test_fin_22_what_waits_is_proven_as_well_and_what_never_came_in_says_so(garden):
    name = "exactonline-sales-invoice"
    assert garden.send(name, STRANGE).parked == 1
    assert proof(garden.site, name, f"#{STRANGE}").record["reason"] == "SKU WEG-1 is not in Exact Online."
    with pytest.raises(ConfigurationError, match="No record '#9' came in"):
        proof(garden.site, name, "#9")


def test_fin_21_the_invoice_numbers_of_a_period_are_complete_and_a_draft_has_none(garden):
    name = "accountview-sales-entry"
    assert garden.send(name, MIXED, PLAIN, LATER).created == 3
    days = [one.day for one in preview(garden.site, name, tuple(garden.order_id(number) for number in (MIXED, LATER))).bookings]
    entries = reconcile(garden.site, name, min(days), max(days))
    assert entries.report.equal == 3
    assert [(one.count, one.sound) for one in entries.series] == [(3, True)]
    drafts = reconcile(garden.site, "exactonline-sales-invoice", min(days), max(days))
    assert drafts.report.equal == 1
    assert drafts.series == ()
