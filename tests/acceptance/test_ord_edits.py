"""Orders that change, or are cancelled, after they were booked; and orders that wait for approval."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from koppel.actions.reconcile import reconcile
from koppel.actions.records import decide
from support.garden import NOW, POT, ROSE, SHIPPING, Garden, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk
EACH = pytest.mark.parametrize("ledger", ["exactonline", "accountview"])
EDIT = """mutation Edit($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) { refund { id } userErrors { field message } }
}"""
CANCEL = """mutation Cancel($id: ID!) {
  orderCancel(orderId: $id, reason: CUSTOMER, restock: true, notifyCustomer: false) { orderCancelUserErrors { message } }
}"""
WRITES = {"exactonline": "POST /api/v1/3012345/sales", "accountview": "POST /api/v3/accountviewdata"}
NUMBERS = {"exactonline": iter(range(6001, 6020)), "accountview": iter(range(6021, 6040))}
BOTH = Decimal("30.45")
"""One pot and two roses at 12.10 and 6.20, with delivery."""


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    numbers = [*range(6001, 6020), *range(6021, 6040)]
    orders = [purchase(number, shopper(number), POT, ROSE, ROSE) for number in numbers]
    made = Garden(tmp_path_factory.mktemp("edits"), states_of(shop_of(*orders), known=[shopper(number) for number in numbers]))
    yield made
    made.close()


def flow(garden, ledger, document="", **settings):
    if not document:
        document = {"exactonline": "sales_invoice", "accountview": "sales_entry"}[ledger]
    made = garden.flow(f"f{uuid4().hex[:8]}", "shopify", ledger, shipping_sku=SHIPPING, document=document, settle_seconds=0, **settings)
    garden.add_row(made, "revenue_account", "8000")
    garden.add_row(made, "journal", "71")
    return made


def ask(garden, query, **variables):
    answer = garden.ask("shopify", "POST", "/admin/api/2026-10/graphql.json", json={"query": query, "variables": variables}).json()
    assert "errors" not in answer, answer
    assert not any(errors for told in answer["data"].values() for name, errors in told.items() if name.endswith("rrors")), answer


def take_off(garden, number, place=0):
    """Somebody takes a line off the order in the shop; no money moves."""
    order = next(one for one in garden.state("shopify")["orders"] if one["name"] == f"#{number}")
    lines = order["lineItems"]
    line = (lines.get("nodes") or lines)[place] if isinstance(lines, dict) else lines[place]
    given = {"orderId": order["id"], "refundLineItems": [{"lineItemId": line["id"], "quantity": 1, "restockType": "CANCEL"}], "transactions": []}
    ask(garden, EDIT, input=given, key=str(uuid4()))


def cancel(garden, number):
    ask(garden, CANCEL, id=garden.order_id(number))


def books(garden, ledger, number):
    """What the ledger holds of this order: total by reference, credit notes below zero."""
    if ledger == "exactonline":
        rows = [row for row in garden.exact("salesinvoice/SalesInvoices") if str(row["YourRef"]).startswith(f"#{number}")]
        lines = garden.exact("salesinvoice/SalesInvoiceLines")
        return {row["YourRef"]: sum(Decimal(str(line["AmountFC"])) + Decimal(str(line["VATAmountFC"])) for line in lines if line["InvoiceID"] == row["InvoiceID"]) for row in rows}
    pages = [row for row in garden.accountview("DJ_PAGE") if str(row["INV_NR"]).startswith(f"#{number}")]
    lines = garden.accountview("DJ_LINE")
    return {
        page["INV_NR"]: next(Decimal(str(row["AMOUNT"])) for row in lines if row["SRC_ID"] == page["REC_ID"] and row["ACCT_NR"] == "1210")
        for page in pages
    }


def compared(garden, name, number):
    """What reconcile says of this order."""
    result = reconcile(garden.site, name, (NOW - timedelta(days=30)).date(), NOW.date())
    assert result.compared == result.report.equal + len(result.explained) - result.refunds
    return next((one.difference.kind, one.why) for one in result.explained if one.difference.reference == f"#{number}")


def differing(garden, name, number):
    """What of this order reconcile finds otherwise in the books."""
    result = reconcile(garden.site, name, (NOW - timedelta(days=30)).date(), datetime.now(UTC).date())
    return [one.difference for one in result.explained if one.difference.reference.startswith(f"#{number}")]


def row_of(garden, name, number):
    (row,) = garden.inbox(name, label=f"#{number}")
    return row


@EACH
def test_ord_09_an_order_changed_after_it_was_booked_waits_with_what_changed(garden, ledger):
    number, name = next(NUMBERS[ledger]), flow(garden, ledger)
    assert garden.send(name, number).created == 1
    assert garden.send(name, number).parked == 0
    before = books(garden, ledger, number)
    take_off(garden, number)
    assert garden.send(name, number).parked == 1
    row = row_of(garden, name, number)
    assert row.reason.startswith(f"#{number} was changed in Shopify after it was booked in ")
    assert ["Total", f"{before[f'#{number}']:.2f} EUR", f"{before[f'#{number}'] - POT.price:.2f} EUR"] in row.facts["changes"]
    assert books(garden, ledger, number) == before
    assert compared(garden, name, number) == ("edited", row.reason)
    assert decide(garden.site, [row.id], "keep", "test") == 1
    assert garden.run(name, limit=1).summary.unchanged == 1
    assert books(garden, ledger, number) == before
    kind, why = compared(garden, name, number)
    assert (kind, why.startswith("It was changed in Shopify after it was booked; ")) == ("edited", True)
    assert row_of(garden, name, number).state == "done"


@EACH
@pytest.mark.parametrize("lost", [False, True])
def test_ord_09_it_is_credited_and_booked_anew_each_once(garden, ledger, lost):
    number, name = next(NUMBERS[ledger]), flow(garden, ledger, edits="rebook")
    assert garden.send(name, number).created == 1
    (old,) = books(garden, ledger, number).values()
    take_off(garden, number)
    if lost:  # the answers to both writes get lost
        garden.faults(ledger, *({"match": WRITES[ledger], "kind": "drop_after", "containing": f'"#{number}-{end}"'} for end in ("R1", "2")))
    for _ in range(4):
        garden.send(name, number)
        if row_of(garden, name, number).state == "done":
            break
    garden.faults(ledger)
    wanted = {f"#{number}": old, f"#{number}-R1": -old, f"#{number}-2": old - POT.price}
    assert books(garden, ledger, number) == wanted
    assert "booked anew as" in row_of(garden, name, number).reason
    assert differing(garden, name, number) == []
    assert garden.send(name, number).created == 0
    assert books(garden, ledger, number) == wanted
    take_off(garden, number, 1)
    garden.send(name, number)
    assert set(books(garden, ledger, number)) == {*wanted, f"#{number}-R2", f"#{number}-3"}


@EACH
def test_ord_10_an_order_cancelled_after_it_was_invoiced_is_credited_once(garden, ledger):
    number, name = next(NUMBERS[ledger]), flow(garden, ledger, cancellations="credit")
    assert garden.send(name, number).created == 1
    (total,) = books(garden, ledger, number).values()
    cancel(garden, number)
    assert garden.send(name, number).updated == 1
    assert books(garden, ledger, number) == {f"#{number}": total, f"#{number}-R1": -total}
    assert differing(garden, name, number) == []
    garden.send(name, number)
    assert len(books(garden, ledger, number)) == 2


@EACH
def test_ord_10_one_that_was_never_booked_is_left_out_and_a_booked_order_waits_for_a_person(garden, ledger):
    never, booked, name = next(NUMBERS[ledger]), next(NUMBERS[ledger]), flow(garden, ledger, "sales_order", cancellations="credit")
    cancel(garden, never)
    assert garden.send(name, never).skipped == 1
    assert garden.send(name, booked).created == 1
    cancel(garden, booked)
    assert garden.send(name, booked).parked == 1
    row = row_of(garden, name, booked)
    assert row.reason.startswith(f"#{booked} was cancelled in Shopify after it was booked in ")
    assert row.resolution.startswith("Close it in ")
    assert decide(garden.site, [row.id], "keep", "test") == 1
    garden.run(name, limit=1)
    assert row_of(garden, name, booked).state == "done"


def test_ord_14_an_order_waits_for_approval_by_rule_and_goes_once_it_is_approved(garden):
    number, name = next(NUMBERS["exactonline"]), flow(garden, "exactonline", hold_when="record.total > 20")
    assert garden.send(name, number).parked == 1
    row = row_of(garden, name, number)
    assert row.reason == f"#{number} meets the rule by which orders wait for approval."
    assert books(garden, "exactonline", number) == {}
    assert garden.send(name, number).parked == 1
    assert decide(garden.site, [row.id], "rebook", "test") == 0
    assert decide(garden.site, [row.id], "approve", "test") == 1
    assert garden.run(name, limit=1).summary.created == 1
    assert len(books(garden, "exactonline", number)) == 1
