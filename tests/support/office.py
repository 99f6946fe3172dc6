"""One AccountView simulator in this process, a connector on it, and papers written through the plugin's own rows."""

from decimal import Decimal

import httpx
import koppel_accountview.plugin as plugin
from koppel import Batch, Draft, Query, Resource, Settings, Write
from koppel.catalog import Catalog
from koppel.connections.http import open_client
from koppel.defaults import Defaults
from koppel.documents import Address, CreditNote, Line, Party, Product, SalesOrder, Tax
from koppel.endpoint import Endpoint
from koppel.mapping.compile import compile_mapping
from koppel.mapping.rules import parse_rule
from koppel.mapping.tables import TableEntry, Tables
from koppel.mapping.transforms import TRANSFORMS
from koppel.records import MapStep
from koppel.runner.view import target_view
from koppel.seeds import read_seeds
from koppel.testing.sandbox import LineBroken, SandboxShell
from koppel_accountview.connector import AccountViewConnector

FAR = "2999-01-01T00:00:00+00:00"


def value_tables(vat=("1", "2", "0"), revenue="8000"):
    """The value tables of a small office: VAT codes of 21, 9 and 0 %, and one revenue account."""
    rates = zip(("21", "9", "0"), vat, strict=True)
    return Tables([
        *(TableEntry("vat_code", {"rate": rate}, code) for rate, code in rates), TableEntry("revenue_account", {}, revenue),
        TableEntry("payment_term", {}, "30"),
    ])  # fmt: skip


def compiled(tables):
    """The plugin's own mapping rows, by direction and resource."""
    groups = {}
    for seed in read_seeds(Catalog().add("accountview", plugin)):
        groups.setdefault((seed.direction, seed.resource), []).append(parse_rule(seed.target, seed.spec))
    every = {**TRANSFORMS, **plugin.transforms()}
    return {key: compile_mapping(rows, transforms=every, tables=tables) for key, rows in groups.items()}


class Wire(httpx.WSGITransport):
    """The simulator in this process; a line that breaks there breaks here as on a real wire."""

    def handle_request(self, request):
        """Answer one request."""
        try:
            answer = super().handle_request(request)
            return httpx.Response(answer.status_code, headers=answer.headers, content=b"".join(answer.stream))
        except LineBroken as error:
            raise httpx.RemoteProtocolError(str(error), request=request) from error


class Office:
    """`state` is the simulator's; `settings` the connection's. Every conversation is a new one."""

    def __init__(self, create, state, mappings, options=None, **settings):
        client = state["oauth"]["clients"][0]["client_id"]
        scope = "readaccountviewdata updateaccountviewdata"
        state["oauth"]["access_tokens"] = [{"value": "t", "client_id": client, "scope": scope, "expires_at": FAR}]
        self.sandbox = create(state, options or {})
        self.shell = SandboxShell(self.sandbox)
        self.mappings = mappings
        self.values = {one.name: one.default for one in plugin.manifest().settings}
        self.values |= {"company": state["companies"][0]["Code"], "base_url": "http://127.0.0.1:1", **settings}
        self.clients = []

    def connect(self, **settings):
        """A new conversation."""
        client = open_client("http://accountview.test", title="AccountView", transport=Wire(app=self.shell))
        client.headers["Authorization"] = "Bearer t"
        self.clients.append(client)
        return AccountViewConnector(Settings({**self.values, **settings}), client)

    def resource(self, name) -> Resource:
        """A resource of the manifest."""
        return next(one for one in plugin.manifest().resources if one.name == name)

    def draft(self, connector, resource, document, action="create"):
        """What outbound mapping makes of a document, the connector's own part included."""
        endpoint = Endpoint("accountview", [("koppel", Defaults("AccountView", self.mappings)), ("accountview", connector)])
        view = target_view(document, connector.settings, self.resource(resource))
        return endpoint.map(MapStep("flow", "accountview", resource, "outbound", view, action))

    def send(self, connector, resource, document, id=None):
        """Write one document; the receipt."""
        draft = self.draft(connector, resource, document, "update" if id else "create")
        return connector.upsert(Batch(resource, (Write("key", Draft(resource, draft.fields), id),))).items[0]

    def read(self, connector, resource, **query):
        """Every record of a resource as the document's fields."""
        page, records = connector.fetch(Query(resource, **query)), []
        records += page.records
        while page.more:
            page = connector.fetch(Query(resource, page.cursor, **query))
            records += page.records
        mapping = self.mappings["inbound", resource]
        return [mapping.run(record.data, "create")[0] for record in records]

    def rows(self, table, year=-1):
        """What the simulator holds."""
        return self.sandbox.dump()["companies"][0]["administrations"][year]["tables"].get(table, [])

    def close(self):
        """Close every conversation."""
        for one in self.clients:
            one.close()


def a_party(debtor="1001", **more):
    """A person who buys."""
    billing = Address(line="Kade 1", postcode="1234AB", city="Ede", country="NL")
    return Party(**{"kind": "person", "name": "Jan Vos", "email": "jan@new.example", "external_id": debtor, "billing": billing} | more)


def a_line(sku, total, rate, quantity=1, discount="0", **more):
    """A line, its total after discount and with VAT."""
    total, discount = Decimal(total), Decimal(discount)
    vat = (total * rate / (100 + rate)).quantize(Decimal("0.01"))
    price = (total + discount) / quantity
    taxes = [Tax(rate=Decimal(rate), amount=vat)]
    return Line(sku=sku, external_id=sku, description=sku.title(), quantity=quantity, unit_price=price, discount=discount,
                total=total, taxes=taxes, **more)  # fmt: skip


def an_order(reference="#1", kind=SalesOrder, lines=None, ordered_at=None, **more):
    """An order of a pot with a discount, two bulbs and shipping, or of other lines."""
    made = lines or [a_line("POT-1", "12.10", 21, discount="1.21"), a_line("BOL-1", "10.90", 9, 2),
                     a_line("VERZENDKOSTEN", "6.05", 21, kind="shipping")]  # fmt: skip
    total = sum((line.total for line in made), Decimal(0))
    return kind(reference=reference, customer=a_party(), lines=made, total=total, ordered_at=ordered_at, **more)


def a_credit(reference="C1"):
    """A credit note for a pot."""
    return an_order(reference, CreditNote, [a_line("POT-1", "12.10", 21)])


def a_product(**more):
    """An article of which AccountView knows nothing yet."""
    return Product(**{"sku": "nieuw-1", "name": "Nieuwe pot", "group": "Potten", "price_incl": Decimal("24.20"),
                      "vat_rate": Decimal(21)} | more)  # fmt: skip
