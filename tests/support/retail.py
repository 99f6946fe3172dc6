"""Ten thousand order lines of a gift wholesaler told as orders of a shop."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from support.restorders import bag

Node = dict[str, Any]
CURRENCY = "GBP"
ARTICLE = re.compile(r"\d{5}[A-Za-z]*$")
_COUNTRIES = {
    "United Kingdom": "GB", "France": "FR", "Australia": "AU", "Netherlands": "NL", "Germany": "DE", "Norway": "NO",
    "EIRE": "IE", "Switzerland": "CH", "Spain": "ES", "Poland": "PL", "Portugal": "PT", "Italy": "IT", "Belgium": "BE",
    "Lithuania": "LT", "Japan": "JP", "Iceland": "IS", "Channel Islands": "JE", "Denmark": "DK", "Cyprus": "CY",
}  # fmt: skip


def read_lines(file: Path) -> list[dict[str, str]]:
    """The lines as they are."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))


def articles_in(lines: list[dict[str, str]]) -> dict[str, str]:
    """Name by code, for the codes that are articles: POST, DOT, D, M and their like are not."""
    return {row["StockCode"]: row["Description"] or row["StockCode"] for row in lines if ARTICLE.match(row["StockCode"])}


def retail_orders(lines: list[dict[str, str]]) -> list[Node]:
    """An order per invoice, with a customer where one is named."""
    ordered = sorted(lines, key=lambda row: row["InvoiceNo"])
    return [_order(place, name, list(rows)) for place, (name, rows) in enumerate(groupby(ordered, lambda row: row["InvoiceNo"]), 1)]


def _order(place: int, name: str, rows: list[dict[str, str]]) -> Node:
    first = rows[0]
    total = sum((Decimal(row["UnitPrice"]) * int(row["Quantity"]) for row in rows), Decimal(0))
    day, month, year = first["InvoiceDate"].split("/")
    return {
        "id": f"gid://shopify/Order/{7_000_000_000 + place}", "name": f"#{name}", "currencyCode": CURRENCY, "taxesIncluded": True,
        "createdAt": f"{year}-{int(month):02d}-{int(day):02d}T10:{place // 60 % 60:02d}:{place % 60:02d}Z",
        "displayFinancialStatus": "PAID", "displayFulfillmentStatus": "FULFILLED", "sourceName": "web",
        "totalPriceSet": bag(total, CURRENCY), "paymentGatewayNames": ["manual"],
        "lineItems": {"nodes": [_line(place, number, row) for number, row in enumerate(rows, 1)]},
        "shippingLines": {"nodes": []}, "customer": _customer(first), "billingAddress": _address(first),
    }  # fmt: skip


def _line(place: int, number: int, row: dict[str, str]) -> Node:
    return {
        "id": f"gid://shopify/LineItem/{8_000_000_000 + place * 1000 + number}", "sku": row["StockCode"],
        "title": row["Description"] or row["StockCode"], "quantity": int(row["Quantity"]), "taxLines": [],
        "originalUnitPriceSet": bag(row["UnitPrice"], CURRENCY),
    }  # fmt: skip


def _customer(row: dict[str, str]) -> Node | None:
    number = row["CustomerID"]
    if not number:
        return None
    return {"id": f"gid://shopify/Customer/{number}", "firstName": "Customer", "lastName": number, "email": f"c{number}@example.com"}


def _address(row: dict[str, str]) -> Node | None:
    number = row["CustomerID"]
    if not number:
        return None
    return {"firstName": "Customer", "lastName": number, "name": f"Customer {number}", "address1": f"Market Street {number}",
            "city": "Town", "zip": number, "countryCodeV2": _COUNTRIES[row["Country"]]}  # fmt: skip
