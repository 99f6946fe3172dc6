"""One booking per day: the orders of a day become one paper in either ledger, to the cent and once, whatever crashes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from koppel.actions.preview import preview
from koppel.actions.reconcile import reconcile
from koppel.actions.records import decide
from koppel.runner import daybook
from koppel.store.models import DebtorRule, Incoming, Link, TableRow, utcnow
from support.garden import POT, ROSE, SHIPPING, Garden, purchase, shop_of, shop_order, shopper, states_of

pytestmark = pytest.mark.walk
THEN = datetime(2026, 3, 10, 11, tzinfo=UTC)
COUNTER = shopper(1)
CANCEL = """mutation Off($id: ID!) {
  orderCancel(orderId: $id, reason: CUSTOMER, restock: true, notifyCustomer: false) { orderCancelUserErrors { message } }
}"""
FORMS = [("exactonline", "sales_invoice"), ("exactonline", "sales_entry"), ("accountview", "sales_order"), ("accountview", "sales_entry")]
ORDERS = ("#6001", "#6002", "#6003")


def sold(number, *articles, at=THEN, **more):
    """A paid order of that day."""
    return replace(purchase(number, shopper(number), *articles, **more), placed_at=at)


@pytest.fixture
def garden(tmp_path):
    orders = [
        sold(6001, POT, ROSE), sold(6002, POT), sold(6003, ROSE), sold(6011, POT, at=datetime.now(UTC) - timedelta(days=2)),
        sold(6021, POT, at=datetime.now(UTC)),
    ]  # fmt: skip
    states = states_of(shop_of(*orders), known=[COUNTER])
    for number, article in ((6002, POT), (6003, ROSE)):
        give_back(shop_order(states, number), article)
    made = Garden(tmp_path, states)
    yield made
    made.close()


def give_back(order, article):
    """One piece was refunded, some days after it was sold."""
    (line,), moment = order["lineItems"]["nodes"], (THEN + timedelta(days=4)).isoformat()
    bag = {side: {"amount": str(article.price), "currencyCode": "EUR"} for side in ("shopMoney", "presentmentMoney")}
    vat = {side: {"amount": line["taxLines"][0]["priceSet"]["shopMoney"]["amount"], "currencyCode": "EUR"} for side in bag}
    paid = {"id": line["id"].replace("LineItem", "OrderTransaction") + "9", "kind": "REFUND", "status": "SUCCESS", "gateway": "iDEAL", "amountSet": bag}
    order["refunds"] = [{
        "id": line["id"].replace("LineItem", "Refund"), "createdAt": moment, "transactions": [paid],
        "refundLineItems": [{"lineItem": {"id": line["id"]}, "quantity": 1, "subtotalSet": bag, "totalTaxSet": vat, "restockType": "NO_RESTOCK"}],
    }]  # fmt: skip
    order |= {"updatedAt": moment, "displayFinancialStatus": "PARTIALLY_REFUNDED", "totalRefundedSet": bag}


def flow(garden, system, document):
    """A flow that books per day, on one debtor for all."""
    name = garden.flow(f"{system}-{document}".replace("_", "-"), "shopify", system, document=document, per="day",
                       fallback_sku=SHIPPING, correction_sku=SHIPPING, settle_seconds=0)  # fmt: skip
    for rate, account in (("21", "8000"), ("9", "8010")):
        garden.add_row(name, "revenue_account", account, rate=rate)
    garden.add_row(name, "journal", "70")
    code = debtor(garden, system)
    with garden.site.db.write() as session:
        session.add(DebtorRule(connection_id=garden.site.flow(name).target_id, debtor=code))
    return name


def debtor(garden, system):
    rows = garden.exact("crm/Accounts") if system == "exactonline" else garden.accountview("CONTACT")
    row = next(row for row in rows if COUNTER.email in row.values())
    return str(row["Code"] if system == "exactonline" else row["SUB_NR"]).strip()


def parts(garden):
    """Which written paper each order is part of."""
    with garden.site.db.read() as session:
        keys = {row.external_id: row.label for row in session.query(Incoming)}
        return {keys[one.source_key]: one.label for one in session.query(Link).filter_by(resource="day_part") if one.target_key != one.label}


def delivered(garden):
    with garden.site.db.read() as session:
        return session.query(daybook.Delivery).filter(daybook.Delivery.key.contains(":day:"), daybook.Delivery.state == "delivered").all()


def booked(garden, system, document, key):
    """What this paper comes to with VAT, as the ledger holds it."""
    _, number, day, serial = key.split(":")
    (text,) = [one.text for one in garden.steps(kind="checked") if one.label == f"D{number}-{day}-{serial}"][:1]
    return Decimal(text.removeprefix("Equal to the cent: ").split()[0])


@pytest.mark.parametrize(("system", "document"), FORMS)
def test_sys_07_orders_of_a_day_become_one_paper_to_the_cent_and_today_waits(garden, system, document):
    name = flow(garden, system, document)
    summary = garden.run(name).summary
    assert garden.waiting(name) == {}
    assert summary.created == 4
    held = parts(garden)
    assert len({held[one] for one in ORDERS}) == 1
    assert set(held.values()) == {held["#6001"], held["#6011"]}
    assert len(delivered(garden)) == 2
    total = sum((one.total for one in (sold(6001, POT, ROSE), sold(6002, POT), sold(6003, ROSE))), Decimal())
    assert booked(garden, system, document, held["#6001"]) == total
    if (system, document) in FORMS[:2]:
        report = reconcile(garden.site, name, THEN.date(), THEN.date())
        assert (report.report.equal, report.explained, report.unreadable) == (1, (), ())
    (today,) = garden.inbox(name, state="retry")
    assert (today.label, "once that day is over" in today.reason) == ("#6021", True)
    again = garden.run(name).summary
    assert (again.created, len(delivered(garden))) == (0, 2)


def test_sys_07_an_order_that_comes_after_its_day_was_booked_gets_a_paper_besides(garden):
    name = flow(garden, "exactonline", "sales_entry")
    garden.run(name)
    row = next(row for row in garden.inbox(name) if row.label == "#6003")
    with garden.site.db.write() as session:  # as if the shop told of this one only now
        session.execute(sa.delete(Link).where(Link.source_key == row.external_id))
        session.execute(sa.update(Incoming).where(Incoming.id == row.id).values(state="new"))
    assert garden.run(name).summary.created == 1
    held = parts(garden)
    assert held["#6003"] == held["#6001"].removesuffix("1") + "2"
    assert len(garden.exact("salesentry/SalesEntries")) == 3


def test_sys_07_an_order_changed_after_its_day_was_booked_waits_until_a_person_says(garden):
    name = flow(garden, "exactonline", "sales_entry")
    garden.run(name)
    told = garden.ask("shopify", "POST", "/admin/api/2026-10/graphql.json", json={"query": CANCEL, "variables": {"id": garden.order_id(6011)}}).json()
    assert told["data"]["orderCancel"]["orderCancelUserErrors"] == []
    garden.send(name, 6011)
    (why,) = garden.waiting(name).values()
    assert why.startswith("#6011 was cancelled in Shopify after it was booked in Exact Online as ")
    (row,) = garden.inbox(name, state="parked")
    assert decide(garden.site, [row.id], "keep") == 1
    garden.run(name)
    assert garden.waiting(name) == {}
    assert len(garden.exact("salesentry/SalesEntries")) == 2


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("document", ["sales_invoice", "sales_entry"])
def test_sys_07_killed_between_the_write_and_its_note_and_still_booked_once(garden, document, monkeypatch):
    name = flow(garden, "exactonline", document)

    def die(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("koppel.runner.deliver._take_receipt", die)
        with pytest.raises(Killed):
            garden.run(name)
    assert parts(garden) == {}
    with garden.site.db.write() as session:
        session.execute(sa.update(Incoming).where(Incoming.due_at.is_not(None), Incoming.label != "#6021").values(due_at=utcnow()))
    garden.run(name)
    entity = {"sales_invoice": "salesinvoice/SalesInvoices", "sales_entry": "salesentry/SalesEntries"}[document]
    assert len(garden.exact(entity)) == 2
    assert len(parts(garden)) == 4


def test_sys_07_killed_before_its_orders_were_told_and_they_are_told_the_next_time(garden, monkeypatch):
    name = flow(garden, "exactonline", "sales_entry")

    def die(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(daybook, "_settle", die)
        with pytest.raises(Killed):
            garden.run(name)
    garden.run(name)
    assert len(garden.exact("salesentry/SalesEntries")) == 2
    assert len(parts(garden)) == 4


@pytest.mark.parametrize(("system", "document"), FORMS)
def test_sys_07_a_preview_shows_the_papers_of_the_days_as_the_run_then_writes_them(garden, system, document):
    name = flow(garden, system, document)
    shown = preview(garden.site, name, (), THEN.date(), datetime.now(UTC).date())
    assert shown.others == ()
    total = sum((one.total for one in (sold(6001, POT, ROSE), sold(6002, POT), sold(6003, ROSE))), Decimal())
    first, *later = shown.bookings
    assert (first.day, first.debit, first.credit, len(later)) == (THEN.date(), total, total, 2)  # today's is shown as far as it is known
    planned = garden.run(name, dry_run=True)
    assert (planned.summary.created, [plan.action for plan in planned.plans if plan.label == "#6021"]) == (4, ["retried"])
    assert [plan.label for plan in planned.plans if plan.booking] == [one.label for one in shown.bookings[:2]]
    assert (parts(garden), delivered(garden)) == ({}, [])
    garden.run(name)
    assert {one.label for one in garden.steps(kind="created") if one.label.startswith("D")} == {one.label for one in shown.bookings[:2]}
    assert booked(garden, system, document, parts(garden)["#6001"]) == total


def test_sys_07_a_preview_of_given_orders_shows_each_by_itself(garden):
    name = flow(garden, "exactonline", "sales_entry")
    shown = preview(garden.site, name, (garden.order_id(6001), garden.order_id(6002)))
    assert [one.label for one in shown.bookings] == ["#6001", "#6002"]


def test_sys_07_a_day_whose_paper_cannot_be_booked_is_told_in_the_preview_with_why(garden):
    name = flow(garden, "exactonline", "sales_entry")
    with garden.site.db.write() as session:
        session.execute(sa.delete(TableRow).where(TableRow.table == "vat_code"))
    shown = preview(garden.site, name, (), THEN.date(), THEN.date())
    (day,) = shown.others
    assert (day.label[0], day.action, day.orders, shown.bookings) == ("D", "parked", 3, ())
    assert {row.facts["table"] for row in day.lacks} == {"vat_code"}


@pytest.mark.parametrize(("system", "document"), [("exactonline", "sales_invoice"), ("accountview", "sales_entry")])
def test_sys_07_the_refunds_of_a_day_become_one_credit_note_of_their_own(garden, system, document):
    orders = flow(garden, system, document)
    garden.run(orders)
    credits = garden.flow(f"credits-{system}", "shopify", system, "credit_note", per="day", fallback_sku=SHIPPING, correction_sku=SHIPPING,
                          adjustment_sku=SHIPPING, settle_seconds=0)  # fmt: skip
    for rate, account in (("21", "8000"), ("9", "8010")):
        garden.add_row(credits, "revenue_account", account, rate=rate)
    garden.add_row(credits, "journal", "70")
    with garden.site.db.write() as session:
        session.add(DebtorRule(connection_id=garden.site.flow(credits).target_id, debtor=debtor(garden, system)))
    summary = garden.run(credits).summary
    assert (summary.created, [(row.label, row.state, row.reason) for row in garden.inbox(credits) if row.state != "done"]) == (2, [])
    (told,) = {one.text for one in garden.steps(kind="checked") if one.label.startswith("C")}  # one paper, told with each of its two
    assert told.startswith(f"Equal to the cent: {POT.price + ROSE.price} here")
    assert garden.run(credits).summary.created == 0


def emptied(order):
    """Everything was taken off this order in the shop; nothing is owed for it any more."""
    nothing = {side: {"amount": "0.00", "currencyCode": "EUR"} for side in ("shopMoney", "presentmentMoney")}
    order |= {"lineItems": {"nodes": []}, "shippingLines": {"nodes": []}, "taxLines": [], "transactions": []}
    order |= {name: nothing for name in order if name.endswith("PriceSet") or name in ("totalTaxSet", "subtotalPriceSet")}


@pytest.fixture
def bare(tmp_path):
    states = states_of(shop_of(sold(6001, POT, ROSE), sold(6002, POT)), known=[COUNTER])
    emptied(shop_order(states, 6002))
    made = Garden(tmp_path, states)
    yield made
    made.close()


NOTHING = "#6002 has no lines, so there is nothing to book."


@pytest.mark.parametrize(("system", "document"), [FORMS[1], FORMS[3]])
def test_sys_07_an_order_without_lines_is_on_no_paper_and_says_so_in_the_preview_and_in_the_run(bare, system, document):
    name = flow(bare, system, document)
    shown = preview(bare.site, name, (), THEN.date(), THEN.date())
    assert [(one.label, one.action, one.why) for one in shown.others] == [("#6002", "parked", NOTHING)]
    planned = bare.run(name, dry_run=True)
    assert [(plan.label, plan.why) for plan in planned.plans if plan.action == "parked"] == [("#6002", NOTHING)]
    summary = bare.run(name).summary
    assert (summary.created, summary.parked, bare.waiting(name)) == (1, 1, {"#6002": NOTHING})
    assert [step.text for step in bare.steps(kind="parked")] == [NOTHING]
    assert list(parts(bare)) == ["#6001"]
    again = bare.run(name).summary
    assert (again.created, again.parked, len(delivered(bare))) == (0, 0, 1)


def test_sys_07_a_paper_that_may_have_arrived_and_lost_an_order_since_holds_all_of_its_orders(bare, monkeypatch):
    name = flow(bare, "exactonline", "sales_entry")
    bare.run(name)
    with bare.site.db.write() as session:  # as if it had been sent with both, and no answer came
        key = session.scalars(sa.select(Link.label).where(Link.resource == "day_part")).one()
        session.execute(sa.update(Link).where(Link.label == key).values(target_key=key))
        session.execute(sa.update(daybook.Delivery).where(daybook.Delivery.key.contains(key)).values(state="sending"))
        row = session.scalars(sa.select(Incoming).where(Incoming.label == "#6002")).one()
        link = session.scalars(sa.select(Link).where(Link.label == key)).one()
        session.add(Link(source_id=link.source_id, target_id=link.target_id, resource="day_part", source_key=row.external_id, target_key=key, label=key, number=""))
        session.execute(sa.update(Incoming).values(state="retry", cause="day.waiting", due_at=utcnow()))
    planned = bare.run(name, dry_run=True)
    held = bare.run(name)
    assert {plan.label for plan in planned.plans if plan.action == "parked"} == {"#6001", "#6002"}
    assert (held.summary.parked, bare.waiting(name)["#6002"]) == (2, NOTHING)
    assert bare.waiting(name)["#6001"].startswith("#6001 is part of D")
    assert bare.waiting(name)["#6001"].endswith(f"which may have arrived in Exact Online and cannot be sent again: {NOTHING}")
    assert len(bare.exact("salesentry/SalesEntries")) == 1
