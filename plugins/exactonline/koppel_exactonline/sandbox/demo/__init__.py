"""The demo webshop's company as it stands in Exact Online before Koppel runs."""

from __future__ import annotations

from typing import Any

from koppel.demo.webshop import Article, Shopper, Webshop

from koppel_exactonline.sandbox.demo.basics import DIVISION, with_basics
from koppel_exactonline.sandbox.demo.ledger import guid_of

START = "/Date(1704067200000)/"
KNOWN_PERSONS, KNOWN_COMPANIES = 6, 3


def demo_state(shop: Webshop) -> dict[str, Any]:
    """The state: ledger lists, the articles only this company sells, and some of the shop's customers."""
    state = with_basics({})
    books = state["data"][str(DIVISION)]
    books["logistics/Items"] = [_item(one) for one in shop.exact_only]
    books["logistics/SalesItemPrices"] = [_price(one) for one in shop.exact_only]
    known = _known_customers(shop)
    books["crm/Accounts"] = [_account(at, one) for at, one in enumerate(known, 1)]
    books["crm/Contacts"] = [_contact(at, one) for at, one in enumerate(known, 1)]
    books["crm/Addresses"] = [_address(one) for one in known]
    return state


def _known_customers(shop: Webshop) -> list[Shopper]:
    """The persons and companies that ordered last, each once; guests are nobody's customer."""
    found: dict[int, Shopper] = {}
    for purchase in reversed(shop.purchases):
        if not purchase.shopper.guest:
            found.setdefault(purchase.shopper.number, purchase.shopper)
    persons = [one for one in found.values() if not one.company]
    companies = [one for one in found.values() if one.company]
    return persons[:KNOWN_PERSONS] + companies[:KNOWN_COMPANIES]


def _item(article: Article) -> dict[str, Any]:
    return {
        "ID": guid_of(DIVISION, "logistics/Items", article.sku), "Code": article.sku, "Description": article.title,
        "Barcode": article.ean or None, "ItemGroup": guid_of(DIVISION, "logistics/ItemGroups", "DIENS"),
        "Unit": "stuk    ",
        "IsSalesItem": True, "IsStockItem": False, "IsPurchaseItem": False, "IsWebshopItem": 0, "SalesVatCode": "2  ",
        "CostPriceStandard": 0, "CostPriceCurrency": "EUR", "SecurityLevel": 10, "StartDate": START,
    }


def _price(article: Article) -> dict[str, Any]:
    return {
        "ID": guid_of(DIVISION, "logistics/SalesItemPrices", article.sku), "Price": float(article.price_excl),
        "Quantity": 1,
        "Item": guid_of(DIVISION, "logistics/Items", article.sku), "Unit": "stuk    ", "NumberOfItemsPerUnit": 1,
        "Currency": "EUR", "StartDate": START,
    }


def _place(shopper: Shopper) -> dict[str, Any]:
    return {
        "AddressLine1": f"{shopper.street} {shopper.house_number}", "Postcode": shopper.postcode, "City": shopper.city,
        "Country": shopper.country.ljust(3),
    }


def _account(number: int, shopper: Shopper) -> dict[str, Any]:
    return {
        "ID": guid_of(DIVISION, "crm/Accounts", shopper.email), "Code": f"{number:07d}".rjust(18), "Name": shopper.name,
        "Email": shopper.email, "Phone": shopper.phone or None, "Status": "C", "Type": "A", "IsSales": True,
        "IsPurchase": True,
        "VATNumber": shopper.vat_number or None, "SalesCurrency": "EUR", "PurchaseCurrency": "EUR", "Blocked": False,
        "PaymentConditionSales": "14" if shopper.company else "ID", "StartDate": START, "CustomerSince": START,
        "MainContact": guid_of(DIVISION, "crm/Contacts", shopper.email), **_place(shopper),
    }


def _contact(number: int, shopper: Shopper) -> dict[str, Any]:
    return {
        "ID": guid_of(DIVISION, "crm/Contacts", shopper.email),
        "Account": guid_of(DIVISION, "crm/Accounts", shopper.email),
        "Code": f"{number:07d}".rjust(18), "FirstName": shopper.first_name, "LastName": shopper.last_name,
        "Email": shopper.email, "Gender": "O", "StartDate": START,
    }


def _address(shopper: Shopper) -> dict[str, Any]:
    return {
        "ID": guid_of(DIVISION, "crm/Addresses", shopper.email),
        "Account": guid_of(DIVISION, "crm/Accounts", shopper.email),
        "Type": 1, "Main": True, **_place(shopper),
    }
