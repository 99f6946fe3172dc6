"""Against the simulator over real HTTP: write, find, read back, change, and nothing left to change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import koppel_accountview.plugin as plugin
import pytest
from koppel import (
    AuthError,
    Batch,
    ConfigurationError,
    Draft,
    Lookup,
    Query,
    Receipt,
    Record,
    RejectedError,
    Settings,
    TransientError,
    Write,
)
from koppel.connections.http import ApiClient, open_client
from koppel.demo.webshop import Purchase, Shopper, Webshop, build
from koppel.documents import Address, Contact, Line, Party, Product, SalesOrder, Tax
from koppel.documents.base import read_document
from koppel.finance.rounding import exact_parts
from koppel.testing.sandbox import Fault, SandboxShell
from koppel.testing.serving import end
from koppel_accountview.connector import AccountViewConnector
from waitress.server import create_server

sandbox = pytest.importorskip("koppel_accountview.sandbox", reason="the simulator is not installed")
pytestmark = pytest.mark.walk
BACK = "http://127.0.0.1/back"


class Bearer(httpx.Auth):
    """The token of one login."""

    def __init__(self, token: str) -> None:
        self.token = token

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        request.headers["Authorization"] = f"Bearer {self.token}"
        yield request


class Service:
    """The simulator served on a free port, and a connector that is logged in."""

    def __init__(self, shop: Webshop, options: dict[str, Any]) -> None:
        self.sandbox = sandbox.create(sandbox.demo_state(shop), options)
        self.shell = SandboxShell(self.sandbox)
        self.server = create_server(self.shell, host="127.0.0.1", port=0, threads=2)
        self.address = f"http://127.0.0.1:{self.server.effective_port}"
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        self.clients: list[ApiClient] = []

    def login(self) -> str:
        """A person's yes, as the manifest says it is asked; the token."""
        oauth = plugin.manifest().oauth
        assert oauth is not None
        client = self.sandbox.installation.logins.clients
        name, secret = next((one.client_id, one.client_secret) for one in client.values())
        ask = {"response_type": "code", "client_id": name, "redirect_uri": BACK, "scope": " ".join(oauth.scopes), "approve": "1"}
        with httpx.Client(base_url=self.address) as http:
            sent = http.get(oauth.authorize_path, params=ask)
            code = parse_qs(urlsplit(sent.headers["location"]).query)["code"][0]
            form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "client_id": name, "client_secret": secret}
            return str(http.post(oauth.token_path, data=form).json()["access_token"])

    def connect(self, **settings: str) -> AccountViewConnector:
        """A new conversation."""
        values = {one.name: one.default for one in plugin.manifest().settings} | {"company": "BB01"} | settings
        client = open_client(self.address, title="AccountView", auth=Bearer(self.login()))
        self.clients.append(client)
        return AccountViewConnector(Settings(values), client)

    def close(self) -> None:
        """Stop serving."""
        for client in self.clients:
            client.close()
        end(self.server)
        self.thread.join(5)


Serve = Callable[..., Service]


@pytest.fixture(scope="module")
def shop() -> Webshop:
    """The demo's webshop."""
    return build(datetime(2026, 11, 20, 12, tzinfo=UTC))


@pytest.fixture
def serve(shop: Webshop) -> Iterator[Serve]:
    """Serve a simulator with these options."""
    served: list[Service] = []

    def start(**options: Any) -> Service:
        served.append(Service(shop, options))
        return served[-1]

    yield start
    for one in served:
        one.close()


def _all(connector: AccountViewConnector, resource: str, limit: int | None = None) -> list[Record]:
    records, cursor = list[Record](), None
    while True:
        page = connector.fetch(Query(resource, cursor, limit=limit))
        records += page.records
        cursor = page.cursor
        if not page.more:
            return records


def _view(document: Any, basis: str = "incl") -> dict[str, Any]:
    view: dict[str, Any] = document.view()
    if isinstance(document, SalesOrder):
        view["lines"] = [
            {**line, "quantity": quantity, "line_price": price, "price_basis": basis}
            for line in view["lines"]
            for quantity, price in exact_parts(line["quantity"], line[f"amount_{basis}"], 2)
        ]
    return view


def _send(connector: AccountViewConnector, mapping: Any, resource: str, document: Any, id: str | None = None) -> Receipt:
    fields, _ = mapping("outbound", resource).run(_view(document), "update" if id else "create")
    return connector.upsert(Batch(resource, (Write("key", Draft(resource, fields), id),))).items[0]


def _party(one: Shopper) -> Party:
    billing = Address(line=f"{one.street} {one.house_number}", postcode=one.postcode, city=one.city, country=one.country)
    contact = [Contact(first_name=one.first_name, last_name=one.last_name, email=one.email)] if one.company else []
    return Party(
        kind="company" if one.company else "person", name=one.name, email=one.email, phone=one.phone, vat_number=one.vat_number,
        contacts=contact, billing=billing,
    )  # fmt: skip


def _paper(purchase: Purchase, debtor: str) -> SalesOrder:
    lines = []
    for sale in purchase.sales:
        total = sale.article.price * sale.quantity - sale.discount
        vat = (total * sale.article.vat / (100 + sale.article.vat)).quantize(Decimal("0.01"))
        lines.append(Line(
            sku=sale.article.sku, external_id=sale.article.sku, quantity=Decimal(sale.quantity), unit_price=sale.article.price,
            discount=sale.discount, total=total, taxes=[Tax(rate=Decimal(sale.article.vat), amount=vat)],
        ))  # fmt: skip
    party = _party(purchase.shopper)
    party.external_id = debtor
    total = purchase.total - purchase.shipping
    return SalesOrder(reference=f"#{purchase.number}", ordered_at=purchase.placed_at, customer=party, delivery=party.billing,
                      payment_method=purchase.method, lines=lines, total=total)  # fmt: skip


def test_a_new_connection_is_tested_green(serve: Serve) -> None:
    health = serve().connect().check()
    assert (health.ok, health.administration, health.missing) == (True, "Bloem & Blad BV (BB01)", ())


@pytest.mark.parametrize("options", [
    {}, {"single_row": "object"}, {"page_size_over_max": "cap", "max_page_size": 25}, {"text_compare": "any_case"},
    {"date_precision": "day"},
])  # fmt: skip
def test_everything_is_read_whatever_the_server_s_habits(serve: Serve, shop: Webshop, options: dict[str, Any]) -> None:
    connector = serve(**options).connect()
    skus = {record.id for record in _all(connector, "product", 60)}
    assert skus >= {article.sku.upper() for article in (*shop.articles, *shop.ledger_only)}
    assert len(_all(connector, "customer", 10)) == len(shop.ledger_customers)
    assert {record.id for record in _all(connector, "stock")} == skus


def test_a_server_that_only_counts_pages_is_read_by_the_setting(serve: Serve, shop: Webshop) -> None:
    service = serve(paging="page_number")
    with pytest.raises(ConfigurationError) as caught:
        _all(service.connect(), "product", 60)
    assert "page_number" in caught.value.resolution
    skus = [record.id for record in _all(service.connect(paging="page_number"), "product", 60)]
    assert set(skus) >= {article.sku.upper() for article in (*shop.articles, *shop.ledger_only)}
    assert len(skus) == len(set(skus))


@pytest.mark.parametrize("name", ["vat_code", "payment_term", "ledger_account", "journal", "item_group", "country", "cost_center", "administration"])
def test_every_list_can_be_chosen_from(serve: Serve, name: str) -> None:
    records = _all(serve().connect(), name)
    assert len(records) > 1
    assert all(record.data["code"] and record.data["title"] for record in records)


@pytest.mark.parametrize("options", [{}, {"contacts": False}, {"insert_status": 201}, {"single_row": "object"}])
def test_a_customer_is_written_found_read_changed_and_then_unchanged(
    serve: Serve, mapping: Any, options: dict[str, Any]
) -> None:
    connector = serve(**options).connect()
    firm = _party(Shopper(1, "Łucja", "de Vries", "lucja@new.example", "Kerkstraat", "12a", "1012 AB", "Amsterdam", company="Nieuw & Zn"))
    made = _send(connector, mapping, "customer", firm)
    assert (made.action, made.error) == ("created", None)
    match = connector.find(Lookup("customer", "email", ("lucja@new.example",))).matches["lucja@new.example"][0]
    assert (match.id, match.data["ACCT_NAME"]) == (made.id, "Nieuw & Zn")
    assert _send(connector, mapping, "customer", firm, made.id).action == "unchanged"
    firm.phone = "020-7654321"
    assert _send(connector, mapping, "customer", firm, made.id).action == "updated"
    assert _send(connector, mapping, "customer", firm, made.id).action == "unchanged"
    record = connector.fetch(Query("customer", ids=(made.id,))).records[0]
    party = read_document(Party, mapping("inbound", "customer").run(record.data, "create")[0])
    assert (party.kind, party.name, party.phone, party.billing.house_number) == ("company", "Nieuw & Zn", "020-7654321", "12")
    assert [contact.name for contact in party.contacts] == ["Lucja de Vries"]


def test_a_changed_customer_is_read_in_the_next_run_alone(serve: Serve, mapping: Any) -> None:
    service = serve()
    connector = service.connect()
    cursor = connector.fetch(Query("customer")).cursor
    made = _send(connector, mapping, "customer", _party(Shopper(1, "Jan", "Vos", "jan@new.example", "Weg", "1", "1000 AA", "Ede")))
    page = connector.fetch(Query("customer", cursor))
    assert made.id in [record.id for record in page.records]
    assert len(page.records) < 5


def test_an_article_is_written_found_read_changed_and_then_unchanged(serve: Serve, mapping: Any) -> None:
    connector = serve().connect()
    pot = Product(sku="pot-99", name="Pot", group="Potten", price_incl=Decimal("12.10"), vat_rate=Decimal(21), ean="8712345678906")
    assert _send(connector, mapping, "product", pot).id == "POT-99"
    assert connector.find(Lookup("product", "ean", ("8712345678906",))).matches["8712345678906"][0].id == "POT-99"
    assert _send(connector, mapping, "product", pot, "POT-99").action == "unchanged"
    pot.price_incl = Decimal("13.50")
    assert _send(connector, mapping, "product", pot, "POT-99").action == "updated"
    record = connector.fetch(Query("product", ids=("POT-99",))).records[0]
    product = read_document(Product, mapping("inbound", "product").run(record.data, "create")[0])
    assert (product.price_incl, product.price_excl, product.vat_rate) == (Decimal("13.50"), Decimal("11.16"), Decimal(21))


def test_many_articles_are_found_in_few_calls(serve: Serve, shop: Webshop) -> None:
    service = serve()
    connector = service.connect()
    skus = tuple(article.sku for article in shop.articles[:60])
    service.shell.requests.clear()
    assert set(connector.find(Lookup("product", "sku", (*skus, "NOPE-1"))).matches) == set(skus)
    assert len(service.shell.requests) <= 12


def test_the_demo_s_orders_arrive_once_and_to_the_cent(serve: Serve, mapping: Any, shop: Webshop) -> None:
    connector = serve().connect()
    purchases = [one for one in shop.purchases if one.number != 1065][:20]
    numbers = {}
    for purchase in purchases:
        email = purchase.shopper.email
        found = connector.find(Lookup("customer", "email", (email,))).matches.get(email, ())
        debtor = found[0].id if found else _send(connector, mapping, "customer", _party(purchase.shopper)).id
        paper = _paper(purchase, debtor)
        receipt = _send(connector, mapping, "sales_order", paper)
        assert receipt.error is None
        assert receipt.total == paper.total
        numbers[paper.reference] = receipt.id
        assert _send(connector, mapping, "sales_order", paper, receipt.id).action == "unchanged"
    found_orders = connector.find(Lookup("sales_order", "reference", (*numbers, "#9999"))).matches
    assert {reference: match[0].id for reference, match in found_orders.items()} == numbers
    papers = {}
    for record in _all(connector, "sales_order", 10):
        order = read_document(SalesOrder, mapping("inbound", "sales_order").run(record.data, "create")[0])
        papers[order.reference] = order.total
    assert papers == {f"#{one.number}": one.total - one.shipping for one in purchases}


def test_prices_without_vat_are_kept_as_they_are(serve: Serve, mapping: Any, shop: Webshop) -> None:
    connector = serve(gross_prices="net").connect(price_basis="excl")
    for purchase in shop.purchases[:12]:
        paper = _paper(purchase, "1")
        fields, _ = mapping("outbound", "sales_order").run(_view(paper, "excl"), "create")
        receipt = connector.upsert(Batch("sales_order", (Write("key", Draft("sales_order", fields)),))).items[0]
        assert receipt.error is None
        assert receipt.data["NETT_AMT"] == sum(line.amount_excl or 0 for line in paper.lines)
        assert receipt.total is not None
        assert abs(receipt.total - paper.total) <= Decimal("0.01") * len(paper.lines)
        record = connector.fetch(Query("sales_order", ids=(receipt.id,))).records[0]
        order = read_document(SalesOrder, mapping("inbound", "sales_order").run(record.data, "create")[0])
        assert (order.total, order.prices_include_vat) == (receipt.total, False)


def test_an_answer_that_gets_lost_leaves_one_order(serve: Serve, mapping: Any, shop: Webshop) -> None:
    service = serve()
    paper = _paper(shop.purchases[0], "1")
    paper.delivery = None
    for kind in ("drop_after", "status_after", "drop"):
        paper.reference = f"#{kind}"
        connector = service.connect()
        connector.check()
        service.shell.faults = [Fault("POST /api/v3/accountviewdata", kind, status=504)]
        with pytest.raises(TransientError):
            _send(connector, mapping, "sales_order", paper)
        found = service.connect().find(Lookup("sales_order", "reference", (paper.reference,))).matches
        assert len(found.get(paper.reference, ())) == (0 if kind == "drop" else 1)


@pytest.mark.parametrize(("options", "kind"), [
    ({"offline": True}, TransientError), ({"offline": True, "offline_answer": "html"}, TransientError),
    ({"offline": True, "offline_answer": "error_200"}, TransientError),
])  # fmt: skip
def test_an_office_that_is_closed_is_tried_again_later(serve: Serve, options: dict[str, Any], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        serve(**options).connect().fetch(Query("customer"))


@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_refusal_is_told_under_any_status(serve: Serve, mapping: Any, shop: Webshop, status: int) -> None:
    connector = serve(error_status=status).connect()
    paper = _paper(shop.purchases[0], "4711")
    paper.delivery = None
    receipt = _send(connector, mapping, "sales_order", paper)
    assert isinstance(receipt.error, RejectedError)
    assert "4711" in receipt.error.message
    assert receipt.error.field == "RPL_INV"


def test_an_old_login_asks_for_a_new_one(serve: Serve) -> None:
    service = serve()
    connector = service.connect()
    service.sandbox.expire_tokens()
    with pytest.raises(AuthError):
        connector.fetch(Query("customer"))


def test_a_company_that_was_not_consented_to_is_refused(serve: Serve) -> None:
    with pytest.raises(ConfigurationError) as caught:
        serve(hidden_companies="BB02").connect(company="BB02").check()
    assert caught.value.field == "company"


@pytest.mark.parametrize("options", [{"max_filters": 8}, {"more_operators": True}])
def test_a_server_that_takes_fewer_filters_finds_all_the_same(serve: Serve, shop: Webshop, options: dict[str, Any]) -> None:
    skus = tuple(article.sku for article in shop.articles[:15])
    assert set(serve(**options).connect().find(Lookup("product", "sku", skus)).matches) == set(skus)
