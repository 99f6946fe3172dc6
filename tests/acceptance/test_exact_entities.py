"""Every kind of record that Exact Online gives, read over HTTP and made into Koppel's own paper, and read once only."""

import pytest
from koppel.documents import DOCUMENTS
from koppel.documents.base import read_document
from koppel.records import MapStep, Query
from koppel.rulebook import compile_for
from koppel_exactonline.about import RESOURCES
from support.garden import Garden, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk
JSON = {"Accept": "application/json"}
READ = tuple(one.name for one in RESOURCES if one.reads and not one.list)


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """Books in which one of each is made, as a bookkeeper does."""
    made = Garden(tmp_path_factory.mktemp("entities"), states_of(shop_of(purchase(6001, shopper(1))), known=(shopper(1),)))
    debtor, item = made.exact("crm/Accounts")[0]["ID"], next(row["ID"] for row in made.exact("logistics/Items") if row["Code"] == "POT-1")
    post(made, "logistics/Items", Code="VAAS-1", Description="Vaas", IsStockItem=True, IsSalesItem=True)
    ledger = next(row["ID"] for row in made.exact("financial/GLAccounts") if row["Code"] == "8000")
    line = {"Item": item, "NetPrice": 12.10, "VATCode": "3"}
    order = post(made, "salesorder/SalesOrders", OrderedBy=debtor, YourRef="#6001", SalesOrderLines=[{**line, "Quantity": 1}])
    for kind, quantity in ((8020, 2), (8021, -1)):
        lines = [{**line, "Quantity": quantity}]
        post(made, "salesinvoice/SalesInvoices", Type=kind, Journal="71", OrderedBy=debtor, YourRef=f"#6001-{kind}", SalesInvoiceLines=lines)
    booking = {"GLAccount": ledger, "AmountFC": 121, "VATCode": "3"}
    post(made, "salesentry/SalesEntries", Customer=debtor, Journal="71", YourRef="#6001-E", SalesEntryLines=[booking])
    place = next(row["ID"] for row in made.exact("salesorder/SalesOrderLines") if row["OrderID"] == order["OrderID"])
    sent = [{"SalesOrderLineID": place, "QuantityDelivered": 1}]
    post(made, "salesorder/GoodsDeliveries", DeliveryDate="2026-11-20", TrackingNumber="3SABC", GoodsDeliveryLines=sent)
    division = made.servers["exactonline"].shell.sandbox.state.divisions[3012345]
    for row in division.table("cashflow/Receivables").where("YourRef", "#6001-E"):
        row.update(IsFullyPaid=True, Status=50)
        division.touch(row)
    yield made
    made.close()


def post(garden, entity, **fields):
    """Somebody makes this in Exact Online."""
    answer = garden.ask("exactonline", "POST", f"/api/v1/3012345/{entity}", json=fields, headers=JSON)
    assert answer.status_code == 201, answer.text
    return answer.json()["d"]


def read_all(opened, resource, cursor=None):
    """The records of one run, and where the next goes on."""
    records, more = [], True
    while more:
        page = opened.endpoint.fetch(Query(resource, cursor))
        records, cursor, more = [*records, *page.records], page.cursor, page.more
    return records, cursor


@pytest.mark.parametrize("resource", READ)
def test_sys_03_every_kind_of_record_is_read_over_http_as_a_paper(garden, resource):
    connection = garden.site.connection("exactonline")
    with garden.site.db.read() as session:
        mappings = compile_for(session, garden.catalog, "exactonline", connection.id, [("inbound", resource)], None)
    opened = garden.site.converse(connection, "look", resource, mappings)
    try:
        records, cursor = read_all(opened, resource)
        assert records, resource
        for one in records:
            draft = opened.endpoint.map(MapStep("look", "exactonline", resource, "inbound", one.data))
            document = read_document(DOCUMENTS[resource], {**draft.fields, "source_id": one.id})
            assert document.label
        again = opened.endpoint.fetch(Query(resource, ids=(records[0].id,)))
        assert [one.id for one in again.records] == [records[0].id]
        assert resource == "category" or cursor
    finally:
        opened.close()
