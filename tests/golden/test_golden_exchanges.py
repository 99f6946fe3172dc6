"""Exchanges as a bookkeeper would sign them: the order as it was sold, what went out, and the credit of what came back."""

from decimal import Decimal

import golden.books
import pytest
import yaml
from golden.books import Books
from golden.exchanged import exchange_node
from golden.groups import HERE, LEDGERS, TITLES, Group, Written, base
from golden.papers import AccountView, Exact, money
from golden.shorthand import COPIES

pytestmark = pytest.mark.walk
PEOPLE = base()["debtors"]
READERS = {"exactonline": Exact, "accountview": AccountView}


def groups():
    """The groups of the file beside this one."""
    told = yaml.load_all((HERE / "exchanges.yaml").read_text(encoding="utf-8"), Written)
    return [Group(f"exchanges-{place}", one.pop("books", "dutch_with_vat"), one.pop("orders"), **one) for place, one in enumerate(told, 1)]


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Each set of books, with the credit notes in it, opened when its first order is looked at."""
    opened = {}

    def books(name):
        if name not in opened:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(golden.books, "groups", groups)
                patch.setattr(golden.books, "order_node", exchange_node)
                made = opened[name] = Books(tmp_path_factory.mktemp(name), name)
            for ledger, reader in READERS.items():
                names = {vat: codes[ledger][0] for vat, codes in made.books["vat"].items()}
                made.papers[ledger, "credit_note"] = reader(made.trio, names).papers("credit_note")
        return opened[name]

    yield books
    for one in opened.values():
        one.close()


CASES = [pytest.param(group, row, ledger, document, id=f"{row['number']}-{row['is'].replace(' ', '-')}-{ledger}-{document}")
         for group in groups() for ledger, document, rows in group.jobs() for row in rows]  # fmt: skip


@pytest.mark.parametrize(("group", "row", "ledger", "document"), CASES)
def test_fin_11_an_exchange_becomes_the_papers_that_a_bookkeeper_would_sign(library, group, row, ledger, document):
    books = library(group.books)
    label = f"#{row['number']}{COPIES[document]}"
    fate = books.fates[group.flow(ledger, document)][label]
    held = row.get("held")
    assert (fate.state, fate.reason) == (("parked", held.format(order=label)) if held else ("done", fate.reason)), fate.reason
    signed(books.papers[ledger, document], label, {**row, "total": row.get("booked", row["total"])}, row, ledger)
    if held:
        assert f"{label}-X1" not in books.papers[ledger, document]
        assert f"{label}-X1C" not in books.papers[ledger, "credit_note"]
        return
    signed(books.papers[ledger, document], f"{label}-X1", row["sale"], row, ledger)
    signed(books.papers[ledger, "credit_note"], f"{label}-X1C", {**row["credit"], **row["credit"][ledger]}, row, ledger)


def signed(papers, label, wanted, row, ledger):
    """The one paper of this number is what was written by hand."""
    (paper,) = papers[label]
    where = f"{label} in {TITLES[ledger]}"
    assert paper["lines"] == wanted.get("lines", wanted.get("order")), where
    assert paper["total"] == money(wanted["total"]), where
    told = paper["vat"]
    vat = wanted["vat"]
    assert told == ({name: money(amount) for name, amount in vat.items()} if isinstance(told, dict) else money(sum(map(Decimal, vat.values())))), where
    assert (paper["debtor"], paper["currency"]) == (PEOPLE[row["buyer"]], row.get("booked_in") or row.get("currency", "EUR")), where


def test_the_ledgers_are_both_asked():
    assert {ledger for _, _, ledger, _ in (case.values for case in CASES)} == set(LEDGERS)
