"""A shop's order on its way to a ledger's draft, all in memory; and what that ledger will make of the draft, reckoned anew.

The way is the run's own: the plugins' rows, the runner's lines, balance and view. The reckoning is not: it knows only how
each ledger multiplies, rounds and adds VAT, and takes nothing from the core."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from types import SimpleNamespace
from typing import Any

import koppel_accountview.plugin as accountview
import koppel_exactonline.plugin as exactonline
import koppel_shopify.plugin as shopify
from koppel import Settings
from koppel.catalog import Catalog
from koppel.defaults import Defaults
from koppel.documents import DOCUMENTS, SalesOrder
from koppel.documents.base import read_document
from koppel.endpoint import Endpoint
from koppel.errors import RecordError
from koppel.mapping.compile import compile_mapping
from koppel.mapping.rules import parse_rule
from koppel.mapping.tables import TableEntry, Tables
from koppel.mapping.transforms import TRANSFORMS
from koppel.records import MapStep
from koppel.runner.balance import balance
from koppel.runner.customers import whole_party
from koppel.runner.deliver import draft as draft_of
from koppel.runner.forms import choose_forms, name_lines
from koppel.runner.job import Job
from koppel.runner.judge import judged, went_well
from koppel.runner.lines import arrange_lines
from koppel.runner.policy import read_policy
from koppel.runner.talk import Talk
from koppel.seeds import read_seeds
from koppel_accountview.booking.journal import Books, Conventions, page_lines
from koppel_accountview.booking.parts import Accounts, parts_of, split
from koppel_accountview.resources.entries import _on_account, _signed

PLUGINS = {"shopify": shopify, "exactonline": exactonline, "accountview": accountview}
CODES = {"high": 21, "low": 9, "zero": 0, "icp": 0, "export": 0, "oss-de": 19, "oss-de-low": 7, "oss-be": 21, "oss-be-low": 6}
"""VAT codes with their rates, the same in both ledgers; of the kind that fits how prices are sent."""
_ROWS: tuple[tuple[Mapping[str, Any], str], ...] = (
    ({"rate": 21, "country": "NL"}, "high"), ({"rate": 9, "country": "NL"}, "low"), ({"rate": 0}, "zero"),
    ({"rate": 0, "treatment": "eu_business"}, "icp"), ({"rate": 0, "treatment": "export"}, "export"),
    ({"rate": 19, "country": "DE", "treatment": "oss"}, "oss-de"), ({"rate": 7, "country": "DE", "treatment": "oss"}, "oss-de-low"),
    ({"rate": 21, "country": "BE", "treatment": "oss"}, "oss-be"), ({"rate": 6, "country": "BE", "treatment": "oss"}, "oss-be-low"),
)  # fmt: skip
POLICY = {
    "shipping_sku": "VERZ", "fee_sku": "FEE", "tip_sku": "TIP", "gift_card_sku": "CARD", "discount_sku": "OFF", "fallback_sku": "REST",
    "adjustment_sku": "GOOD", "correction_sku": "ROUND", "oss_since": "2026-01-01",
}  # fmt: skip
CENT, NONE = Decimal("0.01"), Decimal(0)


def _tables(rates: tuple[str, ...]) -> Tables:
    """The tables of an office; `rates` are further ones, each with a code of its own."""
    revenue = [TableEntry("revenue_account", {"kind": "shipping"}, "8090"), TableEntry("revenue_account", {}, "8000")]
    codes = [TableEntry("vat_code", conditions, code) for conditions, code in _ROWS]
    codes += [TableEntry("vat_code", {"rate": rate}, f"r{rate}") for rate in rates]
    return Tables([*codes, *revenue, TableEntry("payment_term", {}, "30"), TableEntry("journal", {}, "70")])


@cache
def mappings(system: str, rates: tuple[str, ...] = ()) -> Mapping[tuple[str, str], Any]:
    """The default rows of a plugin, compiled, by direction and resource."""
    plugin, groups = PLUGINS[system], {}
    for seed in read_seeds(Catalog().add(system, plugin)):
        groups.setdefault((seed.direction, seed.resource), []).append(parse_rule(seed.target, seed.spec))
    every = {**TRANSFORMS, **plugin.transforms()}
    return {key: compile_mapping(rows, transforms=every, tables=_tables(rates)) for key, rows in groups.items()}


@dataclass(frozen=True)
class Way:
    """One way into a ledger: the paper it becomes there, and the settings that change its sums."""

    ledger: str
    document: str
    basis: str = "incl"
    discounts: str = "price"
    split: str = ""
    correct: bool = True
    rates: tuple[str, ...] = ()

    @property
    def own_vat(self) -> bool:
        """Whether VAT is told with each line, so that the shop's own stands."""
        return self.ledger == "accountview" and self.document in ("sales_entry", "credit_note")

    @property
    def rounding(self) -> str:
        """How this ledger rounds VAT that it adds itself."""
        return {"exactonline": "line", "accountview": "document"}[self.ledger]


@dataclass
class Outcome:
    """What became of an order: what the ledger will come to, or the reason why it waits."""

    total: Decimal = NONE
    vat: dict[Decimal, Decimal] = field(default_factory=dict)
    shipping: Decimal = NONE
    held: Exception | None = None


def read(node: Mapping[str, Any], resource: str = "sales_order") -> SalesOrder | Exception:
    """The paper that a record of the shop is, or why it is none."""
    try:
        fields = dict(_source().map(MapStep("flow", "shopify", resource, "inbound", node)).fields)
        return read_document(DOCUMENTS[resource], {**fields, "source_id": "1"})
    except RecordError as error:
        return error


def go(paper: SalesOrder | Exception, way: Way) -> Outcome:
    """Take a paper of the shop this way; it is left as it was."""
    if isinstance(paper, Exception):
        return Outcome(held=paper)
    talk = _talk(way)
    went_well(talk)
    job = Job(way.document, paper.model_copy(deep=True), "1")
    for step in (_arrange, _balance, _name, _people, _draft):
        if job.open:
            step(talk, job, way)
    if job.error is not None:
        return Outcome(held=job.error)
    assert job.draft is not None
    try:
        return reckon(job.draft.fields, way)
    except RecordError as error:  # the split of an entry is made by the plugin, after the rows
        return Outcome(held=error)


@cache
def _source() -> Endpoint:
    return Endpoint("shopify", [("koppel", Defaults("Shopify", mappings("shopify")))])


def _arrange(talk: Talk, job: Job, way: Way) -> None:
    arrange_lines(talk, [job], talk.target_resource(way.document))


def _balance(talk: Talk, job: Job, way: Way) -> None:
    choose_forms(talk, [job], talk.target_resource(way.document))
    if job.open:
        balance(talk, [job], talk.target_resource(way.document))


def _name(talk: Talk, job: Job, way: Way) -> None:
    name_lines(talk, [job], talk.target_resource(way.document))


def _people(talk: Talk, job: Job, way: Way) -> None:
    whole_party(job.document.customer)
    job.document.customer.external_id = "1001"
    for line in job.document.lines:
        line.external_id = line.sku


def _draft(talk: Talk, job: Job, way: Way) -> None:
    with judged(talk, job, "map"):
        draft_of(talk, job)


@cache
def _talk(way: Way) -> Any:
    """A run's conversation without a site, a database or a wire."""
    plugins = {name: plugin.manifest() for name, plugin in PLUGINS.items()}
    settings = {one.name: one.default for one in plugins[way.ledger].settings} | {"price_basis": way.basis, "vat_rounding": way.rounding, "home_country": "NL"}
    policy = {**POLICY, "discounts": way.discounts, **({} if way.correct else {"correction_sku": ""})}
    return Talk(
        site=None, flow=SimpleNamespace(name="flow", resource="sales_order", paper=way.document, source_id=1, target_id=2),
        source=_source(),
        target=Endpoint(way.ledger, [("koppel", Defaults(way.ledger, mappings(way.ledger, way.rates)))]),
        source_manifest=plugins["shopify"], target_manifest=plugins[way.ledger], target_settings=Settings(settings),
        policy=read_policy(policy, "flow"), log=SimpleNamespace(add=lambda *_: None),
    )  # fmt: skip


def reckon(fields: Mapping[str, Any], way: Way) -> Outcome:
    """What the ledger will make of this draft."""
    if way.own_vat:
        return _page(fields, way)
    if way.document == "sales_entry":
        return _entry(fields["SalesEntryLines"], way)
    name = {("accountview", "sales_order"): "SO_LINE", ("accountview", "sales_invoice"): "lines", ("exactonline", "sales_order"): "SalesOrderLines"}
    return _articles(fields[name.get((way.ledger, way.document), "SalesInvoiceLines" if way.ledger == "exactonline" else "lines")], way)


def rate_of(code: str | None) -> Decimal:
    """The percentage of a VAT code; none where the ledger takes that of the article, out of a price that stays as it is."""
    if code is None:
        return NONE
    return Decimal(CODES[code]) if code in CODES else Decimal(code.removeprefix("r"))


def _articles(rows: Iterable[Mapping[str, Any]], way: Way) -> Outcome:
    names = {"exactonline": ("Item", "Quantity", "NetPrice", "VATCode"), "accountview": ("ART_CODE", "ORD_QTY", "ART_PX", "VAT_CODE")}[way.ledger]
    lines = [tuple(row.get(name) for name in names) for row in rows]
    assert way.basis == "incl" or all(code or not price for _, _, price, code in lines), "the ledger adds VAT of its own choosing"
    sign = -1 if way.document == "credit_note" else 1
    made = _summed([(rate_of(code), _cents(Decimal(pieces) * Decimal(price)) * sign) for _, pieces, price, code in lines], way)
    made.shipping = sum((_cents(Decimal(pieces) * Decimal(price)) * sign for item, pieces, price, _ in lines if item == "VERZ"), NONE)
    return made


def _entry(rows: Iterable[Mapping[str, Any]], way: Way) -> Outcome:
    return _summed([(rate_of(row["VATCode"]), _cents(Decimal(row["AmountFC"]))) for row in rows], way)


def _summed(amounts: Iterable[tuple[Decimal, Decimal]], way: Way) -> Outcome:
    """Amounts with their rates, with VAT in them or added, rounded per line or once per rate."""
    made, by_rate = Outcome(), {}
    for rate, amount in amounts:
        by_rate.setdefault(rate, []).append(amount)
        made.total += amount
    for rate, parts in by_rate.items():
        grouped = parts if way.rounding == "line" else [sum(parts, NONE)]
        vat = sum((_vat(part, rate, way.basis) for part in grouped), NONE)
        made.vat[rate] = vat
        made.total += vat if way.basis == "excl" else NONE
    return made


def _vat(amount: Decimal, rate: Decimal, basis: str) -> Decimal:
    return amount - _cents(amount * 100 / (100 + rate)) if basis == "incl" else _cents(amount * rate / 100)


def _page(fields: Mapping[str, Any], way: Way) -> Outcome:
    """The lines of a page as AccountView is sent them; both sides must be equal, and VAT is what the lines say."""
    lines = [_signed(_on_account(line, way.split), way.document) for line in fields["lines"]]
    parts = split(parts_of(lines, Accounts({})), way.split)
    rows = page_lines(parts, Books("1300", {}), Conventions())
    debtor, rest = rows[0], rows[1:]
    sign = -1 if way.document == "credit_note" else 1
    credit = sum((row["AMOUNT"] + row.get("VAT_AMT", NONE) for row in rest), NONE)
    assert debtor["AMOUNT"] + credit == 0, "debit and credit differ"
    made = Outcome(sign * debtor["AMOUNT"])
    for row in rest:
        if row.get("VAT_CODE"):
            rate = rate_of(row["VAT_CODE"])
            made.vat[rate] = made.vat.get(rate, NONE) - sign * row.get("VAT_AMT", NONE)
    return made


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
