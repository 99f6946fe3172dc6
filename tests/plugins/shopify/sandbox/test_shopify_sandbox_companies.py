"""Companies in the simulated shop: what is refused in the words that were recorded, and what a new one comes with."""

from __future__ import annotations

from typing import Any

import pytest

CREATE = """mutation M($input: CompanyCreateInput!) { companyCreate(input: $input) {
  company { id name mainContact { id isMainContact roleAssignments(first: 5) { nodes { role { name } companyLocation { name } } } }
    contactsCount { count } locations(first: 5) { nodes { id name billingAddress { id address1 companyName } shippingAddress { id } } }
    contactRoles(first: 5) { nodes { id name } } } userErrors { field message code } } }"""
PERSON = {"firstName": "Har", "lastName": "Bos", "email": "har@example.com"}
PLACE = {"shippingAddress": {"address1": "B2B Way", "city": "Ottawa", "countryCode": "CA"}, "billingSameAsShipping": True}


def made(shop: Any, **more: Any) -> Any:
    """A new company, or what was refused of it."""
    return shop.data(CREATE, {"input": {"company": {"name": "Bries"}, **more}})["companyCreate"]


def refused(answer: Any) -> list[tuple[Any, str, str]]:
    return [(one["field"], one["message"], one["code"]) for one in answer["userErrors"]]


def mutate(shop: Any, call: str, **variables: Any) -> Any:
    """Carry out a mutation that is written as a call; gives its payload."""
    name = call.partition("(")[0]
    kinds = {"input": {"companyUpdate": "CompanyInput!", "companyContactCreate": "CompanyContactInput!", "companyLocationCreate": "CompanyLocationInput!",
                       "companyLocationUpdate": "CompanyLocationUpdateInput!", "companyContactUpdate": "CompanyContactInput!"}.get(name, "")}  # fmt: skip
    heading = ", ".join(f"${one}: {kinds.get(one) or 'ID!'}" for one in variables)
    return shop.data(f"mutation M({heading}) {{ {call} {{ userErrors {{ field message code }} }} }}", variables)[name]


def test_a_new_company_has_two_roles_a_place_and_a_contact_who_may_order(shop: Any) -> None:
    company = made(shop, companyContact=PERSON, companyLocation=PLACE)["company"]
    (place,) = company["locations"]["nodes"]
    assert [one["name"] for one in company["contactRoles"]["nodes"]] == ["Location admin", "Ordering only"]
    assert (place["name"], place["billingAddress"]["companyName"]) == ("Bries", "Bries")
    assert place["billingAddress"]["id"] != place["shippingAddress"]["id"]
    (role,) = company["mainContact"]["roleAssignments"]["nodes"]
    assert (company["mainContact"]["isMainContact"], role["role"]["name"], role["companyLocation"]["name"]) == (True, "Ordering only", "Bries")


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"company": {"name": ""}}, (["input", "company", "name"], "Name can't be blank", "BLANK")),
        ({"company": {"name": "x" * 256}}, (["input", "company", "name"], "Name is too long (maximum is 255 characters)", "TOO_LONG")),
        ({"company": {"name": "A", "note": "x" * 5001}}, (["input", "company", "notes"], "Notes is too long (maximum is 5000 characters)", "TOO_LONG")),
        ({"companyContact": {"email": "not-an-email"}}, (["input", "companyContact", "email"], "Email is invalid", "INVALID")),
        ({"companyLocation": {"billingSameAsShipping": True}}, (["input", "companyLocation", "shippingAddress"], "Invalid input.", "INVALID_INPUT")),
        ({"companyLocation": {**PLACE, "billingAddress": {"address1": "B"}}}, (["input", "companyLocation", "billingAddress"], "Invalid input.", "INVALID_INPUT")),
    ],
)  # fmt: skip
def test_a_company_is_refused_in_the_recorded_words(shop: Any, more: Any, error: Any) -> None:
    assert refused(made(shop, **more)) == [error]


def test_a_number_belongs_to_one_company(shop: Any) -> None:
    made(shop, company={"name": "A", "externalId": "7"})
    assert refused(made(shop, company={"name": "B", "externalId": "7"})) == [
        (["input", "company", "externalId"], "External id has already been taken.", "TAKEN")
    ]


@pytest.mark.parametrize(
    ("call", "given", "error"),
    [
        ("companyUpdate(companyId: $id, input: $input)", {}, (["input"], "At least one attribute to change must be present", "INVALID")),
        ("companyUpdate(companyId: $id, input: $input)", {"customerSince": "2024-01-01T00:00:00Z"}, (["input", "customerSince"], "This field may only be set on creation.", "INVALID_INPUT")),
        ("companyContactCreate(companyId: $id, input: $input)", {}, (None, "Company contact create input is empty.", "NO_INPUT")),
        ("companyContactCreate(companyId: $id, input: $input)", {"firstName": "Jan"}, (["input"], "Either the attribute email or customer_id must be provided", "INVALID")),
        ("companyContactCreate(companyId: $id, input: $input)", {"email": "a@b.nl", "firstName": "<b>Jane</b>"}, (["input"], "Invalid input.", "INVALID_INPUT")),
        ("companyLocationCreate(companyId: $id, input: $input)", {"shippingAddress": PLACE["shippingAddress"]}, (None, "Company location create input is empty.", "NO_INPUT")),
    ],
)  # fmt: skip
def test_changes_are_refused_in_the_recorded_words(shop: Any, call: str, given: Any, error: Any) -> None:
    company = made(shop)["company"]["id"]
    assert refused(mutate(shop, call, id=company, input=given)) == [error]


def test_a_contact_has_one_role_at_a_place(shop: Any) -> None:
    company = made(shop, companyContact=PERSON)["company"]
    contact, role = company["mainContact"]["id"], company["contactRoles"]["nodes"][0]["id"]
    call = "companyContactAssignRole(companyContactId: $contact, companyContactRoleId: $role, companyLocationId: $place)"
    place = company["locations"]["nodes"][0]["id"]
    twice = mutate(shop, call, contact=contact, role=role, place=place)
    assert refused(twice) == [(None, "Company contact has already been assigned a role in that company location.", "LIMIT_REACHED")]
    nowhere = mutate(shop, call, contact=contact, role=role, place="gid://shopify/CompanyLocation/1")
    assert refused(nowhere) == [(["companyLocationId"], "The company location doesn't exist.", "RESOURCE_NOT_FOUND")]


def test_a_customer_is_a_contact_once_and_needs_an_e_mail_address(shop: Any) -> None:
    company = made(shop, companyContact=PERSON)["company"]["id"]
    known = shop.data('{ customers(first: 1, query: "email:har@example.com") { nodes { id companyContactProfiles { company { id } } } } }')
    (customer,) = known["customers"]["nodes"]
    assert customer["companyContactProfiles"] == [{"company": {"id": company}}]
    call = "companyAssignCustomerAsContact(companyId: $id, customerId: $customer)"
    assert refused(mutate(shop, call, id=company, customer=customer["id"])) == [
        (["companyId"], "Customer is already associated with a company contact.", "INVALID_INPUT")
    ]
    assert refused(mutate(shop, call, id=company, customer="gid://shopify/Customer/1"))[0][1] == "Customer does not exist."


def test_a_company_that_came_inside_an_order_is_a_company_of_the_shop(open_shop: Any, few: Any) -> None:
    bought = {"company": {"id": "gid://shopify/Company/1", "name": "Bries", "externalId": "D100"}, "location": {"name": "Utrecht"}}
    order = {**few["orders"][0], "purchasingEntity": bought}
    shop = open_shop({**few, "orders": [order]})
    (company,) = shop.data("{ companies(first: 5) { nodes { id name externalId locations(first: 2) { nodes { name } } } } }")["companies"]["nodes"]
    assert (company["externalId"], company["locations"]["nodes"]) == ("D100", [{"name": "Utrecht"}])
    again = open_shop(shop.sandbox.dump())
    text = "{ orders(first: 1) { nodes { purchasingEntity { ... on PurchasingCompany { company { name } location { name } } } } } }"
    assert again.data(text)["orders"]["nodes"][0]["purchasingEntity"] == {"company": {"name": "Bries"}, "location": {"name": "Utrecht"}}


def test_an_order_is_made_for_the_place_of_a_company(shop: Any) -> None:
    company = made(shop, companyContact=PERSON)["company"]
    order = {"lineItems": [{"title": "Pot", "quantity": 1}], "companyLocationId": company["locations"]["nodes"][0]["id"]}
    text = """mutation M($order: OrderCreateOrderInput!) { orderCreate(order: $order) { userErrors { message }
      order { purchasingEntity { __typename ... on PurchasingCompany { company { id } } } } } }"""
    answer = shop.data(text, {"order": order})["orderCreate"]
    assert answer["order"]["purchasingEntity"] == {"__typename": "PurchasingCompany", "company": {"id": company["id"]}}
