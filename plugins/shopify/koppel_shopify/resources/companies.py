"""Companies beside customers, where the connection keeps them so: read with places and people, found by number, name or e-mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from koppel import ConfigurationError, Found, Lookup, Match, Page, Query, Record, Settings

from koppel_shopify.client import AdminApi, dig
from koppel_shopify.firms import as_customer, company_ids
from koppel_shopify.gids import is_gid
from koppel_shopify.marks import Mark
from koppel_shopify.resources import customers
from koppel_shopify.resources.finding import rows_by_value
from koppel_shopify.resources.reading import Raw, Reading, complete_rows
from koppel_shopify.resources.turns import in_turn, places_of
from koppel_shopify.search import COMPANY_FILTERS, moment

FIELDS = {"code": "externalId", "name": "name"}
_FILTERS = {"code": "external_id", "name": "name"}


def kept(settings: Settings) -> bool:
    """Whether companies are companies in this shop, and not customers like everybody else."""
    return settings.text("companies", "customer") == "company"


def complete(api: AdminApi, companies: list[Raw]) -> None:
    """Add the contacts that did not fit."""
    for one in companies:
        complete_rows(api, one, "contacts", "company_contacts", "company", 50)


def _records(raw: Raw, label: str) -> Iterable[Record]:
    return (Record(str(raw["id"]), as_customer(raw), str(raw.get(label) or "")),)


READING = Reading(
    kind="Company",
    root="companies",
    list_query="companies",
    id_query="companies_by_id",
    label="name",
    name_filter="name",
    known_filters=COMPANY_FILTERS,
    page_size=25,
    complete=complete,
    records=_records,
)
PLACES = Reading(
    kind="CompanyLocation",
    root="companyLocations",
    list_query="company_places",
    id_query="companies_by_id",
    label="name",
    name_filter="name",
    known_filters=COMPANY_FILTERS,
    page_size=100,
)


def page(api: AdminApi, settings: Settings, query: Query) -> Page:
    """One page of customers, and of companies where they are kept so. A place or a contact that changed brings its whole
    company: whether the service counts that as a change of the company is not known."""
    if not kept(settings):
        return customers.READING.page(api, replace(query, cursor=places_of(query.cursor, "customers").get("customers")))
    try:
        return _both(api, query)
    except ConfigurationError as error:
        raise without(error) from None


def _both(api: AdminApi, query: Query) -> Page:
    if query.ids:
        return Page(tuple(_by_ids(api, query)))
    now = Mark(moment(datetime.now(UTC)), moment(datetime.now(UTC))).text()
    lists = (("companies", _changed), ("places", _of_places), ("customers", _people))
    return in_turn(api, query, lists, {"places": now})


def _changed(api: AdminApi, query: Query) -> Page:
    if not _fits(query):
        return Page((), query.cursor, False)
    return READING.page(api, query)


def _fits(query: Query) -> bool:
    """A filter that companies have no field for, such as a tag, leaves them out."""
    return all(name in COMPANY_FILTERS for name in query.filters)


def _of_places(api: AdminApi, query: Query) -> Page:
    if not _fits(query):
        return Page((), query.cursor, False)
    found = PLACES.page(api, replace(query, filters={}))
    ids = [str(dig(one.data, ("company",)).get("id") or "") for one in found.records]
    return replace(found, records=_whole(api, ids))


def _people(api: AdminApi, query: Query) -> Page:
    """Customers; who is a contact of a company comes as that company."""
    found = customers.READING.page(api, query)
    alone = tuple(one for one in found.records if not company_ids([one.data]))
    firms = company_ids(one.data for one in found.records) if _fits(query) else []
    return replace(found, records=(*alone, *_whole(api, firms)))


def _whole(api: AdminApi, ids: Iterable[str]) -> tuple[Record, ...]:
    wanted = tuple(dict.fromkeys(filter(None, ids)))
    return READING.page(api, Query("customer", ids=wanted)).records if wanted else ()


def _by_ids(api: AdminApi, query: Query) -> Iterable[Record]:
    firms = [one for one in query.ids if is_gid(one, "Company")]
    others = [one for one in query.ids if not is_gid(one, "Company")]
    yield from _whole(api, firms)
    if others:
        yield from _people(api, replace(query, ids=tuple(others))).records


def find(api: AdminApi, settings: Settings, lookup: Lookup) -> Found:
    """Customers by e-mail address, and companies by that of a contact, by their number in the books or by name.

    A customer has neither number nor a name of its own to go by: only companies are found so."""
    if lookup.key == "email":
        return customers.find(api, lookup, _of_contact if kept(settings) else None)
    if not kept(settings):
        return Found({})
    try:
        rows = companies_by(api, lookup.key, lookup.values)
    except ConfigurationError as error:
        raise without(error) from None
    return Found({value: tuple(match_of(row) for row in found) for value, found in rows.items()})


def _of_contact(row: Any) -> Match:
    """Who is a contact of a company is that company."""
    firms = [dig(one, ("company",)) for one in row.get("companyContactProfiles") or ()]
    return match_of(firms[0]) if firms else customers.match_of(row)


def companies_by(api: AdminApi, key: str, values: Sequence[str]) -> dict[str, list[Any]]:
    """The companies per value of `key`: code or name."""
    field = FIELDS[key]
    found = rows_by_value(api, "find_companies", "companies", _FILTERS[key], values, lambda row: row.get(field))
    return {value: list(rows) for value, rows in found.items()}


def match_of(row: Any) -> Match:
    """A company as the answer to a lookup."""
    return Match(str(row["id"]), str(row.get("externalId") or row.get("name") or ""), {"id": row["id"], "name": row.get("name")})


def prove(api: AdminApi) -> None:
    """ConfigurationError where the app or the shop's plan has no companies."""
    try:
        api.ask("about_companies")
    except ConfigurationError as error:
        raise without(error) from None


def without(error: ConfigurationError) -> ConfigurationError:
    """The same refusal, told as what is lacking for companies."""
    if error.cause != "access" and not (error.cause.startswith("scope.") and "Plus" in error.detail):
        return error
    return ConfigurationError(
        "This shop has no companies: Shopify does not let the app see or make them.",
        field="companies",
        cause="companies",
        resolution="Switch on business customers (B2B) in Shopify if the shop's plan has them; else let this connection keep "
        "companies as customers.",
        detail=error.detail or error.message,
    )
