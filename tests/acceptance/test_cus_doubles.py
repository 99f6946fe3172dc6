"""The brief: a new customer that looks like a debtor who is there, and the numbers of new debtors, over HTTP."""

import pytest
from koppel.cli import main
from koppel.store.db import loads
from koppel.store.models import Link, PairDecision
from support.desk import Desk
from support.garden import Garden, purchase, shop_of, shopper, states_of
from support.ledgers import LEDGERS, by_email, ledger

pytestmark = pytest.mark.walk
BOTH = pytest.mark.parametrize("system", LEDGERS)
TITLES = {"accountview": "AccountView", "exactonline": "Exact Online"}
ROSE = {"company": "Bloemist De Roos B.V.", "vat_number": "NL800000009B01"}
KNOWN = (
    shopper(1, **ROSE, email="boekhouding@deroos.example"),
    shopper(
        2,
        email="oud@jansen.example",
        first_name="Piet",
        last_name="Veen",
        street="Dam",
        house_number="7",
        postcode="1012 JS",
    ),
    shopper(3, email="tuin@west.example", company="Tuincentrum West"),
)
VEEN = {"first_name": "Piet", "last_name": "Veen", "street": "Dam", "house_number": "7", "postcode": "1012JS"}
ORDERS = (
    purchase(4001, shopper(21, **ROSE)),
    purchase(4002, shopper(21, **ROSE)),
    purchase(4003, shopper(22, **VEEN)),
    purchase(4004, shopper(26, **VEEN)),
    purchase(4005, shopper(23, company="Tuincentrum West BV", street="Ring", house_number="1", postcode="9999 XX")),
    purchase(4006, shopper(24, first_name="Ada", last_name="Nieuw", street="Lind", house_number="3", postcode="3511 AB")),
    purchase(4007, shopper(25, first_name="Ada", last_name="Nieuw", street="Lind", house_number="3", postcode="3511 AB")),
    purchase(4011, shopper(31)),
    purchase(4012, shopper(32)),
    purchase(4013, shopper(33)),
    purchase(4014, shopper(34)),
    purchase(4015, shopper(35)),
    purchase(4016, shopper(21, **ROSE)),
)  # fmt: skip


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """All orders wait in the shop; each test sends its own."""
    made = Garden(tmp_path_factory.mktemp("doubles"), states_of(shop_of(*ORDERS), known=KNOWN))
    yield made
    made.close()


def orders_flow(garden, system, number, **settings):
    return garden.flow(f"orders-{number}-{system}", "shopify", system, **settings)


def booked(garden, system, number):
    return ledger(garden, system).orders().get(f"#{number}")


@BOTH
def test_cus_03_a_new_customer_with_a_debtors_vat_number_waits_and_says_which_one_it_looks_like(garden, system):
    flow = orders_flow(garden, system, 4001)
    there = by_email(ledger(garden, system), "boekhouding@deroos.example")
    before = len(ledger(garden, system).customers())
    assert garden.send(flow, 4001).parked == 1
    (row,) = garden.inbox(flow)
    assert row.cause == "customer.double"
    assert (
        f"looks like debtor {there.code} (Bloemist De Roos B.V.) in {TITLES[system]}: the same VAT number and the same name"
        in row.reason
    )
    assert [one["id"] for one in row.facts["candidates"]] == [there.key]
    assert len(ledger(garden, system).customers()) == before
    assert booked(garden, system, 4001) is None


@BOTH
def test_cus_03_who_may_be_the_same_is_made_unless_the_flow_holds_it(garden, system):
    held = garden.flow(f"held-{system}", "shopify", system, doubles="hold")
    assert garden.send(held, 4005).parked == 1
    assert "Tuincentrum West) in" in garden.waiting(held)["#4005"]
    assert ": the same name." in garden.waiting(held)["#4005"]
    flow = orders_flow(garden, system, 4005)
    assert garden.send(flow, 4005).created == 1
    assert by_email(ledger(garden, system), "klant.23@example.nl").key == booked(garden, system, 4005).customer
    (row,) = garden.inbox(flow)
    assert any("too little to wait for" in one.text for one in garden.steps(incoming_id=row.id))


@BOTH
def test_cus_03_nothing_is_asked_where_the_flow_makes_everybody(garden, system):
    flow = orders_flow(garden, system, 4004, doubles="make")
    garden.send(garden.flow(f"warm-{system}", "shopify", system, doubles="make"), 4011)
    assert garden.send(flow, 4004).created == 1
    assert by_email(ledger(garden, system), "klant.26@example.nl").key == booked(garden, system, 4004).customer


@BOTH
def test_cus_03_two_new_customers_who_are_one_are_not_both_made(garden, system):
    flow = orders_flow(garden, system, 4006)
    assert garden.send(flow, 4006, 4007).created == 1
    first, second = garden.inbox(flow)
    assert sorted(one.state for one in (first, second)) == ["done", "retry"]
    assert garden.run(flow, limit=1).summary.parked == 1
    waiting = next(one for one in garden.inbox(flow) if one.state == "parked")
    assert "looks like debtor" in waiting.reason
    names = [one.name for one in ledger(garden, system).customers()]
    assert names.count("Ada Nieuw") == 1


@BOTH
def test_cus_10_new_debtors_get_the_next_number_of_the_range_and_the_ledgers_own_numbers_are_passed_over(
    garden, system
):
    taken = by_email(ledger(garden, system), "tuin@west.example").code
    first = int(taken)
    flow = orders_flow(garden, system, 4012, debtor_numbers=f"{first}-{first + 900}")
    codes = {one.code for one in ledger(garden, system).customers()}
    free = [number for number in range(first, first + 900) if str(number) not in codes]
    assert garden.send(flow, 4012, 4013).created == 2
    given = [by_email(ledger(garden, system), f"klant.{number}@example.nl").code for number in (32, 33)]
    assert sorted(given) == [str(number) for number in free[:2]]


@BOTH
def test_cus_10_a_full_range_holds_the_order_and_says_so(garden, system):
    flow = orders_flow(garden, system, 4014, debtor_numbers="W0001-W0001")
    assert garden.send(flow, 4014).created == 1
    assert by_email(ledger(garden, system), "klant.34@example.nl").code == "W0001"
    assert garden.send(flow, 4015).parked == 1
    assert garden.waiting(flow)["#4015"] == (
        "The customer of #4015 waits: Zoë Jansen 35 gets no debtor number: all of W0001-W0001 are given."
    )
    assert booked(garden, system, 4015) is None


@pytest.fixture(scope="module")
def desk(garden):
    """The back-office of the garden."""
    made = Desk(garden.site)
    yield made
    made.close()


def decide(desk, row, candidate, act):
    return desk.post(
        f"/admin/doubles/{row.id}/decide/", {"debtor": candidate["id"], "act": act}, follow_redirects=True
    ).text


@BOTH
def test_cus_03_it_is_this_one_books_the_order_on_it_and_its_data_stay(garden, desk, system):
    flow = garden.flow(f"link-{system}", "shopify", system)
    there = by_email(ledger(garden, system), "oud@jansen.example")
    assert garden.send(flow, 4003).parked == 1
    page = desk.text("/admin/doubles/")
    for word in (
        "Is it debtor",
        "the same name and the same postcode and house number",
        "oud@jansen.example",
        "klant.22@example.nl",
        "differs",
    ):
        assert word in page
    (row,) = garden.inbox(flow)
    candidate = next(one for one in row.facts["candidates"] if one["id"] == there.key)
    assert "One record goes again" in decide(desk, row, candidate, "link")
    assert garden.run(flow, limit=1).summary.created == 1
    assert booked(garden, system, 4003).customer == there.key
    assert by_email(ledger(garden, system), "oud@jansen.example").row == there.row
    assert "does not wait for that any more" in decide(desk, row, candidate, "link")
    assert any("is debtor" in one.text for one in garden.steps(incoming_id=row.id, kind="person"))


@BOTH
def test_cus_03_kept_apart_makes_one_new_debtor_and_is_never_asked_again(garden, desk, system):
    flow = garden.flow(f"apart-{system}", "shopify", system)
    assert garden.send(flow, 4001, 4002).parked == 2
    first, second = garden.inbox(flow)
    assert "records go again" in decide(desk, first, first.facts["candidates"][0], "apart")
    assert garden.run(flow, limit=2).summary.created == 2
    made = by_email(ledger(garden, system), "klant.21@example.nl")
    assert booked(garden, system, 4001).customer == booked(garden, system, 4002).customer == made.key
    assert [one.name for one in ledger(garden, system).customers()].count("Bloemist De Roos B.V.") == 2
    assert second.facts["source_key"] == first.facts["source_key"]


@BOTH
def test_cus_03_doubles_in_the_books_are_merged_as_far_as_the_ledger_can_and_back(garden, desk, system):
    there, made = (
        by_email(ledger(garden, system), "boekhouding@deroos.example"),
        by_email(ledger(garden, system), "klant.21@example.nl"),
    )
    page = desk.text(f"/admin/doubles/?connection={system}")
    assert "Very likely one" in page
    assert f"Merge into {there.code}" in page
    form = {"connection": system, "one": there.key, "other": made.key, "act": "one", "block": "yes"}
    said = desk.post("/admin/doubles/merge/", form, follow_redirects=True).text
    assert "One customer is booked on it now. The other is blocked." in said
    assert "cannot merge debtors by its interface" in said
    rows = {one.key: one.row for one in ledger(garden, system).customers()}
    assert [bool(rows[key].get("BLK_SP") or rows[key].get("Blocked")) for key in (there.key, made.key)] == [False, True]
    flow = garden.flow(f"after-{system}", "shopify", system)
    assert garden.send(flow, 4016).created == 1
    assert booked(garden, system, 4016).customer == there.key
    with garden.site.db.read() as session:
        target = garden.site.connection(system).id
        merged = session.query(PairDecision).filter_by(target_id=target, decision="merged").one()
    assert "Taken back" in desk.post("/admin/doubles/undo/", {"id": str(merged.id)}, follow_redirects=True).text
    with garden.site.db.read() as session:
        link = session.query(Link).filter_by(target_id=target, resource="customer", label="Bloemist De Roos B.V.").one()
    assert link.target_key == made.key


@BOTH
def test_cus_03_the_command_names_them(garden, system, monkeypatch, capsys):
    monkeypatch.setattr("koppel.cli.doubles.Site.open", lambda: garden.site)
    monkeypatch.setattr(garden.site, "close", lambda: None)
    with pytest.raises(SystemExit) as ended:
        main(["doubles", system, "--json"])
    found = loads(capsys.readouterr().out)
    assert ended.value.code == (5 if found else 0)
    assert all(set(one) == {"points", "one", "other", "why"} for one in found)
    assert any("Tuincentrum West" in one["one"] + one["other"] for one in found)
