"""The brief: customers of orders and their debtors, over HTTP in both ledgers and in the back-office."""

import sys
from collections.abc import Generator
from types import ModuleType

import pytest
from koppel import Draft, Manifest, MapStep, Scope, hookimpl
from support.desk import Desk
from support.garden import Garden, purchase, shop_of, shopper, states_of
from support.ledgers import LEDGERS, by_email, ledger

pytestmark = pytest.mark.walk
BOTH = pytest.mark.parametrize("system", LEDGERS)
FIELDS = {
    "accountview": {"street": "ADDRESS1", "vat": "VAT_NR", "term": "DISC_CODE", "limit": "CRED_LIM", "blocked": "BLK_SP"},
    "exactonline": {
        "street": "AddressLine1", "vat": "VATNumber", "term": "PaymentConditionSales", "limit": "CreditLineSales", "blocked": "Blocked",
    },
}  # fmt: skip
FIRM = {"company": "Hovenier Groen BV", "vat_number": "NL800000009B01"}
MOVED = {"street": "Nieuwe Kade", "house_number": "1 bis", "city": "Zaandam"}
KNOWN = (shopper(1), shopper(2), shopper(3, **FIRM), shopper(4, **FIRM), shopper(5, **FIRM))
ORDERS = (
    purchase(3001, shopper(1, **MOVED)),
    purchase(3003, shopper(3, company="Hovenier Groen BV", vat_number="NL004495445B01")),
    purchase(3004, shopper(4, company="Hovenier Groen BV", vat_number="NL004495445B01")),
    purchase(3005, shopper(5, company="Hovenier Groen BV", vat_number="NL004495445B01", city="Krommenie")),
)  # fmt: skip


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """All orders wait in the shop; each test sends its own."""
    made = Garden(tmp_path_factory.mktemp("cus"), states_of(shop_of(*ORDERS), known=KNOWN))
    yield made
    made.close()


@pytest.fixture(scope="module")
def desk(garden):
    """The back-office of the garden."""
    made = Desk(garden.site)
    yield made
    made.close()


def orders_flow(garden, system, number, **settings):
    return garden.flow(f"orders-{number}-{system}", "shopify", system, **settings)


def change_row(desk, system, flow, field, **changes):
    """Change one mapping row of a flow's customers in the back-office, as a person does: only these inputs."""
    page = f"/admin/mapper/{system}/outbound/customer/row/?target={field}&flow={flow}"
    assert field in desk.text(page)
    return desk.post(page, {**row_of(desk, system, field), **changes, "act": "save"})


def row_of(desk, system, field):
    from koppel_admin.desk import EXTENSION
    from koppel_admin.services.mapper import Place, find
    from koppel_admin.services.mapper_forms import typed_of

    site = desk.app.extensions[EXTENSION].site
    return typed_of(find(site, Place(system, "outbound", "customer"), field))


@BOTH
def test_cus_05_a_field_that_is_ticked_for_new_customers_only_is_not_updated(garden, desk, system):
    flow, field = orders_flow(garden, system, 3001), FIELDS[system]["street"]
    assert change_row(desk, system, flow, field, when="create").status_code == 302
    assert "new only" in desk.text(f"/admin/mapper/{system}/outbound/customer/?flow={flow}")
    assert garden.send(flow, 3001).created == 1
    assert by_email(ledger(garden, system), "klant.1@example.nl").address == ("Zaanweg 1", "1521 AA", "Zaandam", "NL")


@BOTH
def test_cus_06_what_the_books_keep_is_not_overwritten_and_the_mapper_says_so(garden, desk, system):
    names, flow = FIELDS[system], orders_flow(garden, system, 3003)
    before = by_email(ledger(garden, system), "klant.3@example.nl").row
    assert before[names["vat"]] == "NL800000009B01"
    page = desk.text(f"/admin/mapper/{system}/outbound/customer/?flow={flow}")
    assert page.count("kept by the books") >= 2
    assert garden.send(flow, 3003).created == 1
    after = by_email(ledger(garden, system), "klant.3@example.nl").row
    assert {name: after.get(name) for name in names.values()} == {name: before.get(name) for name in names.values()}
    assert ledger(garden, system).orders()["#3003"].term != (before[names["term"]] or "").strip(), (
        "the order has its own term"
    )


@BOTH
def test_cus_06_a_field_of_the_books_is_released_on_purpose(garden, desk, system):
    names, flow = FIELDS[system], orders_flow(garden, system, 3004)
    assert change_row(desk, system, flow, names["vat"], owner="source").status_code == 302
    assert "overwrites the books" in desk.text(f"/admin/mapper/{system}/outbound/customer/?flow={flow}")
    assert garden.send(flow, 3004).created == 1
    assert by_email(ledger(garden, system), "klant.4@example.nl").row[names["vat"]] == "NL004495445B01"


@BOTH
def test_cus_06_it_holds_for_a_site_override_as_well_with_a_warning(garden, system):
    names, flow = FIELDS[system], orders_flow(garden, system, 3005)
    garden.catalog.add(f"generous_{system}", generous(f"generous_{system}", flow, **{names["limit"]: 99999}))
    before = by_email(ledger(garden, system), "klant.5@example.nl").row
    assert garden.send(flow, 3005).created == 1
    after = by_email(ledger(garden, system), "klant.5@example.nl")
    assert after.address[2] == "Krommenie"
    assert after.row.get(names["limit"]) == before.get(names["limit"])
    (row,) = garden.inbox(flow)
    warned = [one.text for one in garden.steps(incoming_id=row.id, kind="warning")]
    assert f"{names['limit']} is kept by the books, so what was written to it was left out." in warned


def generous(key, flow, **fields):
    """A site override that gives every customer of a flow these fields."""
    module = ModuleType(f"koppel_{key}.plugin")

    @hookimpl
    def manifest() -> Manifest:
        return Manifest(key, key, applies_to=(Scope(flow=flow),))

    @hookimpl(wrapper=True, specname="map")
    def give(step: MapStep) -> Generator[None, Draft, Draft]:
        draft = yield
        return draft.replace(**fields) if step.resource == "customer" and step.direction == "outbound" else draft

    module.manifest, module.give = manifest, give
    sys.modules[module.__name__] = module
    return module
