"""Articles: the code is the SKU; group, VAT code and bar code as this installation keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from koppel import (
    ConfigurationError,
    Draft,
    Found,
    Lookup,
    Match,
    Page,
    Query,
    Receipt,
    Record,
    RejectedError,
    Settings,
    Write,
    basis_of,
)

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.dictionary import Table
from koppel_accountview.fitting import fit
from koppel_accountview.objects import ARTICLES, GROUPS
from koppel_accountview.resources.images import image_fields, image_of
from koppel_accountview.resources.reading import MAX_SIZE, fetch_rows, find_rows
from koppel_accountview.resources.vat import vat_rows
from koppel_accountview.resources.writing import insert, number_of, put_if_changed

_KEYS = ("ART_CODE", "AG_CODE", "VAT_CODE")
_FOUND = ("ART_CODE", "ART_DESC1", "AG_CODE", "PX_SELL", "VAT_CODE", "UNT_CODE", "REC_BLK", "REC_ID")
"""What a look-up gives of an article: its image may be megabytes, and most look-ups are for the lines of orders."""
_WITH_IMAGES = 50
"""Articles in a page where each brings its image along."""
_EAN_NAMES = ("EAN_CODE", "EAN", "EAN_NR", "BAR_CODE", "BARCODE", "GTIN")
_EAN_LABEL = r"\b(ean|gtin|barcode|bar code|streepjescode)\b"


def fetch(talk: Conversation, query: Query) -> Page:
    """Articles that changed, each with its group and VAT code."""
    size = _WITH_IMAGES if "IMG_M_DATA" in talk.dictionary.table("ARTICLE") else MAX_SIZE
    return fetch_rows(talk, ARTICLES, query, lambda rows: _records(talk, rows), size=size)


def find(talk: Conversation, lookup: Lookup) -> Found:
    """Which articles exist already."""
    name = lookup.field.upper() or {"sku": "ART_CODE", "ean": ean_field(talk)}.get(lookup.key, lookup.key)
    if not name:
        raise ConfigurationError(
            "This AccountView has no field for bar codes that Koppel can recognise.",
            field="ean_field",
            cause="accountview.ean_field",
            resolution="Open the connection and fill in the name of the field that holds the EAN.",
        )
    table = talk.dictionary.table("ARTICLE")
    columns = tuple(dict.fromkeys(one for one in (*_FOUND, ean_field(talk), name) if one in table))
    return find_rows(
        talk, ARTICLES, lookup, name, lambda row: _match(talk, row), is_key=name == "ART_CODE", columns=columns
    )


def upsert(talk: Conversation, write: Write) -> Receipt:
    """Create or change one article."""
    table = talk.dictionary.need("ARTICLE", "ART_CODE")
    notes: list[str] = []
    fitted = fit(table, _native(talk, table, write, notes), _KEYS)
    fitted.warnings += notes
    if write.id:
        row, sent = put_if_changed(talk, ARTICLES, table, fitted.values, write)
        code, action = write.id, "updated" if sent else "unchanged"
    else:
        row = insert(talk, ARTICLES, table, fitted.values)
        code, action = number_of(row, ARTICLES, "ART_CODE"), "created"
    data = {**row, "warnings": fitted.warnings} if fitted.warnings else row
    return Receipt(write.key, code, code, action, data)  # type: ignore[arg-type]


def on_one_basis(settings: Settings, draft: Draft) -> Draft:
    """The draft with the one price that is kept here, so that it compares with what AccountView holds."""
    prices = draft.fields.get("PX_SELL")
    if not isinstance(prices, Mapping):
        return draft
    price = prices.get(basis_of(settings))
    rest = {name: value for name, value in draft.fields.items() if name != "PX_SELL"}
    return replace(draft, fields=rest if price is None else {**rest, "PX_SELL": price})


def ean_field(talk: Conversation) -> str:
    """The field that holds the bar code: standard articles have none, so it is this installation's own."""
    chosen = talk.settings.text("ean_field").upper()
    return chosen or talk.dictionary.table("ARTICLE").first(_EAN_NAMES, _EAN_LABEL)


def _native(talk: Conversation, table: Table, write: Write, notes: list[str]) -> dict[str, Any]:
    draft = dict(on_one_basis(talk.settings, write.draft).fields)
    image = draft.pop("image", None)
    if isinstance(image, Mapping) and (image.get("url") or image.get("data")):
        draft |= image_fields(talk, table, image, notes)
    ean = draft.pop("ean", None)
    if ean and ean_field(talk):
        draft[ean_field(talk)] = ean
    if not write.id:
        draft |= _defaults(talk, table, draft)
    if draft.get("AG_CODE"):
        draft["AG_CODE"] = _group(talk, str(draft["AG_CODE"]))
    return draft


def _defaults(talk: Conversation, table: Table, draft: Mapping[str, Any]) -> dict[str, str]:
    """What a new article gets where the source does not say."""
    chosen = {"AG_CODE": talk.settings.text("item_group"), "VAT_CODE": talk.settings.text("article_vat_code")}
    return {name: value for name, value in chosen.items() if value and name in table and not draft.get(name)}


def _group(talk: Conversation, wanted: str) -> str:
    """The code of a group named by code or by description; the group of the settings for one that is not there."""
    key = wanted.strip().casefold()
    groups = talk.all_rows(GROUPS)
    for field in ("AG_CODE", "AG_DESC"):
        for row in groups:
            if str(row.get(field) or "").strip().casefold() == key:
                return str(row["AG_CODE"]).strip()
    default = talk.settings.text("item_group")
    if not default:
        raise RejectedError(
            f"AccountView has no article group {wanted!r}.",
            field="AG_CODE",
            cause=f"accountview.group:{wanted}",
            resolution="Create the group in AccountView, or choose a group for new articles on the connection.",
        )
    return default


def _match(talk: Conversation, row: Row) -> Match:
    code = str(row.get("ART_CODE") or "").strip()
    return Match(code, code, _data(talk, row))


def _records(talk: Conversation, rows: Sequence[Row]) -> Iterable[Record]:
    groups = {str(row.get("AG_CODE") or "").strip(): row for row in talk.all_rows(GROUPS)} if rows else {}
    rates = vat_rows(talk) if any(row.get("VAT_CODE") for row in rows) else {}
    for row in rows:
        code = str(row.get("ART_CODE") or "").strip()
        group = groups.get(str(row.get("AG_CODE") or "").strip(), {})
        vat = rates.get(str(row.get("VAT_CODE") or "").strip(), {})
        yield Record(code, {**_data(talk, row), "ART_GRP": group, "VAT": vat}, code)


def _data(talk: Conversation, row: Row) -> Row:
    """The article with its bar code, and what its price means here, under names of their own."""
    name = ean_field(talk)
    basis = basis_of(talk.settings)
    ean = str(row.get(name) or "").strip() if name else ""
    image = {"image": image_of(row)} if "IMG_M_DATA" in row else {}
    return {**row, "ean": ean, **image, "price_basis": basis}
