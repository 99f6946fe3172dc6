"""Refunds: each becomes one credit note in either ledger, equal to the cent to what the customer got back."""

from dataclasses import dataclass, field
from decimal import Decimal
from uuid import uuid4

import pytest
from support.garden import POT, ROSE, SHIPPING, Garden, purchase, shop_of, shopper, states_of
from support.returns import Counter

pytestmark = pytest.mark.walk
LEDGERS = ("exactonline", "accountview")
EACH = pytest.mark.parametrize("ledger", LEDGERS)
RATES = {"exactonline": {"3": 21, "5": 9}, "accountview": {"1": 21, "2": 9}}
WRITES = {"exactonline": "POST /api/v1/3012345/salesinvoice/SalesInvoices", "accountview": "POST /api/v3/accountviewdata"}
TOTAL = Decimal("40.95")
REFUND = """mutation Back($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) { refund { id } userErrors { field message } }
}"""
NUMBERS = {"exactonline": range(5001, 5008), "accountview": range(5011, 5017)}
LATE = 5021


@dataclass
class Books:
    """One ledger of the garden, with a flow for the orders, which are booked, and one for the refunds."""

    garden: Garden
    ledger: str
    orders: str = field(init=False)
    credits: str = field(init=False)
    left: list = field(init=False)

    def __post_init__(self):
        short = {"exactonline": "exact", "accountview": "av"}[self.ledger]
        document = {"exactonline": "sales_invoice", "accountview": "sales_entry"}[self.ledger]
        self.orders = self.garden.flow(f"orders-{short}", "shopify", self.ledger, document=document, release=["paid"])
        settings = {"shipping_sku": SHIPPING, "adjustment_sku": SHIPPING, "fee_sku": SHIPPING, "settle_seconds": 0}
        self.credits = self.garden.flow(f"credits-{short}", "shopify", self.ledger, "credit_note", **settings)
        for flow in (self.orders, self.credits):
            if self.ledger == "exactonline":
                self.garden.add_row(flow, "journal", "71")
            for rate, account in (("21", "8000"), ("9", "8010")):
                self.garden.add_row(flow, "revenue_account", account, rate=rate)
        self.left = list(NUMBERS[self.ledger])
        assert self.garden.send(self.orders, *self.left).created == len(self.left)

    def order(self):
        """An order that is booked: one pot and two roses, with shipping. Gives it as the shop has it."""
        return self.of(self.left.pop(0))

    def of(self, number):
        """This order in the shop now."""
        return next(one for one in self.garden.state("shopify")["orders"] if one["name"] == f"#{number}")

    def give_back(self, order, amount, *pieces, **more):
        """Somebody refunds it in the shop: (place of the line, pieces, restock)."""
        (paid,) = [one for one in nodes(order["transactions"]) if one["kind"] != "REFUND"]
        lines = nodes(order["lineItems"])
        given = {
            "orderId": order["id"], "refundLineItems": [
                {"lineItemId": lines[place]["id"], "quantity": how_many, "restockType": "RETURN" if restock else "NO_RESTOCK"}
                for place, how_many, restock in pieces
            ],
            "transactions": [{"amount": str(amount), "gateway": "iDEAL", "kind": "REFUND", "orderId": order["id"], "parentId": paid["id"]}],
            **more,
        }  # fmt: skip
        body = {"query": REFUND, "variables": {"input": given, "key": str(uuid4())}}
        answer = self.garden.ask("shopify", "POST", "/admin/api/2026-10/graphql.json", json=body).json()
        assert answer["data"]["refundCreate"]["userErrors"] == [], answer

    def send(self, order):
        """Run the flow of the refunds for this order only."""
        return self.garden.run(self.credits, ids=(order["id"],)).summary

    def booked(self, order):
        """(reference, amount given back) of each credit note of this order, as this ledger holds them."""
        found = self._exact() if self.ledger == "exactonline" else self._accountview()
        return sorted(one for one in found if one[0].startswith(order["name"] + "-"))

    def vat(self, order):
        """VAT given back, by rate."""
        made = {}
        for code, vat in self._exact_vat(order) if self.ledger == "exactonline" else self._accountview_vat(order):
            rate = RATES[self.ledger][code.strip()]
            made[rate] = made.get(rate, 0) + amount(vat)
        return made

    def equal(self, order):
        """Whether every write was compared and found equal."""
        told = [one.text for one in self.garden.steps(kind="checked", resource="credit_note") if one.label.startswith(order["name"])]
        return bool(told) and all(one.startswith("Equal to the cent") for one in told)

    def lose_an_answer(self):
        """The next credit note is stored, and then the line breaks."""
        self.garden.faults(self.ledger, {"match": WRITES[self.ledger], "kind": "drop_after", "containing": "-C1"})

    def rows(self, entity, where):
        """Records of Exact Online, as somebody who looks there sees them."""
        address, words = f"/api/v1/3012345/{entity}", {"Accept": "application/json"}
        return self.garden.ask("exactonline", "GET", address, headers=words, params={"$filter": where}).json()["d"]["results"]

    def _exact(self):
        return [(row["YourRef"], -amount(row["AmountFC"])) for row in self.rows("salesinvoice/SalesInvoices", "Type eq 8021")]

    def _accountview(self):
        return [(row["INV_NR"], abs(amount(row["PAGE_AMT"]))) for row in self.garden.accountview("DJ_PAGE")]

    def _exact_vat(self, order):
        made = self.garden.exact("salesinvoice/SalesInvoices")
        ours = {row["InvoiceID"] for row in made if row["YourRef"].startswith(order["name"] + "-")}
        lines = self.garden.exact("salesinvoice/SalesInvoiceLines")
        return [(line["VATCode"], -line["VATAmountFC"]) for line in lines if line["InvoiceID"] in ours]

    def _accountview_vat(self, order):
        ours = {row["REC_ID"] for row in self.garden.accountview("DJ_PAGE") if row["INV_NR"].startswith(order["name"] + "-")}
        lines = self.garden.accountview("DJ_LINE")
        return [(line["VAT_CODE"], line["VAT_AMT"]) for line in lines if line["SRC_ID"] in ours and line.get("VAT_CODE")]


def amount(number):
    return Decimal(str(number))


def nodes(rows):
    return rows["nodes"] if isinstance(rows, dict) else rows


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """All orders wait in the shop; the books have their articles."""
    numbers = [*NUMBERS["exactonline"], *NUMBERS["accountview"], LATE]
    orders = [purchase(number, shopper(number), POT, ROSE) for number in numbers]
    made = Garden(tmp_path_factory.mktemp("refunds"), states_of(shop_of(*orders)))
    yield made
    made.close()


@pytest.fixture(scope="module")
def all_books(garden):
    return {ledger: Books(garden, ledger) for ledger in LEDGERS}


@pytest.fixture
def books(all_books, ledger):
    return all_books[ledger]


@EACH
def test_fin_10_part_of_a_line_goes_back_to_the_shelf_and_then_the_rest_does_not(books):
    order = books.order()
    books.give_back(order, "10.95", (1, 1, True), note="Te veel besteld")
    assert books.send(order).created == 1
    assert books.booked(order) == [(f"{order['name']}-C1", Decimal("10.95"))]
    assert books.vat(order) == {9: Decimal("0.90")}
    books.give_back(order, "10.95", (1, 1, False))
    assert books.send(order).created == 1
    assert books.booked(order) == [(f"{order['name']}-C{number}", Decimal("10.95")) for number in (1, 2)]


@EACH
def test_fin_10_a_whole_order_is_credited_with_the_vat_it_was_sold_with(books):
    order = books.order()
    books.give_back(order, TOTAL, (0, 1, True), (1, 2, True), shipping={"fullRefund": True})
    assert books.send(order).created == 1
    assert books.booked(order) == [(f"{order['name']}-C1", TOTAL)]
    assert books.vat(order) == {21: Decimal("3.31"), 9: Decimal("1.81")}
    assert books.equal(order)


@EACH
def test_fin_10_shipping_alone_and_an_amount_alone_each_get_their_own_rate_of_vat(books):
    order = books.order()
    books.give_back(order, "6.95", shipping={"fullRefund": True})
    assert books.send(order).created == 1
    assert books.vat(order) == {21: Decimal("1.21")}
    books.give_back(order, "5.00", note="Potje kapot")  # 2.33 of it at 21 percent and 2.67 at 9, as the order was
    assert books.send(order).created == 1
    assert books.booked(order) == [(f"{order['name']}-C1", Decimal("6.95")), (f"{order['name']}-C2", Decimal("5.00"))]
    assert books.vat(order) == {21: Decimal("1.21") + Decimal("0.40"), 9: Decimal("0.22")}
    assert books.equal(order)


def test_fin_10_what_is_withheld_of_goods_that_came_back_is_a_line_of_its_own(all_books):
    books = all_books["exactonline"]
    order = books.order()
    books.give_back(order, "18.00", (1, 2, True))
    assert books.send(order).created == 1
    assert books.booked(order) == [(f"{order['name']}-C1", Decimal("18.00"))]
    assert books.vat(order) == {9: Decimal("1.81") - Decimal("0.32")}


@EACH
@pytest.mark.parametrize("way", ["process", "refund"])
def test_fin_10_what_the_shop_keeps_of_a_return_is_taken_off_and_the_rest_is_what_the_customer_got(books, way):
    order, counter = books.order(), Counter(books.garden)
    number = order["name"].lstrip("#")
    counter.send_parcel(number)
    shipping = {"returnShippingFee": {"amount": {"amount": "2.50", "currencyCode": "EUR"}}}
    gid = counter.take_back(number, (POT.sku, 1), (ROSE.sku, 2), fee=10, **shipping)
    back = Decimal("12.10") + Decimal("21.90") - Decimal("1.21") - Decimal("2.19") - Decimal("2.50")
    {"process": counter.process, "refund": counter.refund_return}[way](number, gid, str(back))
    assert books.send(order).created == 1
    assert books.booked(order) == [(f"{order['name']}-C1", back)]
    # 2.10 less 0.21 and 0.15 of 0.89 for the parcel; 1.81 less 0.18 and 0.13 of 1.61
    assert books.vat(order) == {21: Decimal("1.74"), 9: Decimal("1.50")}
    assert books.equal(order)
    assert Decimal(counter.order(number)["totalOutstandingSet"]["shopMoney"]["amount"]) == 0


@EACH
def test_fin_10_a_refund_that_is_read_twice_or_whose_answer_got_lost_is_one_credit_note(books):
    order = books.order()
    books.give_back(order, "12.10", (0, 1, True))
    books.lose_an_answer()
    assert books.send(order).created == 0
    books.garden.faults(books.ledger)
    assert books.send(order).created == 1
    once = [(f"{order['name']}-C1", Decimal("12.10"))]
    assert books.booked(order) == once
    assert books.send(order).created == 0
    (row,) = [one for one in books.garden.inbox(books.credits) if one.label == once[0][0]]
    assert row.state == "done"
    assert books.garden.run(books.credits, ids=(row.external_id,)).summary.created == 0
    assert books.booked(order) == once


def test_fin_10_a_refund_of_an_order_that_is_not_booked_yet_follows_it_and_names_its_invoice(all_books):
    books = all_books["exactonline"]
    order = books.of(LATE)
    books.give_back(order, "12.10", (0, 1, False))
    assert books.send(order).skipped == 1
    (row,) = [one for one in books.garden.inbox(books.credits) if one.label == f"#{LATE}-C1"]
    assert row.reason == f"The order #{LATE} was never booked in Exact Online, so there is nothing to credit."
    assert books.garden.send(books.orders, LATE).created == 1
    assert books.garden.run(books.credits, limit=1).summary.created == 1
    assert books.booked(order) == [(row.label, Decimal("12.10"))]
    made = {one["YourRef"]: one for one in books.garden.exact("salesinvoice/SalesInvoices")}
    invoice = made[f"#{LATE}"].get("InvoiceNumber") or made[f"#{LATE}"]["OrderNumber"]
    assert made[f"#{LATE}-C1"]["Description"] == f"#{LATE}-C1 / {invoice}"
