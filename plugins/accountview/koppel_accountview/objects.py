"""The business objects that are used: their codes, tables and keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from koppel import Settings

from koppel_accountview.client import Ask
from koppel_accountview.filters import Filter


@dataclass(frozen=True, slots=True)
class Kind:
    """A business object (reference: 4 Business objects). `keys` are its key fields, the likeliest first;
    `book_date` picks a fiscal year, empty for the current one."""

    object: str
    table: str
    keys: tuple[str, ...]
    title: str
    book_date: str = ""

    def ask(
        self, filters: Sequence[Filter] = (), match_any: bool = False, fields: tuple[str, ...] = (), size: int = 200
    ) -> Ask:
        """A question about this object."""
        return Ask(self.object, self.table, tuple(filters), match_any, fields, size, self.keys, book_date=self.book_date)


DEBTORS = Kind("AR1", "CONTACT", ("SUB_NR",), "debtors")
PERSONS = Kind("PP1", "PEOPLE", ("PP_CODE", "PP_NR", "REC_ID"), "contact persons")
POSITIONS = Kind("LNCP", "CON_PP", ("REC_ID", "PP_CODE", "PP_NR"), "contact persons at companies")
ADDRESSES = Kind("ADDR", "DEL_ADDR", ("REC_ID",), "delivery addresses")
ARTICLES = Kind("AK1", "ARTICLE", ("ART_CODE", "REC_ID"), "articles")
GROUPS = Kind("AG1", "ART_GRP", ("AG_CODE", "REC_ID"), "article groups")
ORDERS = Kind("SO1", "SO_HDR", ("ORD_NR", "SO_NR", "ORDER_NR", "REC_ID"), "sales orders")
INVOICES = Kind("SI1", "SOI_HDR", ("INV_NR", "REC_ID"), "sales invoices")
ENTRIES = Kind("DJ2", "DJ_PAGE", ("PAGE_NRD", "REC_ID"), "journal pages")
OPEN_ITEMS = Kind("RE1", "OPENITEM", ("SUB_INV",), "open items")
VAT_CODES = Kind("VA1", "VAT", ("VAT_CODE",), "VAT codes")
LEDGER = Kind("GL1", "LEDGER", ("ACCT_NR",), "ledger accounts")
JOURNALS = Kind("DJ1", "DAILY", ("DJ_CODE",), "journals")
COST_CENTRES = Kind("CC1", "COST", ("COST_CODE",), "cost centres")
TERMS = Kind("PT1", "PAY_COND", ("DISC_CODE", "PAY_CODE", "REC_ID"), "payment terms")
CURRENCIES = Kind("CU1", "CUR_CODE", ("CUR_CODE", "REC_ID"), "currencies")
COUNTRIES = Kind("IL1", "ISO_CNT", ("CNT_CODE", "ISO_CODE", "REC_ID"), "countries")
PERIODS = Kind("PER", "PER", ("PER_KEY", "REC_ID", "PER_NR", "PERIOD"), "periods")


def entries_of(settings: Settings) -> Kind:
    """Journal pages, under the code that the settings give their business object."""
    return replace(ENTRIES, object=settings.text("entry_object", ENTRIES.object).upper())


def items_of(settings: Settings) -> Kind:
    """Open items, under the code that the settings give their business object."""
    return replace(OPEN_ITEMS, object=settings.text("open_item_object", OPEN_ITEMS.object).upper())
