"""Life for a pair: orders that travelled, some that wait, tables, lists, and a secret that no page may show."""

from koppel.store.models import Choice, DebtorRule, Incoming, TableRow
from support.pair import an_order

SECRET = "shpat_geheim_1234567890"


def fill(pair):
    """Put life into a pair."""
    pair.ledger.add("product", sku="ROOS-1", name="Roos")
    pair.shop.records["sales_order"] = {}
    for number in (1001, 1002):
        pair.shop.add("sales_order", **an_order(number))
    pair.shop.add("sales_order", **an_order(1003, sku="TULP-9", note=f"password={SECRET} access_token: {SECRET}"))
    pair.shop.add("sales_order", **an_order(1004, sku="TULP-9"))
    name = pair.flow("sales_order")
    with pair.site.db.write() as session:
        ledger = pair.site.connection("ledger").id
        session.add_all(
            Choice(connection_id=ledger, list=name, code=code, title=title)
            for name, code, title in (
                ("vat_code", "2", "Hoog"), ("vat_code", "1", "Laag"), ("business_object", "SO1", "Verkooporders (read + insert)"),
                ("field", "SO_HDR.X15_WEBNR", "Webshop-referentie (C 30, own field)"),
            )
        )
        session.add(TableRow(connection_id=ledger, table="vat_code", conditions={"rate": "21"}, value="2"))
        row = session.merge(pair.site.connection("shop"))
        row.secrets = pair.site.vault.seal({"password": SECRET})
    pair.run(name)


def wait_for_vat(pair, label="#1003", rate="6", country="BE"):
    """Let an order wait for a VAT code, as the runner leaves it."""
    with pair.site.db.write() as session:
        row = session.query(Incoming).filter_by(label=label).one()
        row.cause, row.reason = f"table.vat_code:{country}, {rate}%", f"There is no VAT code for {country}, {rate}%."
        row.facts = {"table": "vat_code", "keys": {"rate": rate, "country": country}}


def add_debtors(pair):
    """Three rules for default debtors, one of them long and one not in use."""
    ledger = pair.site.connection("ledger").id
    with pair.site.db.write() as session:
        session.add_all([
            DebtorRule(connection_id=ledger, position=10, debtor="9001", country="NL", payment_method="iDEAL"),
            DebtorRule(connection_id=ledger, position=20, debtor="COLLECTIEF-GASTEN-EN-ANDERE-LOSSE-KLANTEN",
                       condition="record.total > 500 and record.customer.billing.country != 'NL'", changed_by="eigenaar"),
            DebtorRule(connection_id=ledger, position=30, debtor="9003", enabled=False),
        ])  # fmt: skip
