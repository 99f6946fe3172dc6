"""One small Dutch garden webshop as plain values, the same every time; each sandbox tells it in its own shapes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from typing import Any

from koppel.yamls import read_yaml


@dataclass(frozen=True)
class Article:
    """Something that is sold; `price` is per piece including VAT, in euro, `vat` in percent."""

    sku: str
    title: str
    group: str
    price: Decimal
    vat: int
    ean: str
    stock: int
    parent: str = ""
    options: tuple[tuple[str, str], ...] = ()

    @property
    def price_excl(self) -> Decimal:
        """The price without VAT, rounded to the cent."""
        return (self.price / (1 + Decimal(self.vat) / 100)).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Shopper:
    """A customer; `company` is empty for a person."""

    number: int
    first_name: str
    last_name: str
    email: str
    street: str
    house_number: str
    postcode: str
    city: str
    country: str = "NL"
    company: str = ""
    vat_number: str = ""
    phone: str = ""
    guest: bool = False

    @property
    def name(self) -> str:
        """The name on a document: the company's, else the person's."""
        return self.company or f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class Sale:
    """One ordered line; `discount` is the amount off the whole line, including VAT."""

    article: Article
    quantity: int
    discount: Decimal = Decimal("0.00")


@dataclass(frozen=True)
class Purchase:
    """One webshop order; amounts include VAT. `paid` is the financial status."""

    number: int
    shopper: Shopper
    sales: tuple[Sale, ...]
    placed_at: datetime
    shipping: Decimal
    method: str
    paid: bool = True
    discount_code: str = ""
    tags: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        """What the customer pays, including VAT and shipping."""
        return sum((s.article.price * s.quantity - s.discount for s in self.sales), Decimal()) + self.shipping


@dataclass(frozen=True)
class Webshop:
    """All of it. `ledger_only` and `exact_only` are articles that the shop does not sell."""

    articles: tuple[Article, ...]
    shoppers: tuple[Shopper, ...]
    purchases: tuple[Purchase, ...]
    ledger_only: tuple[Article, ...] = ()
    exact_only: tuple[Article, ...] = ()
    ledger_customers: tuple[Shopper, ...] = field(default=())


_WORDS: dict[str, Any] = read_yaml((files("koppel.demo") / "words.yaml").read_text(encoding="utf-8"))
_PLAIN = str.maketrans("ëöÖ’ ", "eoo--")


def build(now: datetime | None = None) -> Webshop:
    """The shop as it stands at `now` (default: this moment); order moments count back from it."""
    rng = random.Random(20261)
    moment = (now or datetime.now(UTC)).replace(microsecond=0)
    articles, shoppers = _articles(rng), _shoppers(rng)
    wholesale = [
        Article(f"GROOT-{n:03d}", f"Groothandelspartij {n}", "POT", Decimal(n * 12 + 95), 21, _ean(9000 + n), n)
        for n in range(1, 13)
    ]
    advice = [
        Article(f"DIENST-{n:02d}", f"Tuinadvies pakket {n}", "DIENS", Decimal(n * 45), 21, "", 0) for n in range(1, 9)
    ]
    return Webshop(
        tuple(articles),
        tuple(shoppers),
        tuple(_purchases(rng, articles, shoppers, moment)),
        tuple(wholesale),
        tuple(advice),
        ledger_customers=tuple(shoppers[:24]),
    )


def _articles(rng: random.Random) -> list[Article]:
    made: dict[str, Article] = {}
    for group in _WORDS["groups"]:
        for name in group["names"]:
            base = Decimal(rng.randrange(295, 6995, 5)) / 100
            colours = rng.sample(_WORDS["colours"], group["colours"]) or [""]
            for step, size in enumerate(group["sizes"]):
                price = _to_five_cents(base * (10 + 4 * step) / 10)
                for colour in colours:
                    article = _article(rng, group, name, size, colour, price, 4000 + len(made))
                    made.setdefault(article.sku, article)
    return list(made.values())


def _article(
    rng: random.Random, group: dict[str, Any], name: str, size: str, colour: str, price: Decimal, number: int
) -> Article:
    stem = f"{group['code'][:4]}-{name[:5].upper().strip()}"
    sku = "-".join(filter(None, (stem, size.upper()[:3], colour[:2].upper())))[:15]
    options = ((group["option"], size), *((("Kleur", colour),) if colour else ()))
    title = f"{name} {size} {colour}".strip()
    stock = rng.randrange(0, 140)
    return Article(sku, title, group["code"], price, group["vat"], _ean(number), stock, parent=name, options=options)


def _shoppers(rng: random.Random) -> list[Shopper]:
    made = [_shopper(rng, number) for number in range(1, 61)]
    made[10] = Shopper(
        11, "Charlotte", "Dubois", "charlotte.dubois@example.be", "Nieuwstraat", "14 bus 3", "1000", "Brussel", "BE"
    )
    made[20] = Shopper(
        21, "Jonas", "Schröder", "jonas.schroeder@example.de", "Lindenstraße", "7b", "10969", "Berlin", "DE",
        company="Gartenbau Schröder GmbH", vat_number="DE136695976",
    )  # fmt: skip
    guest = Shopper(
        61, "Gast", "Zonder Account", "gast.order@example.nl", "Havenkade", "3", "1531 AA", "Wormer", guest=True
    )
    return [*made, guest]


def _shopper(rng: random.Random, number: int) -> Shopper:
    first, last = rng.choice(_WORDS["first_names"]), rng.choice(_WORDS["last_names"])
    area, city = rng.choice(list(_WORDS["cities"].items()))
    plain = f"{first}.{last}".lower().translate(_PLAIN).replace("--", "-")
    firms = _WORDS["firms"]
    company = firms[number // 7 % len(firms)] if number % 7 == 0 else ""
    return Shopper(
        number,
        first,
        last,
        f"{plain}.{number}@example.nl",
        rng.choice(_WORDS["streets"]),
        f"{rng.randrange(1, 240)}{rng.choice(('', '', '', 'a', '-II', ' bis'))}",
        f"{area} {rng.choice('ABCDEHKL')}{rng.choice('ABGHKLRS')}",
        city,
        company=company,
        vat_number=f"NL{800000000 + number:09d}B01" if company else "",
        phone=f"06{rng.randrange(10**7, 10**8)}",
    )


def _purchases(
    rng: random.Random, articles: list[Article], shoppers: list[Shopper], now: datetime
) -> Iterator[Purchase]:
    for index in range(64):
        shopper = shoppers[(index * 7) % len(shoppers)] if index % 16 else shoppers[-1]
        yield _purchase(rng, index, articles, shopper, now - timedelta(hours=9 * (64 - index), minutes=index))
    stray = Article("ROOS-12-ONBEKEND", "Rozenboog 12 stuks", "PLANT", Decimal("49.95"), 9, _ean(3999), 0)
    sales = (Sale(articles[2], 1), Sale(stray, 1))
    yield Purchase(1065, shoppers[3], sales, now - timedelta(hours=2), Decimal("6.95"), "iDEAL")


def _purchase(
    rng: random.Random, index: int, articles: list[Article], shopper: Shopper, placed_at: datetime
) -> Purchase:
    sales = [Sale(article, rng.randrange(1, 5)) for article in rng.sample(articles, rng.randrange(1, 6))]
    code = "" if index % 5 else "LENTE10"
    if code:
        sales = [Sale(one.article, one.quantity, _cents(one.article.price * one.quantity / 10)) for one in sales]
    goods = sum((one.article.price * one.quantity - one.discount for one in sales), Decimal())
    return Purchase(
        1001 + index,
        shopper,
        tuple(sales),
        placed_at,
        Decimal("0.00") if goods > 75 else Decimal("6.95"),
        rng.choice(("iDEAL", "iDEAL", "Klarna", "Bancontact", "PayPal")),
        paid=index % 13 != 12,
        discount_code=code,
        tags=("wholesale",) if shopper.company else (),
    )


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _to_five_cents(amount: Decimal) -> Decimal:
    return _cents(amount * 20 // 1 / 20)


def _ean(number: int) -> str:
    digits = f"871{number:09d}"
    check = -sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10
    return digits + str(check)
