"""Article groups, the single image, delivery addresses and what was paid, in both directions where there are two."""

from __future__ import annotations

import threading
from base64 import b64encode
from datetime import UTC, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from koppel import ConfigurationError, Lookup, RejectedError
from koppel.documents import Address, Category, Payment
from koppel.documents.base import read_document
from support.office import Office, a_line, a_party, a_product, an_order, compiled, value_tables

sandbox = pytest.importorskip("koppel_accountview.sandbox", reason="the simulator is not installed")
PICTURE = b"\x89PNG picture"


@pytest.fixture(scope="module")
def mappings() -> Any:
    return compiled(value_tables())


@pytest.fixture
def office(mappings: Any) -> Any:
    made: list[Office] = []

    def opened(**settings: str) -> Office:
        made.append(Office(sandbox.create, sandbox.plain_state(), mappings, **{"price_basis": "excl", **settings}))
        return made[-1]

    yield opened
    for one in made:
        one.close()


@pytest.fixture
def pictures() -> Any:
    """A server of pictures; /large.png is one that AccountView cannot take."""

    class Handler(BaseHTTPRequestHandler):
        asked: list[Any] = []

        def do_GET(self) -> None:
            self.asked.append((self.path, self.headers.get("Authorization")))
            known = self.path.endswith(".png")
            body = PICTURE * (300_000 if "large" in self.path else 1)
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", "image/png" if known else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", Handler.asked
    server.shutdown()
    server.server_close()


def test_a_category_is_made_found_by_name_renamed_and_read(office: Any) -> None:
    one = office()
    connector = one.connect()
    made = one.send(connector, "category", Category(name="Tuingereedschap", code="tuingereedschap"))
    assert (made.id, made.action, made.error) == ("TUING", "created", None)
    assert connector.find(Lookup("category", "name", ("Tuingereedschap", "Geen"))).matches["Tuingereedschap"][0].id == "TUING"
    assert one.send(connector, "category", Category(name="Tuingereedschap"), made.id).action == "unchanged"
    assert one.send(connector, "category", Category(name="Gereedschap"), made.id).action == "updated"
    names = {row["code"]: row["name"] for row in one.read(one.connect(), "category")}
    assert (names["TUING"], names["POT"]) == ("Gereedschap", "Potten")


def test_a_code_that_is_made_of_a_name_is_a_free_one(office: Any) -> None:
    one = office()
    connector = one.connect()
    names = ("Diensten op maat", "Diensten thuis", "Diensten aan huis")
    codes = [one.send(connector, "category", Category(name=name, code=name.lower().replace(" ", "-"))).id for name in names]
    assert codes == ["DIEN2", "DIEN3", "DIEN4"]
    assert {row["AG_CODE"]: row["AG_DESC"] for row in one.rows("ART_GRP")}["DIENS"] == "Diensten en toeslagen"


def test_a_group_whose_short_code_is_taken_waits_and_overwrites_nothing(office: Any) -> None:
    one = office()
    receipt = one.send(one.connect(), "category", Category(name="Potten groot", code="pot"))
    assert isinstance(receipt.error, RejectedError)
    assert "bestaat al" in receipt.error.message
    assert {row["AG_CODE"]: row["AG_DESC"] for row in one.rows("ART_GRP")}["POT"] == "Potten"


def test_the_first_image_is_fetched_without_our_login_and_kept_once(office: Any, pictures: Any) -> None:
    address, asked = pictures
    one = office()
    connector = one.connect()
    product = a_product(images=[{"url": f"{address}/a/pot.png"}, {"url": f"{address}/second.png"}])
    made = one.send(connector, "product", product)
    assert (made.error, made.data.get("warnings")) == (None, None)
    assert asked == [("/a/pot.png", None)]
    assert one.send(connector, "product", product, made.id).action == "unchanged"
    read = next(row for row in one.read(one.connect(), "product") if row["sku"] == "NIEUW-1")
    assert read["images"] == [{"name": "pot.png", "data": b64encode(PICTURE).decode()}]


@pytest.mark.parametrize(("url", "words"), [("/gone.html", "404"), ("/large.png", "larger"), ("ftp://pictures.example/pot.png", "not on the internet")])
def test_an_image_that_cannot_be_had_is_a_warning_and_the_article_is_made(office: Any, pictures: Any, url: str, words: str) -> None:
    one = office()
    product = a_product(images=[{"url": url if "://" in url else pictures[0] + url}])
    receipt = one.send(one.connect(), "product", product)
    assert receipt.error is None
    assert any(words in one for one in receipt.data["warnings"])


def test_an_image_at_an_internal_address_is_never_asked_for(office: Any, pictures: Any) -> None:
    address, asked = pictures
    one = office(base_url="https://www.accountview.net")
    asked.clear()
    receipt = one.send(one.connect(), "product", a_product(images=[{"url": f"{address}/pot.png"}]))
    assert "not on the internet" in receipt.data["warnings"][0]
    assert asked == []


def test_an_order_goes_to_its_own_delivery_address_which_is_made_once(office: Any) -> None:
    one = office()
    connector = one.connect()
    place = Address(name="Magazijn", line="Dijk 9", postcode="4321 BA", city="Goes", country="NL")
    numbers = [one.send(connector, resource, an_order(f"#{number}", delivery=place)).data["DEL_CODE"]
               for number, resource in enumerate(("sales_order", "sales_invoice", "sales_order"))]  # fmt: skip
    assert len(set(numbers)) == 1
    assert [(row["REC_ID"], row["DEL_NAME"], row["POST_CODE"]) for row in one.rows("DEL_ADDR")] == [(numbers[0], "Magazijn", "4321 BA")]
    assert one.send(connector, "sales_order", an_order("#home", delivery=a_party().billing)).data["DEL_CODE"] == ""


def paid(one: Office, number: str, amount: float) -> None:
    """A bookkeeper enters a receipt in the bank book."""
    desk = one.sandbox.installation.companies[0].administrations[-1]
    item = next(row for row in desk.tables["OPENITEM"] if row["INV_NR"] == number)
    item["ITEM_PAID"] = Decimal(str(amount))
    item["ITEM_REST"] = item["DR_AMT"] - item["CR_AMT"] - item["ITEM_PAID"]
    item["DATE_PAID"] = f"{datetime.now(UTC).year}-02-03T00:00:00"


def test_what_is_paid_on_an_open_item_is_read_as_a_payment_of_the_order(office: Any) -> None:
    one = office()
    connector = one.connect()
    invoice = one.send(connector, "sales_invoice", an_order("#7"))
    one.send(connector, "sales_entry", an_order("#8", lines=[a_line("POT-1", "12.10", 21)]))
    assert one.read(one.connect(), "payment") == []
    paid(one, invoice.id, 20.00)
    paid(one, "#8", 12.10)
    found = [read_document(Payment, fields) for fields in one.read(one.connect(), "payment")]
    assert {(one.order_reference, one.amount, one.open_amount, one.kind) for one in found} == {
        ("#7", Decimal("20"), Decimal("9.05"), "payment"), ("#8", Decimal("12.1"), Decimal("0"), "payment"),
    }  # fmt: skip
    assert {one.paid_at.month for one in found if one.paid_at} == {2}


def test_counter_invoices_ask_for_their_object_until_it_is_chosen(office: Any) -> None:
    one = office()
    with pytest.raises(ConfigurationError, match="not chosen yet") as caught:
        one.send(one.connect(), "direct_invoice", an_order())
    assert caught.value.field == "counter_invoice_object"
    with pytest.raises(ConfigurationError, match="no business object NO1"):
        one.send(one.connect(counter_invoice_object="NO1"), "direct_invoice", an_order())
