"""Fees, tips, import duties, deposits and amounts given back: on an article, an account or as a charge, and credited likewise."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from support.garden import POT, SHIPPING, Garden, purchase, shop_of, shop_order, shopper, states_of

pytestmark = pytest.mark.walk
BOTTLE = replace(POT, sku="STATIEGELD", title="Statiegeld", vat=0, price=Decimal("0.25"), ean="8710000000073")
OWN = {"fee": "TOESLAG", "tip": "FOOIPOT", "duty": "INVOER", "adjustment": "GOEDWIL"}
"""The article of each kind; a deposit has its own in the shop."""
GOODS = [POT, BOTTLE, *(replace(BOTTLE, sku=sku, title=sku.capitalize(), ean=f"87100000001{place:02d}") for place, sku in enumerate(OWN.values()))]
KINDS = ("fee", "tip", "duty", "deposit", "adjustment")
ACCOUNTS = {"shipping": "8020", "fee": "8010", "tip": "8040", "duty": "8100", "deposit": "8030", "adjustment": "8020"}
ON_ARTICLES = {f"{kind}_sku": sku for kind, sku in OWN.items()}
TOTAL, BACK = Decimal("27.96"), Decimal("8.71")
"""A pot, two bottles, delivery, a tip of 2.00, duties of 5.00 and a fee of 1.41; all but the pot and the delivery came back, the fee and tip as an amount."""


@dataclass(frozen=True)
class Way:
    """An order in one ledger, and its refund: the papers and how these lines are booked."""

    number: int
    ledger: str
    document: str
    credit: str
    settings: dict


WAYS = [
    Way(9501, "exactonline", "sales_invoice", "credit_note", ON_ARTICLES),
    Way(9502, "exactonline", "sales_invoice", "credit_note", {"on_ledger": [*KINDS]}),
    Way(9503, "exactonline", "sales_entry", "credit_entry", {}),
    Way(9504, "exactonline", "sales_order", "direct_credit", {**ON_ARTICLES, "as_charge": [*KINDS]}),
    Way(9505, "accountview", "sales_order", "direct_credit", ON_ARTICLES),
    Way(9506, "accountview", "sales_entry", "credit_note", {}),
]
EACH = pytest.mark.parametrize("way", WAYS, ids=[f"{one.ledger}-{one.document}-{place}" for place, one in enumerate(WAYS)])


def bag(amount):
    return {side: {"amount": amount, "currencyCode": "EUR"} for side in ("shopMoney", "presentmentMoney")}


def furnish(node):
    """The order as it was paid, and its refund some days later."""
    moment, key = (datetime.now(UTC) - timedelta(days=3)).isoformat(), node["name"].strip("#")
    for name in [name for name in node if name.endswith("Set")]:
        del node[name]
    fee = {"id": f"gid://shopify/AdditionalFee/{key}", "name": "Spoed", "price": bag("1.41"),
           "taxLines": [{"title": "VAT", "ratePercentage": 21.0, "priceSet": bag("0.24")}]}  # fmt: skip
    bottle = node["lineItems"]["nodes"][1]
    paid = {"id": f"gid://shopify/OrderTransaction/77{key}", "kind": "REFUND", "status": "SUCCESS", "gateway": "iDEAL", "amountSet": bag(str(BACK))}
    refund = {
        "id": f"gid://shopify/Refund/77{key}", "createdAt": moment, "transactions": [paid], "duties": [{"amountSet": bag("5.00")}],
        "refundLineItems": [{"lineItem": {"id": bottle["id"]}, "quantity": 2, "subtotalSet": bag("0.50"), "totalTaxSet": bag("0.00")}],
        "orderAdjustments": [{"id": f"gid://shopify/OrderAdjustment/77{key}", "reason": "REFUND_DISCREPANCY", "amountSet": bag("3.21"), "taxAmountSet": bag("0.00")}],
    }  # fmt: skip
    node |= {
        "totalPriceSet": bag(str(TOTAL)), "totalTipReceivedSet": bag("2.00"), "originalTotalDutiesSet": bag("5.00"), "currentTotalDutiesSet": bag("5.00"),
        "additionalFees": [fee], "refunds": [refund], "totalRefundedSet": bag(str(BACK)), "displayFinancialStatus": "PARTIALLY_REFUNDED",
        "transactions": [{**one, "amountSet": bag(str(TOTAL))} for one in node["transactions"]], "updatedAt": moment,
    }  # fmt: skip


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """An order for each way."""
    states = states_of(shop_of(*(purchase(one.number, shopper(one.number), POT, BOTTLE) for one in WAYS), articles=(POT, BOTTLE)), articles=GOODS)
    for one in WAYS:
        furnish(shop_order(states, one.number))
    made = Garden(tmp_path_factory.mktemp("extras"), states)
    yield made
    made.close()


def flow(garden, way, resource):
    """The flow of the orders, or of their refunds."""
    settings = {**way.settings, "as_charge": [], "on_ledger": way.settings.get("on_ledger", [])} if resource == "credit_note" else way.settings
    document = way.credit if resource == "credit_note" else way.document
    name = garden.flow(f"{resource}-{way.number}".replace("_", "-"), "shopify", way.ledger, resource, document=document, release=["paid"],
                       shipping_sku=SHIPPING, deposit_skus=[BOTTLE.sku], **settings)  # fmt: skip
    garden.add_row(name, "revenue_account", "8000")
    for kind, account in ACCOUNTS.items():
        garden.add_row(name, "revenue_account", account, kind=kind)
    for kind in KINDS:
        garden.add_row(name, "order_charge", "VERZ", kind=kind)
    garden.add_row(name, "journal", "71" if way.ledger == "exactonline" else "")
    return name


def told(garden, name):
    """How the ledger's total compares."""
    return [step.text for step in garden.steps(kind="checked", flow_id=garden.site.flow(name).id)]


def lines(garden, way, reference):
    """What each line of a paper was booked on: an article's code, or an account."""
    if way.ledger == "accountview":
        return av_lines(garden, reference)
    items = {row["ID"]: row["Code"].strip() for row in garden.exact("logistics/Items")}
    accounts = {row["ID"]: row["Code"].strip() for row in garden.exact("financial/GLAccounts")}
    found = []
    for paper, entity, key in (("salesorder/SalesOrders", "salesorder/SalesOrderLines", "OrderID"), ("salesinvoice/SalesInvoices", "salesinvoice/SalesInvoiceLines", "InvoiceID"),
                               ("salesentry/SalesEntries", "salesentry/SalesEntryLines", "EntryID")):  # fmt: skip
        ours = {row[key] for row in garden.exact(paper) if row["YourRef"] == reference}
        found += [items.get(row.get("Item")) or accounts.get(row["GLAccount"]) for row in garden.exact(entity) if row[key] in ours]
    return found


def av_lines(garden, reference):
    found = []
    for paper, below in (("SO_HDR", "SO_LINE"), ("SOI_HDR", "SOI_LINE"), ("DJ_PAGE", "DJ_LINE")):
        ours = {row["REC_ID"] for row in garden.accountview(paper) if reference in map(str, row.values())}
        mine = [row for row in garden.accountview(below) if ours & {row.get("HDR_ID"), row.get("SRC_ID")}]
        found += [str(row.get("ART_CODE") or row.get("ACCT_NR")).strip() for row in mine]
    return found


@EACH
def test_fin_07_each_kind_of_line_is_booked_as_chosen_and_so_is_its_refund(garden, way):
    sold = flow(garden, way, "sales_order")
    assert garden.send(sold, way.number).created == 1, garden.waiting(sold)
    (first,) = told(garden, sold)
    assert first.startswith(f"Equal to the cent: {TOTAL} here")
    booked = set(lines(garden, way, f"#{way.number}"))
    back = flow(garden, way, "credit_note")
    assert garden.send(back, way.number).created == 1, garden.waiting(back)
    (second,) = told(garden, back)
    assert second.startswith(f"Equal to the cent: {BACK} here")
    credited = set(lines(garden, way, f"#{way.number}-C1"))
    if "as_charge" in way.settings:
        assert booked == {POT.sku, SHIPPING}
        return
    on_article = "fee_sku" in way.settings
    name = {kind: OWN.get(kind, BOTTLE.sku) if on_article else ACCOUNTS[kind] for kind in KINDS}
    assert {name[kind] for kind in ("fee", "tip", "duty", "deposit")} <= booked
    assert {name[kind] for kind in ("duty", "deposit", "adjustment")} <= credited
    assert name["fee"] not in credited
