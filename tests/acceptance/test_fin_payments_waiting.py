"""A payment waits for what it pays: a draft, an order that is not invoiced, a day that is not booked. Then it is booked once."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from koppel.store.models import DebtorRule, Incoming, utcnow
from support.garden import NOW, POT, ROSE, SHIPPING, Garden, purchase, shop_of, shop_order, shopper, states_of
from support.paid import JOURNALS, TOTAL, Paid, paid_by

pytestmark = pytest.mark.walk
DRAFT, ORDERED, INVOICED, LOOSE, TWICE = 6401, 6402, 6403, 6404, (6405, 6406)
DAYS = {("exactonline", "sales_entry"): (6411, 6412), ("exactonline", "sales_invoice"): (6413, 6414), ("accountview", "sales_entry"): (6415, 6416)}
NOON = datetime.combine(NOW.date() - timedelta(days=5), time(12), UTC)
COUNTER = shopper(9)


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    orders = [purchase(number, shopper(number), POT, ROSE) for number in (DRAFT, ORDERED, INVOICED, LOOSE)]
    orders += [purchase(number, shopper(TWICE[0]), POT, ROSE) for number in TWICE]
    orders += [replace(purchase(number, shopper(number), POT, ROSE), placed_at=NOON) for pair in DAYS.values() for number in pair]
    states = states_of(shop_of(*orders), known=[COUNTER])
    paid_by(shop_order(states, LOOSE), ("CAPTURE", "iDEAL", "20.00"), ("CAPTURE", "iDEAL", "20.95"))
    made = Garden(tmp_path_factory.mktemp("waiting"), states)
    yield made
    made.close()


def paid_in(garden, ledger, document="sales_entry", **more):
    """Flows between the shop and this ledger that put every payment in one journal."""
    paid = Paid(garden, ledger, document, **more)
    paid.by(every=JOURNALS[ledger])
    return paid


def later(garden):
    """As if the pause before a new try were over."""
    with garden.site.db.write() as session:
        session.execute(sa.update(Incoming).where(Incoming.due_at.is_not(None)).values(due_at=utcnow()))


def waits(paid, number):
    """What is said of the one payment of this order: (state, reason)."""
    (row,) = [one for one in paid.garden.inbox(paid.payments) if one.label.startswith(f"#{number}-P")]
    return row.state, row.reason


def print_invoice(garden, reference):
    """The bookkeeper makes the draft final."""
    (invoice,) = [row for row in garden.exact("salesinvoice/SalesInvoices") if row["YourRef"] == reference]
    garden.ask("exactonline", "POST", "/api/v1/3012345/salesinvoice/PrintedSalesInvoices", json={"InvoiceID": invoice["InvoiceID"]})


def test_fin_16_the_payment_of_a_draft_is_booked_by_itself_once_the_invoice_is_final(garden):
    paid = paid_in(garden, "exactonline", "sales_invoice")
    paid.book(DRAFT)
    assert paid.pay(DRAFT).created == 0
    assert waits(paid, DRAFT) == ("retry", f"What {paid.label(DRAFT)} pays (#{DRAFT}) is no final invoice in Exact Online yet.")
    later(garden)
    assert (garden.run(paid.payments).summary.created, paid.booked(f"#{DRAFT}")) == (0, [])
    print_invoice(garden, f"#{DRAFT}")
    later(garden)
    assert garden.run(paid.payments).summary.created == 1
    assert garden.run(paid.payments).summary.created == 0
    assert [amount for _, amount, _ in paid.booked(f"#{DRAFT}")] == [TOTAL]


def test_fin_16_the_payment_of_an_order_is_booked_once_exact_online_has_its_final_invoice(garden):
    paid = paid_in(garden, "exactonline", "sales_order")
    paid.book(ORDERED)
    assert paid.pay(ORDERED).created == 0
    bill_order(garden, f"#{ORDERED}")
    later(garden)
    assert garden.run(paid.payments).summary.created == 0  # the invoice is a draft still
    print_invoice(garden, f"#{ORDERED}")
    later(garden)
    assert garden.run(paid.payments).summary.created == 1
    assert [amount for _, amount, _ in paid.booked(f"#{ORDERED}")] == [TOTAL]
    assert garden.run(paid.payments).summary.created == 0


def bill_order(garden, reference):
    """The bookkeeper makes a draft invoice of an order; the simulator has no such call, so its lines are tied by hand."""
    (order,) = [row for row in garden.exact("salesorder/SalesOrders") if row["YourRef"] == reference]
    rows = [row for row in garden.exact("salesorder/SalesOrderLines") if row["OrderID"] == order["OrderID"]]
    lines = [{"Item": row["Item"], "Quantity": row["Quantity"], "NetPrice": row["NetPrice"], "VATCode": row["VATCode"].strip()} for row in rows]
    body = {"OrderedBy": order["OrderedBy"], "Journal": "71", "YourRef": reference, "SalesInvoiceLines": lines}
    garden.ask("exactonline", "POST", "/api/v1/3012345/salesinvoice/SalesInvoices", json=body)
    (invoice,) = [row for row in garden.exact("salesinvoice/SalesInvoices") if row["YourRef"] == reference]
    made = garden.servers["exactonline"].shell.sandbox.state.divisions[3012345].table("salesinvoice/SalesInvoiceLines")
    for line in made.where("InvoiceID", invoice["InvoiceID"]):
        line["SalesOrder"] = order["OrderID"]


def test_fin_16_the_payment_of_an_order_is_booked_once_accountview_invoices_it(garden):
    paid = paid_in(garden, "accountview", "sales_order")
    paid.book(INVOICED)
    assert paid.pay(INVOICED).created == 0
    assert waits(paid, INVOICED)[1].endswith(f"pays (#{INVOICED}) is no final invoice in AccountView yet.")
    invoice_order(garden, f"#{INVOICED}")
    later(garden)
    assert garden.run(paid.payments).summary.created == 1
    assert [amount for _, amount, _ in paid.booked(f"#{INVOICED}")] == [TOTAL]
    (item,) = [row for row in garden.accountview("OPENITEM") if row["ITEM_PAID"]]
    assert (item["ITEM_PAID"], item.get("ITEM_REST") or 0) == (float(TOTAL), 0)
    assert garden.run(paid.payments).summary.created == 0


def invoice_order(garden, reference):
    """The bookkeeper makes an invoice of an order, which takes its number of the shop along."""
    (order,) = [row for row in garden.accountview("SO_HDR") if row["COMMENT1"] == reference]
    lines = [row for row in garden.accountview("SO_LINE") if row["HDR_ID"] == order["REC_ID"]]
    names = (("RPL_INV", "C"), ("COMMENT1", "C")), (("HeaderId", "C"), ("ART_CODE", "C"), ("ORD_QTY", "N"), ("ART_PX", "N"))
    header, line = ([{"Name": name, "FieldType": kind} for name, kind in (("RowId", "C"), *some)] for some in names)
    rows = [{"Values": [str(place), "1", one["ART_CODE"], one["ORD_QTY"], one["ART_PX"]]} for place, one in enumerate(lines)]
    body = {
        "BookDate": "", "BusinessObject": "SI1",
        "Table": {"Definition": {"Name": "SOI_HDR", "Fields": header}, "DetailDefinitions": [{"Name": "SOI_LINE", "Fields": line}]},
        "TableData": {"Data": {"Rows": [{"Values": ["1", order["RPL_INV"], reference]}]}, "DetailData": [{"Rows": rows}]},
    }  # fmt: skip
    garden.ask("accountview", "POST", "/api/v3/accountviewdata", json=body, headers={"x-company": "10412"})


def test_fin_16_where_exact_online_matches_nothing_each_payment_stands_on_the_debtor_once(garden):
    paid = paid_in(garden, "exactonline", name="loose")
    paid.book(LOOSE)
    assert paid.pay(LOOSE).created == 2
    assert paid.open(f"#{LOOSE}") == TOTAL
    steps = [step for step in garden.steps(kind="created", resource="payment") if step.label.startswith(f"#{LOOSE}-P")]
    assert [step.data["answer"].get("matched") for step in steps] == [False, None]
    assert paid.pay(LOOSE).created == 0
    assert [amount for _, amount, _ in paid.booked(f"#{LOOSE}")] == [Decimal("20.00"), Decimal("20.95")]
    (debtor,) = {row["Account"] for row in garden.exact("cashflow/Receivables") if row.get("YourRef") == f"#{LOOSE}"}
    assert sum(Decimal(str(row["AmountFC"])) for row in garden.exact("cashflow/Receivables") if row["Account"] == debtor) == 0


def test_fin_16_two_payments_of_one_debtor_and_amount_that_koppel_booked_are_never_taken_for_each_other(garden):
    paid = paid_in(garden, "exactonline", name="twice")
    for number in TWICE:
        paid.book(number)
        assert paid.pay(number).created == 1, garden.waiting(paid.payments)
    assert [len(paid.booked(f"#{number}")) for number in TWICE] == [1, 1]


@pytest.mark.parametrize(("ledger", "document"), DAYS)
def test_fin_16_payments_of_orders_that_are_booked_per_day_follow_the_paper_of_their_day(garden, ledger, document):
    paid = paid_in(garden, ledger, document, settings={"per": "day", "fallback_sku": SHIPPING, "correction_sku": SHIPPING}, name="days")
    on_one_debtor(garden, paid)
    numbers = DAYS[ledger, document]
    ids = tuple(paid.order(number)["id"] for number in numbers)
    assert garden.run(paid.orders, ids=ids).summary.parked == 0
    assert garden.run(paid.payments, ids=ids).summary.skipped == 2
    assert waits(paid, numbers[0])[1] == f"The order #{numbers[0]} is not booked in {paid.title}, so there is nothing to pay."
    garden.run(paid.orders, limit=1)
    (paper,) = {step.text.split(" ")[2] for step in garden.steps(kind="linked") if step.label in (f"#{one}" for one in numbers)}
    assert [waits(paid, number)[0] for number in numbers] == ["new", "new"]
    if document == "sales_invoice":
        print_invoice(garden, paper)
    assert garden.run(paid.payments, limit=2).summary.created == 2
    assert [amount for number in numbers for _, amount, _ in paid.booked(f"#{number}")] == [TOTAL, TOTAL]
    assert ledger == "exactonline" or paid.open(paper) == 0
    assert garden.run(paid.payments, ids=ids).summary.created == 0


def on_one_debtor(garden, paid):
    """All that is booked per day is on one debtor."""
    rows = garden.exact("crm/Accounts") if paid.ledger == "exactonline" else garden.accountview("CONTACT")
    (row,) = [row for row in rows if COUNTER.email in row.values()]
    with garden.site.db.write() as session:
        rule = {"connection_id": garden.site.flow(paid.orders).target_id, "flow_id": garden.site.flow(paid.orders).id}
        session.add(DebtorRule(**rule, debtor=str(row["Code"] if paid.ledger == "exactonline" else row["SUB_NR"]).strip()))
