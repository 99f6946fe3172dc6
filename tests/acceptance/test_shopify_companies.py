"""Debtors that are companies, between the books and the shop's companies (B2B): made once, read back whole, never doubled."""

import pytest
from koppel.actions.connections import save_connection
from koppel.actions.connections import test_connection as try_connection
from support.garden import Garden, bare_plan, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk

KNOWN = shopper(7001, company="Hotel De Korenbeurs", vat_number="NL800000008B01", email="inkoop@korenbeurs.example")
PERSON = shopper(7002)
SHOP_FIRM = {
    "id": "gid://shopify/Company/9100", "name": "Gasterij Het Veer", "externalId": None,
    "contacts": [{"isMainContact": True, "customer": {"firstName": "Mies", "lastName": "Veerman", "email": "mies@hetveer.example"}}],
    "locations": [{
        "name": "Gasterij Het Veer", "taxSettings": {"taxRegistrationId": "NL123456782B90"},
        "billingAddress": {"address1": "Veerweg 3", "zip": "1621 AA", "city": "Hoorn", "countryCode": "NL"},
    }],
}  # fmt: skip


def make(folder, kept="company"):
    states = states_of(shop_of(purchase(1, shopper(1))), known=[KNOWN, PERSON])
    states["shopify"]["companies"] = [SHOP_FIRM]
    return Garden(folder, states, plan=bare_plan(shopify={"companies": kept}))


@pytest.fixture
def garden(tmp_path):
    made = make(tmp_path)
    yield made
    made.close()


def firms(garden, number=None):
    """The companies in the shop, those with a debtor number or all."""
    rows = garden.state("shopify")["companies"]
    return [one for one in rows if number is None or one.get("externalId") == number]


def to_shop(garden, ledger, **settings):
    return garden.flow(f"{ledger}-to-shop", ledger, "shopify", "customer", **{"match_key": "code", "settle_seconds": 0, **settings})


def written_people(company, garden):
    by_id = {one["id"]: one for one in garden.state("shopify")["customers"]}
    return {by_id[one["customer"]["id"]]["email"] for one in company["contacts"]["nodes"]}


@pytest.mark.parametrize("ledger", ["exactonline", "accountview"])
def test_seed_04_a_company_debtor_arrives_as_a_company_with_contact_and_place_and_a_second_run_changes_nothing(garden, ledger):
    flow = to_shop(garden, ledger)
    garden.run(flow)
    (company,) = [one for one in firms(garden) if one["name"] == "Hotel De Korenbeurs"]
    (place,) = company["locations"]["nodes"]
    assert company["externalId"]
    assert written_people(company, garden) == {"inkoop@korenbeurs.example"}
    assert place["taxSettings"]["taxRegistrationId"] == "NL800000008B01"
    assert (place["billingAddress"]["zip"], place["billingAddress"]["city"]) == ("1521 AA", "Wormerveer")
    assert PERSON.email in {one.get("email") for one in garden.state("shopify")["customers"]}
    before = garden.state("shopify")
    again = garden.run(flow).summary
    assert (again.created, again.updated, garden.waiting(flow)) == (0, 0, {})
    after = garden.state("shopify")
    assert [after[name] for name in ("companies", "customers")] == [before[name] for name in ("companies", "customers")]


def test_seed_03_a_company_whose_answer_got_lost_is_found_by_its_number_and_not_made_twice(garden):
    flow = to_shop(garden, "exactonline")
    garden.faults("shopify", {"match": "graphql.json", "kind": "drop_after", "containing": "mutation CreateCompany("})
    garden.run(flow)
    garden.faults("shopify")
    lost = garden.inbox(flow, state="retry")
    assert lost
    garden.run(flow, ids=tuple(row.external_id for row in lost))
    assert len([one for one in firms(garden) if one["name"] == "Hotel De Korenbeurs"]) == 1
    assert {row.state for row in garden.inbox(flow)} == {"done"}


@pytest.mark.parametrize("ledger", ["exactonline", "accountview"])
def test_seed_04_the_shops_company_arrives_in_the_books_as_a_debtor_with_its_contact(garden, ledger):
    flow = garden.flow("firms", "shopify", ledger, "customer")
    garden.run(flow)
    if ledger == "exactonline":
        (debtor,) = [one for one in garden.exact("crm/Accounts") if one["Name"] == "Gasterij Het Veer"]
        contacts = [one for one in garden.exact("crm/Contacts") if one["Account"] == debtor["ID"]]
        assert (debtor["VATNumber"], debtor["City"]) == ("NL123456782B90", "Hoorn")
        assert [(one["FirstName"], one["LastName"]) for one in contacts] == [("Mies", "Veerman")]
    else:
        (debtor,) = [one for one in garden.accountview("CONTACT") if one.get("ACCT_NAME") == "Gasterij Het Veer"]
        assert (debtor["VAT_NR"], debtor["CITY"]) == ("NL123456782B90", "Hoorn")
    again = garden.run(flow).summary
    assert (again.created, again.updated) == (0, 0)


def test_seed_03_a_company_that_came_from_the_shop_does_not_come_back_as_another(garden):
    garden.run(garden.flow("firms", "shopify", "exactonline", "customer"))
    garden.run(to_shop(garden, "exactonline"))
    assert len([one for one in firms(garden) if one["name"] == "Gasterij Het Veer"]) == 1
    assert "mies@hetveer.example" in written_people(next(one for one in firms(garden) if one["name"] == "Gasterij Het Veer"), garden)


def test_seed_04_without_the_setting_a_company_debtor_stays_a_customer(tmp_path):
    plain = make(tmp_path, kept="customer")
    try:
        flow = plain.flow("as-customers", "exactonline", "shopify", "customer")
        plain.run(flow)
        assert [one["name"] for one in firms(plain)] == ["Gasterij Het Veer"]
        (customer,) = [one for one in plain.state("shopify")["customers"] if one.get("email") == KNOWN.email]
        assert customer["defaultAddress"]["company"] == "Hotel De Korenbeurs"
    finally:
        plain.close()


def test_sys_09_a_plan_without_companies_is_told_by_the_test_and_stops_the_flow_with_what_to_do(tmp_path):
    states = states_of(shop_of(purchase(1, shopper(1))), known=[KNOWN])
    garden = Garden(tmp_path, states, options={"shopify": {"b2b": "off"}})
    try:
        settings = {**garden.plan.systems["shopify"]["settings"], "base_url": garden.addresses["shopify"], "companies": "company"}
        save_connection(garden.site, "shopify", "shopify", settings)
        tested = try_connection(garden.site, "shopify")
        assert (tested.ok, tested.field) == (False, "companies")
        assert "keep companies as customers" in tested.resolution
        flow = to_shop(garden, "exactonline")
        run = garden.run(flow)
        assert (run.summary.created, run.summary.outcome) == (0, "stopped")
        assert "This shop has no companies" in run.reason
        assert "keep companies as customers" in run.resolution
        assert all(row.state != "done" for row in garden.inbox(flow))
    finally:
        garden.close()
