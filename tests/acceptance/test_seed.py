"""The brief itself, seen from what the ledgers hold and what a person reads."""

import time
from collections import Counter
from decimal import Decimal

import pytest
from koppel.actions.flows import change_flow
from koppel.actions.records import retry
from koppel.demo.webshop import build
from koppel.engines.embedded import EmbeddedEngine
from koppel.store.models import Connection, DebtorRule, Flow, Rule, TableRow

pytestmark = pytest.mark.walk
LEDGERS = ("orders-to-accountview", "orders-to-exact")
SHOP = build()


def orders(trio, flow):
    """What the ledger of this flow holds: order number to (header, lines)."""
    if flow == "orders-to-exact":
        lines = trio.exact("salesorder/SalesOrderLines")
        return {
            row["YourRef"]: (row, [line for line in lines if line["OrderID"] == row["OrderID"]])
            for row in trio.exact("salesorder/SalesOrders")
        }
    lines = trio.accountview("SO_LINE")
    return {
        row["COMMENT1"]: (row, [line for line in lines if line["HDR_ID"] == row["REC_ID"]])
        for row in trio.accountview("SO_HDR")
    }


def setting(trio, flow, **changes):
    row = trio.site.flow(flow)
    change_flow(trio.site, flow, {**row.settings, **changes}, row.schedule)


def add(trio, row):
    with trio.site.db.write() as session:
        session.add(row)


def target_of(trio, flow):
    return trio.site.flow(flow).target_id


@pytest.mark.parametrize("flow", LEDGERS)
def test_seed_01_only_released_orders_travel(done, flow):
    pending = {f"#{one.number}" for one in SHOP.purchases if not one.paid}
    assert pending
    assert pending.isdisjoint(orders(done, flow))
    reasons = {row.label: row.reason for row in done.inbox(flow, state="skipped")}
    assert set(reasons) == pending
    assert all("it is sent once it is paid" in reason for reason in reasons.values())


@pytest.mark.parametrize("flow", LEDGERS)
def test_seed_01_another_status_releases_when_the_settings_say_so(fresh, flow):
    if flow == "orders-to-exact":
        fresh.run("articles-to-exact")
    setting(fresh, flow, release=["pending"])
    fresh.run(flow)
    assert set(orders(fresh, flow)) == {f"#{one.number}" for one in SHOP.purchases if not one.paid}


@pytest.mark.parametrize("flow", LEDGERS)
def test_seed_01_every_total_is_equal_to_the_cent(done, flow):
    quantity, price = ("Quantity", "NetPrice") if flow == "orders-to-exact" else ("ORD_QTY", "ART_PX")
    held = {
        number: sum((Decimal(str(line[quantity])) * Decimal(str(line[price])) for line in lines), Decimal())
        for number, (_, lines) in orders(done, flow).items()
    }
    wanted = {f"#{one.number}": one.total for one in SHOP.purchases if one.paid and one.number != 1065}
    assert held == wanted
    checked = [step.text for step in done.steps(kind="checked", flow_id=done.site.flow(flow).id)]
    assert len(checked) == 60
    assert all(text.startswith("Equal to the cent") for text in checked)


def test_seed_03_customers_travel_on_their_own_and_with_an_order(done):
    emails = Counter(row["Email"] for row in done.exact("crm/Accounts") if row.get("Email"))
    assert {one.email for one in SHOP.ledger_customers} <= set(emails)
    buyers = {one.shopper.email for one in SHOP.purchases if one.paid and one.number != 1065}
    assert buyers <= set(emails)
    assert set(emails.values()) == {1}


def test_seed_03_a_known_customer_is_left_alone_when_updating_is_off(fresh):
    known = {row["SUB_NR"]: row for row in fresh.accountview("CONTACT")}
    setting(fresh, "orders-to-accountview", customer_update=False)
    fresh.run("orders-to-accountview")
    after = {row["SUB_NR"]: row for row in fresh.accountview("CONTACT")}
    assert len(after) > len(known)
    assert {number: after[number] for number in known} == known


def test_seed_04_a_company_has_its_contact_underneath_and_a_person_has_a_full_name(done):
    accounts = {row["Email"]: row for row in done.exact("crm/Accounts") if row.get("Email")}
    contacts = {row["Account"]: row for row in done.exact("crm/Contacts")}
    debtors = {row["MAIL_BUS"]: row for row in done.accountview("CONTACT")}
    functions = {row["SUB_NR"] for row in done.accountview("CON_PP")}
    for purchase in SHOP.purchases:
        shopper = purchase.shopper
        if not purchase.paid or purchase.number == 1065:
            continue
        assert accounts[shopper.email]["Name"] == shopper.name
        assert debtors[shopper.email]["ACCT_NAME"] == shopper.name[:40]
        if shopper.company:
            assert contacts[accounts[shopper.email]["ID"]]["LastName"].endswith(shopper.last_name.split()[-1])
            assert debtors[shopper.email]["SUB_NR"] in functions


@pytest.mark.parametrize("flow", LEDGERS)
def test_seed_05_a_customer_is_recognised_by_e_mail(done, flow):
    table, name = (("CONTACT", "MAIL_BUS"), ("crm/Accounts", "Email"))[flow == "orders-to-exact"]
    rows = done.exact(table) if flow == "orders-to-exact" else done.accountview(table)
    emails = Counter((row.get(name) or "").lower() for row in rows if row.get(name))
    assert max(emails.values()) == 1


@pytest.mark.parametrize("flow", LEDGERS)
def test_seed_06_a_default_debtor_takes_all_orders(fresh, flow):
    if flow == "orders-to-exact":
        fresh.run("articles-to-exact")
        account = fresh.exact("crm/Accounts")[0]
        code, key = account["Code"].strip(), account["ID"]
    else:
        code = key = fresh.accountview("CONTACT")[4]["SUB_NR"]
    add(fresh, DebtorRule(connection_id=target_of(fresh, flow), debtor=code))
    fresh.run(flow)
    held = orders(fresh, flow)
    assert len(held) == 60
    assert {header["OrderedBy" if flow == "orders-to-exact" else "RPL_INV"] for header, _ in held.values()} == {key}


def test_seed_06_a_rule_takes_the_orders_it_fits(fresh):
    code = fresh.accountview("CONTACT")[4]["SUB_NR"]
    add(fresh, DebtorRule(connection_id=target_of(fresh, "orders-to-accountview"), debtor=code, customer="guest"))
    fresh.run("orders-to-accountview")
    on_it = {number for number, (header, _) in orders(fresh, "orders-to-accountview").items() if header["RPL_INV"] == code}
    guests = {f"#{one.number}" for one in SHOP.purchases if one.shopper.guest and one.paid}
    assert guests <= on_it


@pytest.mark.parametrize("flow", LEDGERS)
def test_seed_07_an_existing_order_is_skipped_even_when_the_link_is_gone(done, flow):
    before = len(orders(done, flow))
    with done.site.db.write() as session:
        from koppel.store.models import Delivery, Incoming, Link

        identity = done.site.flow(flow)
        session.query(Link).filter_by(target_id=identity.target_id, resource="sales_order").delete()
        session.query(Delivery).filter_by(target_id=identity.target_id, resource="sales_order").delete()
        session.query(Incoming).filter_by(flow_id=identity.id, state="done").update({"state": "new"})
    summary = done.run(flow).summary
    assert (summary.created, summary.skipped) == (0, 60)
    assert len(orders(done, flow)) == before


@pytest.mark.parametrize("flow", LEDGERS)
def test_seed_07_an_order_with_an_unknown_article_leaves_nothing_behind(fresh, flow):
    if flow == "orders-to-exact":
        fresh.run("articles-to-exact")
    number = SHOP.purchases[-1]
    row = next(one for one in fresh.state("shopify")["orders"] if one["name"] == f"#{number.number}")
    before = len(fresh.exact("crm/Accounts")), len(fresh.accountview("CONTACT"))
    result = fresh.run(flow, ids=(row["id"],)).summary
    assert (result.created, result.parked) == (0, 1)
    assert "SKU ROOS-12-ONBEKEND is not in" in fresh.inbox(flow, state="parked")[0].reason
    assert (len(fresh.exact("crm/Accounts")), len(fresh.accountview("CONTACT"))) == before
    assert orders(fresh, flow) == {}


def test_seed_08_what_the_ledger_needs_is_added_and_what_is_missing_is_named(fresh):
    fresh.run("articles-to-exact")
    target = target_of(fresh, "orders-to-exact")
    with fresh.site.db.write() as session:
        session.query(TableRow).filter_by(connection_id=target, table="vat_code").delete()
    fresh.run("orders-to-exact")
    assert orders(fresh, "orders-to-exact") == {}
    assert all("There is no VAT code for" in row.reason for row in fresh.inbox("orders-to-exact", cause="map"))
    for rate, code in (("21", "3"), ("9", "5"), ("0", "1")):
        add(fresh, TableRow(connection_id=target, table="vat_code", conditions={"rate": rate}, value=code))
    retry(fresh.site, flow="orders-to-exact")
    fresh.run("orders-to-exact")
    held = orders(fresh, "orders-to-exact")
    assert len(held) == 60
    codes = {line["VATCode"].strip() for _, lines in held.values() for line in lines}
    assert codes == {"3", "5"}
    assert all(header["PaymentCondition"] for header, _ in held.values())


def test_seed_11_payment_terms_follow_the_method_with_default_and_force(fresh):
    setting(fresh, "orders-to-accountview", release=["pending"])
    fresh.run("orders-to-accountview")
    for purchase in SHOP.purchases:
        if not purchase.paid:
            header, _ = orders(fresh, "orders-to-accountview")[f"#{purchase.number}"]
            assert header["DISC_CODE"] == ("14" if purchase.method == "Klarna" else "VB")
    target = target_of(fresh, "orders-to-accountview")
    add(fresh, TableRow(connection_id=target, table="payment_term", conditions={}, value="30", force=True))
    setting(fresh, "orders-to-accountview", release=["paid"])
    row = next(one for one in fresh.state("shopify")["orders"] if one["name"] == "#1001")
    fresh.run("orders-to-accountview", ids=(row["id"],))
    assert orders(fresh, "orders-to-accountview")["#1001"][0]["DISC_CODE"] == "30"


def test_seed_15_articles_travel_by_sku_both_ways(done):
    items = Counter(row["Code"] for row in done.exact("logistics/Items"))
    articles = Counter(row["ART_CODE"] for row in done.accountview("ARTICLE"))
    everywhere = {one.sku for one in (*SHOP.articles, *SHOP.ledger_only, *SHOP.exact_only)}
    assert everywhere <= set(items)
    assert everywhere <= set(articles)
    assert set(items.values()) == set(articles.values()) == {1}


def test_seed_16_a_field_that_is_only_for_new_records_is_not_overwritten(fresh):
    with fresh.site.db.write() as session:
        row = session.query(Rule).filter_by(
            system="exactonline", direction="outbound", resource="product", target="Description", flow_id=None
        ).one()
        row.spec, row.origin = {**row.spec, "when": "create"}, "site"
    fresh.run("articles-to-exact")
    sku = SHOP.articles[0].sku
    with fresh.site.db.write() as session:
        from koppel.store.models import Incoming

        flow = fresh.site.flow("articles-to-exact")
        incoming = session.query(Incoming).filter_by(flow_id=flow.id, label=sku).one()
        incoming.payload = {**incoming.payload, "ART_DESC1": "Een andere naam", "PX_SELL": Decimal("99.95")}
        incoming.state = "new"
    assert fresh.run("articles-to-exact", limit=1).summary.updated >= 1
    item = next(row for row in fresh.exact("logistics/Items") if row["Code"] == sku)
    prices = [row["Price"] for row in fresh.exact("logistics/SalesItemPrices") if row["Item"] == item["ID"]]
    assert item["Description"] == SHOP.articles[0].title
    assert 99.95 in prices


def test_seed_22_the_default_mapping_fills_what_a_bookkeeper_expects(done):
    items = {row["Code"]: row for row in done.exact("logistics/Items")}
    prices = {row["Item"]: row["Price"] for row in done.exact("logistics/SalesItemPrices")}
    for article in SHOP.articles:
        item = items[article.sku]
        assert (item["Description"], item["Barcode"]) == (article.title, article.ean)
        assert Decimal(str(prices[item["ID"]])) == article.price
    debtors = {row["MAIL_BUS"]: row for row in done.accountview("CONTACT")}
    for purchase in SHOP.purchases:
        shopper = purchase.shopper
        if purchase.paid and purchase.number != 1065:
            debtor = debtors[shopper.email]
            assert debtor["ADDRESS1"] == f"{shopper.street} {shopper.house_number}"
            assert (debtor["POST_CODE"], debtor["CITY"], debtor["CNT_CODE"]) == (shopper.postcode, shopper.city, shopper.country)
    _, lines = orders(done, "orders-to-accountview")["#1002"]
    bought = Counter({sale.article.sku: sale.quantity for sale in SHOP.purchases[1].sales})
    assert Counter({line["ART_CODE"]: int(line["ORD_QTY"]) for line in lines if line["ART_CODE"] in bought}) == bought


def test_seed_23_a_further_field_and_a_function_are_a_row_away(fresh):
    row = Rule(
        system="exactonline", direction="outbound", resource="product", target="SearchCode", position=99, origin="site",
        spec={"from": "sku", "transform": ["lower", {"prefix": "zoek-"}]},
    )  # fmt: skip
    add(fresh, row)
    fresh.run("articles-to-exact", limit=50)
    made = [item for item in fresh.exact("logistics/Items") if not item["Code"].startswith("DIENST")]
    assert made
    assert all(item["SearchCode"] == f"zoek-{item['Code'].lower()}" for item in made)


def test_seed_25_the_activity_shows_what_came_and_what_went_and_no_secret_is_readable(done):
    row = next(one for one in done.inbox("orders-to-exact") if one.label == "#1002")
    steps = {step.kind: step for step in done.steps(incoming_id=row.id, resource="sales_order")}
    assert steps["arrived"].data["in"]["name"] == "#1002"
    assert steps["created"].data["out"]["YourRef"] == "#1002"
    assert steps["created"].data["answer"]["YourRef"] == "#1002"
    files = [file for file in done.site.config.home.rglob("*") if file.is_file() and file.name != "koppel.key"]
    held = b"".join(file.read_bytes() for file in files)
    for secret in (b"shpss_koppel_sandbox_secret", b"koppel-demo-geheim", b"demo-secret-accountview"):
        assert secret not in held
    with done.site.db.read() as session:
        ids = [one.id for one in session.query(Connection)]
    for number in ids:
        access = done.site.tokens_of(session.get(Connection, number)).access()
        assert access.encode() not in held


def test_seed_27_a_flow_runs_by_itself_on_its_schedule(fresh):
    with fresh.site.db.write() as session:
        session.query(Flow).filter(Flow.name != "stock-to-shop").update({"paused": True})
        session.query(Flow).filter_by(name="stock-to-shop").update({"schedule": "1s"})
    engine = EmbeddedEngine(fresh.site, tick=0.2)
    engine.start()
    deadline = time.monotonic() + 30
    while len(fresh.steps(kind="updated")) < 100 and time.monotonic() < deadline:
        time.sleep(0.2)
    engine.stop()
    assert len(fresh.steps(kind="updated")) >= 100
