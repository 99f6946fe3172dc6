"""Nothing is written that would not be right to the cent, or that says no VAT without the right to."""

from decimal import Decimal

import pytest
from koppel.store.models import Connection
from support.pair import an_order, make_pair


@pytest.fixture
def pair(tmp_path):
    made = make_pair(tmp_path)
    for sku in ("A", "B", "AFRONDING"):
        made.ledger.add("product", sku=sku)
    yield made
    made.site.close()


def adds_vat(pair, rounding="line"):
    """The ledger takes prices without VAT and adds it itself."""
    with pair.site.db.write() as session:
        row = session.query(Connection).filter_by(name="ledger").one()
        row.settings = {**row.settings, "price_basis": "excl", "vat_rounding": rounding}


def line(total, vat, rate="21", sku="A", quantity=1):
    price = str(Decimal(total) / quantity)
    return {"sku": sku, "description": sku, "kind": "article", "quantity": quantity, "unit_price": price, "total": total,
            "taxes": [{"rate": rate, "amount": vat}]}  # fmt: skip


def order(number, *lines, **more):
    return an_order(number, total=str(sum(Decimal(one["total"]) for one in lines)), lines=list(lines), **more)


THREE = [line("0.05", "0.00") for _ in range(3)]  # the shop rounds each line's VAT to nothing


def test_an_order_that_comes_to_the_same_is_sent_as_it_is(pair):
    adds_vat(pair)
    pair.shop.add("sales_order", **order(1, line("12.10", "2.10"), line("10.90", "0.90", "9", "B")))
    assert pair.run(pair.flow("sales_order")).summary.created == 1
    (made,) = pair.ledger.all("sales_order")
    assert [Decimal(one["line_price"]) for one in made["lines"]] == [Decimal("10.00"), Decimal("10.00")]


def test_a_cent_that_the_ledger_leaves_out_becomes_a_line_on_the_chosen_article(pair):
    adds_vat(pair, "document")
    pair.shop.add("sales_order", **order(1, *THREE, line("12.10", "2.10"), line("0.05", "0.00", "9", "B")))
    name = pair.flow("sales_order", correction_sku="AFRONDING")
    assert pair.run(name).summary.created == 1
    (made,) = pair.ledger.all("sales_order")
    assert len(made["lines"]) == 6
    article = next(key for key, row in pair.ledger.records["product"].items() if row["sku"] == "AFRONDING")
    last = made["lines"][-1]
    assert last["external_id"] == article
    sent = [(Decimal(one["quantity"]) * Decimal(one["line_price"])) for one in made["lines"]]
    high, low = sum(sent[:4]), sent[4]
    vat = (high * 21 / 100).quantize(Decimal("0.01")) + (low * 9 / 100).quantize(Decimal("0.01"))
    assert sum(sent) + vat == Decimal(made["total"])
    assert sent[-1] != 0


def test_without_that_article_the_order_waits_and_shows_both_sums(pair):
    adds_vat(pair, "document")
    pair.shop.add("sales_order", **order(1, line("0.05", "0.00")))
    assert pair.run(pair.flow("sales_order")).summary.parked == 1
    assert pair.rows()[0].reason == (
        "#1 would come to 0.06 (0.05 without VAT + 0.01 VAT at 21 %) in Ledger; Shop says 0.05. The difference is 0.01."
    )
    assert "article for rounding differences" in pair.rows()[0].resolution
    assert pair.ledger.all("sales_order") == pair.ledger.all("customer") == []


def test_a_difference_that_is_too_large_waits_whatever_is_chosen(pair):
    adds_vat(pair)
    pair.shop.add("sales_order", **order(1, line("121.00", "20.00")))
    assert pair.run(pair.flow("sales_order", correction_sku="AFRONDING")).summary.parked == 1
    assert pair.rows()[0].cause == "balance.off"
    pair.shop.add("sales_order", **order(2, line("0.05", "0.00")))
    assert pair.run(pair.flow("sales_order", correction_sku="AFRONDING", tolerance="0")).summary.parked == 1


def test_where_prices_go_with_vat_nothing_has_to_be_corrected(pair):
    pair.shop.add("sales_order", **order(1, line("0.05", "0.00")))
    assert pair.run(pair.flow("sales_order")).summary.created == 1


FIRM = {"email": "a@b.example", "name": "Firma", "billing": {"company": "Firma", "country": "BE"}}


def test_vat_that_does_not_fit_its_rate_waits_though_the_total_is_right(pair):
    pair.shop.add("sales_order", **order(1, line("121.00", "16.00")))
    pair.shop.add("sales_order", **order(2, line("121.00", "20.95"), line("12.10", "2.11")))
    assert pair.run(pair.flow("sales_order")).summary.created == 1
    (row,) = pair.rows(state="parked")
    assert row.cause == "balance.vat"
    assert row.reason.startswith("#1 has 16.00 VAT at 21 % in ")
    assert row.reason.endswith("; at that rate it would be 21.00.")


def test_sales_tax_over_a_part_of_an_amount_outside_the_union_says_how_to_book_it(pair):
    abroad = {"email": "bob@example.com", "name": "Bob", "billing": {"country": "US"}}
    pair.shop.add("sales_order", **order(1, line("108.50", "4.50", rate="8.5"), customer=abroad))
    assert pair.run(pair.flow("sales_order")).summary.parked == 1
    (row,) = pair.rows(state="parked")
    assert row.reason.startswith("#1 has 4.50 VAT at 8.5 % in ")
    assert row.resolution.startswith("In US a part of it may be exempt, and ")
    assert "with the tax on the account on which it is owed" in row.resolution


def test_vat_that_nobody_knows_waits_where_the_ledger_would_add_its_own(pair):
    bare = {name: value for name, value in line("12.10", "2.10").items() if name != "taxes"}
    pair.shop.add("sales_order", **order(1, bare))
    assert pair.run(pair.flow("sales_order")).summary.created == 1
    adds_vat(pair)
    pair.shop.add("sales_order", **order(2, bare))
    assert pair.run(pair.flow("sales_order", name="excl")).summary.parked == 1
    (row,) = pair.rows(state="parked")
    assert (row.cause, row.reason[:39]) == ("vat.unknown", "The VAT on “A” of #2 is not known, and ")


def test_a_booking_that_tells_its_own_vat_is_taken_as_the_shop_reckoned_it(pair):
    pair.shop.add("sales_order", **order(1, line("121.00", "16.00")))
    assert pair.run(pair.flow("sales_order", document="sales_entry")).summary.created == 1


@pytest.mark.parametrize(
    ("number", "created", "reason"),
    [
        ("BE0403019261", 1, ""),
        ("", 0, "#1 was sold without VAT to a company in BE, but it has no VAT number."),
        ("BE12", 0, "#1 was sold without VAT to a company in BE, but “BE12” is no VAT number of another country."),
    ],
)
def test_a_company_abroad_that_paid_no_vat_needs_a_number_that_can_be_one(pair, number, created, reason):
    pair.shop.add("sales_order", **order(1, line("10.00", "0.00", "0"), customer={**FIRM, "vat_number": number}))
    assert pair.run(pair.flow("sales_order")).summary.created == created
    assert pair.rows()[0].reason == reason
