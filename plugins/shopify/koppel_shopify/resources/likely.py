"""Who may be there already under another name: asked by e-mail address, telephone and name, which is all that a shop searches for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from koppel import ConfigurationError, Match, Query, Search, Settings

from koppel_shopify.client import AdminApi
from koppel_shopify.firms import company_ids
from koppel_shopify.resources import companies, customers
from koppel_shopify.resources.finding import PAGE, PER_CALL
from koppel_shopify.search import quoted

Row = Mapping[str, Any]


def alike(api: AdminApi, settings: Settings, search: Search) -> tuple[Match, ...]:
    """Customers with any of these addresses, numbers or names; where companies are kept apart those of that name as well,
    and who is a contact of a company is that company.

    Neither the postcode nor the VAT number of a customer can be searched for (reference: Search syntax)."""
    people = list(_people(api, list(_terms(search.values))))
    if not companies.kept(settings):
        return tuple(customers.match_of(row) for row in people)
    firms = company_ids(people)
    try:
        records = list(_firms(api, [*firms, *search.values.get("name", ())]))
    except ConfigurationError as error:
        raise companies.without(error) from None
    return (*(customers.match_of(row) for row in people if not company_ids([row])), *records)


def _people(api: AdminApi, terms: list[str]) -> Iterable[Row]:
    found: dict[str, Row] = {}
    for start in range(0, len(terms), PER_CALL):
        query = f"({' OR '.join(terms[start : start + PER_CALL])})"
        found |= {str(row["id"]): row for row in api.rows("find_customers", {"query": query}, ("customers",), PAGE)}
    return found.values()


def _terms(values: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for field in ("email", "phone"):
        yield from (f"{field}:{quoted(value)}" for value in values.get(field, ()))
    for name in values.get("name", ()):
        words = name.split()
        for place in range(1, len(words)):  # where a first name ends is not known: Anna Maria de Wit
            first, last = " ".join(words[:place]), " ".join(words[place:])
            yield f"(first_name:{quoted(first)} last_name:{quoted(last)})"


def _firms(api: AdminApi, wanted: Iterable[str]) -> Iterator[Match]:
    """The companies of these ids and names."""
    asked = tuple(dict.fromkeys(wanted))
    if asked:
        for record in companies.READING.page(api, Query("customer", ids=asked)).records:
            yield Match(record.id, str(record.data.get("companyNumber") or record.label), record.data)
