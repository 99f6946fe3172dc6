"""The brief: what a debtor is made of, over HTTP in both ledgers: company or person, default debtors, addresses, lengths."""

import random

import pytest
from koppel.store.models import DebtorRule, Rule
from support.garden import Garden, purchase, shop_of, shop_order, shopper, states_of
from support.ledgers import LEDGERS, by_email, ledger

pytestmark = pytest.mark.walk
BOTH = pytest.mark.parametrize("system", LEDGERS)
LONG = "Hoveniersbedrijf en Boomkwekerij Van der Berg tot Steenwijkerwold en Zonen"
COUNTER, WHOLESALE = shopper(90, last_name="Balie"), shopper(91, last_name="Groothandel")
ABROAD = {
    5011: ("NL", "Laan van Meerdervoort 1000 hs", ("Laan van Meerdervoort", "1000", "hs")),
    5012: ("BE", "Rue de la Loi 16 bte 3", ("Rue de la Loi", "16", "bte 3")),
    5013: ("DE", "Straße des 17. Juni 135", ("Straße des 17. Juni", "135", "")),
    5014: ("FR", "12 avenue Charles 5", ("avenue Charles 5", "12", "")),
    5015: ("NL", "Woonboot De Zwaan", ("Woonboot De Zwaan", "", "")),
}
PIECES = (
    "Kerkstraat",
    "12",
    "bis",
    "1e",
    "Straße",
    "rue",
    "1944",
    "bus",
    "3",
    "’t",
    "Cœur",
    "b2",
    "-",
    ",",
    "A",
    "Łódź",
    "O'Neill",
    "&",
    "<b>",
    "'",
)
WILD = {
    number: " ".join(random.Random(number).choices(PIECES, k=random.Random(number).randint(2, 7)))
    for number in range(5100, 5125)
}


def abroad(number, country, line):
    street, _, last = line.rpartition(" ")
    return purchase(
        number, shopper(number, country=country, street=street, house_number=last, postcode="1000", city="Plaats")
    )


ORDERS = (
    purchase(5001, shopper(1, company="Bloemist De Roos", vat_number="NL800000005B01")),
    purchase(5002, shopper(2)),
    purchase(5003, shopper(3, guest=True)),
    purchase(5004, shopper(4)),
    purchase(5005, shopper(5, country="BE", city="Brussel", postcode="1000")),
    purchase(5006, shopper(6), method="Klarna"),
    purchase(5007, shopper(7, company="Tuin & Zo")),
    purchase(5008, shopper(8)),
    purchase(5009, shopper(9, company=LONG, city="Sint-Michielsgestel aan de Dommel bij de Brug")),
    *(abroad(number, country, line) for number, (country, line, _) in ABROAD.items()),
    *(abroad(number, "NL", line) for number, line in WILD.items()),
)


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """All orders wait in the shop; one was taken at the counter."""
    states = states_of(shop_of(*ORDERS), known=(COUNTER, WHOLESALE))
    shop_order(states, 5004)["sourceName"] = "pos"
    made = Garden(tmp_path_factory.mktemp("data"), states)
    yield made
    made.close()


def orders_flow(garden, system, name, **settings):
    flow = garden.flow(f"{name}-{system}", "shopify", system, doubles="make", **settings)
    for country in ("BE", "DE", "FR"):
        garden.add_row(flow, "vat_code", "1" if system == "accountview" else "3", rate="21", country=country)
    return flow


def rule(garden, flow, code, position, **conditions):
    made = garden.site.flow(flow)
    with garden.site.db.write() as session:
        session.add(
            DebtorRule(connection_id=made.target_id, flow_id=made.id, debtor=code, position=position, **conditions)
        )


def booked(garden, system, number):
    return ledger(garden, system).orders().get(f"#{number}")


@BOTH
def test_cus_01_a_company_is_a_debtor_with_its_contact_and_a_person_a_debtor_alone(garden, system):
    assert garden.send(orders_flow(garden, system, "kinds"), 5001, 5002).created == 2
    book = ledger(garden, system)
    firm, person = by_email(book, "klant.1@example.nl"), by_email(book, "klant.2@example.nl")
    assert (firm.name, firm.contacts) == ("Bloemist De Roos", ["Zoë Jansen 1"])
    assert (person.name, person.contacts) == ("Zoë Jansen 2", [])
    assert [booked(garden, system, number).customer for number in (5001, 5002)] == [firm.key, person.key]


@BOTH
def test_cus_04_and_ord_15_guests_the_counter_countries_methods_and_segments_have_debtors_of_their_own(garden, system):
    flow = orders_flow(garden, system, "rules")
    counter, wholesale = (by_email(ledger(garden, system), one.email) for one in (COUNTER, WHOLESALE))
    rule(garden, flow, counter.code, 1, customer="guest")
    rule(garden, flow, counter.code, 2, channel="pos")
    rule(garden, flow, wholesale.code, 3, country="BE")
    rule(garden, flow, counter.code, 4, payment_method="Klarna")
    rule(garden, flow, wholesale.code, 5, customer="company", condition="record.customer.name == 'Tuin & Zo'")
    before = {one.key for one in ledger(garden, system).customers()}
    assert garden.send(flow, 5003, 5004, 5005, 5006, 5007, 5008).created == 6
    taken = [booked(garden, system, number).customer for number in (5003, 5004, 5005, 5006, 5007)]
    assert taken == [counter.key, counter.key, wholesale.key, counter.key, wholesale.key]
    own = by_email(ledger(garden, system), "klant.8@example.nl")
    assert booked(garden, system, 5008).customer == own.key
    assert {one.key for one in ledger(garden, system).customers()} - before == {own.key}


@BOTH
def test_cus_07_addresses_are_split_as_their_country_writes_them_and_what_cannot_be_split_is_whole(garden, system):
    flow = orders_flow(garden, system, "places")
    parts = {
        "accountview": ("ST_STREET", "ST_NR", "ST_EXTRA"),
        "exactonline": ("AddressLine2", "AddressLine3", "State"),
    }[system]
    with garden.site.db.write() as session:
        for place, (target, name) in enumerate(zip(parts, ("street", "house_number", "addition"), strict=True)):
            spec = {"from": f"billing.{name}"}
            session.add(Rule(system=system, direction="outbound", resource="customer", target=target, flow_id=garden.site.flow(flow).id,
                             position=90 + place, spec=spec, origin="site"))  # fmt: skip
    assert garden.send(flow, *ABROAD).created == len(ABROAD)
    for number, (country, line, split) in ABROAD.items():
        made = by_email(ledger(garden, system), f"klant.{number}@example.nl")
        assert (made.address[0], made.address[3]) == (line, country)
        assert tuple(made.row.get(name) or "" for name in parts) == split, line


@BOTH
def test_cus_07_no_address_however_wild_holds_an_order_or_loses_a_letter(garden, system):
    assert garden.send(orders_flow(garden, system, "wild"), *WILD).created == len(WILD)
    book = ledger(garden, system)
    for number, line in WILD.items():
        kept = by_email(book, f"klant.{number}@example.nl").address[0]
        pairs = list(zip(_signs(kept), _signs(line), strict=True))
        assert all(one == other for one, other in pairs if system == "exactonline" or _is_western(other)), line


def _signs(text):
    return [one for one in text if one.isalnum()]


def _is_western(letter):
    """Whether AccountView can write it as it is; others become the letter that is nearest."""
    return letter.encode("cp1252", "ignore") != b""


@BOTH
def test_cus_08_a_text_that_is_too_long_is_trimmed_with_a_warning_and_the_order_is_booked(garden, system):
    flow = orders_flow(garden, system, "long")
    assert garden.send(flow, 5009).created == 1
    made = by_email(ledger(garden, system), "klant.9@example.nl")
    assert booked(garden, system, 5009).customer == made.key
    longest = {"accountview": 40, "exactonline": 50}[system]
    assert made.name.strip() == LONG[:longest].strip()
    (row,) = garden.inbox(flow)
    warned = " ".join(one.text for one in garden.steps(incoming_id=row.id, kind="warning"))
    names = {"accountview": ("ACCT_NAME", "CITY"), "exactonline": ("Name", "City")}[system]
    assert all(name in warned for name in names), warned
