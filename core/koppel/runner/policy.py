"""What a flow's settings ask for, as one typed value."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from koppel.documents import CREDITS, PAPERS, Document
from koppel.documents.order import KINDS, Form
from koppel.errors import ConfigurationError
from koppel.manifest import Resource
from koppel.mapping import Expression
from koppel.parties.ranges import NumberRange
from koppel.runner.readings import (
    AMOUNT,
    CONDITIONS,
    DAY,
    EXPRESSION,
    MINUTES,
    MOMENT,
    NAMES,
    RANGE,
    SECONDS,
    TEXT,
    VAT_OF_SHIPPING,
    WORDS,
    YES_OR_NO,
    Reading,
    one_of,
    some_of,
)  # fmt: skip

DOCUMENTS = ("sales_order", "sales_invoice", "direct_invoice", "sales_entry")
CUSTOM = "custom"
"""The word for an article line without a SKU."""
_NEVER_UPDATED = PAPERS.keys() | {"shipment", "payment"}
_NEVER_CREATED = ("stock",)


@dataclass(frozen=True)
class Policy:
    """The questions a flow answers. Empty means the sensible default for the resource.

    match_key: natural key that proves a record exists already; match_field: the target's own field for it.
    update: whether an existing record is changed; when_missing: create, skip or park what is not there.
    pass_on: whether a record that reached the source through Koppel goes on from there as a new one.
    document: what an order becomes over there: sales_order, sales_invoice, direct_invoice or sales_entry; a credit
    note becomes a credit_note, direct_credit or credit_entry.
    release: source statuses that let an order through, empty for all; customer_update and
    customer_match_key: two of these questions for an order's customer. shipping_sku, fee_sku, tip_sku, duty_sku, deposit_sku,
    gift_card_sku, discount_sku, adjustment_sku and fallback_sku: articles for lines that have none. on_ledger and as_charge:
    kinds of lines that are booked on a ledger account, or as a charge beside the lines, instead. deposit_skus: articles
    that are deposits. shipping_vat: as the source taxed it, split over the goods, or this rate. gift_cards: what was paid
    with one is a payment, or a line that takes it off the liability. service_groups: article groups that are services.
    company_match_keys and person_match_keys: what recognises a company and a person, in turn.
    booking_date: the day it was ordered, paid or shipped; undated: what is not paid or shipped yet waits, or has the day
    it was ordered; closed_period: a paper of a closed period is booked in the next open one, or held. discounts: in the price, or as
    a line per VAT rate. zero_orders: create, skip or park orders of nothing at all. condition: an expression on
    the record that lets it through. correction_sku: article for a rounding
    difference of at most tolerance, where the target adds VAT itself. oss_since: first day on which consumers
    elsewhere in the European Union are booked under the one-stop shop. since: first moment to read from. overlap: how many
    minutes before the last change seen each reading begins, where the source reads by time; nightly: whether the
    last days are compared at night by ids and moments of change (keys, where the source can), by whole records, or not (off); minimum_age: how many minutes old an
    order is before it is sent, so that the customer may still change it.
    per: a paper per order, or one per day for all orders of it (order, day). hold_when: an expression on the record
    that makes it wait for approval. edits and cancellations: what happens with an order that changed, or was
    cancelled, after it was booked; cancel cancels over there what Koppel wrote there, cancel_all also what was there by itself,
    and news of an order's status does the same with either. settle_seconds: how long a lost answer may still arrive before the record is sent again.
    vies: whether VIES is asked about the number of a company elsewhere in the European Union, and what happens while it cannot
    be reached (hold, accept); own_vat_number: told to it, so that it gives a request number. doubles: a new debtor that is very
    likely there already waits (empty), one that may be there as well (hold), or none does (make). debtor_numbers: new debtors
    get the next free number of this range. bundles: articles that were sold as one are kept as one line on
    the bundle's own article, or booked in their parts (keep, explode).
    """

    match_key: str = ""
    match_field: str = ""
    update: bool | None = None
    when_missing: str = ""
    pass_on: bool = False
    document: str = ""
    release: tuple[str, ...] = ()
    customer_update: bool = True
    customer_match_key: str = ""
    shipping_sku: str = ""
    fee_sku: str = ""
    tip_sku: str = ""
    gift_card_sku: str = ""
    fallback_sku: str = ""
    discount_sku: str = ""
    adjustment_sku: str = ""
    discounts: str = ""
    zero_orders: str = ""
    condition: str = ""
    correction_sku: str = ""
    duty_sku: str = ""
    deposit_sku: str = ""
    deposit_skus: tuple[str, ...] = ()
    on_ledger: tuple[str, ...] = ()
    as_charge: tuple[str, ...] = ()
    shipping_vat: Decimal | str = ""
    gift_cards: str = ""
    service_groups: tuple[str, ...] = ()
    company_match_keys: tuple[str, ...] = ()
    person_match_keys: tuple[str, ...] = ()
    booking_date: str = ""
    undated: str = ""
    closed_period: str = ""
    tolerance: Decimal = Decimal("0.05")
    oss_since: date | None = None
    since: datetime | None = None
    overlap: int = 0
    nightly: str = ""
    minimum_age: int = 0
    settle_seconds: float = 60.0
    filters: Mapping[str, Any] | None = None
    hold_when: str = ""
    edits: str = ""
    cancellations: str = ""
    per: str = ""
    vies: str = ""
    own_vat_number: str = ""
    doubles: str = ""
    debtor_numbers: NumberRange | None = None
    bundles: str = ""

    def updates(self, resource: str) -> bool:
        """Whether an existing record of this resource may be changed."""
        return self.update if self.update is not None else resource not in _NEVER_UPDATED

    def missing(self, resource: str) -> str:
        """What happens with a record that is not in the target: create, skip or park."""
        return self.when_missing or ("skip" if resource in _NEVER_CREATED else "create")

    def releases(self, status: str) -> bool:
        """Whether this status of the source lets an order through; one that was partly given back was paid."""
        paid = status == "partially_refunded" and "paid" in self.release
        return not self.release or status in self.release or paid

    def holds(self, document: Document) -> bool:
        """Whether this record waits until a person approves it."""
        return bool(self.hold_when) and bool(Expression(self.hold_when).run(record=document.view()))

    def key_for(self, resource: Resource) -> str:
        """The natural key that proves a record of this resource exists already."""
        return self.match_key or (resource.natural_keys[0] if resource.natural_keys else "")

    def line_sku(self, kind: str) -> str:
        """The article for a line of this kind that has no SKU of its own."""
        own = str(getattr(self, f"{kind}_sku", "") or "")
        return own or (self.fee_sku if kind == "duty" else "") or self.fallback_sku

    def line_form(self, kind: str, sku: str) -> Form:
        """How a line of this kind is booked; one with an article of its own always is on that."""
        word = kind if kind != "article" else "" if sku else CUSTOM
        if word in self.on_ledger:
            return "ledger"
        return "charge" if word in self.as_charge else "article"


def read_policy(settings: Mapping[str, Any], flow: str) -> Policy:
    """The typed settings of a flow; ConfigurationError names an unknown one and the nearest known, or one that
    cannot be read and how it is written."""
    names = [one.name for one in fields(Policy)]
    for name in settings:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            raise ConfigurationError(
                f"The flow {flow} has a setting {name!r} that does not exist.",
                field=name,
                resolution=f"Did you mean {near[0]}?" if near else f"Known settings: {', '.join(names)}.",
            )
    values = {name: _read(name, value, flow) for name, value in settings.items()}
    return Policy(**{name: value for name, value in values.items() if value is not None})


def _read(name: str, value: Any, flow: str) -> Any:
    if value is None:
        return None
    reading = _READINGS.get(name, TEXT)
    try:
        return reading.read(value)
    except (ValueError, OverflowError):
        raise ConfigurationError(
            f"The flow {flow} has {name} {str(value)[:40]!r}.", field=name, resolution=reading.written
        ) from None


_READINGS: Mapping[str, Reading] = {
    "update": YES_OR_NO,
    "customer_update": YES_OR_NO,
    "pass_on": YES_OR_NO,
    "release": WORDS,
    "settle_seconds": SECONDS,
    "tolerance": AMOUNT,
    "oss_since": DAY,
    "since": MOMENT,
    "overlap": MINUTES,
    "nightly": one_of("keys", "whole", "off"),
    "minimum_age": MINUTES,
    "when_missing": one_of("create", "skip", "park"),
    "condition": EXPRESSION,
    "hold_when": EXPRESSION,
    "edits": one_of("hold", "keep", "update", "rebook"),
    "cancellations": one_of("hold", "keep", "credit", "cancel", "cancel_all"),
    "discounts": one_of("price", "line"),
    "zero_orders": one_of("create", "skip", "park"),
    "document": one_of(*DOCUMENTS, *CREDITS),
    "deposit_skus": NAMES,
    "company_match_keys": WORDS,
    "person_match_keys": WORDS,
    "service_groups": NAMES,
    "on_ledger": some_of(CUSTOM, *KINDS[1:]),
    "as_charge": some_of(CUSTOM, *KINDS[1:]),
    "shipping_vat": VAT_OF_SHIPPING,
    "booking_date": one_of("ordered", "paid", "shipped"),
    "undated": one_of("wait", "ordered"),
    "closed_period": one_of("next", "hold"),
    "gift_cards": one_of("payment", "line"),
    "filters": CONDITIONS,
    "per": one_of("order", "day"),
    "vies": one_of("hold", "accept"),
    "doubles": one_of("hold", "make"),
    "debtor_numbers": RANGE,
    "bundles": one_of("keep", "explode"),
}
