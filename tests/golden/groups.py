"""The golden orders as they are written, by groups that share their settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from golden.shorthand import COPIES

HERE = Path(__file__).parent
LEDGERS = ("exactonline", "accountview")
TITLES = {"exactonline": "Exact Online", "accountview": "AccountView"}
DOCUMENTS = {"exactonline": ["sales_order", "sales_invoice"], "accountview": ["sales_order", "sales_invoice"]}
BACK = {"sales_invoice": "credit_note", "sales_entry": "credit_entry", "direct_invoice": "direct_credit"}
"""What takes a paper back of which the order changed."""
Row = dict[str, Any]


@dataclass
class Group:
    """Orders that share their settings, and the papers that they become."""

    name: str
    books: str
    rows: list[Row]
    settings: Row = field(default_factory=dict)
    tables: Row = field(default_factory=dict)
    debtors: list[Row] = field(default_factory=list)
    documents: Mapping[str, list[str]] = field(default_factory=dict)
    credit: Mapping[str, str] = field(default_factory=dict)
    days: list[Row] = field(default_factory=list)

    @property
    def per_day(self) -> bool:
        """Whether its orders are booked together, a paper per day."""
        return self.settings.get("per") == "day"

    def jobs(self) -> Iterator[tuple[str, str, list[Row]]]:
        """(ledger, document, orders) of every flow that this group runs."""
        for ledger in LEDGERS:
            for document in (self.documents or DOCUMENTS)[ledger]:
                yield ledger, document, self.rows
            entered = [row for row in self.rows if "entry" in told(row, ledger, "sales_entry")]
            if entered:
                yield ledger, "sales_entry", entered

    def credited(self, ledger: str) -> str:
        """What a refund becomes there."""
        return self.credit.get(ledger, "credit_note")

    def changed(self) -> list[Row]:
        """The orders that somebody changed in the shop after they were booked."""
        return [row for row in self.rows if "then" in row]

    def refunded(self) -> list[Row]:
        """The orders of which something was given back; it is credited where they are invoices."""
        return [row for row in self.rows if "refunds" in row]

    def kinds(self) -> list[str]:
        """The kinds of paper that any flow of this group makes."""
        return [document for document in COPIES if any(document == one for _, one, _ in self.jobs())]

    def flow(self, ledger: str, document: str) -> str:
        """The name of that flow."""
        return f"{self.name}-{ledger}-{document.replace('_', '-')}"


class Written(yaml.SafeLoader):
    """Amounts stay as they were written: 12.10 is no float."""


Written.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if tag not in ("tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp")]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def base() -> Row:
    """The shared settings, people and books."""
    return dict(yaml.load((HERE / "base.yaml").read_text(encoding="utf-8"), Written))


def groups() -> list[Group]:
    """Every group of every file, in the order of their names."""
    made = []
    for file in sorted((HERE / "orders").glob("*.yaml")):
        for place, one in enumerate(yaml.load_all(file.read_text(encoding="utf-8"), Written), 1):
            day, rows = one.pop("day", None), one.pop("orders")
            rows = [{"day": day, **row} for row in rows] if day else rows
            made.append(Group(f"{file.stem.replace('_', '-')}-{place}", one.pop("books", "dutch_with_vat"), rows, **one))
    return made


def told(row: Row, ledger: str, document: str) -> Row:
    """What a golden order says of one paper in one ledger: `exactonline` before what it says of both."""
    own = row.get(ledger) or {}
    return {**row, **own, **(row.get(document) or {}), **(own.get(document) or {})}
