"""Who may be a customer of the shop already: asked by name, telephone and address, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from koppel import Batch, Draft, Search, Write
from koppel.documents import Address, Contact, Party

Office = tuple[Any, Callable[[Party], str]]


def open_office(empty_shop: Any, make_out: Any, **settings: Any) -> Office:
    """A shop, and what writes a customer into it and gives the id."""
    connector = empty_shop().connect(**settings)

    def send(party: Party) -> str:
        (receipt,) = connector.upsert(Batch("customer", (Write("k", Draft("customer", make_out("customer", party))),))).items
        assert receipt.error is None, receipt.error
        return str(receipt.id)

    return connector, send


def asked(connector: Any, **values: tuple[str, ...]) -> set[str]:
    """The ids that a search for these values gives."""
    return {match.id for match in connector.alike(Search("customer", values))}


def test_a_person_is_found_by_name_wherever_the_first_name_ends_by_telephone_and_by_address(empty_shop: Any, make_out: Any) -> None:
    connector, send = open_office(empty_shop, make_out)
    wit = send(Party(name="Anna Maria de Wit", first_name="Anna Maria", last_name="de Wit", email="anna@wit.example", phone="06 12345678"))
    bos = send(Party(name="Jan Bos", first_name="Jan", last_name="Bos", email="jan@bos.example"))
    assert asked(connector, name=("Anna Maria de Wit",)) == {wit}
    assert asked(connector, phone=("+31612345678",)) == {wit}
    assert asked(connector, email=("jan@bos.example", "nobody@bos.example")) == {bos}
    assert asked(connector, name=("Jan Bos",), phone=("+31612345678",)) == {bos, wit}
    assert asked(connector, name=("Bos", "Jan Wit", "O'Brien \\ (Co) OR x"), postcode=("1012 AB",)) == set()
    (match,) = connector.alike(Search("customer", {"email": ("jan@bos.example",)}))
    assert (match.number, match.data["lastName"]) == ("Jan Bos", "Bos")


def test_hundreds_of_new_customers_are_asked_in_a_few_questions(empty_shop: Any, make_out: Any) -> None:
    connector, send = open_office(empty_shop, make_out)
    bos = send(Party(name="Jan Bos", first_name="Jan", last_name="Bos", email="jan@bos.example"))
    assert asked(connector, email=(*(f"klant{number}@example.nl" for number in range(120)), "jan@bos.example")) == {bos}


def test_where_companies_are_kept_apart_they_are_found_by_name_and_by_who_works_there(empty_shop: Any, make_out: Any) -> None:
    connector, send = open_office(empty_shop, make_out, companies="company")
    firm = Party(
        kind="company", code="10001", name="Hotel De Korenbeurs", email="inkoop@korenbeurs.example",
        billing=Address(line="Markt 1", postcode="1431 AA", city="Aalsmeer", country="NL"),
        contacts=[Contact(first_name="Els", last_name="Bos", email="els@korenbeurs.example")],
    )  # fmt: skip
    key = send(firm)
    assert asked(connector, name=("Hotel De Korenbeurs", "Hotel De Korenbeurs BV")) == {key}
    assert asked(connector, email=("els@korenbeurs.example",)) == {key}
    (match,) = connector.alike(Search("customer", {"name": ("Hotel De Korenbeurs",)}))
    assert (match.number, match.data["name"]) == ("10001", "Hotel De Korenbeurs")
    assert connector.alike(Search("product", {"name": ("x",)})) == ()
