"""A debtor that would become a customer of the shop and looks like one who is there, over HTTP."""

import pytest
from koppel.actions.doubles import link
from support.garden import Garden, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk
BOTH = pytest.mark.parametrize("system", ["accountview", "exactonline"])
VEEN = {"first_name": "Piet", "last_name": "van der Veen", "street": "Dam", "house_number": "7", "postcode": "1012 JS"}
IN_THE_SHOP = (shopper(1, **VEEN, email="piet@veen.example"), shopper(2, first_name="Ada", last_name="Nieuw", street="Lind", house_number="3"))
IN_THE_BOOKS = (shopper(11, **VEEN, email="boekhouding@veen.example"), shopper(12, first_name="Ada", last_name="Nieuw"), shopper(13, last_name="Onbekend"))


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    shop = shop_of(*(purchase(one.number, one) for one in IN_THE_SHOP))
    made = Garden(tmp_path_factory.mktemp("doubles"), states_of(shop, known=IN_THE_BOOKS))
    yield made
    made.close()


def emails(garden):
    return [one["email"] for one in garden.state("shopify")["customers"]]


@BOTH
def test_cus_03_a_debtor_that_looks_like_a_customer_of_the_shop_waits_and_strangers_are_made(garden, system):
    before, name = emails(garden), garden.flow(f"customers-{system}", system, "shopify", "customer")
    garden.run(name)
    waiting = garden.inbox(name, cause="customer.double")
    assert [row.reason for row in waiting] == [
        "Piet van der Veen looks like Piet van der Veen in Shopify: the same name and the same postcode and house number."
    ]
    (candidate,) = waiting[0].facts["candidates"]
    assert candidate["debtor"]["email"] == "piet@veen.example"
    made = set(emails(garden)) - set(before)
    assert "boekhouding@veen.example" not in emails(garden)
    if system == "accountview":  # the first that brings them
        assert {"klant.12@example.nl", "klant.13@example.nl"} <= made, "the same name alone is too little to wait for"
    assert link(garden.site, waiting[0].id, candidate["id"], "test") == 1
    garden.run(name)
    assert (garden.inbox(name, state="parked"), "boekhouding@veen.example" in emails(garden)) == ([], False)
