"""Orders from the life of Dutch and Belgian shops, each with the exact papers that a bookkeeper would sign."""

from decimal import Decimal

import pytest
from golden.books import Books
from golden.calendar import YEAR
from golden.groups import BACK, LEDGERS, TITLES, base, groups, told
from golden.papers import money
from golden.shorthand import COPIES

pytestmark = pytest.mark.walk
GROUPS = groups()
PEOPLE = base()["debtors"]


def days():
    """Every paper of a whole day, in each ledger."""
    for group in GROUPS:
        for day in group.days:
            yield pytest.param(group, day, id=f"{day['number']}-{day['is'].replace(' ', '-')}")


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
    numbers = [row["number"] for group in GROUPS for row in (*group.rows, *group.days)]
    assert len(set(numbers)) == len(numbers) >= 120


@pytest.mark.parametrize(("group", "row"), list(golden()))
def test_an_order_becomes_the_papers_that_a_bookkeeper_would_sign(library, group, row):
    books = library(group.books)
    for ledger, document, rows in group.jobs():
        if row in rows and (not group.per_day or row.keys() & {"order", "held", "skipped"}):
            _compare(books, group, told(row, ledger, document), ledger, document)
        if row in rows and "then" in row:
            _compare_later(books, group, told(row, ledger, document), ledger, document)
    for ledger in LEDGERS:
        for number, credit in enumerate(row.get("credits") or (), 1):
            _compare_credit(books, group, {**row, **credit, **(credit.get(ledger) or {})}, ledger, f"#{row['number']}F-C{number}")


@pytest.mark.parametrize(("group", "day"), list(days()))
def test_a_day_becomes_the_paper_that_a_bookkeeper_would_sign(library, group, day):
    books = library(group.books)
    for ledger, document, _ in group.jobs():
        reference = books.day_paper(group, ledger, document, day)
        for number in day["of"]:
            assert books.fates[group.flow(ledger, document)][f"#{number}{COPIES[document]}"].state == "done"
        _compare_paper(books, told(day, ledger, document), ledger, document, reference)


def _compare(books, group, row, ledger, document):
    where = f"{document} in {TITLES[ledger]}"
    label = f"#{row['number']}{COPIES[document]}"
    fate = books.fates[group.flow(ledger, document)].get(label)
    papers = books.papers[ledger, document].get(label, [])
    words = {"order": label, "ledger": TITLES[ledger], "year": YEAR}
    for state, key in (("parked", "held"), ("skipped", "skipped")):
        if row.get(key) and not (document == "sales_entry" and row.get("entry")):
            assert (fate.state, fate.reason, papers) == (state, row[key].format(**words), []), where
            return
    assert fate.state == "done", f"{where}: {fate.reason}"
    _compare_paper(books, row, ledger, document, label)


def _compare_paper(books, row, ledger, document, label):
    where = f"{label} as {document} in {TITLES[ledger]}"
    papers = books.papers[ledger, document].get(label, [])
    assert len(papers) == 1, where
    (paper,) = papers
    wanted = row["entry"] if document == "sales_entry" else row["order"]
    assert paper["lines"] == wanted, where
    assert paper["total"] == money(row.get("booked", row["total"])), where
    assert paper["vat"] == _vat(row, paper["vat"]), where
    assert paper["debtor"] == PEOPLE.get(row.get("debtor", row["buyer"]), row.get("debtor")), where
    _compare_money(books, row, paper, label, where)
    if "on" in row:
        assert paper["on"] == f"{YEAR}-{row['on']}", where
    if "term" in row and document != "sales_entry":
        assert paper["term"] == str(row["term"]), where


def _compare_later(books, group, row, ledger, document):
    """After it was changed in the shop: taken back, booked anew, waiting with a sentence, or left as it was."""
    label = f"#{row['number']}{COPIES[document]}"
    fate, where = books.later[group.flow(ledger, document)][label], f"{label} later in {TITLES[ledger]}"
    if "waits" in row:
        begin, end = (text.format(order=label, ledger=TITLES[ledger]) for text in row["waits"])
        assert fate.state == "parked", where
        assert fate.reason.startswith(begin), where
        assert fate.reason.endswith(end), where
        return
    assert fate.state == "done", f"{where}: {fate.reason}"
    if "back" in row:
        _compare_back(books, row, ledger, BACK[document], f"{label}-R1")
    if "anew" in row:
        _compare_paper(books, {**row, "booked": row["anew"]["total"], **row["anew"]}, ledger, document, f"{label}-2")
    written = {reference for name in {document, BACK.get(document, document)} for reference in books.papers[ledger, name] if reference.startswith(label)}
    assert written == {label} | ({f"{label}-R1"} if "back" in row else set()) | ({f"{label}-2"} if "anew" in row else set())


def _compare_back(books, row, ledger, document, label):
    (paper,) = books.papers[ledger, document][label]
    back, where = row["back"], f"{label} as {document} in {TITLES[ledger]}"
    assert paper["lines"] == back["lines"], where
    assert paper["total"] == money(back["total"]), where
    assert paper["vat"] == _vat(back, paper["vat"]), where
    assert paper["debtor"] == PEOPLE[row["buyer"]], where


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
    _compare_money(books, row, paper, label, where)


def _compare_money(books, row, paper, label, where):
    """The currency, with what it was worth and on which day: in the ledger where it keeps that, and with the record."""
    currency = row.get("booked_in") or row.get("currency", "EUR")
    assert paper["currency"] == currency, where
    if "rate" in row:
        assert paper.get("rate", row["rate"]) == row["rate"], where
        assert books.rates(label) == {f"1 {currency} was {row['rate']} EUR on {YEAR}-{row['day']}."}, where
    elif row.get("theirs") and currency == "EUR":
        assert (paper.get("rate", "1"), books.rates(label)) == ("1", set()), where


def _vat(row, told_as):
    """VAT per code where the ledger tells it so, else all of it."""
    wanted = row.get("vat", {})
    if isinstance(told_as, dict):
        return {name: money(amount) for name, amount in wanted.items()}
    return money(wanted) if not isinstance(wanted, dict) else money(sum((Decimal(str(one)) for one in wanted.values()), Decimal(0)))
