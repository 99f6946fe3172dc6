"""A sales order that proves its own sums."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import Field, computed_field, model_validator

from koppel.documents.base import NAMES, Country, Currency, Document, Moment, Part, Text, Zone
from koppel.documents.bundle import Bundle, Component
from koppel.documents.history import Paid, Return
from koppel.documents.money import Amount, MaybeAmount, round_money, total
from koppel.documents.party import Address, Party

Kind = Literal[
    "article", "shipping", "fee", "tip", "duty", "deposit", "gift_card", "discount", "adjustment", "correction"
]  # fmt: skip
Form = Literal["", "article", "ledger", "charge"]
KINDS: tuple[str, ...] = get_args(Kind)


class Tax(Part):
    """VAT of one rate. `rate` in percent (21), `amount` in the order's currency."""

    rate: Amount
    amount: Amount
    title: Text = ""


class Line(Part):
    """One line. Amounts are as the source gave them: including VAT when the order's `prices_include_vat`.

    An `adjustment` is what was given back besides goods and shipping, or withheld of them when below zero.
    A `duty` is what customs ask, a `deposit` what comes back with the empties. `form` is how the target books it: on an
    article, on a ledger account or as a charge beside the lines; the runner fills it in. `goods` says goods or services.
    `unit_price` is per piece before discount, `discount` the amount off the whole line (zero or more),
    `total` what remains of the line. `external_id` is the article's id in the target, `article_ids` what it may be
    known by in the source, the most exact first: by these it is found also when its SKU was changed. `revenue_account`,
    `cost_center` and `cost_unit` are codes of the books, where the source knows them; `group` is the article group
    and `vendor` the brand, as the source has them. `bundle` is what the line is a part of, `components` what its article
    is put together of, and `joined` how many lines of the source it is. `amount_incl` and `amount_excl` are `total` with and without VAT; the order fills them in."""

    kind: Kind = "article"
    form: Form = ""
    goods: Literal["", "goods", "services"] = ""
    sku: Text = ""
    description: Text = ""
    group: Text = ""
    vendor: Text = ""
    quantity: Amount = Decimal(1)
    unit_price: Amount = Decimal(0)
    discount: Amount = Decimal(0)
    total: Amount
    taxes: list[Tax] = Field(default_factory=list)
    vat_code: Text = ""
    revenue_account: Text = ""
    cost_center: Text = ""
    cost_unit: Text = ""
    source_id: Text = ""
    external_id: Text = ""
    article_ids: list[str] = Field(default_factory=list)
    bundle: Bundle | None = None
    components: list[Component] = Field(default_factory=list)
    joined: int = 1
    amount_incl: MaybeAmount = None
    amount_excl: MaybeAmount = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def vat(self) -> Decimal:
        """All VAT on this line."""
        return total(tax.amount for tax in self.taxes)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def vat_rate(self) -> Decimal | None:
        """The VAT rate in percent: the sum of its rates, None when nothing is known about it."""
        return total(tax.rate for tax in self.taxes) if self.taxes else None


class Exchange(Part):
    """Goods that came `back` on an order for others that were `sent`, priced and taxed as the lines of the order are.

    `number` tells which of the order's returns it is; `complete` that nothing more of it comes back or goes out."""

    source_id: Text = ""
    number: Text = ""
    made_at: Moment | None = None
    complete: bool = True
    back: list[Line] = Field(default_factory=list)
    sent: list[Line] = Field(default_factory=list)


class SalesOrder(Document):
    """An order. `reference` is the number people know; `total` what the customer owes for it, VAT included.

    `released` says whether the source's status lets it through; `destination` decides the VAT.
    `exchange_rate` is how much of `shop_currency` one unit of `currency` was worth when the order was placed; None
    when the source does not tell. `open_amount` is what is still to be paid, VAT included, and `due_at` when.
    `booked_on` is the day it is booked on (2026-10-31), by the shop's own clock; the runner fills it in.
    `paid_at` is the moment of the first payment that came in, `shipped_at` of the first parcel that left.
    `company_location` is the branch of the company that bought, `sales_location` the counter it was sold at,
    `fulfilments` the state of each part that a warehouse has to send, `risk` how likely the order is a fraud
    (none, low, medium, high). `lines` and `total` are the order as it was sold: what is exchanged later stands in
    `exchanges`, and `exchanged_total` is what these add to what is owed by the source's own reckoning (below zero where
    money goes back), with its VAT per rate in `exchanged_vat`; None, and empty, where the source does not tell."""

    reference: Text = ""
    ordered_at: Moment | None = None
    time_zone: Zone = "Europe/Amsterdam"
    cancelled_at: Moment | None = None
    paid_at: Moment | None = None
    shipped_at: Moment | None = None
    due_at: Moment | None = None
    booked_on: Text = ""
    currency: Currency = "EUR"
    shop_currency: Currency = ""
    exchange_rate: MaybeAmount = None
    prices_include_vat: bool = True
    financial_status: Text = ""
    fulfilment_status: Text = ""
    cancelled: bool = False
    channel: Text = ""
    sales_location: Text = ""
    company_location: Text = ""
    risk: Text = ""
    fulfilments: list[str] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
    note: Text = ""
    purchase_number: Text = ""
    customer: Party = Field(default_factory=Party)
    delivery: Address | None = None
    payment_method: Text = ""
    payment_term: Text = ""
    shipping_method: Text = ""
    discount_codes: list[str] = Field(default_factory=list)
    lines: list[Line] = Field(default_factory=list)
    payments: list[Paid] = Field(default_factory=list)
    returns: list[Return] = Field(default_factory=list)
    exchanges: list[Exchange] = Field(default_factory=list)
    exchanged_total: MaybeAmount = None
    exchanged_vat: list[Tax] = Field(default_factory=list)
    total: Amount
    total_vat: MaybeAmount = None
    open_amount: MaybeAmount = None

    @property
    def label(self) -> str:
        """The reference."""
        return self.reference or self.source_id

    @property
    def day(self) -> date | None:
        """The day of the sale by the shop's own clock; None when the source tells no moment."""
        return self.ordered_at.astimezone(ZoneInfo(self.time_zone)).date() if self.ordered_at else None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def destination(self) -> Country:
        """Where the goods go: the delivery country, else the billing country."""
        return (self.delivery.country if self.delivery else "") or self.customer.billing.country

    @computed_field  # type: ignore[prop-decorator]
    @property
    def lines_total(self) -> Decimal:
        """What the lines come to, VAT included; a correction is for a ledger that rounds differently, not of the order."""
        own = [line for line in self.lines if line.kind != "correction"]
        vat = Decimal(0) if self.prices_include_vat else total(line.vat for line in own)
        return total(line.total for line in own) + vat

    @model_validator(mode="after")
    def _both_ways(self) -> Self:
        for line in self.lines:
            vat = line.vat if self.prices_include_vat else -line.vat
            pair = (line.total, line.total - vat)
            line.__dict__["amount_incl"], line.__dict__["amount_excl"] = pair if self.prices_include_vat else pair[::-1]
        return self

    @model_validator(mode="after")
    def _sums(self) -> Self:
        for number, line in enumerate(self.lines, 1):
            expected = round_money(line.unit_price * line.quantity - line.discount, self.currency)
            if expected != round_money(line.total, self.currency):
                raise ValueError(
                    f"line {number} ({line.sku or line.description}) comes to {expected}, "
                    f"the source says {line.total}: a difference of {abs(expected - line.total)}"
                )
        difference = round_money(self.lines_total - self.total, self.currency)
        if difference:
            raise ValueError(
                f"the lines come to {round_money(self.lines_total, self.currency)}, "
                f"the {NAMES.get(type(self).__name__, 'paper')} says {round_money(self.total, self.currency)}: a difference of {abs(difference)}"
            )
        return self
