"""Before anything is written: is an order without VAT allowed to be so, and will the target come to the same cent?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from koppel.books import home_of, rounding_of
from koppel.documents import Line, SalesOrder, Tax
from koppel.documents.money import round_money, total
from koppel.documents.order import Form
from koppel.errors import RecordError
from koppel.finance.balance import Amount, Rounding, computed
from koppel.finance.rounding import exact_parts
from koppel.finance.vat import in_union, treatment
from koppel.manifest import Resource
from koppel.runner.job import Job
from koppel.runner.judge import judged
from koppel.runner.talk import Talk
from koppel.runner.vies import check_number

_SLIP = Decimal("0.01")
"""What the VAT of one line may be rounded otherwise."""


def balance(talk: Talk, jobs: Sequence[Job], resource: Resource) -> None:
    """Hold every order whose VAT cannot be right, and add the cent that a ledger's own rounding leaves out."""
    rounding = None if resource.own_vat else rounding_of(talk.target_settings)
    for job in jobs:
        with judged(talk, job, "map"):
            assert isinstance(job.document, SalesOrder)
            _refuse_unproven(talk, job, job.document)
            if rounding and job.open:
                _correct(talk, job, job.document, resource, rounding)
            if not resource.own_vat and job.open:
                _refuse_other_vat(talk, job, job.document)


def _refuse_unproven(talk: Talk, job: Job, order: SalesOrder) -> None:
    """A company elsewhere in the Union that paid no VAT needs a VAT number that can be one."""
    home, there, party = home_of(talk.target_settings), order.destination, order.customer
    sold = [line for line in order.lines if line.total and line.kind != "gift_card"]  # taxed when it is used
    free = bool(sold) and order.total != 0 and all(line.vat_rate == 0 for line in sold)
    if not (party.is_company and free and in_union(there)):
        return
    treated = treatment(home, there, company=True, vat_number=party.vat_number)
    if treated == "eu_business":
        check_number(talk, job, party.vat_number)
    elif treated == "eu_consumer":
        number = f"“{party.vat_number}” is no VAT number of another country" if party.vat_number else "it has no VAT number"
        raise RecordError(
            f"{job.label} was sold without VAT to a company in {there}, but {number}.",
            resolution=f"Correct the VAT number in {talk.source_title}, or book this order by hand and skip it here.",
            cause="vat.reverse_charge",
        )


def _refuse_other_vat(talk: Talk, job: Job, order: SalesOrder) -> None:
    """VAT that does not fit its rate by more than rounding can explain: the target would reckon another amount."""
    lines = [line for line in order.lines if line.vat_rate is not None]
    for rate in sorted({line.vat_rate for line in lines if line.vat_rate}):
        mine = [line for line in lines if line.vat_rate == rate]
        said = total(line.vat for line in mine)
        there = round_money(total(line.total for line in mine) * rate / (100 + rate * order.prices_include_vat), order.currency)
        if abs(there - said) > talk.policy.tolerance * job.orders + _SLIP * sum(line.joined for line in mine):
            raise RecordError(
                f"{job.label} has {round_money(said, order.currency)} VAT at {rate.normalize():f} % in {talk.source_title}; "
                f"at that rate it would be {there}.",
                resolution=_way_out(talk, order, partly=abs(said) < abs(there)),
                cause="balance.vat",
            )


def _way_out(talk: Talk, order: SalesOrder, partly: bool) -> str:
    """Outside the Union a part of an amount may be exempt; no ledger has a code for a rate over a part."""
    country, home = order.destination, home_of(talk.target_settings)
    if partly and country and country != home and not in_union(country):
        return (
            f"In {country} a part of it may be exempt, and {talk.target_title} reckons a rate over the whole amount: book it by hand "
            "without VAT, with the tax on the account on which it is owed, and skip it here."
        )
    return f"Compare the VAT of the order in {talk.source_title}; correct it there, or book it by hand."


def _refuse_unknown_vat(talk: Talk, job: Job, order: SalesOrder) -> None:
    """To a price without VAT the target adds that of the article itself where no rate is known."""
    unknown = next((line for line in order.lines if line.total and line.vat_rate is None), None)
    if unknown is not None:
        raise RecordError(
            f"The VAT on “{unknown.description or unknown.sku or '?'}” of {job.label} is not known, "
            f"and {talk.target_title} would add VAT of its own to it.",
            resolution=f"Let {talk.source_title} tell the VAT of the order, or book it by hand and skip it here.",
            cause="vat.unknown",
        )


def _correct(talk: Talk, job: Job, order: SalesOrder, resource: Resource, rounding: Rounding) -> None:
    _refuse_unknown_vat(talk, job, order)
    there = computed(_amounts(order, resource), rounding, order.currency)
    job.vat_there = dict(there.vat)
    if there.total == order.total:
        return
    difference = order.total - there.total
    small = abs(difference) <= talk.policy.tolerance * job.orders
    form = talk.policy.line_form("correction", "")
    if small and (talk.policy.correction_sku or form == "ledger" or not resource.needs_articles):
        order.lines.append(_correction(difference, form))
        talk.log.add("found", f"{talk.target_title} would come to {there}; a line of {difference} makes it {round_money(order.total, order.currency)}.", job)
        return
    raise RecordError(
        f"{job.label} would come to {there} in {talk.target_title}; {talk.source_title} says {round_money(order.total, order.currency)}. "
        f"The difference is {abs(difference)}.",
        resolution="Choose the article for rounding differences in the flow's settings; then retry."
        if small else f"Compare the VAT of the order in {talk.source_title}; correct it there, or book it by hand.",
        cause="balance.small" if small else "balance.off",
    )  # fmt: skip


def _amounts(order: SalesOrder, resource: Resource) -> Iterator[Amount]:
    for line in order.lines:
        amount, rate = line.amount_excl or Decimal(0), line.vat_rate or Decimal(0)
        if line.form == "charge" or not resource.needs_articles:  # it has no price per piece, so it stays whole
            yield Amount(amount, rate)
            continue
        for quantity, price in exact_parts(line.quantity, amount, resource.price_decimals):
            yield Amount(quantity * price, rate)


def _correction(difference: Decimal, form: Form) -> Line:
    sign = 1 if difference > 0 else -1
    return Line(
        kind="correction", form=form, description="Rounding difference", quantity=Decimal(sign), unit_price=abs(difference),
        total=difference, amount_incl=difference, amount_excl=difference, taxes=[Tax(rate=Decimal(0), amount=Decimal(0))],
    )  # fmt: skip
