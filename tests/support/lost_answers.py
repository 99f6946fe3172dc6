"""Orders of an imagined shop into the AccountView simulator, every first answer lost; how many documents are there?"""

import koppel_accountview.plugin as plugin
import sqlalchemy as sa
from koppel.actions.connections import save_connection
from koppel.actions.flows import save_flow
from koppel.catalog import Catalog
from koppel.demo.build import Plan, connect
from koppel.seeds import load_seeds
from koppel.store.models import Connection, Incoming, TableRow, utcnow
from koppel.testing.sandbox import Fault
from koppel.testing.serving import SandboxServer
from koppel_accountview.sandbox import plain_state
from koppel_accountview.sandbox.demo.shop import CLIENT_ID, CLIENT_SECRET
from support.pair import an_order, make_pair

TABLES = {"sales_order": "SO_HDR", "sales_invoice": "SOI_HDR", "direct_invoice": "CI_HDR", "sales_entry": "DJ_PAGE", "credit_note": "DJ_PAGE"}
KINDS = ("drop_after", "status_after", "drop")
SETTINGS = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "company": "EN01", "price_basis": "excl", "counter_invoice_object": "CI1"}


class LostAnswers:
    """`count` orders of `customers` new customers, written as `document`."""

    def __init__(self, folder, count, customers=5, document="sales_order"):
        self.count, self.document = count, document
        self.resource = document if document == "credit_note" else "sales_order"
        state = plain_state()
        del state["objects"]["CI1"]
        self.server = SandboxServer("koppel_accountview.sandbox:create", state, {}).start()
        self.pair = make_pair(folder, plugins=[("accountview", plugin)])
        self._connect()
        self._lose(customers)
        for number in range(1, count + 1):
            mail = {"email": f"c{number % customers}@example.nl", "name": f"Klant {number % customers}"}
            order = an_order(number, "CADEAU", "12.10", customer={**mail, "billing": {"country": "NL"}})
            order["lines"][0]["taxes"] = [{"rate": "21", "amount": "2.10"}]
            self.pair.shop.add(self.resource, **order)

    def run(self, most=30):
        """Run the flow until nothing waits any more; how many runs that took."""
        for number in range(1, most + 1):
            with self.pair.site.db.write() as session:  # as if the pause before a new try were over
                session.execute(sa.update(Incoming).where(Incoming.due_at.is_not(None)).values(due_at=utcnow()))
            self.pair.run("orders")
            rows = self.pair.rows()
            if len(rows) == self.count and all(row.state in ("done", "skipped") for row in rows):
                return number
        raise AssertionError(f"after {most} runs: {[row.reason for row in rows if row.state != 'done'][:3]}")

    def documents(self):
        """The references of the documents, and the e-mail addresses of the debtors, in AccountView now."""
        tables = self.server.shell.sandbox.dump()["companies"][0]["administrations"][-1]["tables"]
        field = "INV_NR" if TABLES[self.document] == "DJ_PAGE" else "COMMENT1"
        rows = tables.get(TABLES[self.document], [])
        return [row[field] for row in rows], [row["MAIL_BUS"] for row in tables["CONTACT"]]

    def lost(self):
        """How many faults have happened."""
        return sum(1 for fault in self.server.shell.faults if fault.times == 0)

    def close(self):
        """Stop all of it."""
        self.server.stop()
        self.pair.site.close()

    def _connect(self):
        site, ours = self.pair.site, Catalog()
        ours.add("accountview", plugin)
        connect(site, Plan({"accountview": {"settings": SETTINGS}}, (), {}, ()), {"accountview": self.server.url})
        with site.db.write() as session:
            load_seeds(session, ours)
            number = session.scalar(sa.select(Connection.id).where(Connection.name == "accountview"))
            for table, value in (("vat_code", "1"), ("revenue_account", "8000"), ("payment_term", "30")):
                session.add(TableRow(connection_id=number, table=table, conditions={}, value=value))
        save_connection(site, "accountview", "accountview", {**SETTINGS, "base_url": self.server.url})
        document = {"document": self.document} if self.resource == "sales_order" else {}
        save_flow(site, "orders", "shop", "accountview", self.resource, settings={"settle_seconds": 0, **document})

    def _lose(self, customers):
        """The first write of every order and of every customer meets one of three kinds of trouble."""
        texts = [f'"#{number}"' for number in range(1, self.count + 1)] + [f'"c{number}@example.nl"' for number in range(customers)]
        self.server.shell.faults = [
            Fault("POST /api/v3/accountviewdata", KINDS[place % 3], status=504, containing=text) for place, text in enumerate(texts)
        ]
