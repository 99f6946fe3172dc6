"""The test of a connection: whose administration it is, and what this installation or user lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from koppel import ConfigurationError, Health

from koppel_accountview.conversation import Conversation
from koppel_accountview.objects import (
    ADDRESSES,
    ARTICLES,
    DEBTORS,
    GROUPS,
    INVOICES,
    ORDERS,
    Kind,
    entries_of,
    items_of,
)
from koppel_accountview.resources.books import books_of, sales_journal
from koppel_accountview.resources.deliveries import SETTING, TITLE
from koppel_accountview.resources.entries import entry_field
from koppel_accountview.resources.learned import CHOSEN, object_of
from koppel_accountview.resources.orders import reference_field, total_field
from koppel_accountview.resources.papers import LINE_NEEDS, paper_of
from koppel_accountview.resources.periods import closed_on
from koppel_accountview.resources.stock import figure_of
from koppel_accountview.times import local, now

_CHOSEN = ((SETTING, TITLE), *((setting, title) for setting, title, _ in CHOSEN.values()))


@dataclass(frozen=True, slots=True)
class _Need:
    """What flows of one kind ask of a business object: rights, and fields by table."""

    kind: Kind
    rights: tuple[str, ...]
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()
    flows: str = ""


def health_of(talk: Conversation) -> Health:
    """Ask for the company, its business objects and one debtor. Raises what is wrong with a setting."""
    company = talk.client.company()
    talk.binding.prove()
    missing = [what for need in _needs(talk) for what in _lacking(talk, need)]
    talk.client.read(DEBTORS.ask(fields=("SUB_NR",), size=1))
    if talk.dictionary.may(ARTICLES.object, "read"):
        figure_of(talk)
    if talk.dictionary.may(ORDERS.object, "read"):
        talk.column(ORDERS.table, reference_field(talk))
        if not total_field(talk):
            missing.append("SO_HDR: no field with the order total, so totals cannot be compared")
    return Health(True, "AccountView", company.label, (*missing, *_unsettled(talk)))


def _needs(talk: Conversation) -> Iterable[_Need]:
    yield _Need(DEBTORS, ("read", "insert", "update"), (("CONTACT", ("SUB_NR", "ACCT_NAME", "MAIL_BUS")),))
    yield _Need(ADDRESSES, ("read", "insert"))
    yield _Need(ARTICLES, ("read", "insert", "update"), (("ARTICLE", ("ART_CODE",)),))
    yield _Need(ORDERS, ("read", "insert"), (("SO_HDR", ("RPL_INV",)), ("SO_LINE", LINE_NEEDS)))
    yield _Need(GROUPS, ("insert", "update"), flows="article groups")
    code = talk.settings.text("sales_invoice_object", INVOICES.object).upper()
    yield _Need(Kind(code, "", (), INVOICES.title), ("insert",), flows="sales invoices")
    page = (("DJ_PAGE", ("DJ_CODE", "HDR_DESC", "SUB_NR", entry_field(talk))), ("DJ_LINE", ("ACCT_NR", "AMOUNT", "VAT_CODE")))
    yield _Need(entries_of(talk.settings), ("insert",), page, "sales entries and credit notes")
    yield _Need(items_of(talk.settings), ("read",), flows="payments")


def _lacking(talk: Conversation, need: _Need) -> list[str]:
    """The rights and fields that are not there; without reading, the others need no mention."""
    so = f"; flows for {need.flows} cannot run" if need.flows else ""
    name = f"{need.kind.object} ({need.kind.title})"
    if not talk.dictionary.may(need.kind.object, "read"):
        return [f"{name}: read{so}"]
    rights = [f"{name}: {right}{so}" for right in need.rights if not talk.dictionary.may(need.kind.object, right)]
    fields = [
        f"{table}.{field}: no such field{so}"
        for table, names in need.fields for field in names if field not in talk.dictionary.table(table)
    ]  # fmt: skip
    return rights + fields


def _unsettled(talk: Conversation) -> Iterable[str]:
    """Choices that this installation leaves open and a person must make, where the flows could run otherwise."""
    asked: list[Callable[[Conversation], object]] = []
    if talk.dictionary.may(entries_of(talk.settings).object, "insert"):
        asked += [sales_journal, books_of]
    if talk.settings.text("counter_invoice_object"):
        asked.append(lambda one: paper_of(one, "direct_invoice"))
    asked += [partial(object_of, setting=setting, title=title) for setting, title in _CHOSEN]
    for ask in asked:
        try:
            ask(talk)
        except ConfigurationError as error:
            yield error.message.rstrip(".")
    today = local(now()).date()
    if closed_on(talk, today):
        yield f"an open period for today ({today}): AccountView says that it is closed"
