"""Two installations that differ as much as real ones do: a plain one, and one that has been made to measure."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from koppel_accountview.sandbox.demo.shop import Rows, ledger_tables, login_state, year_state

_NO_ADD_ONS = {"A8_EAN": None, "A8_WEIGHT": None}
_DAYBOOKS = {"VEK": "600", "INK": "610", "KAS": "800", "BNK": "860", "MEM": "900"}
_VAT = {"1": "H", "2": "L", "0": "N"}


def plain_state() -> dict[str, Any]:
    """`Eenvoud BV` (EN01): net prices, no field of its own, no contact persons and no counter invoices."""
    no_number = {"A8_INV_NR": None}
    return _state(
        {"Id": "20001", "Code": "EN01", "Description": "Eenvoud BV"}, _goods(ledger_tables()), {},
        {"ARTICLE": _NO_ADD_ONS, "SO_HDR": no_number, "SOI_HDR": no_number, "CI_HDR": no_number},
        {"PP1": None, "LNCP": None, "CI1": None, "SH1": None, "APX": None, "SHM": None},
    )


def measured_state() -> dict[str, Any]:
    """`Maatwerk BV` (MW01): gross prices, other codes for daybooks, VAT and objects, fields of its own, two
    control accounts for debtors, mandatory cost centres, and no right to enter sales invoices."""
    tables = _recoded(_goods(ledger_tables()))
    debtors = next(row for row in tables["LEDGER"] if row["ACCT_NR"] == "1210")
    tables["LEDGER"].append({**debtors, "ACCT_NR": "1211", "ACCT_NAME": "Debiteuren buitenland"})
    debtors["ACCT_NAME"] = "Debiteuren binnenland"
    reference = {"X15_WEBNR": {"type": "C30", "label": "Webshop-referentie", "capitals": True}}
    return _state(
        {"Id": "20002", "Code": "MW01", "Description": "Maatwerk BV"}, tables, {"gross_prices": True},
        {"ARTICLE": {"A8_EAN": None, "K1_GTIN": {"type": "C14", "label": "GTIN verpakking"}},
         "CONTACT": {"L5_SOORT": {"type": "C10", "label": "Soort klant", "capitals": True}},
         "SO_HDR": reference, "SOI_HDR": reference, "CI_HDR": reference},
        {"SI1": {"insert": False, "update": False}, "CI1": {"code": "K1B", "name": "Kassabonnen"},
         "SH1": {"code": "K1L", "name": "Leveringen"}, "APX": {"code": "K1P", "name": "Prijsafspraken"}},
    )


def _state(
    company: dict[str, str], tables: dict[str, Rows], settings: dict[str, Any], dictionary: dict[str, Any],
    objects: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    year = datetime.now(UTC).year
    years = [year_state(company["Code"][:2], year - 1, deepcopy(tables), settings, closed=True),
             year_state(company["Code"][:2], year, tables, settings)]
    return {"oauth": login_state(), "companies": [{**company, "administrations": years}], "dictionary": dictionary,
            "objects": objects}


def _goods(tables: dict[str, Rows]) -> dict[str, Rows]:
    """Three articles of three rates, shipping, and one debtor."""
    about = (("POT-1", "Pot", "POT", "12.10", "1"), ("BOL-1", "Tulpenbol", "BOL", "5.45", "2"),
             ("CADEAU", "Cadeaukaart", "DIENS", "25.00", "0"), ("VERZENDKOSTEN", "Verzendkosten", "DIENS", "6.05", "1"))
    articles = [
        {"ART_CODE": code, "ART_DESC1": text, "AG_CODE": group, "PX_SELL": float(price), "VAT_CODE": vat,
         "QTY_AVAIL": 10, "QTY_TECH": 12, "QTY_FREE2": 8, "CNG_DATE": "2026-01-05T09:00:00"}
        for code, text, group, price, vat in about
    ]
    debtor = {"SUB_NR": "1001", "ACCT_NAME": "Klant BV", "SRC_CODE": "KLANT", "ACCT_NR": "1210", "ACCT_LINK": 2,
              "DEB_SHOW": True, "MAIL_BUS": "klant@example.nl", "ADDRESS1": "Kade 1", "POST_CODE": "1234 AB",
              "CITY": "Ede", "CNT_CODE": "NL", "CNG_DATE": "2026-01-05T09:00:00"}
    return {**tables, "ARTICLE": articles, "CONTACT": [debtor]}


def _recoded(tables: dict[str, Rows]) -> dict[str, Rows]:
    """The same books under this installation's own codes; its daybook types are numbered otherwise too."""
    for row in tables["DAILY"]:
        row |= {"DJ_CODE": _DAYBOOKS[row["DJ_CODE"]], "DJ_TYPE": 9 - row["DJ_TYPE"], "GROSS_FLG": False}
    for row in (*tables["VAT"], *tables["LEDGER"], *tables["ARTICLE"]):
        if "VAT_CODE" in row:
            row["VAT_CODE"] = _VAT.get(row["VAT_CODE"], row["VAT_CODE"])
    for row in tables["LEDGER"]:
        row["COST_MAND"] = row["ACCT_NR"] == "8200"
    return tables
