"""Reading a state: what `dump` wrote, or a hand-written part of it with the rest filled in sensibly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from dataclasses import fields as members_of
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from koppel.testing.sandbox import Clock
from koppel_accountview.sandbox.oauth.tokens import Client, Logins, Ticket
from koppel_accountview.sandbox.schema import Dictionary, read_field, standard
from koppel_accountview.sandbox.store.installation import Administration, Company, Installation, Settings
from koppel_accountview.sandbox.store.rows import guess_fields, load_table, moment
from koppel_accountview.sandbox.switches import Switches

_TOP = ("oauth", "companies", "dictionary", "objects")
_RIGHTS = ("code", "name", "insert", "update", "delete")
_COMPANY = ("Id", "Code", "Description", "COC_NR", "VAT_NR", "offline", "administrations", "tables", "settings")
_YEAR = (
    "ADM_CODE", "ADM_DESC", "ATS_YEAR", "ADM_ARCH", "BLCK_USER", "BLCK_DATE", "closed", "last_record_id", "settings",
    "tables",
)


def load(state: Mapping[str, Any], switches: Switches) -> Installation:
    """The installation that `state` describes; ValueError names the collection and the record that is wrong."""
    _only("state", state, _TOP)
    clock, companies = Clock(), _list("companies", state.get("companies", []))
    dictionary, custom = _dictionary(state.get("dictionary", {}), companies)
    objects = _objects(state.get("objects", {}), dictionary)
    dictionary = dictionary.with_objects(objects)
    if switches.guessed_fields == "hidden":
        dictionary = dictionary.without_guesses()
    if switches.periods == "bare":
        dictionary = dictionary.without_fields("PERIODS", ("BEG_DATE", "END_DATE"))
    if switches.periods == "hidden":
        dictionary = dictionary.with_objects({"PER": None})
    if not switches.contacts:
        dictionary = dictionary.without_module("contacts")
    found = [_company(f"companies[{n}]", one, dictionary, clock, n) for n, one in enumerate(companies)]
    for what in ("id", "code"):
        values = [getattr(one, what) for one in found]
        if len(set(values)) < len(values):
            raise ValueError(f"companies: two companies have the same {what}")
    return Installation(switches, clock, dictionary, _logins(state.get("oauth", {})), found, custom, objects)


def _only(where: str, thing: Any, known: tuple[str, ...]) -> None:
    if not isinstance(thing, Mapping):
        raise ValueError(f"{where} must be an object")
    for name in thing:
        if name not in known:
            near = get_close_matches(str(name), known, 1, 0.0)[0]
            raise ValueError(f"{where} has no {name!r}; the nearest is {near!r}")


def _list(where: str, thing: Any) -> list[Any]:
    if not isinstance(thing, list):
        raise ValueError(f"{where} must be a list")
    return thing


def _as(kind: Callable[..., Any], where: str, thing: Any) -> Any:
    """`thing` as one of the small dataclasses; its values must be of the types of the defaults or be text."""
    try:
        made = kind(**thing)
    except TypeError as error:
        raise ValueError(f"{where}: {error}") from None
    for name, default in ((one.name, one.default) for one in members_of(made)):
        if name != "redirect_uris" and type(getattr(made, name)) is not (str if default is MISSING else type(default)):
            raise ValueError(f"{where}.{name}: {getattr(made, name)!r} is of the wrong type")
    return made


def _flag(where: str, raw: Mapping[str, Any], name: str) -> bool:
    value = raw.get(name, False)
    if not isinstance(value, bool):
        raise ValueError(f"{where}.{name}: {value!r} is neither true nor false")
    return value


def _logins(raw: Any) -> Logins:
    _only("oauth", raw, ("clients", "codes", "access_tokens", "refresh_tokens"))
    logins = Logins()
    for n, one in enumerate(_list("oauth.clients", raw.get("clients", []))):
        client = _as(Client, f"oauth.clients[{n}]", one)
        logins.clients[client.client_id] = client
    kinds = (("codes", logins.codes), ("access_tokens", logins.access), ("refresh_tokens", logins.refresh))
    for name, kept in kinds:
        for n, one in enumerate(_list(f"oauth.{name}", raw.get(name, []))):
            ticket = _as(Ticket, f"oauth.{name}[{n}]", one)
            _aware(f"oauth.{name}[{n}].expires_at", ticket.expires_at)
            kept[ticket.value] = ticket
    return logins


def _aware(where: str, text: str) -> None:
    try:
        if datetime.fromisoformat(text).tzinfo is not None:
            return
    except ValueError:
        pass
    raise ValueError(f"{where}: {text!r} is no moment with a zone")


def _dictionary(raw: Any, companies: list[Any]) -> tuple[Dictionary, dict[str, dict[str, dict[str, object] | None]]]:
    dictionary, custom = standard(), {}
    if not isinstance(raw, Mapping):
        raise ValueError("dictionary must be an object")
    for table, about in raw.items():
        if table not in dictionary.tables:
            raise ValueError(f"dictionary: there is no table {table!r}")
        if about == "infer":
            about = guess_fields(dictionary.tables[table], companies)
        dictionary = dictionary.without_fields(table, [name for name, one in about.items() if one is None])
        more = {name: read_field(name, {"custom": True, **_object(table, name, one)}) for name, one in about.items() if one}
        dictionary = dictionary.with_fields(table, more)
        custom[table] = dict(about)
    return dictionary, custom


def _objects(raw: Any, dictionary: Dictionary) -> dict[str, Mapping[str, Any] | None]:
    """Other codes and rights of objects; null takes one away."""
    _only("objects", raw, tuple(dictionary.objects))
    for code, change in raw.items():
        if change is not None:
            _only(f"objects.{code}", change, _RIGHTS)
    return dict(raw)


def _object(table: str, name: str, about: Any) -> Mapping[str, Any]:
    _only(f"dictionary.{table}.{name}", about, ("type", "label", "capitals", "mandatory", "server", "custom"))
    return about if isinstance(about, Mapping) else {}


def _company(where: str, raw: Any, dictionary: Dictionary, clock: Clock, number: int) -> Company:
    _only(where, raw, _COMPANY)
    code = str(raw.get("Code", f"C{number + 1:03d}"))
    years = list(_list(f"{where}.administrations", raw.get("administrations", [])))
    if "tables" in raw or "settings" in raw or not years:
        years.append({"tables": raw.get("tables", {}), "settings": raw.get("settings", {})})
    found = [
        _administration(f"{where}.administrations[{n}]", one, dictionary, code, clock.now().year)
        for n, one in enumerate(years)
    ]
    if len({one.year for one in found}) < len(found) or len({one.code for one in found}) < len(found):
        raise ValueError(f"{where}.administrations: a year or code is there twice")
    return Company(
        str(raw.get("Id", 10001 + number)), code, str(raw.get("Description", code)), found,
        str(raw.get("COC_NR", "")), str(raw.get("VAT_NR", "")), _flag(where, raw, "offline"),
    )


def _administration(where: str, raw: Any, dictionary: Dictionary, company: str, this_year: int) -> Administration:
    _only(where, raw, _YEAR)
    year = str(raw.get("ATS_YEAR", this_year))
    if not (year.isdigit() and len(year) == 4):
        raise ValueError(f"{where}: ATS_YEAR {year!r} is no year")
    locked_at, last = raw.get("BLCK_DATE"), raw.get("last_record_id", 0)
    if not isinstance(last, int) or last < 0:
        raise ValueError(f"{where}.last_record_id: {last!r} is no count")
    made = Administration(
        str(raw.get("ADM_CODE", f"{company}-{year}")), str(raw.get("ADM_DESC", f"{company} {year}")), int(year), {},
        _flag(where, raw, "closed"), _flag(where, raw, "ADM_ARCH"), str(raw.get("BLCK_USER", "")),
        None if locked_at is None else moment(f"{where}.BLCK_DATE", str(locked_at)), last,
        _as(Settings, f"{where}.settings", raw.get("settings", {})),
    )
    tables = raw.get("tables", {})
    stored = tuple(name for name, one in dictionary.tables.items() if not one.virtual)
    _only(f"{where}.tables", tables, stored)
    for name in stored:
        rows = _list(f"{where}.tables.{name}", tables.get(name, []))
        made.tables[name] = load_table(f"{where}.tables.{name}", dictionary.tables[name], rows, made)
    return made
