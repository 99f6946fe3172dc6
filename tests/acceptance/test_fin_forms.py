"""What is no article in the books: delivery costs, deposits and gift cards, each on an article, a charge or an account."""

from dataclasses import replace
from decimal import Decimal

import pytest
from support.garden import POT, ROSE, Garden, bare_plan, purchase, shop_of, shop_order, shopper, states_of
from support.ledgers import ledger

pytestmark = pytest.mark.walk
BOTTLE = replace(POT, sku="STATIEGELD", title="Statiegeld", vat=0, price=Decimal("0.25"), ean="8710000000073")
ACCOUNTS = {"exactonline": ("8000", "8090", "8010"), "accountview": ("8000", "8000", "8010")}
NUMBERS = range(4201, 4220)
ORDERS = tuple(
    purchase(number, shopper(number), *{4203: (POT, ROSE), 4205: (POT, BOTTLE), 4209: (POT, ROSE), 4210: (POT, ROSE)}.get(number, (POT,)))
    for number in NUMBERS
)
TOTALS = {one.number: one.total for one in ORDERS}


def paid_with(payment, gateway, amount):
    """A payment like this one, of this amount and by this gateway."""
    money = {"amount": amount, "currencyCode": "EUR"}
    same = {"id": f"{payment['id']}{len(gateway)}", "gateway": gateway, "amountSet": {"shopMoney": money, "presentmentMoney": money}}
    return {**payment, **same}


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """The orders wait in the shop; each test sends its own."""
    states = states_of(shop_of(*ORDERS, articles=(POT, ROSE, BOTTLE)), articles=(POT, ROSE, BOTTLE))
    shop_order(states, 4211)["lineItems"]["nodes"][0]["sku"] = ""  # something made to order
    order = shop_order(states, 4212)
    order["transactions"] = [paid_with(order["transactions"][0], "gift_card", "10.00"), paid_with(order["transactions"][0], "ideal", "9.05")]
    made = Garden(tmp_path_factory.mktemp("forms"), states, bare_plan())
    yield made
    made.close()


def flow(garden, name, target="exactonline", **settings):
    made = garden.flow(name, "shopify", target, **settings)
    own, delivery, deposit = ACCOUNTS[target]
    garden.add_row(made, "revenue_account", own)
    garden.add_row(made, "revenue_account", delivery, kind="shipping")
    garden.add_row(made, "revenue_account", deposit, kind="deposit")
    garden.add_row(made, "order_charge", "VERZ", kind="shipping")
    garden.add_row(made, "journal", "71" if target == "exactonline" else "")
    return made


def accounts(garden, entity, key, parent):
    """(account, article?, amount, VAT code) of the lines of one paper in Exact Online."""
    codes = {row["ID"]: row["Code"] for row in garden.exact("financial/GLAccounts")}
    return [
        (codes.get(line["GLAccount"]), bool(line.get("Item")), Decimal(str(line["Quantity"])), line["VATCode"].strip())
        for line in garden.exact(entity) if line[key] == parent
    ]  # fmt: skip


def test_fin_06_delivery_costs_of_an_order_are_a_charge_in_exact_online_to_the_cent(garden):
    made = flow(garden, "charge", as_charge=["shipping"])
    assert garden.send(made, 4201).created == 1, garden.waiting(made)
    row = ledger(garden, "exactonline").orders()["#4201"].row
    (charge,) = [one for one in garden.exact("salesorder/SalesOrderOrderChargeLines") if one["OrderID"] == row["OrderID"]]
    assert Decimal(str(charge["AmountFCInclVAT"])) == Decimal("6.95")
    assert charge["IsShippingCost"] is True
    assert [sku for sku, *_ in ledger(garden, "exactonline").orders()["#4201"].lines] == ["POT-1"]
    assert "Equal to the cent" in garden.steps(kind="checked")[-1].text


def test_fin_06_delivery_costs_of_an_invoice_are_on_a_ledger_account_in_exact_online(garden):
    made = flow(garden, "ledger", document="sales_invoice", on_ledger=["shipping"])
    assert garden.send(made, 4202).created == 1, garden.waiting(made)
    (paper,) = [one for one in garden.exact("salesinvoice/SalesInvoices") if one["YourRef"] == "#4202"]
    lines = accounts(garden, "salesinvoice/SalesInvoiceLines", "InvoiceID", paper["InvoiceID"])
    assert [(account, article) for account, article, *_ in lines] == [("8000", True), ("8090", False)]
    assert str(TOTALS[4202]) in garden.steps(kind="checked")[-1].text


@pytest.mark.parametrize(("target", "number"), [("exactonline", 4203), ("accountview", 4209)])
def test_fin_06_vat_of_delivery_is_split_over_the_rates_of_the_goods_and_nobody_pays_more(garden, target, number):
    made = flow(garden, f"split-{target}", target, shipping_vat="split", fallback_sku="POT-1", shipping_sku="POT-1")
    assert garden.send(made, number).created == 1, garden.waiting(made)
    order = ledger(garden, target).orders()[f"#{number}"]
    assert order.total == TOTALS[number]
    pot, rose, *delivery = order.lines
    assert len(delivery) == 2
    assert sum(quantity * price for _, quantity, price, _ in delivery) == Decimal("6.95")
    assert {code for *_, code in delivery} == {pot[3], rose[3]}


def test_fin_06_an_order_takes_no_ledger_account_and_says_so_before_anything_is_written(garden):
    for target in ("exactonline", "accountview"):
        made = flow(garden, f"no-ledger-{target}", target, on_ledger=["shipping"])
        result = garden.run(made, ids=(garden.order_id(4204),))
        assert result.summary.outcome == "stopped"
        assert result.reason.startswith("Sales orders of ")
        assert "take no lines on a ledger account, so the shipping line cannot be booked so." in result.reason
        assert "#4204" not in ledger(garden, target).orders()


@pytest.mark.parametrize("target", ["exactonline", "accountview"])
def test_fin_07_a_deposit_is_on_its_own_account_without_vat(garden, target):
    number = 4205
    made = flow(garden, f"deposit-{target}", target, document="sales_entry", deposit_skus=["STATIEGELD"])
    assert garden.send(made, number).created == 1, garden.waiting(made)
    if target == "exactonline":
        (entry,) = [one for one in garden.exact("salesentry/SalesEntries") if one["YourRef"] == f"#{number}"]
        booked = accounts(garden, "salesentry/SalesEntryLines", "EntryID", entry["EntryID"])
        assert ("8010", False) in [(account, article) for account, article, *_ in booked]
    else:
        assert "8010" in {str(row["ACCT_NR"]).strip() for row in garden.accountview("DJ_LINE")}


@pytest.mark.parametrize("target", ["exactonline", "accountview"])
def test_fin_04_accounts_and_cost_centres_follow_the_article_group_the_country_and_the_channel(garden, target):
    centre = first_centre(garden, target)
    made = garden.flow(f"accounts-{target}", "shopify", target, document="sales_entry")
    garden.add_row(made, "journal", "71" if target == "exactonline" else "")
    garden.add_row(made, "revenue_account", "8000")
    garden.add_row(made, "revenue_account", "8010", group="PLANT", country="NL")
    garden.add_row(made, "cost_center", centre, group="PLANT")
    assert garden.send(made, 4210).created == 1, garden.waiting(made)
    if target == "exactonline":
        codes = {row["ID"]: row["Code"] for row in garden.exact("financial/GLAccounts")}
        (entry,) = [one for one in garden.exact("salesentry/SalesEntries") if one["YourRef"] == "#4210"]
        lines = [one for one in garden.exact("salesentry/SalesEntryLines") if one["EntryID"] == entry["EntryID"]]
        booked = {(codes[one["GLAccount"]], (one.get("CostCenter") or "").strip()) for one in lines}
    else:
        page = next(row["REC_ID"] for row in garden.accountview("DJ_PAGE") if row["INV_NR"].strip() == "#4210")
        lines = [row for row in garden.accountview("DJ_LINE") if page in row.values()]
        booked = {(row["ACCT_NR"].strip(), (row.get("COST_CODE") or "").strip()) for row in lines}
    assert {("8000", ""), ("8010", centre)} <= booked


def first_centre(garden, target):
    """A cost centre that the books have."""
    if target == "exactonline":
        return garden.exact("hrm/Costcenters")[0]["Code"].strip()
    return garden.accountview("COST")[0]["COST_CODE"].strip()


def test_ord_17_a_line_without_an_article_number_is_booked_on_a_ledger_account(garden):
    made = flow(garden, "custom", document="sales_invoice", on_ledger=["custom"])
    assert garden.send(made, 4211).created == 1, garden.waiting(made)
    (paper,) = [one for one in garden.exact("salesinvoice/SalesInvoices") if one["YourRef"] == "#4211"]
    lines = accounts(garden, "salesinvoice/SalesInvoiceLines", "InvoiceID", paper["InvoiceID"])
    assert ("8000", False) in [(account, article) for account, article, *_ in lines]


@pytest.mark.parametrize("target", ["exactonline", "accountview"])
def test_fin_09_what_was_paid_with_a_gift_card_is_taken_off_the_liability_and_the_rest_is_owed(garden, target):
    made = garden.flow(f"cards-{target}", "shopify", target, document="sales_entry", gift_cards="line")
    garden.add_row(made, "journal", "71" if target == "exactonline" else "")
    garden.add_row(made, "revenue_account", "8000")
    garden.add_row(made, "revenue_account", "8010", kind="gift_card")
    assert garden.send(made, 4212).created == 1, garden.waiting(made)
    (told,) = [step.text for step in garden.steps(kind="checked", flow_id=garden.site.flow(made).id)]
    assert told.startswith("Equal to the cent: 9.05 here")
