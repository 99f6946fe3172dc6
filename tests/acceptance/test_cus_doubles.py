"""The brief: a new customer that looks like a debtor who is there, and the numbers of new debtors, over HTTP."""

import pytest
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
    purchase(4004, shopper(22, **VEEN)),
    purchase(4005, shopper(23, company="Tuincentrum West BV", street="Ring", house_number="1", postcode="9999 XX")),
    purchase(4006, shopper(24, first_name="Ada", last_name="Nieuw", street="Lind", house_number="3", postcode="3511 AB")),
    purchase(4007, shopper(25, first_name="Ada", last_name="Nieuw", street="Lind", house_number="3", postcode="3511 AB")),
    purchase(4011, shopper(31)),
    purchase(4012, shopper(32)),
    purchase(4013, shopper(33)),
    purchase(4014, shopper(34)),
    purchase(4015, shopper(35)),
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
    assert by_email(ledger(garden, system), "klant.22@example.nl").key == booked(garden, system, 4004).customer


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
