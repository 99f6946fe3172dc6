"""A thousand orders of a shop, and the books of Exact Online that know some of its customers and articles."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from koppel.demo.webshop import Article, Shopper, Webshop
from koppel.testing.serving import simulator

SANDBOX = "koppel_exactonline.sandbox:create"
SIZES = (1, 1, 2, 2, 2, 3, 3, 3, 3, 3)
"""Lines of an order, 2.3 on average."""


@dataclass(frozen=True)
class Town:
    """What is sold to whom: `known` customers and all but the `new` articles are in the books already."""

    articles: tuple[Article, ...]
    new: tuple[Article, ...]
    shoppers: tuple[Shopper, ...]
    known: tuple[Shopper, ...]
    orders: tuple[dict[str, Any], ...]


def build(orders: int, share: float, fresh: int, seed: int = 7) -> Town:
    """The same town every time. `share` of the customers is known, `fresh` SKUs are not in the books."""
    dice = random.Random(seed)
    articles = tuple(_article(number) for number in range(300 + fresh))
    shoppers = tuple(_shopper(number) for number in range(1, orders + 1))
    known = tuple(dice.sample(shoppers, round(orders * share)))
    sizes = [SIZES[number % len(SIZES)] for number in range(orders)]
    dice.shuffle(sizes)
    made = tuple(_order(one, dice.sample(articles, size)) for one, size in zip(shoppers, sizes, strict=True))
    return Town(articles, articles[300:], shoppers, known, made)


def state(town: Town) -> dict[str, Any]:
    """The books in the API's own shapes: the known customers, the articles that are there, and the usual lists."""
    told = tuple(article for article in town.articles if article not in town.new)
    made: dict[str, Any] = simulator(SANDBOX).demo_state(Webshop((), (), (), exact_only=told))
    rows = made["data"]["3012345"]
    rows["crm/Accounts"] = [_account(at, one) for at, one in enumerate(town.known, 1)]
    rows["crm/Contacts"] = [_contact(one) for one in town.known if one.company]
    rows["crm/Addresses"] = [{"ID": _id(one, 3), "Account": _id(one, 1), "Type": 1, "Main": True, **_place(one)} for one in town.known]
    return made


def _id(one: Shopper, kind: int) -> str:
    return str(UUID(int=kind * 10**9 + one.number))


def _place(one: Shopper) -> dict[str, Any]:
    return {"AddressLine1": f"{one.street} {one.house_number}", "Postcode": one.postcode, "City": one.city, "Country": "NL "}


def _account(at: int, one: Shopper) -> dict[str, Any]:
    return {
        "ID": _id(one, 1), "Code": f"{at:07d}".rjust(18), "Name": one.name, "Email": one.email, "Status": "C", "Type": "A",
        "SalesCurrency": "EUR", "Blocked": False, "PaymentConditionSales": "14", "MainContact": _id(one, 2) if one.company else None,
        **_place(one),
    }  # fmt: skip


def _contact(one: Shopper) -> dict[str, Any]:
    return {
        "ID": _id(one, 2), "Account": _id(one, 1), "Code": f"{one.number:07d}".rjust(18), "FirstName": one.first_name,
        "LastName": one.last_name, "Email": one.email, "Gender": "O",
    }  # fmt: skip


def _article(number: int) -> Article:
    return Article(f"ART-{number:04d}", f"Artikel {number}", "POT", Decimal("12.10") + number % 40, 21, f"87{number:011d}", 50)


def _shopper(number: int) -> Shopper:
    firm = f"Firma {number} BV" if number % 5 == 0 else ""
    return Shopper(
        number, first_name="Zoë", last_name=f"Jansen {number}", email=f"klant.{number}@example.nl", street="Zaanweg",
        house_number=str(number), postcode=_postcode(number), city="Wormerveer", company=firm,
    )  # fmt: skip


def _postcode(number: int) -> str:
    """One of some thousands, since few customers of a shop live in one street: a Dutch postcode is of some twenty houses."""
    return f"{1011 + number * 37 % 8980} {chr(65 + number % 26)}{chr(65 + number // 26 % 26)}"


def _order(buyer: Shopper, articles: list[Article]) -> dict[str, Any]:
    lines = [_line(article, pieces) for pieces, article in enumerate(articles, 1)]
    home = {
        "line": f"{buyer.street} {buyer.house_number}", "postcode": buyer.postcode, "city": buyer.city, "country": "NL",
        "company": buyer.company,
    }  # fmt: skip
    customer = {
        "source_id": f"customer-{buyer.number}", "email": buyer.email, "first_name": buyer.first_name, "last_name": buyer.last_name,
        "name": buyer.name, "kind": "company" if buyer.company else "person", "billing": home,
    }  # fmt: skip
    total = sum((Decimal(line["total"]) for line in lines), Decimal(0))
    return {
        "reference": f"#{buyer.number}", "ordered_at": "2026-03-02T09:00:00+00:00", "financial_status": "paid",
        "payment_method": "iDEAL", "total": str(total), "customer": customer, "delivery": home, "lines": lines,
    }  # fmt: skip


def _line(article: Article, pieces: int) -> dict[str, Any]:
    price = article.price
    total = price * pieces
    vat = (total * 21 / 121).quantize(Decimal("0.01"))
    taxes = [{"rate": "21", "amount": str(vat)}]
    return {
        "sku": article.sku, "description": article.title, "quantity": pieces, "unit_price": str(price), "total": str(total),
        "taxes": taxes,
    }  # fmt: skip
