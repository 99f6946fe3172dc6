"""The lists a Dutch bookkeeper has before any customer or article exists, in the API's own shapes."""

from __future__ import annotations

import uuid
from calendar import monthrange
from collections.abc import Callable
from functools import lru_cache
from typing import Any

Records = list[dict[str, Any]]
_SPACE = uuid.UUID("0c8de1f2-64b0-4a0b-9f0e-9a1f2d3c4b5a")

_LEDGER = """
0500|Eigen vermogen|50|C|B
1000|Kas|10|D|B
1100|Bank|12|D|B
1150|Betaaldienst|16|D|B
1300|Debiteuren|20|D|B
1500|Af te dragen btw hoog|24|C|B
1501|Af te dragen btw laag|24|C|B
1510|Voorbelasting|24|D|B
1520|Btw OSS|24|C|B
1600|Crediteuren|22|C|B
2000|Kruisposten|90|D|B
3000|Voorraad|40|D|B
4000|Algemene kosten|121|D|W
7000|Kostprijs van de omzet|111|D|W
8000|Omzet hoog|110|C|W
8010|Omzet laag|110|C|W
8020|Omzet EU-leveringen|110|C|W
8030|Omzet export|110|C|W
8040|Omzet OSS België|110|C|W
8041|Omzet OSS Duitsland|110|C|W
8090|Verzendkosten|110|C|W
8095|Verleende kortingen|110|C|W
8100|Omzet diensten|110|C|W
"""
_VAT = """
0|Geen btw|N|0|N||1500
1|Btw nultarief|E|0|N||1500
2|Btw hoog 21%, exclusief|E|0.21|N||1500
3|Btw hoog 21%, inclusief|I|0.21|N||1500
4|Btw laag 9%, exclusief|E|0.09|N||1501
5|Btw laag 9%, inclusief|I|0.09|N||1501
6|Btw verlegd binnenland|E|0|N||1500
7|Levering goederen binnen de EU 0%|E|0|L||1500
8|Export buiten de EU 0%|E|0|N||1500
9|Diensten binnen de EU 0%|E|0|S||1500
BEX|OSS België 21%, exclusief|E|0.21|N|BE|1520
BEI|OSS België 21%, inclusief|I|0.21|N|BE|1520
DEX|OSS Duitsland 19%, exclusief|E|0.19|N|DE|1520
DEI|OSS Duitsland 19%, inclusief|I|0.19|N|DE|1520
"""
_CONDITIONS = """
00|Contant|K|0
14|Betaling binnen 14 dagen|B|14
30|Betaling binnen 30 dagen|B|30
BC|Bancontact|Q|0
ID|iDEAL|Q|0
IN|Automatische incasso|I|14
KL|Klarna|Q|14
PP|PayPal|Q|0
"""
_JOURNALS = """
10|Kas|10|1000
20|Bank|12|1100
30|Betaaldienst|16|1150
60|Inkoopboek|22|1600
70|Verkoopboek|20|1300
71|Verkoopboek webshop|20|1300
90|Memoriaal|90|2000
"""
_UNITS = "stuk|Stuk|O|1\ndoos|Doos|O|0\nuur|Uur|T|0\nkg|Kilogram|W|0\nm|Meter|L|0"
_CURRENCIES = "EUR|Euro\nUSD|Amerikaanse dollar\nGBP|Brits pond\nCHF|Zwitserse frank"
_GROUPS = """
STD|Standaard|8000|1
PLANT|Planten|8010|0
BOL|Bollen|8010|0
POT|Potten|8000|0
TUIN|Gereedschap|8000|0
KLEED|Kleding|8000|0
DIENS|Diensten|8100|0
"""
_YEARS = range(2023, 2032)
_METHODS = "POSTNL|PostNL pakket\nDHL|DHL Parcel\nAFH|Afhalen"


@lru_cache(maxsize=4096)
def guid_of(division: int, path: str, code: str) -> str:
    """The same GUID every time for the same record."""
    return str(uuid.uuid5(_SPACE, f"{division}/{path}/{code}"))


def _rows(text: str) -> list[list[str]]:
    return [line.split("|") for line in text.strip().splitlines()]


def ledger_lists(division: int) -> dict[str, Records]:
    """Every list of one division, by collection."""

    def ident(path: str, code: str) -> str:
        return guid_of(division, path, code)

    return {
        "general/Currencies": [
            {"Code": code, "Description": text, "AmountPrecision": 0.01, "PricePrecision": 0.001}
            for code, text in _rows(_CURRENCIES)
        ],
        "financial/GLAccounts": [
            {"ID": ident("financial/GLAccounts", code), "Code": code, "Description": text, "Type": int(kind),
             "BalanceSide": side, "BalanceType": sort, "IsBlocked": False}
            for code, text, kind, side, sort in _rows(_LEDGER)
        ],
        **_vat(ident),
        "cashflow/PaymentConditions": [
            {"ID": ident("cashflow/PaymentConditions", code), "Code": code, "Description": text,
             "PaymentMethod": method,
             "PaymentDays": int(days), "PaymentEndOfMonths": 0, "Percentage": 1, "DiscountPercentage": 0}
            for code, text, method, days in _rows(_CONDITIONS)
        ],
        "financial/FinancialPeriods": [
            {"ID": ident("financial/FinancialPeriods", f"{year}-{month}"), "FinYear": year, "FinPeriod": month,
             "StartDate": f"{year}-{month:02}-01", "EndDate": f"{year}-{month:02}-{monthrange(year, month)[1]}"}
            for year in _YEARS for month in range(1, 13)
        ],
        "hrm/Costcenters": [{"ID": ident("hrm/Costcenters", "WEB"), "Code": "WEB", "Description": "Webshop", "Active": True}],
        "hrm/Costunits": [{"ID": ident("hrm/Costunits", "ALG"), "Code": "ALG", "Description": "Algemeen"}],
        "financial/Journals": [
            {"ID": ident("financial/Journals", code), "Code": code, "Description": text, "Type": int(kind),
             "GLAccount": ident("financial/GLAccounts", ledger), "Currency": "EUR", "IsBlocked": False}
            for code, text, kind, ledger in _rows(_JOURNALS)
        ],
        **_goods(ident),
        **_selling(ident),
    }


Ident = Callable[[str, str], str]


def _vat(ident: Ident) -> dict[str, Records]:
    """VAT codes, each with the percentage that holds since 2019."""
    codes, percentages = [], []
    for code, text, kind, share, listing, country, ledger in _rows(_VAT):
        key = ident("vat/VATCodes", code)
        codes.append({
            "ID": key, "Code": code.ljust(3), "Description": text, "Type": kind, "Percentage": float(share),
            "VATTransactionType": "S" if country or listing != "N" or code == "8" else "B", "EUSalesListing": listing,
            "OssCountry": country or None, "Charged": code == "6", "IsBlocked": False, "Country": "NL ",
            "VatDocType": "P",
            "GLToPay": ident("financial/GLAccounts", ledger), "GLToClaim": ident("financial/GLAccounts", "1510"),
        })
        percentages.append({
            "ID": ident("vat/VatPercentages", code), "VATCodeID": key, "LineNumber": 1, "Percentage": float(share),
            "Type": 0, "StartDate": "/Date(1546300800000)/",
        })
    return {"vat/VATCodes": codes, "vat/VatPercentages": percentages}


def _goods(ident: Ident) -> dict[str, Records]:
    """Units, item groups and the warehouse."""
    return {
        "logistics/Units": [
            {"ID": ident("logistics/Units", code), "Code": code.ljust(8), "Description": text, "Type": kind,
             "Main": int(main), "Active": True}
            for code, text, kind, main in _rows(_UNITS)
        ],
        "logistics/ItemGroups": [
            {"ID": ident("logistics/ItemGroups", code), "Code": code, "Description": text, "IsDefault": int(usual),
             "GLRevenue": ident("financial/GLAccounts", ledger), "GLCosts": ident("financial/GLAccounts", "7000"),
             "GLStock": ident("financial/GLAccounts", "3000")}
            for code, text, ledger, usual in _rows(_GROUPS)
        ],
        "inventory/Warehouses": [
            {"ID": ident("inventory/Warehouses", "1"), "Code": "1", "Description": "Hoofdmagazijn", "Main": 1,
             "UseStorageLocations": 0},
        ],
    }


def _selling(ident: Ident) -> dict[str, Records]:
    """Shipping methods, the charge for shipping and the sales channel of the shop."""
    return {
        "sales/ShippingMethods": [
            {"ID": ident("sales/ShippingMethods", code), "Code": code, "Description": text, "Active": True}
            for code, text in _rows(_METHODS)
        ],
        "sales/OrderCharges": [
            {"ID": ident("sales/OrderCharges", "VERZ"), "Code": "VERZ", "Description": "Verzendkosten", "Active": True,
             "Amount": 5.74, "VATCode": "2  ", "GLAccount": ident("financial/GLAccounts", "8090")},
        ],
        "sales/SalesChannels": [
            {"ID": ident("sales/SalesChannels", "WEB"), "Code": "WEB", "Description": "Webshop", "Active": True},
        ],
    }
