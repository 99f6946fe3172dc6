"""One small Dutch garden webshop as plain values, the same every time; each sandbox tells it in its own shapes."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal


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


_GROUPS = {
    "PLANT": (
        "Planten",
        9,
        [
            "Lavendel",
            "Rozenstruik",
            "Hortensia",
            "Buxus",
            "Vlinderstruik",
            "Hosta",
            "Salvia",
            "Clematis",
            "Geranium",
            "Vrouwenmantel",
            "Zonnehoed",
            "Pioenroos",
            "Klimop",
            "Varen",
        ],
    ),
    "BOL": ("Bollen", 9, ["Tulpenbollen", "Narcissen", "Krokussen", "Hyacinten", "Sneeuwklokjes", "Dahlia"]),
    "POT": ("Potten", 21, ["Terracotta pot", "Zinken emmer", "Rotan mand", "Hangpot", "Balkonbak"]),
    "GEREED": ("Gereedschap", 21, ["Snoeischaar", "Spade", "Hark", "Gieter", "Schoffel", "Bladhark", "Kniekussen"]),
    "KLEED": ("Kleding", 21, ["Tuinhandschoenen", "Tuinlaarzen", "Schort", "Regenjas"]),
}
_SIZES = {
    "PLANT": ("Maat", ("P9", "C2", "C5")),
    "BOL": ("Aantal", ("10", "25", "50")),
    "POT": ("Maat", ("S", "M", "L")),
    "GEREED": ("Uitvoering", ("Basis", "Pro")),
    "KLEED": ("Maat", ("S", "M", "L", "XL")),
}
_COLOURS = ("Wit", "Roze", "Blauw", "Groen", "Rood")
_FIRST = (
    "Emma",
    "Daan",
    "Sophie",
    "Lucas",
    "Fleur",
    "Jan-Willem",
    "Zoë",
    "Noor",
    "Milan",
    "Ruud",
    "Anouk",
    "Bram",
    "Marieke",
    "Tom",
    "Lotte",
    "Sven",
    "Fatima",
    "Youssef",
    "Iris",
    "Kees",
)
_LAST = (
    "de Vries",
    "Jansen",
    "van den Berg",
    "Bakker",
    "Visser",
    "Smit",
    "Meijer",
    "de Boer",
    "Mulder",
    "de Groot",
    "Bos",
    "Vos",
    "Peters",
    "Hendriks",
    "van Dijk",
    "Kok",
    "’t Hart",
    "van der Meer",
    "Özdemir",
    "El Amrani",
)
_STREETS = (
    "Dorpsstraat",
    "Kerkstraat",
    "Molenweg",
    "Lange Nieuwstraat",
    "Burg. van Roijensingel",
    "Prinsengracht",
    "Hoofdweg",
    "Stationsplein",
    "Wilhelminalaan",
    "Oude Gracht",
)
_CITIES = (
    ("1012", "Amsterdam"),
    ("3011", "Rotterdam"),
    ("3511", "Utrecht"),
    ("5611", "Eindhoven"),
    ("9711", "Groningen"),
    ("6211", "Maastricht"),
    ("8011", "Zwolle"),
    ("2312", "Leiden"),
    ("6811", "Arnhem"),
    ("4811", "Breda"),
)
_FIRMS = (
    "Bloem & Blad BV",
    "Hovenier Van Dam",
    "Tuincentrum De Linde",
    "Groenbeheer Oost BV",
    "Hotel De Korenbeurs",
    "Studio Bries",
    "Gemeente Waterland",
    "Vijverspecialist Kuiper",
)


def _ean(number: int) -> str:
    digits = f"871{number:09d}"
    check = -sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10
    return digits + str(check)


def _articles(rng: random.Random) -> list[Article]:
    made: list[Article] = []
    for group, (_, vat, names) in _GROUPS.items():
        option, sizes = _SIZES[group]
        for name in names:
            base = Decimal(rng.randrange(295, 6995, 5)) / 100
            stem = f"{group[:4]}-{name[:5].upper().strip().replace(' ', '')}"
            colours = rng.sample(_COLOURS, 2) if group in ("PLANT", "KLEED") else [""]
            for step, size in enumerate(sizes):
                for colour in colours:
                    sku = "-".join(filter(None, (stem, size.upper(), colour[:2].upper())))[:15]
                    options = ((option, size),) + ((("Kleur", colour),) if colour else ())
                    price = (
                        (base * (10 + 4 * step) / 10).quantize(Decimal("0.05"), ROUND_HALF_UP).quantize(Decimal("0.01"))
                    )
                    made.append(
                        Article(
                            sku,
                            f"{name} {size} {colour}".strip(),
                            group,
                            price,
                            vat,
                            _ean(len(made) + 4000),
                            rng.randrange(0, 140),
                            parent=name,
                            options=options,
                        )
                    )
    return list({article.sku: article for article in made}.values())


def _shoppers(rng: random.Random) -> list[Shopper]:
    made = []
    for number in range(1, 61):
        first, last = rng.choice(_FIRST), rng.choice(_LAST)
        area, city = rng.choice(_CITIES)
        plain = f"{first}.{last}".lower().translate(str.maketrans("ëöÖ’ ", "eoo--")).replace("--", "-")
        company = _FIRMS[number // 7 % len(_FIRMS)] if number % 7 == 0 else ""
        made.append(
            Shopper(
                number,
                first,
                last,
                f"{plain}.{number}@example.nl",
                rng.choice(_STREETS),
                f"{rng.randrange(1, 240)}" + rng.choice(("", "", "", "a", "-II", " bis")),
                f"{area} {rng.choice('ABCDEHKL')}{rng.choice('ABGHKLRS')}",
                city,
                company=company,
                vat_number=f"NL{800000000 + number:09d}B01" if company else "",
                phone=f"06{rng.randrange(10**7, 10**8)}",
            )
        )
    made[10] = Shopper(
        11, "Charlotte", "Dubois", "charlotte.dubois@example.be", "Nieuwstraat", "14 bus 3", "1000", "Brussel", "BE"
    )
    made[20] = Shopper(
        21,
        "Jonas",
        "Schröder",
        "jonas.schroeder@example.de",
        "Lindenstraße",
        "7b",
        "10969",
        "Berlin",
        "DE",
        company="Gartenbau Schröder GmbH",
        vat_number="DE136695976",
    )
    made.append(
        Shopper(
            61, "Gast", "Zonder Account", "gast.order@example.nl", "Havenkade", "3", "1531 AA", "Wormer", guest=True
        )
    )
    return made


def _purchases(rng: random.Random, articles: list[Article], shoppers: list[Shopper], now: datetime) -> list[Purchase]:
    made = []
    for index in range(64):
        shopper = shoppers[(index * 7) % len(shoppers)] if index % 16 else shoppers[-1]
        picked = rng.sample(articles, rng.randrange(1, 6))
        sales = tuple(Sale(a, rng.randrange(1, 5)) for a in picked)
        code = ""
        if index % 5 == 0:
            code = "LENTE10"
            sales = tuple(
                Sale(
                    s.article, s.quantity, (s.article.price * s.quantity / 10).quantize(Decimal("0.01"), ROUND_HALF_UP)
                )
                for s in sales
            )
        goods = sum((s.article.price * s.quantity - s.discount for s in sales), Decimal())
        made.append(
            Purchase(
                1001 + index,
                shopper,
                sales,
                now - timedelta(hours=9 * (64 - index), minutes=index),
                Decimal("0.00") if goods > 75 else Decimal("6.95"),
                rng.choice(("iDEAL", "iDEAL", "Klarna", "Bancontact", "PayPal")),
                paid=index % 13 != 12,
                discount_code=code,
                tags=("wholesale",) if shopper.company else (),
            )
        )
    stray = Article("ROOS-12-ONBEKEND", "Rozenboog 12 stuks", "PLANT", Decimal("49.95"), 9, _ean(3999), 0)
    made.append(
        Purchase(
            1065,
            shoppers[3],
            (Sale(articles[2], 1), Sale(stray, 1)),
            now - timedelta(hours=2),
            Decimal("6.95"),
            "iDEAL",
        )
    )
    return made


def build(now: datetime | None = None) -> Webshop:
    """The shop as it stands at `now` (default: this moment); order moments count back from it."""
    rng = random.Random(20261)
    moment = (now or datetime.now(UTC)).replace(microsecond=0)
    articles, shoppers = _articles(rng), _shoppers(rng)
    extra = [
        Article(f"GROOT-{n:03d}", f"Groothandelspartij {n}", "POT", Decimal(n * 12 + 95), 21, _ean(9000 + n), n)
        for n in range(1, 13)
    ]
    exact = [
        Article(f"DIENST-{n:02d}", f"Tuinadvies pakket {n}", "DIENST", Decimal(n * 45), 21, "", 0) for n in range(1, 9)
    ]
    return Webshop(
        tuple(articles),
        tuple(shoppers),
        tuple(_purchases(rng, articles, shoppers, moment)),
        tuple(extra),
        tuple(exact),
        ledger_customers=tuple(shoppers[:24]),
    )
