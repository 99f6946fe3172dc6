"""Whatever a shop comes up with: each target's own sums equal the order, to the cent and per VAT rate, or it waits."""

from decimal import Decimal

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from koppel.errors import KoppelError
from support.invented import CENT, NONE, orders, refunds
from support.profiles import examples
from support.reckoning import Way, go, read

SPLITS = ("simple", "recommended", "complex", "extreme")
ARTICLES = [(ledger, document) for ledger in ("exactonline", "accountview") for document in ("sales_order", "sales_invoice", "direct_invoice")]
BASES = ("incl", "excl")
ENTRIES = [Way("accountview", "sales_entry", split=how) for how in SPLITS]
OFFICES = [
    [*(Way(ledger, document, basis, discounts, correct=correct) for ledger, document in ARTICLES), Way("exactonline", "sales_entry", basis), *ENTRIES]
    for basis in BASES for discounts in ("price", "line") for correct in (True, False)
]  # fmt: skip
"""Every paper in both ledgers, in each way that an office can be set up."""
CREDITS = [*(Way("exactonline", "credit_note", basis) for basis in BASES), *(Way("accountview", "credit_note", split=how) for how in SPLITS)]
FEW = settings(max_examples=examples(500), deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(orders(), st.sampled_from(OFFICES))
def test_an_order_equals_the_sums_of_every_paper_that_it_becomes_or_waits(order, office):
    paper = read(order.node)
    for way in office:
        judge(order, go(paper, way), way)


@FEW
@given(refunds())
def test_a_refund_equals_the_sums_of_every_credit_note_that_it_becomes_or_waits(refund):
    paper = read(refund.node, "credit_note")
    for way in CREDITS:
        judge(refund, go(paper, way), way)


def judge(order, made, way):
    """Equal to the cent, or held with a sentence of ours; what somebody made wrong is never booked."""
    if made.held is not None:
        assert isinstance(made.held, KoppelError), (way, made.held)
        assert made.held.message
        _rightly(order, way, made.held)
        return
    assert not order.wrong or (order.wrong == "vat" and way.own_vat), f"{way} books an order whose {order.wrong} is wrong"
    event("booked")
    assert made.total == order.total, f"{way} comes to {made.total}, the order to {order.total}"
    for rate in () if order.bare else made.vat.keys() | order.vat.keys():
        ours, theirs = order.vat.get(rate, NONE), made.vat.get(rate, NONE)
        apart = NONE if way.own_vat else CENT * order.lines + Decimal("0.05")
        assert abs(ours - theirs) <= apart, f"{way}: VAT at {rate} is {theirs} there and {ours} in the shop"
    basis = "incl" if order.included else "excl"
    if way.basis == basis and way.discounts == "price" and way.document in ("sales_order", "sales_invoice"):
        assert made.shipping == order.shipping, f"{way}: shipping"


def _rightly(order, way, held):
    """Nothing waits for a difference that rounding explains, where the books add no VAT of their own or may be corrected."""
    cause = (held.cause or "").partition(":")[0]
    event(f"held: {cause}")
    if cause == "document.sums":
        assert order.wrong == "total", held.message
    if cause == "balance.vat":
        assert order.wrong == "vat", f"{way}: {held.message}"
    if cause == "balance.small":
        assert (way.basis, way.correct) == ("excl", False), f"{way}: {held.message}"
    if cause == "balance.off":
        assert order.wrong or (way.basis == "excl" and order.lines > 6), f"{way}: {held.message}"
