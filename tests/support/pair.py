"""A site between two fake systems, with mapping rows that hand every field over as it is."""

import itertools
from dataclasses import dataclass, field

import sqlalchemy as sa
from koppel.actions.connections import save_connection
from koppel.actions.flows import save_flow
from koppel.catalog import Catalog
from koppel.config import Config
from koppel.connections.secrets import Vault
from koppel.runner.flow import Options, run_flow
from koppel.site import Site
from koppel.store.db import Database
from koppel.store.models import Base, Incoming, Rule
from koppel.testing.fakes import World, fake_system, world

NUMBER = itertools.count()
FIELDS = {
    "product": ["sku", "name", "price_incl"],
    "customer": ["email", "name", "kind", "code", "first_name", "last_name"],
    "stock": ["sku", "quantity"],
    "sales_order": [
        "reference", "total", "financial_status", "cancelled", "payment_method", "channel", "lines[]", "lines[].sku",
        "lines[].description", "lines[].kind", "lines[].quantity", "lines[].unit_price", "lines[].discount", "lines[].total",
        "customer.email", "customer.name", "customer.guest", "customer.billing.company", "customer.billing.country",
        "customer.first_name", "customer.last_name", "customer.vat_number", "lines[].taxes[]", "lines[].taxes[].rate", "lines[].taxes[].amount",
    ],
    "shipment": ["number", "order_reference", "order_source_id"],
}  # fmt: skip
FIELDS["credit_note"] = [*FIELDS["sales_order"], "order_reference", "order_source_id", "reason"]
OUT = {
    **FIELDS,
    "sales_order": ["reference", "total", "customer.external_id", "customer.code", "lines[]", "lines[].external_id",
                    "lines[].quantity", "lines[].line_price"],
    "sales_invoice": ["reference", "total", "customer.external_id", "lines[]", "lines[].external_id", "lines[].line_price"],
    "sales_entry": ["reference", "total", "customer.external_id", "lines[]", "lines[].line_price"],
    "shipment": ["order_and_number", "number", "order_external_id"],
    "credit_note": ["reference", "total", "invoice_number", "customer.external_id", "lines[]", "lines[].external_id", "lines[].line_price"],
}  # fmt: skip


@dataclass
class Pair:
    """A shop and a ledger, and the site between them."""

    site: Site
    shop: World
    ledger: World
    names: dict[str, str] = field(default_factory=dict)

    def flow(self, resource, back=False, name="", **settings):
        """Make a flow of this resource; `back` goes from ledger to shop."""
        ends = ("ledger", "shop") if back else ("shop", "ledger")
        name = name or f"{resource.replace('_', '-')}-{ends[0]}"
        settings.setdefault("settle_seconds", 0)
        save_flow(self.site, name, *ends, resource, settings=settings)
        return name

    def run(self, name, **options):
        """Run it once."""
        return run_flow(self.site, name, Options(**options))

    def rows(self, **where):
        """Inbox rows."""
        with self.site.db.read() as session:
            query = sa.select(Incoming).order_by(Incoming.id)
            return [row for row in session.scalars(query) if all(getattr(row, k) == v for k, v in where.items())]


def make_pair(folder, plugins=(), batch_size=1, url=""):
    """A pair in this folder; `plugins` are further (key, module) to install."""
    config = Config(home=folder, database_url=url)
    catalog = Catalog()
    for key in ("shop", "ledger"):
        catalog.add(key, fake_system(key, batch_size=batch_size))
    for key, module in plugins:
        catalog.add(key, module)
    site = Site(config, Database(config.url), Vault.create(config.key_file), catalog)
    Base.metadata.create_all(site.db.engine)
    return furnish_pair(site)


def furnish_pair(site):
    """Connections to two fresh worlds, and their mapping rows, in a site that knows the systems shop and ledger."""
    number = next(NUMBER)
    for key in ("shop", "ledger"):
        save_connection(site, key, key, {"world": f"{key}{number}"})
    with site.db.write() as session:
        for system in ("shop", "ledger"):
            for direction, fields in (("inbound", FIELDS), ("outbound", OUT)):
                for resource, names in fields.items():
                    session.add_all(_rule(system, direction, resource, position, name) for position, name in enumerate(names))
    return Pair(site, world(f"shop{number}"), world(f"ledger{number}"))


def _rule(system, direction, resource, position, name):
    source = name.rpartition("[].")[2].removesuffix("[]") if "[]" in name else name
    return Rule(
        system=system, direction=direction, resource=resource, target=name, position=position, spec={"from": source}
    )


def an_order(number, sku="ROOS-1", total="10.00", **more):
    """An order of one line as the fake shop gives it."""
    line = {"sku": sku, "description": sku, "kind": "article", "quantity": 1, "unit_price": total, "total": total}
    customer = {"email": f"c{number}@example.nl", "name": f"Klant {number}", "billing": {"country": "NL"}}
    order = {"reference": f"#{number}", "total": total, "financial_status": "paid", "lines": [line], "customer": customer}
    return {**order, **more}
