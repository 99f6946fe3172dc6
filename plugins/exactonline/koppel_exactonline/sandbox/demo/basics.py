"""The app, the user, the divisions and the lists that every simulator needs, added where a state leaves them out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from koppel_exactonline.sandbox.demo.ledger import ledger_lists

CLIENT_ID = "7d3c1b52-5a0e-4c1f-9d1a-b0e2f6a4c8d1"
CLIENT_SECRET = "koppel-demo-geheim"
WEBHOOK_SECRET = "koppel-demo-webhook-geheim"
REDIRECT_URI = "https://koppel.example/oauth/exactonline"
USER_ID = "2f4b6d80-11aa-4b7c-8f6e-3d5c7a9b1e20"
DIVISION, SECOND_DIVISION = 3012345, 3012346

CLIENT = {
    "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "redirect_uris": [REDIRECT_URI], "name": "Koppel",
    "webhook_secret": WEBHOOK_SECRET,
}
USER = {
    "UserID": USER_ID, "UserName": "boekhouding@bloemenblad.example", "FullName": "Bea Boekhouder", "FirstName": "Bea",
    "LastName": "Boekhouder", "Email": "boekhouding@bloemenblad.example", "Language": "NL", "LanguageCode": "nl-NL",
    "Legislation": "128", "CurrentDivision": DIVISION, "AccountingDivision": DIVISION, "Gender": "V",
}


def division_info(code: int, name: str, main: bool) -> dict[str, Any]:
    """A row of system/Divisions."""
    return {
        "Code": code, "Description": name, "CustomerName": name, "Hid": str(code - 3_000_000), "Status": 1,
        "Currency": "EUR",
        "Country": "NL ", "Legislation": "Nederland", "AddressLine1": "Bloemenlaan 12", "Postcode": "1431 AB",
        "City": "Aalsmeer",
        "VATNumber": "NL001234567B01", "ChamberOfCommerceNumber": "12345678", "BlockingStatus": 0,
        "IsMainDivision": main,
        "Current": main, "Email": "info@bloemenblad.example", "StartDate": "/Date(1546300800000)/",
    }


def both_divisions() -> list[dict[str, Any]]:
    """The company that sells, and a holding the app normally has no consent for."""
    return [
        division_info(DIVISION, "Bloem & Blad BV", True),
        division_info(SECOND_DIVISION, "Bloem & Blad Holding BV", False),
    ]


def with_basics(state: Mapping[str, Any]) -> dict[str, Any]:
    """`state` completed: every section it lacks, and every ledger list a division lacks."""
    full = dict(state)
    oauth = full.get("oauth", {})
    full["oauth"] = {"clients": [dict(CLIENT)], **oauth} if isinstance(oauth, Mapping) else oauth
    data = full.get("data", {})
    if not isinstance(data, Mapping):
        return full
    full.setdefault("divisions", _named_in(data) or both_divisions())
    codes = _codes(full["divisions"])
    current = {"CurrentDivision": codes[0], "AccountingDivision": codes[0]} if codes else {}
    full["users"] = full.get("users") or [{**USER, **current}]
    completed = {str(code): _completed(code, data.get(str(code), {})) for code in codes}
    full["data"] = {**data, **completed}
    return full


def _codes(divisions: Any) -> list[int]:
    rows = [one for one in divisions if isinstance(one, Mapping)] if isinstance(divisions, list) else []
    return [one["Code"] for one in rows if isinstance(one.get("Code"), int)]


def _named_in(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    numbers = [int(code) for code in data if str(code).isascii() and str(code).isdigit()]
    return [division_info(code, "Bloem & Blad BV", at == 0) for at, code in enumerate(numbers)]


def _completed(code: int, tables: Any) -> Any:
    return {**ledger_lists(code), **tables} if isinstance(tables, Mapping) else tables
