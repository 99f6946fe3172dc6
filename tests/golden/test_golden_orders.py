"""Orders from the life of Dutch and Belgian shops, each with the exact papers that a bookkeeper would sign."""

from decimal import Decimal

import pytest
from golden.books import LEDGERS, TITLES, Books, base, groups, told
from golden.papers import money
from golden.shorthand import COPIES

pytestmark = pytest.mark.walk
GROUPS = groups()
PEOPLE = base()["debtors"]


def golden():
    """Every order with its group."""
    for group in GROUPS:
        for row in group.rows:
            marks = [pytest.mark.xfail(strict=True, reason=row["xfail"])] if "xfail" in row else []
            yield pytest.param(group, row, id=f"{row['number']}-{row['is'].replace(' ', '-')}", marks=marks)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Each set of books, opened when its first order is looked at."""
    opened = {}

    def books(name):
        if name not in opened:
            opened[name] = Books(tmp_path_factory.mktemp(name), name)
        return opened[name]

    yield books
    for one in opened.values():
        one.close()


def test_there_are_enough_of_them_and_each_has_its_own_number():
    numbers = [row["number"] for group in GROUPS for row in group.rows]
    assert len(set(numbers)) == len(numbers) >= 120


@pytest.mark.parametrize(("group", "row"), list(golden()))
def test_an_order_becomes_the_papers_that_a_bookkeeper_would_sign(library, group, row):
    books = library(group.books)
    for ledger, document, rows in group.jobs():
        if row in rows:
            _compare(books, group, told(row, ledger, document), ledger, document)
    for ledger in LEDGERS:
        for number, credit in enumerate(row.get("credits") or (), 1):
            _compare_credit(books, group, {**row, **credit, **(credit.get(ledger) or {})}, ledger, f"#{row['number']}F-C{number}")


def _compare(books, group, row, ledger, document):
    where = f"{document} in {TITLES[ledger]}"
    label = f"#{row['number']}{COPIES[document]}"
    fate = books.fates[group.flow(ledger, document)].get(label)
    papers = books.papers[ledger, document].get(label, [])
    for state, key in (("parked", "held"), ("skipped", "skipped")):
        if row.get(key) and not (document == "sales_entry" and row.get("entry")):
            assert (fate.state, fate.reason, papers) == (state, row[key].format(order=label, ledger=TITLES[ledger]), []), where
            return
    assert fate.state == "done", f"{where}: {fate.reason}"
    assert len(papers) == 1, where
    (paper,) = papers
    wanted = row["entry"] if document == "sales_entry" else row["order"]
    assert paper["lines"] == wanted, where
    assert paper["total"] == money(row.get("booked", row["total"])), where
    assert paper["vat"] == _vat(row, paper["vat"]), where
    assert paper["debtor"] == PEOPLE.get(row.get("debtor", row["buyer"]), row.get("debtor")), where
    assert paper["currency"] == row.get("booked_in") or row.get("currency", "EUR"), where
    if "term" in row and document != "sales_entry":
        assert paper["term"] == str(row["term"]), where


def _compare_credit(books, group, row, ledger, label):
    """A credit note counts what comes back below zero; in AccountView it is a page of the journal."""
    fate = books.fates[group.flow(ledger, group.credited(ledger))].get(label)
    papers = books.papers[ledger, group.credited(ledger)].get(label, [])
    where = f"{label} in {TITLES[ledger]}"
    if "held" in row or "skipped" in row:
        wanted = row.get("held") or row["skipped"]
        assert (fate.reason, papers) == (wanted.format(order=label, ledger=TITLES[ledger]), []), where
        return
    assert fate.state == "done", f"{where}: {fate.reason}"
    (paper,) = papers
    assert paper["lines"] == row["lines"], where
    assert paper["total"] == money(row["total"]), where
    assert paper["vat"] == _vat(row, paper["vat"]), where
    assert paper["debtor"] == PEOPLE[row["buyer"]], where


def _vat(row, told_as):
    """VAT per code where the ledger tells it so, else all of it."""
    wanted = row.get("vat", {})
    if isinstance(told_as, dict):
        return {name: money(amount) for name, amount in wanted.items()}
    return money(wanted) if not isinstance(wanted, dict) else money(sum((Decimal(str(one)) for one in wanted.values()), Decimal(0)))
