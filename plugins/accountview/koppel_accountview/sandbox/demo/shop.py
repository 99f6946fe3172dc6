"""The demo webshop as its AccountView would hold it before Koppel runs."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from koppel.demo.webshop import Article, Shopper, Webshop
from koppel.yamls import read_yaml

CLIENT_ID = "koppel-demo-accountview"
CLIENT_SECRET = "demo-secret-accountview"
_VAT_CODES = {21: "1", 9: "2", 0: "0"}
Rows = list[dict[str, Any]]


def demo_state(shop: Webshop) -> dict[str, Any]:
    """The JSON state of `Bloem & Blad BV` (BB01) with two fiscal years, and of an empty second company."""
    year = datetime.now(UTC).year
    tables = {**ledger_tables(), **_relations(shop), "ARTICLE": _articles(shop)}
    _name_groups(tables)
    settings = {"gross_prices": True, "first_debtor": 1001, "first_order": year % 100 * 100_000 + 1}
    return {
        "oauth": login_state(),
        "companies": [
            {"Id": "10412", "Code": "BB01", "Description": "Bloem & Blad BV", "COC_NR": "64021337",
             "VAT_NR": "NL855480013B01", "administrations": [
                 year_state("BB", year - 1, deepcopy(tables), settings, closed=True), year_state("BB", year, tables, settings)]},
            {"Id": "10413", "Code": "BB02", "Description": "Bloem & Blad Beheer BV", "COC_NR": "64021338",
             "VAT_NR": "NL855480014B01", "administrations": [year_state("BH", year, ledger_tables(), {})]},
        ],
    }


def bare_state() -> dict[str, Any]:
    """One company with ledger, VAT codes and the other basics, but no relation and no article."""
    year = datetime.now(UTC).year
    company = {"Id": "10001", "Code": "C001", "Description": "Lege onderneming",
               "administrations": [year_state("C", year, ledger_tables(), {})]}
    return {"oauth": login_state(), "companies": [company]}


def login_state() -> dict[str, Any]:
    """The one application that may log in, from this computer."""
    local = ["http://127.0.0.1*", "http://localhost*"]
    return {"clients": [
        {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "name": "Koppel", "redirect_uris": local}
    ]}


def year_state(code: str, year: int, tables: dict[str, Rows], settings: dict[str, Any], closed: bool = False) -> dict[str, Any]:
    """One fiscal year of a company."""
    name = f"{code}{year % 100:02d}"
    return {"ADM_CODE": name, "ADM_DESC": f"Administratie {year}", "ATS_YEAR": str(year), "closed": closed,
            "settings": settings, "tables": tables}


def ledger_tables() -> dict[str, Rows]:
    """Ledger, VAT codes, daybooks and the other basics, made anew."""
    text = (Path(__file__).parent / "ledger.yaml").read_text(encoding="utf-8")
    tables: dict[str, Rows] = read_yaml(text)
    return tables


def _relations(shop: Webshop) -> dict[str, Rows]:
    firms = [one for one in shop.ledger_customers if one.company]
    people = [_person(number, one) for number, one in enumerate(firms, 1)]
    functions = [
        {"SUB_NR": str(one.number), "PP_CODE": str(number), "FUNC_DESC": "Inkoop"} for number, one in enumerate(firms, 1)
    ]
    main = {one.number: person for one, person in zip(firms, people, strict=True)}
    debtors = [_debtor(one, main.get(one.number)) for one in shop.ledger_customers]
    return {"CONTACT": debtors, "PEOPLE": people, "CON_PP": functions}


def _person(number: int, one: Shopper) -> dict[str, Any]:
    return {"PP_CODE": str(number), "FST_NAME": one.first_name[:30], "LST_NAME": one.last_name[:40],
            "MAIL_BUS": one.email[:50], "TEL_MOB": one.phone[:20], "DEAR": f"Geachte {one.first_name} {one.last_name}"[:40]}


def _debtor(one: Shopper, main: dict[str, Any] | None) -> dict[str, Any]:
    address = f"{one.street} {one.house_number}"
    row: dict[str, Any] = {
        "SUB_NR": str(one.number), "ACCT_NAME": one.name[:40], "SRC_CODE": _search_code(one), "ACCT_NR": "1210",
        "ACCT_LINK": 2, "DEB_SHOW": True, "RPL_TYPE": "Debiteur", "LNG_CODE": "STD", "ADDRESS1": address[:80],
        "ST_STREET": one.street[:60], "ST_NR": one.house_number[:10], "POST_CODE": one.postcode[:10], "CITY": one.city[:35],
        "BOX_CITY": one.city[:35], "CNT_CODE": one.country, "MAIL_BUS": one.email[:50], "TEL_MOB": one.phone[:20],
        "VIS_ADDRES": f"{address}\n{one.postcode}  {one.city}\n", "VAT_NR": one.vat_number[:14],
        "DISC_CODE": "30" if one.company else "VB", "CNG_NR": 1, **_entered(one.number),
    }
    if one.company and one.country != "NL":
        row["VAT_CODE"] = "5"
    if main is not None:
        name = f"{main['FST_NAME']} {main['LST_NAME']}"[:40]
        row |= {"MAIN_PP": main["PP_CODE"], "MAIN_CONT": name, "MC_MAILB": main["MAIL_BUS"], "MC_DEAR": main["DEAR"]}
    return row


def _search_code(one: Shopper) -> str:
    words = (one.company or one.last_name).upper().split()
    return next((word for word in reversed(words) if word.isalnum()), words[-1])[:10]


def _articles(shop: Webshop) -> Rows:
    rows = [_article(one, number) for number, one in enumerate((*shop.articles, *shop.ledger_only), 1)]
    extras = (("KORTING", "Korting webshop", "0"), ("VERZENDKOSTEN", "Verzendkosten", "6.95"))
    services = [
        {"ART_CODE": code, "ART_DESC1": text, "AG_CODE": "DIENS", "PX_SELL": float(price), "VAT_CODE": "1",
         "UNT_CODE": "ST", "CNG_NR": 1, **_entered(1)} for code, text, price in extras
    ]
    return rows + services


def _name_groups(tables: dict[str, Rows]) -> None:
    """Add a group for articles whose group the ledger file does not describe."""
    known = {row["AG_CODE"] for row in tables["ART_GRP"]}
    for code in sorted({row["AG_CODE"] for row in tables["ARTICLE"]} - known):
        tables["ART_GRP"].append({"AG_CODE": code, "AG_DESC": code.capitalize(), "STAT_ACCT": "8000"})


def _article(one: Article, number: int) -> dict[str, Any]:
    cost = (one.price_excl * Decimal("0.55")).quantize(Decimal("0.01"))
    return {
        "ART_CODE": one.sku[:15], "ART_DESC1": one.title[:40], "AG_CODE": one.group[:5], "PX_SELL": float(one.price),
        "COST_PX": float(cost), "L_COSTPX": float(cost), "VAT_CODE": _VAT_CODES[one.vat], "UNT_CODE": "ST",
        "QTY_AVAIL": one.stock, "QTY_TECH": one.stock, "QTY_FREE2": one.stock, "A8_EAN": one.ean[:13], "CNG_NR": 1,
        **_entered(number),
    }


def _entered(number: int) -> dict[str, str]:
    moment = f"2025-03-{number % 28 + 1:02d}T{9 + number % 8:02d}:{number % 60:02d}:00"
    return {"INP_DATE": moment, "CNG_DATE": moment, "INP_USR": "BEHEER", "CNG_USR": "BEHEER"}
