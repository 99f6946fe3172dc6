"""What AccountView says afterwards reaches the shop (paid, sent), and what it keeps travels to and from Exact Online."""

from decimal import Decimal

import httpx
import pytest
from koppel.actions.connections import save_connection
from support.garden import POT, ROSE, Garden, av_tables, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk

UNPAID, OPEN, SENT = 6001, 6002, 6003
PNG = "iVBORw0KGgo="
BANK = (("ACCT_NR", "C"), ("TRN_DESC", "C"), ("AMOUNT", "N"), ("SUB_NR", "C"), ("INV_NR", "C"))

SOLD = (("ART_CODE", "C"), ("ORD_QTY", "N"), ("ART_PX", "N"))


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """Orders wait in the shop; AccountView keeps an article with a picture that Exact Online does not know."""
    orders = (
        purchase(UNPAID, shopper(61), paid=False), purchase(OPEN, shopper(62), paid=False),
        purchase(SENT, shopper(63), POT, ROSE),
    )  # fmt: skip
    states = states_of(shop_of(*orders), known=(shopper(50),))
    articles = av_tables(states)["ARTICLE"]
    pot = next(one for one in articles if one["ART_CODE"] == "POT-1")
    articles.append({**pot, "ART_CODE": "VAAS-9", "ART_DESC1": "Vaas", "PX_SELL": 24.2, "IMG_MEDIUM": "vaas.png", "IMG_M_DATA": PNG, "A8_EAN": "8710000000093", "QTY_AVAIL": 7})
    made = Garden(tmp_path_factory.mktemp("life"), states)
    known = made.site.connection("accountview")
    save_connection(made.site, "accountview", "accountview", {**known.settings, "delivery_object": "SH1"})
    yield made
    made.close()


def enter(garden, business_object, tables, header, fields, *lines):
    """A document that somebody enters in AccountView: `header` gives texts by field, `fields` the types of its lines."""
    head = [{"Name": name, "FieldType": "C"} for name in ("RowId", *header)]
    line = [{"Name": name, "FieldType": kind} for name, kind in (("RowId", "C"), ("HeaderId", "C"), *fields)]
    rows = [{"Values": [str(number), "1", *values]} for number, values in enumerate(lines, 1)]
    body = {
        "BookDate": "", "BusinessObject": business_object,
        "Table": {"Definition": {"Name": tables[0], "Fields": head}, "DetailDefinitions": [{"Name": tables[1], "Fields": line}]},
        "TableData": {"Data": {"Rows": [{"Values": ["1", *header.values()]}]}, "DetailData": [{"Rows": rows}]},
    }  # fmt: skip
    garden.ask("accountview", "POST", "/api/v3/accountviewdata", json=body, headers={"x-company": "10412"})


def receive(garden, number, amount):
    """The bank brings what a customer paid for an order."""
    item = next(one for one in garden.accountview("OPENITEM") if one["INV_NR"] == f"#{number}")
    debtor = item["SUB_INV"][:10].strip()
    page = {"DJ_CODE": "BNK", "HDR_DESC": "Ontvangst"}
    enter(garden, "DJ2", ("DJ_PAGE", "DJ_LINE"), page, BANK, ("1100", "Ontvangen", amount, "", ""), ("1210", "Ontvangen", -amount, debtor, f"#{number}"))


def sell(garden, debtor, reference, *lines):
    """An order by telephone."""
    enter(garden, "SO1", ("SO_HDR", "SO_LINE"), {"RPL_INV": debtor, "COMMENT1": reference}, SOLD, *lines)


def make(garden, entity, **fields):
    """Somebody enters a record in Exact Online."""
    token = garden.site.tokens_of(garden.site.connection("exactonline")).access()
    url = f"{garden.addresses['exactonline']}/api/v1/3012345/{entity}"
    answer = httpx.post(url, json=fields, headers={"Authorization": f"Bearer {token}", "Accept": "application/json"})
    assert answer.status_code == 201, answer.text
    return answer.json()["d"]


def in_shop(garden, number):
    return next(one for one in garden.state("shopify")["orders"] if one["name"] == f"#{number}")


def test_seed_14_what_the_bank_brought_in_accountview_marks_the_order_paid_in_the_shop_once(garden):
    flow = garden.flow("entries", "shopify", "accountview", document="sales_entry", release=["paid", "pending"])
    for rate, account in (("21", "8000"), ("9", "8010")):
        garden.add_row(flow, "revenue_account", account, rate=rate)
    garden.add_row(flow, "payment_term", "14")
    assert garden.send(flow, UNPAID, OPEN).created == 2
    receive(garden, UNPAID, float(purchase(UNPAID, shopper(61)).total))
    back = garden.flow("payments-back", "accountview", "shopify", "payment")
    first = garden.run(back).summary
    assert (first.created, first.parked) == (1, 0), garden.waiting(back)
    assert (in_shop(garden, UNPAID)["displayFinancialStatus"], in_shop(garden, OPEN)["displayFinancialStatus"]) == ("PAID", "PENDING")
    again = garden.run(back).summary
    assert (again.created, again.parked) == (0, 0)


def deliver(garden, number, sku, pieces, track):
    """The warehouse sends something of an order."""
    order = next(one for one in garden.accountview("SO_HDR") if one["COMMENT1"] == f"#{number}")
    year = garden.servers["accountview"].shell.sandbox.installation.companies[0].administrations[-1]
    heads, lines = year.tables["SH_HDR"], year.tables["SH_LINE"]
    moment = order["CNG_DATE"]
    head = heads.add({**heads.blank(), "REC_ID": year.next_record_id(), "DEL_NR": track, "ORD_NR": order["ORD_NR"],
                      "DEL_DATE": moment, "TRACK_NR": f"3S{track}", "CNG_DATE": moment})  # fmt: skip
    line = {"REC_ID": year.next_record_id(), "HDR_ID": head["REC_ID"], "REC_ORD": Decimal(1), "ART_CODE": sku, "DEL_QTY": Decimal(pieces)}
    lines.add({**lines.blank(), **line})


def test_ord_12_each_delivery_of_accountview_becomes_one_parcel_with_its_number(garden):
    flow = garden.flow("orders-sent", "shopify", "accountview")
    assert garden.send(flow, SENT).created == 1
    deliver(garden, SENT, "POT-1", 1, "L1")
    back = garden.flow("parcels-back", "accountview", "shopify", "shipment")
    first = garden.run(back).summary
    assert (first.created, first.parked) == (1, 0), garden.waiting(back)
    assert in_shop(garden, SENT)["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    deliver(garden, SENT, "ROOS-1", 2, "L2")
    garden.run(back)
    assert [one["trackingInfo"][0]["number"] for one in in_shop(garden, SENT)["fulfillments"]] == ["3SL1", "3SL2"]
    assert garden.run(back).summary.created == 0


def test_seed_15_articles_of_accountview_reach_exact_online_with_picture_and_bar_code(garden):
    flow = garden.flow("goods-on", "accountview", "exactonline", "product")
    assert garden.run(flow).summary.parked == 0, garden.waiting(flow)
    item = next(one for one in garden.exact("logistics/Items") if one["Code"] == "VAAS-9")
    assert (item["Description"], item["Barcode"], item.get("PictureName")) == ("Vaas", "8710000000093", "vaas.png")
    assert garden.run(flow).summary.created == 0


def test_seed_03_a_customer_and_an_order_of_accountview_are_booked_in_exact_online_once(garden):
    debtor = {"ACCT_NAME": "Kwekerij De Linde BV", "SRC_CODE": "LINDE", "ACCT_NR": "1210", "MAIL_BUS": "inkoop@linde.example",
              "ADDRESS1": "Linge 4", "POST_CODE": "6671 AB", "CITY": "Zetten", "CNT_CODE": "NL"}  # fmt: skip
    number = garden.write_av("POST", "AR1", "CONTACT", debtor)["SUB_NR"]
    sell(garden, number, "AV-77", ("POT-1", 2, 12.10))
    flow = garden.flow("orders-on", "accountview", "exactonline", release=[])
    order = next(one for one in garden.accountview("SO_HDR") if one["COMMENT1"] == "AV-77")
    on = garden.run(flow, ids=(order["ORD_NR"],)).summary
    assert (on.created, on.skipped, garden.waiting(flow)) == (1, 0, {})
    (booked,) = [one for one in garden.exact("salesorder/SalesOrders") if one["YourRef"] == "AV-77"]
    account = next(one for one in garden.exact("crm/Accounts") if one["ID"] == booked["OrderedBy"])
    assert (account["Name"], account["Email"], account["Postcode"]) == ("Kwekerij De Linde BV", "inkoop@linde.example", "6671 AB")
    assert garden.run(flow, ids=(order["ORD_NR"],)).summary.created == 0


def test_seed_15_an_article_of_exact_online_reaches_accountview_with_its_picture(garden):
    group = garden.exact("logistics/ItemGroups")[0]["ID"]
    fields = {"Code": "MAND-1", "Description": "Mand", "ItemGroup": group, "IsSalesItem": True, "Picture": PNG, "PictureName": "mand.png", "Barcode": "8710000000109"}
    item = make(garden, "logistics/Items", **fields)
    for name, one in (("exactonline", {"pictures": "yes"}), ("accountview", {"item_group": "POT", "article_vat_code": "1"})):
        known = garden.site.connection(name)
        allowed = {setting.name for setting in garden.catalog.system(name).manifest.settings}
        save_connection(garden.site, name, name, {**known.settings, **{key: value for key, value in one.items() if key in allowed}})
    flow = garden.flow("goods-back", "exactonline", "accountview", "product")
    garden.run(flow, ids=(item["ID"],))
    row = next((one for one in garden.accountview("ARTICLE") if one["ART_CODE"] == "MAND-1"), None)
    assert row is not None, garden.waiting(flow)
    assert (row["ART_DESC1"], row["AG_CODE"], row["A8_EAN"]) == ("Mand", "POT", "8710000000109")


def test_seed_03_a_customer_and_an_order_of_exact_online_are_booked_in_accountview_once(garden):
    account = make(garden, "crm/Accounts", Name="Bloemenhal Zuid BV", Email="inkoop@zuid.example", AddressLine1="Markt 9",
                   Postcode="5611 EC", City="Eindhoven", Country="NL", Status="C")  # fmt: skip
    customers = garden.flow("customers-back", "exactonline", "accountview", "customer")
    garden.run(customers, ids=(account["ID"],))
    assert garden.waiting(customers) == {}
    (debtor,) = [row for row in garden.accountview("CONTACT") if row["ACCT_NAME"] == "Bloemenhal Zuid BV"]
    assert (debtor["MAIL_BUS"], debtor["POST_CODE"], debtor["CITY"]) == ("inkoop@zuid.example", "5611 EC", "Eindhoven")
    pot = next(one for one in garden.exact("logistics/Items") if one["Code"] == "POT-1")
    order = make(garden, "salesorder/SalesOrders", OrderedBy=account["ID"], YourRef="EX-55", SalesOrderLines=[{"Item": pot["ID"], "Quantity": 3, "NetPrice": 12.10, "VATCode": "3"}])
    flow = garden.flow("orders-back", "exactonline", "accountview", release=[])
    ids = (order["OrderID"],)
    on = garden.run(flow, ids=ids).summary
    assert (on.created, garden.waiting(flow)) == (1, {})
    (booked,) = [row for row in garden.accountview("SO_HDR") if row["COMMENT1"] == "EX-55"]
    assert booked["RPL_INV"].strip() == debtor["SUB_NR"].strip()
    (line,) = [row for row in garden.accountview("SO_LINE") if row["HDR_ID"] == booked["REC_ID"]]
    assert (line["ART_CODE"], Decimal(str(line["ORD_QTY"]))) == ("POT-1", 3)
    assert garden.run(flow, ids=ids).summary.created == 0


def test_seed_18_item_groups_of_exact_online_are_article_groups_in_accountview(garden):
    flow = garden.flow("groups-back", "exactonline", "accountview", "category", match_key="code")
    garden.run(flow)
    assert garden.waiting(flow) == {}
    names = {row["AG_DESC"] for row in garden.accountview("ART_GRP")} if garden.accountview("ART_GRP") else set()
    assert {one["Description"] for one in garden.exact("logistics/ItemGroups")} <= names
    assert garden.run(flow).summary.created == 0


def test_seed_15_the_stock_of_accountview_is_counted_in_exact_online(garden):
    flow = garden.flow("stock-on", "accountview", "exactonline", "stock")
    first = garden.run(flow).summary
    assert (first.parked, garden.waiting(flow)) == (0, {})
    assert first.created + first.updated > 0
    items = {one["ID"]: one["Code"].strip() for one in garden.exact("logistics/Items")}
    there = {items[one["Item"]]: Decimal(str(one["CurrentStock"])) for one in garden.exact("inventory/ItemWarehouses") if one["Item"] in items}
    assert there["VAAS-9"] == 7
