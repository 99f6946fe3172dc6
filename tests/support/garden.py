"""A garden shop of two articles and as many orders as a test needs, between ledgers that know some of its customers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from koppel.actions.flows import save_flow
from koppel.catalog import Catalog
from koppel.demo.build import read_plan
from koppel.demo.webshop import Article, Purchase, Sale, Shopper, Webshop
from koppel.store.models import TableRow
from koppel.testing.serving import simulator
from support.trio import Trio

SHIPPING = "VERZENDKOSTEN"
POT = Article("POT-1", "Terracotta pot", "POT", Decimal("12.10"), 21, "8710000000011", 40)
ROSE = Article("ROOS-1", "Roos Peace", "PLANT", Decimal("10.95"), 9, "8710000000028", 15)
STRAY = Article("ONBEKEND-1", "Nergens bekend", "PLANT", Decimal("4.95"), 9, "", 0)
ODD_RATE = Article("BOEK-1", "Tuinboek", "POT", Decimal("21.40"), 7, "", 3)
NOW = datetime.now(UTC).replace(microsecond=0)


def shopper(number, **more):
    """A person in Wormer, unless something else is said."""
    values = {
        "first_name": "Zoë", "last_name": f"Jansen {number}", "email": f"klant.{number}@example.nl", "street": "Zaanweg",
        "house_number": str(number), "postcode": "1521 AA", "city": "Wormerveer", **more,
    }  # fmt: skip
    return Shopper(number, **values)


def purchase(number, buyer, *articles, **more):
    """A paid order of one pot, unless something else is said; younger as the number is higher."""
    sales = tuple(Sale(article, quantity) for quantity, article in enumerate(articles or (POT,), 1))
    values = {"shipping": Decimal("6.95"), "method": "iDEAL", **more}
    return Purchase(number, buyer, sales, NOW - timedelta(days=20) + timedelta(minutes=number), **values)


def shop_of(*purchases, articles=(POT, ROSE), **more):
    """The webshop with these orders and everybody who placed them."""
    buyers = {one.shopper.number: one.shopper for one in purchases}
    return Webshop(tuple(articles), tuple(buyers.values()), tuple(purchases), **more)


def states_of(shop, known=(), articles=(POT, ROSE)):
    """What the three hold: the shop; ledgers with these articles and these customers as they know them."""
    catalog, goods = Catalog.load(), Article(SHIPPING, "Verzendkosten", "DIENS", Decimal("6.95"), 21, "", 0)
    ledger = replace(shop, articles=tuple(articles), ledger_customers=tuple(known))
    books = shop_of(*(purchase(1, one) for one in known), articles=articles, exact_only=(*articles, goods))
    told = {"shopify": shop, "accountview": ledger, "exactonline": books}
    return {system: simulator(catalog.system(system).manifest.sandbox).demo_state(one) for system, one in told.items()}


def av_tables(states):
    """The tables of this year's administration in a state of AccountView."""
    return states["accountview"]["companies"][0]["administrations"][-1]["tables"]


def exact_rows(states):
    """The collections of the administration in a state of Exact Online."""
    return states["exactonline"]["data"]["3012345"]


def shop_order(states, number):
    """An order in a state of Shopify."""
    return next(one for one in states["shopify"]["orders"] if one["name"] == f"#{number}")


class Garden(Trio):
    """Three systems that are connected and furnished, without any flow: each test makes its own."""

    def __init__(self, folder, states, plan=None, options=None):
        super().__init__(folder, states, options, plan=plan or bare_plan())

    def flow(self, name, source, target, resource="sales_order", schedule="", **settings):
        """Make a flow; orders are released when paid and book shipping."""
        if resource == "sales_order":
            settings = {"release": ["paid"], "shipping_sku": SHIPPING, **settings}
        save_flow(self.site, name, source, target, resource, schedule=schedule, settings=settings)
        return name

    def order_id(self, number):
        """The id that the shop gave this order."""
        return next(one["id"] for one in self.state("shopify")["orders"] if one["name"] == f"#{number}")

    def send(self, flow, *numbers):
        """Run a flow for these orders only, or for what waits to be sent again."""
        ids = {"ids": tuple(self.order_id(number) for number in numbers)} if numbers else {"limit": 1}
        return self.run(flow, **ids).summary

    def waiting(self, flow):
        """What a person reads of the records that wait: reason by label."""
        return {row.label: row.reason for row in self.inbox(flow, state="parked")}

    def add_row(self, flow, table, value, force=False, **conditions):
        """Add a row to a value table of the target, for this flow."""
        made = self.site.flow(flow)
        with self.site.db.write() as session:
            row = TableRow(connection_id=made.target_id, table=table, conditions=conditions, value=value, force=force)
            row.flow_id = made.id
            session.add(row)

    def ask(self, connection, method, path, **more):
        """Do something in a system by its own API, as somebody else who works there."""
        opened = self.site.converse(self.site.connection(connection))
        try:
            answer = opened.client.request(method, path, **more)
            assert answer.status_code < 300, answer.text
            return answer
        finally:
            opened.close()

    def write_av(self, method, business_object, table, row, **more):
        """Add or change one record in AccountView; gives the record as stored."""
        kinds = {"PX_SELL": "N", "BLK_SP": "L"}
        fields = [{"Name": name, "FieldType": kinds.get(name, "C")} for name in row]
        body = {"BookDate": "", "BusinessObject": business_object, "Table": {"Definition": {"Name": table, "Fields": fields}},
                "TableData": {"Data": {"Rows": [{"Values": list(row.values())}]}}, **more}  # fmt: skip
        answer = self.ask("accountview", method, "/api/v3/accountviewdata", json=body, headers={"x-company": "10412"})
        return answer.json()[table][0]


def bare_plan(**settings):
    """The demo's connections and tables without its flows; payment terms without a default row."""
    plan = read_plan()
    tables = {
        system: {**rows, "payment_term": [row for row in rows["payment_term"] if row.get("method") in ("iDEAL", "Klarna")]}
        for system, rows in plan.tables.items()
    }
    tables["accountview"]["payment_term"] += [{"method": "iDEAL", "value": "VB"}]
    systems = {name: {**one, "settings": {**one["settings"], **settings.get(name, {})}} for name, one in plan.systems.items()}
    return replace(plan, systems=systems, flows=(), tables=tables)
