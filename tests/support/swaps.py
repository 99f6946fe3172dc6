"""A garden in which goods are exchanged, and what both ledgers hold of an order and of the papers about it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from koppel.demo.webshop import Article
from support.garden import POT, ROSE, Garden, purchase, shop_of, shopper, states_of
from support.returns import Counter

BIG = Article("POT-2", "Grote pot", "POT", Decimal("24.20"), 21, "8710000000035", 40)
SMALL = Article("POT-3", "Kleine pot", "POT", Decimal("6.05"), 21, "8710000000042", 40)
GOODS = (POT, ROSE, BIG, SMALL)
WRITES = {"exactonline": "POST /api/v1/3012345/sales", "accountview": "POST /api/v3/accountviewdata"}
PAPER = {"exactonline": "sales_invoice", "accountview": "sales_entry"}
VAT_OF = {"exactonline": {"3": 21, "5": 9, "1": 0}, "accountview": {"1": 21, "2": 9, "0": 0}}
POT_BACK = (Decimal("-12.10"), {21: Decimal("-2.10")})
BIG_SENT = (Decimal("24.20"), {21: Decimal("4.20")})
Paper = tuple[Decimal, dict[int, Decimal]]


def open_garden(folder: Path, numbers: dict[str, range]) -> Any:
    """A shop with so many orders of a pot and two roses, per ledger, and somebody behind its counter."""
    every = [number for some in numbers.values() for number in some]
    orders = [purchase(number, shopper(number), POT, ROSE) for number in every]
    # somebody bought the pots that are exchanged for, so that their VAT is known in the shop
    orders.append(purchase(min(every) - 1, shopper(min(every) - 1), BIG, SMALL))
    made: Any = Garden(folder, states_of(shop_of(*orders, articles=GOODS), [shopper(one) for one in every], GOODS))
    made.left = {ledger: iter(some) for ledger, some in numbers.items()}
    made.counter = Counter(made)
    return made


def flow(garden: Any, ledger: str, document: str = "", **settings: Any) -> str:
    """Orders on 8000 (21 %) and 8010 (9 %), whatever their status in the shop."""
    document = document or PAPER[ledger]
    made = garden.flow(f"x{uuid4().hex[:8]}", "shopify", ledger, document=document, settle_seconds=0, **{"release": [], **settings})
    for rate, account in (("21", "8000"), ("9", "8010")):
        garden.add_row(made, "revenue_account", account, rate=rate)
    garden.add_row(made, "journal", "71")
    return str(made)


def books(garden: Any, ledger: str, number: int) -> dict[str, list[Paper]]:
    """(total, VAT by rate) of each paper of this order in the ledger, by reference; credit notes below zero."""
    return _exact(garden, number) if ledger == "exactonline" else _accountview(garden, number)


def only(papers: dict[str, list[Paper]]) -> dict[str, Paper]:
    """Each paper is there once."""
    assert all(len(rows) == 1 for rows in papers.values()), papers
    return {name: rows[0] for name, rows in papers.items()}


def expected(number: int, back: Paper, sent: Paper, **more: Paper) -> dict[str, Paper]:
    """The papers of an exchange beside that of the order: 12.10 at 21 %, 21.90 at 9 %, and delivery."""
    order = (Decimal("40.95"), {21: Decimal("3.31"), 9: Decimal("1.81")})
    return {f"#{number}": order, f"#{number}-X1C": back, f"#{number}-X1": sent, **{f"#{number}-{name}": one for name, one in more.items()}}


def euros(bag: Any) -> Decimal:
    """The amount in the shop's own currency."""
    return Decimal(bag["shopMoney"]["amount"])


def summed(pairs: Iterable[tuple[int, Decimal]]) -> dict[int, Decimal]:
    """The amounts of each rate together."""
    made: dict[int, Decimal] = {}
    for rate, amount in pairs:
        made[rate] = made.get(rate, Decimal(0)) + amount
    return made


def _exact(garden: Any, number: int) -> dict[str, list[Paper]]:
    lines, made = garden.exact("salesinvoice/SalesInvoiceLines"), dict[str, list[Paper]]()
    for row in garden.exact("salesinvoice/SalesInvoices"):
        if str(row["YourRef"]).startswith(f"#{number}"):
            mine = [line for line in lines if line["InvoiceID"] == row["InvoiceID"]]
            vat = summed((VAT_OF["exactonline"][line["VATCode"].strip()], Decimal(str(line["VATAmountFC"]))) for line in mine)
            total = sum((Decimal(str(line["AmountFC"])) + Decimal(str(line["VATAmountFC"])) for line in mine), Decimal(0))
            made.setdefault(row["YourRef"], []).append((total, vat))
    return made


def _accountview(garden: Any, number: int) -> dict[str, list[Paper]]:
    lines, made = garden.accountview("DJ_LINE"), dict[str, list[Paper]]()
    for page in garden.accountview("DJ_PAGE"):
        if str(page["INV_NR"]).startswith(f"#{number}"):
            mine = [line for line in lines if line["SRC_ID"] == page["REC_ID"]]
            vat = summed((VAT_OF["accountview"][line["VAT_CODE"].strip()], -Decimal(str(line["VAT_AMT"]))) for line in mine if line.get("VAT_AMT"))
            made.setdefault(page["INV_NR"], []).append((Decimal(str(page["PAGE_AMT"])), vat))
    return made
