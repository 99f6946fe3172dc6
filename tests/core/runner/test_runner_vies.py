"""Before an order goes without VAT to a company abroad, VIES is asked whether its number is registered."""

import pytest
import sqlalchemy as sa
from koppel.actions.persons import find_person
from koppel.actions.privacy import erase
from koppel.actions.proof import proof
from koppel.config import Config
from koppel.store.models import Activity, VatCheck
from support.pair import an_order, make_pair
from support.register import KNOWN, Register, fault

NUMBER = "BE0403019261"


@pytest.fixture
def vies():
    made = Register()
    yield made
    made.stop()


@pytest.fixture
def pair(tmp_path, vies):
    made = make_pair(tmp_path)
    made.site.config = Config(home=tmp_path, vies_url=vies.url)
    made.ledger.add("product", sku="A")
    yield made
    made.site.close()


def sell(pair, number, rate="0", vat="0.00"):
    firm = {"email": "jan@zonen.example", "name": "Firma", "billing": {"company": "Firma", "country": "BE"}, "vat_number": "BE 0403.019.261"}
    line = {"sku": "A", "description": "A", "kind": "article", "quantity": 1, "unit_price": "10.00", "total": "10.00",
            "taxes": [{"rate": rate, "amount": vat}]}  # fmt: skip
    pair.shop.add("sales_order", **an_order(number, total="10.00", lines=[line], customer=firm))


def checks(pair):
    with pair.site.db.read() as session:
        return list(session.scalars(sa.select(VatCheck)))


def told(pair):
    with pair.site.db.read() as session:
        return [text for text in session.scalars(sa.select(Activity.text)) if "VIES" in text]


def test_a_registered_number_is_booked_and_its_proof_is_kept_and_asked_for_once(pair, vies):
    sell(pair, 1)
    sell(pair, 2)
    flow = pair.flow("sales_order", vies="hold", own_vat_number="NL123456782B90")
    assert pair.run(flow).summary.created == 2
    sell(pair, 3)
    assert pair.run(flow).summary.created == 1
    assert vies.asked == [("/rest-api/check-vat-number", {"countryCode": "BE", "vatNumber": "0403019261",
                          "requesterMemberStateCode": "NL", "requesterNumber": "123456782B90"})]  # fmt: skip
    (kept,) = checks(pair)
    assert (kept.number, kept.valid, kept.request, kept.told_at) == (NUMBER, True, KNOWN["requestIdentifier"], KNOWN["requestDate"])
    assert (kept.name, kept.address) == ("Bloemen & Zonen NV", "Kerkstraat 1 9000 Gent")
    line = f"VIES: {NUMBER} is registered to Bloemen & Zonen NV, Kerkstraat 1 9000 Gent, request WAPIAAAAYvM5FEa7 ("
    assert len(told(pair)) == 3
    assert all(text.startswith(line) for text in told(pair))
    assert any(step["text"].startswith(line) for step in proof(pair.site, flow, "#3").steps)


def test_a_number_that_is_not_registered_waits_for_a_person_and_is_asked_again_at_a_retry(pair, vies):
    vies.says = {"valid": False, "requestIdentifier": "", "name": "---", "address": "---"}
    sell(pair, 1)
    flow = pair.flow("sales_order", vies="accept")
    assert pair.run(flow).summary.parked == 1
    row = pair.rows()[0]
    assert row.reason == f"#1 was sold without VAT, but VIES says that {NUMBER} is not registered."
    assert row.resolution.startswith("Ask the customer for the right VAT number, correct it in Shop and retry")
    vies.says = KNOWN
    assert pair.run(flow, ids=("sales_order-1",)).summary.created == 1
    assert [one.valid for one in checks(pair)] == [False, True]


@pytest.mark.parametrize(
    ("status", "says", "why"),
    [
        (200, fault("MS_UNAVAILABLE"), "VIES cannot tell: the register of that country does not answer now (MS_UNAVAILABLE)."),
        (400, fault("GLOBAL_MAX_CONCURRENT_REQ"), "VIES cannot tell: it does not answer now (GLOBAL_MAX_CONCURRENT_REQ)."),
        (503, {}, "VIES cannot be reached now."),
    ],
)
def test_while_vies_is_down_orders_wait_and_go_on_by_themselves_and_the_others_pass(pair, vies, status, says, why):
    vies.status, vies.says = status, says
    for number in (1, 2, 3, 4):
        sell(pair, number)
    pair.shop.add("sales_order", **an_order(5, sku="A"))
    run = pair.run(pair.flow("sales_order", vies="hold"))
    assert run.summary.created == 1
    assert len(pair.rows(state="retry")) == 4
    assert len(vies.asked) == 1
    row = pair.rows()[0]
    assert (row.state, row.reason) == ("retry", f"#1 waits: the VAT number {NUMBER} could not be checked. {why}")
    assert row.due_at is not None
    assert checks(pair) == []


def test_where_the_flow_says_so_an_order_goes_on_with_a_note_while_vies_is_down(pair, vies):
    vies.says = fault("MS_UNAVAILABLE")
    sell(pair, 1)
    assert pair.run(pair.flow("sales_order", vies="accept")).summary.created == 1
    assert told(pair)[0].startswith(f"{NUMBER} was not checked: VIES cannot tell")


def test_nobody_is_asked_without_the_setting_or_where_vat_was_paid_and_a_dry_run_keeps_nothing(pair, vies):
    sell(pair, 1)
    assert pair.run(pair.flow("sales_order", name="plain")).summary.created == 1
    sell(pair, 2, rate="21", vat="1.74")
    flow = pair.flow("sales_order", name="asking", vies="hold")
    pair.run(flow)
    assert vies.asked == []  # the first is booked already
    sell(pair, 3)
    pair.run(flow, dry_run=True)
    assert checks(pair) == []


def test_an_own_number_that_vies_does_not_know_is_said_by_name(pair, vies):
    vies.says = fault("INVALID_REQUESTER_INFO")
    sell(pair, 1)
    flow = pair.flow("sales_order", vies="hold", own_vat_number="NL1")
    run = pair.run(flow)
    assert (run.summary.outcome, run.reason) == ("stopped", "VIES does not know the own VAT number NL1.")
    assert run.resolution == "Correct the own VAT number in the flow's settings, or leave it empty."


def test_who_is_erased_is_gone_from_the_proof_too_but_not_that_the_number_was_right(pair):
    sell(pair, 1)
    pair.run(pair.flow("sales_order", vies="hold"))
    erase(pair.site, find_person(pair.site, ["jan@zonen.example"]))
    (kept,) = checks(pair)
    assert (kept.number, kept.valid, kept.name, kept.address) == (NUMBER, True, "", "")
