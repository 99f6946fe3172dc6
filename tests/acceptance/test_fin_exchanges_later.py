"""What becomes of an exchange later: it is proven, waits for a person, changes in the shop, or the run breaks off halfway."""

from datetime import timedelta
from decimal import Decimal

import pytest
from koppel.actions.proof import proof
from koppel.actions.proof_pdf import as_pdf
from koppel.actions.reconcile import reconcile
from koppel.actions.records import decide
from support.garden import NOW
from support.swaps import BIG_SENT, PAPER, POT_BACK, books, euros, expected, flow, only, open_garden

pytestmark = pytest.mark.walk
EACH = pytest.mark.parametrize("ledger", ["exactonline", "accountview"])
NUMBERS = {"exactonline": range(7101, 7120), "accountview": range(7121, 7140)}
TITLE = {"exactonline": "Exact Online", "accountview": "AccountView"}
CLOSE = "mutation Close($id: ID!) { returnClose(id: $id) { return { id } userErrors { message } } }"
REOPEN = "mutation Reopen($id: ID!) { returnReopen(id: $id) { return { id } userErrors { message } } }"
FEE = {"amount": {"amount": "3.95", "currencyCode": "EUR"}}
"""What is asked for sending back; the shop says nowhere that it is part of what is owed."""


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    made = open_garden(tmp_path_factory.mktemp("later"), NUMBERS)
    yield made
    made.close()


def row_of(garden, name, number):
    (row,) = garden.inbox(name, label=f"#{number}")
    return row


def answered(garden, name, number, what):
    """A person decides, and the flow goes on."""
    assert decide(garden.site, [row_of(garden, name, number).id], what, "test") == 1
    garden.run(name, limit=1)
    return row_of(garden, name, number)


@EACH
def test_fin_22_the_proof_of_an_order_that_was_exchanged_holds_both_papers_with_what_they_come_to(garden, ledger):
    number, name = next(garden.left[ledger]), flow(garden, ledger)
    garden.send(name, number)
    garden.counter.exchange(number, ("POT-1", 1), out=(("POT-2", 1),))
    garden.send(name, number)
    made = proof(garden.site, name, f"#{number}-X1C")
    assert (made.record["label"], made.computation["total"]) == (f"#{number}", Decimal("40.95"))
    assert [(one["label"], one["what"], one["total"], one["vat"]) for one in made.papers] == [
        (f"#{number}-X1C", "came back", Decimal("12.10"), Decimal("2.10")), (f"#{number}-X1", "sent", Decimal("24.20"), Decimal("4.20")),
    ]  # fmt: skip
    assert [(row["sku"], row["quantity"], row["incl"]) for one in made.papers for row in one["lines"]] == [
        ("POT-1", 1, Decimal("12.10")), ("POT-2", 1, Decimal("24.20")),
    ]  # fmt: skip
    labels = {one["number"]: one["label"] for one in made.links}
    sent = {labels[one["number"]]: one for one in made.sent if one["number"] in labels}
    assert set(sent) == {f"#{number}{end}" for end in ("", "-X1C", "-X1")}
    for label, one in sent.items():
        assert one["state"] == "delivered"
        assert f"'{label}'" in str(one["request"])
        assert f"'{label}'" in str(one["answer"]), "each write with its own answer"
    assert as_pdf(made).startswith(b"%PDF")


@EACH
def test_fin_11_approving_an_order_is_no_approval_of_an_exchange_whose_numbers_differ(garden, ledger):
    number, name = next(garden.left[ledger]), flow(garden, ledger, fee_sku="VERZENDKOSTEN", hold_when="record.total > 20")
    garden.add_row(name, "vat_code", {"exactonline": "1", "accountview": "0"}[ledger])
    garden.add_row(name, "revenue_account", "8000", kind="fee")
    garden.counter.send_parcel(number)
    garden.counter.process(number, garden.counter.take_back(number, ("POT-1", 1), out=(("POT-2", 1),), returnShippingFee=FEE))
    assert (garden.send(name, number).parked, row_of(garden, name, number).cause, books(garden, ledger, number)) == (1, "order.held", {})
    row = answered(garden, name, number, "approve")
    assert row.reason == f"The exchanges of #{number} do not come to what Shopify says: Balance 16.05 by the lines and 12.10 in Shopify."
    assert (row.cause, set(books(garden, ledger, number))) == ("exchange.differs", {f"#{number}"})
    row = answered(garden, name, number, "approve")
    assert row.state == "done", row.reason
    papers = only(books(garden, ledger, number))
    assert (set(papers), papers[f"#{number}-X1C"]) == ({f"#{number}{end}" for end in ("", "-X1C", "-X1")}, POT_BACK)
    assert papers[f"#{number}-X1"][0] == Decimal("24.20") + Decimal("3.95")
    garden.counter.ask("mutation Tag($id: ID!) { tagsAdd(id: $id, tags: [\"vip\"]) { userErrors { message } } }", id=garden.order_id(number))
    assert garden.send(name, number).parked == 0  # news of it asks nothing twice
    assert only(books(garden, ledger, number)) == papers


def one_of_two(garden, number):
    """Two roses are to be exchanged for two big pots; one of each is, and the return is closed."""
    garden.counter.send_parcel(number)
    gid = garden.counter.take_back(number, ("ROOS-1", 2), out=(("POT-2", 2),))
    garden.counter.process(number, gid, pieces=1)
    garden.counter.ask(CLOSE, id=gid)
    return gid


def the_other(garden, number, gid):
    """And after all the second one as well."""
    garden.counter.ask(REOPEN, id=gid)
    garden.counter.process(number, gid)


ROSE_BACK = (Decimal("-10.95"), {9: Decimal("-0.90")})
# the shop took twice 0.90 off its VAT
BOTH_BACK, BOTH_SENT = (Decimal("-21.90"), {9: Decimal("-1.80")}), (Decimal("48.40"), {21: Decimal("8.40")})


def undone(paper):
    return -paper[0], {rate: -vat for rate, vat in paper[1].items()}


@EACH
def test_fin_11_one_that_changed_after_it_was_booked_waits_with_what_changed_and_may_stay_as_it_was(garden, ledger):
    number, name = next(garden.left[ledger]), flow(garden, ledger)
    garden.send(name, number)
    gid = one_of_two(garden, number)
    assert garden.send(name, number).parked == 0
    before = only(books(garden, ledger, number))
    assert before == expected(number, ROSE_BACK, BIG_SENT)
    the_other(garden, number, gid)
    assert garden.send(name, number).parked == 1
    row = row_of(garden, name, number)
    assert row.reason.startswith(f"What was exchanged of #{number} was changed in Shopify after it was booked in {TITLE[ledger]} as ")
    assert row.reason.endswith("Exchange 1, came back: ROOS-1: 1 × 10.95, VAT 0.90 → ROOS-1: 2 × 21.90, VAT 1.80 and 1 more.")
    assert row.facts["changes"] == [
        ["Exchange 1, came back", "ROOS-1: 1 × 10.95, VAT 0.90", "ROOS-1: 2 × 21.90, VAT 1.80"],
        ["Exchange 1, sent", "POT-2: 1 × 24.20, VAT 4.20", "POT-2: 2 × 48.40, VAT 8.40"],
    ]
    assert only(books(garden, ledger, number)) == before
    assert answered(garden, name, number, "keep").state == "done"
    assert garden.send(name, number).parked == 0
    assert only(books(garden, ledger, number)) == before


@EACH
@pytest.mark.parametrize("said", ["by the flow", "by a person"])
def test_fin_11_or_its_papers_are_taken_back_and_written_anew_each_once(garden, ledger, said):
    number, name = next(garden.left[ledger]), flow(garden, ledger, **({"edits": "rebook"} if said == "by the flow" else {}))
    garden.send(name, number)
    gid = one_of_two(garden, number)
    garden.send(name, number)
    the_other(garden, number, gid)
    garden.send(name, number)
    if said == "by a person":
        answered(garden, name, number, "rebook")
    anew = {"X1C-R1": undone(ROSE_BACK), "X1C-2": BOTH_BACK, "X1-R1": undone(BIG_SENT), "X1-2": BOTH_SENT}
    papers = only(books(garden, ledger, number))
    assert papers == expected(number, ROSE_BACK, BIG_SENT, **anew)
    assert sum(total for total, _ in papers.values()) == euros(garden.counter.order(number)["currentTotalPriceSet"])
    assert row_of(garden, name, number).state == "done"
    told = reconcile(garden.site, name, NOW.date() - timedelta(days=40), NOW.date() + timedelta(days=2)).explained
    assert [one for one in told if one.difference.reference.startswith(f"#{number}")] == []
    assert (garden.send(name, number).created, only(books(garden, ledger, number))) == (0, papers)


def test_fin_11_of_an_order_that_books_nothing_what_came_back_stays_credited_and_waits(garden):
    number, name = next(garden.left["exactonline"]), flow(garden, "exactonline", "sales_order", edits="update")
    garden.send(name, number)
    gid = one_of_two(garden, number)
    garden.send(name, number)
    the_other(garden, number, gid)
    assert garden.send(name, number).parked == 1
    row = row_of(garden, name, number)
    assert (row.cause, row.resolution) == ("exchange.edited", "Book the difference by hand in Exact Online, or leave it as it was booked.")
    (order,) = [one for one in garden.exact("salesorder/SalesOrders") if one["YourRef"] == f"#{number}-X1"]
    pieces = [one["Quantity"] for one in garden.exact("salesorder/SalesOrderLines") if one["OrderID"] == order["OrderID"]]
    assert pieces == [1], "the credit note of what came back is booked, so neither is changed alone"
    assert answered(garden, name, number, "keep").state == "done"


class Killed(BaseException):
    """The process ends here."""


def die_at(patch, place, end):
    """The process ends when the paper with this end of its number is about to be sent, or was just stored."""
    from koppel.runner import deliver

    real = getattr(deliver, place)

    def dying(talk, session, job, *rest):
        if job.label.endswith(end):
            raise Killed
        return real(talk, session, job, *rest)

    patch.setattr(deliver, place, dying)


@EACH
@pytest.mark.parametrize("place", ["_intend", "_take_receipt"])
@pytest.mark.parametrize("end", ["-X1C", "-X1"])
def test_fin_11_killed_between_its_papers_both_are_there_once_after_a_restart(garden, ledger, place, end, monkeypatch):
    number, name = next(garden.left[ledger]), flow(garden, ledger)
    garden.send(name, number)
    garden.counter.exchange(number, ("POT-1", 1), out=(("POT-2", 1),))
    with monkeypatch.context() as patch:
        die_at(patch, place, end)
        with pytest.raises(Killed):
            garden.send(name, number)
    arrived = {"-X1C": {"_intend": 0, "_take_receipt": 1}, "-X1": {"_intend": 1, "_take_receipt": 2}}[end][place]
    assert len(books(garden, ledger, number)) == 1 + arrived
    garden.send(name)
    assert only(books(garden, ledger, number)) == expected(number, POT_BACK, BIG_SENT)
    assert row_of(garden, name, number).state == "done"


@EACH
def test_fin_11_killed_halfway_while_it_is_booked_anew_every_paper_is_there_once(garden, ledger, monkeypatch):
    number, name = next(garden.left[ledger]), flow(garden, ledger, edits="rebook")
    garden.send(name, number)
    gid = one_of_two(garden, number)
    garden.send(name, number)
    the_other(garden, number, gid)
    for end in ("-X1C-R1", "-X1C-2", "-X1-R1", "-X1-2"):
        with monkeypatch.context() as patch:
            die_at(patch, "_take_receipt", end)
            with pytest.raises(Killed):
                garden.send(name, number)
    garden.send(name)
    anew = {"X1C-R1": undone(ROSE_BACK), "X1C-2": BOTH_BACK, "X1-R1": undone(BIG_SENT), "X1-2": BOTH_SENT}
    assert only(books(garden, ledger, number)) == expected(number, ROSE_BACK, BIG_SENT, **anew)
    assert (row_of(garden, name, number).state, PAPER[ledger]) == ("done", garden.site.flow(name).paper)
