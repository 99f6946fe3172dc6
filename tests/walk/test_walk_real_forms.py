"""Real invoices in every form of paper, in both ledgers: equal to the cent, corrected by a line, or held with a reason."""

import pytest
from support.forms import FORMS, NO_GOODS, send, with_vat
from support.pour import TARGETS
from support.retail import articles_in, read_lines, retail_orders
from support.shared import shared

pytestmark = pytest.mark.walk
KINDS = {
    "a cancellation": lambda node, codes: node["name"].startswith("#C"),
    "with postage": lambda node, codes: "POST" in codes and node["customer"],
    "with bank charges": lambda node, codes: "BANK CHARGES" in codes,
    "for nothing": lambda node, codes: node["totalPriceSet"]["shopMoney"]["amount"] in ("0", "0.0", "0.00"),
    "of a guest": lambda node, codes: not node["customer"] and codes - {"DOT", "M"},
    "from Germany": lambda node, codes: node["customer"] and node["billingAddress"]["countryCodeV2"] == "DE",
    "from Japan": lambda node, codes: node["customer"] and node["billingAddress"]["countryCodeV2"] == "JP",
    "of many lines": lambda node, codes: 20 < len(node["lineItems"]["nodes"]) < 40,
    "an ordinary one": lambda node, codes: node["customer"] and len(codes) > 5,
}
"""One real invoice of each of these is sent in every form; `bench/finance_real.py` sends all 512."""


@pytest.fixture(scope="module")
def lines():
    return read_lines(next(shared("orders").glob("*.csv")))


@pytest.fixture(scope="module")
def chosen(lines):
    """The first invoice of each kind that there is."""
    nodes = retail_orders(lines)
    codes = {node["name"]: {line["sku"] for line in node["lineItems"]["nodes"]} for node in nodes}
    found = {}
    for kind, fits in KINDS.items():
        found[kind] = next((one for one in nodes if fits(one, codes[one["name"]])), None)
    unique = {one["name"]: one for one in found.values() if one}
    assert len(unique) >= 6
    return list(unique.values())


def test_what_is_no_article_waits_with_its_name_and_goes_once_two_mapping_rows_say_what_it_is(tmp_path, lines, chosen):
    waits = send(tmp_path / "waits", chosen, articles_in(lines), ("sales_order", "sales_entry"))
    goes = send(tmp_path / "goes", chosen, articles_in(lines), rows=NO_GOODS)
    for target in TARGETS:
        assert set(waits[target]["sales_order"].held) == {"article.missing"}
        assert waits[target]["sales_entry"].exact == len(chosen)
        for form in FORMS:
            made = goes[target][form]
            assert (made.seen, made.exact, made.corrected, made.held, made.off) == (len(chosen), len(chosen), 0, {}, []), (target, form)


def test_with_vat_in_their_prices_and_books_without_it_they_are_corrected_or_wait_and_never_off(tmp_path, lines):
    small = [with_vat(node) for node in retail_orders(lines)[:12] if len(node["lineItems"]["nodes"]) < 60]
    made = send(tmp_path, small, articles_in(lines), ("sales_order", "sales_entry"), "excl", NO_GOODS)
    counts = [one for forms in made.values() for one in forms.values()]
    assert not [one.off for one in counts if one.off]
    assert sum(one.corrected for one in counts) > 0
    assert {cause for one in counts for cause in one.held} <= {"balance.off"}
    assert all(one.exact + one.corrected + sum(one.held.values()) == one.seen for one in counts)
