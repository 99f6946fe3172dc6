"""What the two ledgers hold, told in the same few words as the golden orders expect it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

EXACT = {
    "sales_order": ("salesorder/SalesOrders", "salesorder/SalesOrderLines", "OrderID", "OrderedBy", "VATAmount", None),
    "sales_invoice": ("salesinvoice/SalesInvoices", "salesinvoice/SalesInvoiceLines", "InvoiceID", "OrderedBy", "VATAmountFC", 8020),
    "direct_invoice": ("salesinvoice/SalesInvoices", "salesinvoice/SalesInvoiceLines", "InvoiceID", "OrderedBy", "VATAmountFC", 8023),
    "credit_note": ("salesinvoice/SalesInvoices", "salesinvoice/SalesInvoiceLines", "InvoiceID", "OrderedBy", "VATAmountFC", 8021),
    "direct_credit": ("salesinvoice/SalesInvoices", "salesinvoice/SalesInvoiceLines", "InvoiceID", "OrderedBy", "VATAmountFC", 8024),
    "credit_entry": ("salesentry/SalesEntries", "salesentry/SalesEntryLines", "EntryID", "Customer", "VATAmountFC", None),
    "sales_entry": ("salesentry/SalesEntries", "salesentry/SalesEntryLines", "EntryID", "Customer", "VATAmountFC", None),
}
ACCOUNTVIEW = {
    "sales_order": ("SO_HDR", "SO_LINE", "ORD_TOT"), "sales_invoice": ("SOI_HDR", "SOI_LINE", "ORD_TOT"),
    "direct_invoice": ("CI_HDR", "CI_LINE", "ORD_TOT"), "direct_credit": ("SOI_HDR", "SOI_LINE", "ORD_TOT"),
}  # fmt: skip
CHARGES = {"OrderID": "salesorder/SalesOrderOrderChargeLines", "InvoiceID": "salesinvoice/SalesInvoiceOrderChargeLines"}
DAYS = ("OrderDate", "InvoiceDate", "EntryDate", "ORD_DATE", "INV_DATE", "TRN_DATE")
PAGES = ("sales_entry", "credit_note", "credit_entry")
"""What AccountView has as a page of the sales journal."""
ENTRIES = ("sales_entry", "credit_entry")
Paper = dict[str, Any]


def money(amount: Any) -> str:
    """An amount with at least two decimals: 12.10, 3.333."""
    value = Decimal(str(amount or 0))
    return f"{value:.2f}" if value == round(value, 2) else f"{value.normalize():f}"


def rate_of(value: Any) -> str:
    """What one unit of a paper's currency is in euros, as a ledger that tells it keeps it: 0.5."""
    return f"{Decimal(str(value or 1)).normalize():f}"


def day_of(row: Any) -> str:
    """The day that a paper is booked on, as 2026-01-20."""
    text = next(str(row[name]) for name in DAYS if row.get(name))
    ticks = re.search(r"Date\((\d+)", text)
    return str(datetime.fromtimestamp(int(ticks[1]) / 1000, UTC).date()) if ticks else text[:10]


def at(*codes: Any) -> str:
    """Cost centre and cost unit, where a line has one."""
    return "".join(f" @{str(code).strip()}" for code in codes if str(code or "").strip())


def count(quantity: Any) -> str:
    """A quantity: 3, 0.5, -1."""
    return f"{Decimal(str(quantity or 0)).normalize():f}"


class Exact:
    """Papers of Exact Online by reference; `names` gives VAT codes by the words of the golden orders."""

    def __init__(self, trio: Any, names: Mapping[str, str]) -> None:
        self.trio, self.names = trio, {code: name for name, code in names.items()}
        self.items = {row["ID"]: row["Code"].strip() for row in trio.exact("logistics/Items")}
        self.kinds = {row["Code"].strip(): row["Type"] for row in trio.exact("vat/VATCodes")}
        self.accounts = {row["ID"]: row["Code"].strip() for row in trio.exact("financial/GLAccounts")}

    def papers(self, document: str) -> dict[str, list[Paper]]:
        """Everything of this kind, as somebody sees it who reads it by the service's own interface."""
        path, lines, key, debtor, vat, kind = EXACT[document]
        debtors = {row["ID"]: row["Name"] for row in self.trio.exact("crm/Accounts")}
        below: dict[str, list[Any]] = {}
        for row in [*self.trio.exact(lines), *(self.trio.exact(CHARGES[key]) if key in CHARGES else ())]:
            below.setdefault(row[key], []).append(row)
        made: dict[str, list[Paper]] = {}
        for row in self._headers(path):
            if kind in (None, row.get("Type")):
                mine = below.get(row[key], [])
                paper = {"debtor": debtors[row[debtor]], "currency": row["Currency"].strip(), "term": (row["PaymentCondition"] or "").strip(),
                         "total": money(row["AmountFC"]), "vat": self._vat(mine, vat), "text": row.get("Description"), "on": day_of(row)}  # fmt: skip
                if document in ENTRIES:
                    paper["rate"] = rate_of(row.get("Rate"))
                paper["lines"] = [self._entry(one) if document in ENTRIES else self._line(one) for one in mine]
                made.setdefault(row["YourRef"], []).append(paper)
        return made

    def _headers(self, path: str) -> Iterable[Any]:
        opened = self.trio.site.converse(self.trio.site.connection("exactonline"))
        address, words = f"/api/v1/3012345/{path}?$filter=YourRef ne '-'", {"Accept": "application/json"}
        try:
            while address:
                answer = opened.client.request("GET", address, headers=words)
                assert answer.status_code == 200, answer.text
                answer = answer.json()["d"]
                yield from answer["results"]
                address = answer.get("__next")
        finally:
            opened.close()

    def _line(self, row: Any) -> str:
        if row.get("OrderCharge"):
            return f"charge {money(row['AmountFCInclVAT'])} {self._code(row)}"
        what = self.items[row["Item"]] if row.get("Item") else self.accounts[row["GLAccount"]]
        return f"{what} {count(row['Quantity'])} {money(row['NetPrice'])} {self._code(row)}" + at(row.get("CostCenter"), row.get("CostUnit"))

    def _entry(self, row: Any) -> str:
        """What goes to the ledger account: an amount entered with a code for prices with VAT has its VAT in it."""
        vat = Decimal(str(row["VATAmountFC"] or 0))
        within = self.kinds.get((row.get("VATCode") or "").strip()) == "I"
        net = Decimal(str(row["AmountFC"])) - (vat if within else 0)
        booked = f"{self.accounts[row['GLAccount']]} {money(net)} {self._code(row)}" + (f" {money(vat)}" if vat else "")
        return booked + at(row.get("CostCenter"), row.get("CostUnit"))

    def _vat(self, rows: Iterable[Any], field: str) -> dict[str, str]:
        made: dict[str, Decimal] = {}
        for row in rows:
            vat = row["AmountVATFC" if row.get("OrderCharge") else field]
            made[self._code(row)] = made.get(self._code(row), Decimal(0)) + Decimal(str(vat or 0))
        return {name: money(amount) for name, amount in made.items() if amount}

    def _code(self, row: Any) -> str:
        code = (row.get("VATCode") or "").strip()
        return self.names.get(code, code)


class AccountView:
    """Papers of AccountView by reference; a page of the journal counts as a sales entry."""

    def __init__(self, trio: Any, names: Mapping[str, str]) -> None:
        self.trio, self.names = trio, {code: name for name, code in names.items()}

    def papers(self, document: str) -> dict[str, list[Paper]]:
        """Everything of this kind in this year's administration; a credit note is a page of the journal as well."""
        debtors = {row["SUB_NR"]: row["ACCT_NAME"] for row in self.trio.accountview("CONTACT")}
        if document in PAGES:
            return self._pages(debtors)
        header, lines, total = ACCOUNTVIEW[document]
        below: dict[str, list[Any]] = {}
        for row in self.trio.accountview(lines):
            below.setdefault(row["HDR_ID"], []).append(row)
        made: dict[str, list[Paper]] = {}
        for row in self.trio.accountview(header):
            paper = {"debtor": debtors[row["RPL_INV"]], "currency": row.get("CUR_CODE") or "EUR", "term": row.get("DISC_CODE") or "",
                     "total": money(row.get(total)), "vat": money(row.get("VAT_AMT")), "on": day_of(row)}  # fmt: skip
            paper["lines"] = [
                f"{one['ART_CODE']} {count(one['ORD_QTY'])} {money(one.get('ART_PX'))} {self._code(one)}" for one in below.get(row["REC_ID"], [])
            ]
            made.setdefault(row["COMMENT1"], []).append(paper)
        return made

    def _pages(self, debtors: Mapping[str, str]) -> dict[str, list[Paper]]:
        below: dict[str, list[Any]] = {}
        for row in self.trio.accountview("DJ_LINE"):
            below.setdefault(row["SRC_ID"], []).append(row)
        made: dict[str, list[Paper]] = {}
        for row in self.trio.accountview("DJ_PAGE"):
            mine = [one for one in below.get(row["REC_ID"], []) if one["ACCT_NR"] != "1210"]
            vat = sum((Decimal(str(one.get("VAT_AMT") or 0)) for one in mine), Decimal(0))
            paper = {"debtor": debtors[row["SUB_NR"]], "currency": row.get("CUR_CODE") or "EUR", "term": None,
                     "total": money(row.get("CUR_AMT") or row.get("PAGE_AMT")), "vat": money(-vat), "on": day_of(mine[0] | row), "rate": rate_of(row.get("EXCH_RATE")), "lines": [self._entry(one) for one in mine]}  # fmt: skip
            made.setdefault(row["INV_NR"], []).append(paper)
        return made

    def _entry(self, row: Any) -> str:
        vat = -Decimal(str(row.get("VAT_AMT") or 0))
        base = -Decimal(str(row.get("AMOUNT") or 0))
        return f"{row['ACCT_NR']} {money(base)} {self._code(row)}" + (f" {money(vat)}" if vat else "") + at(row.get("COST_CODE"))

    def _code(self, row: Any) -> str:
        code = (row.get("VAT_CODE") or "").strip()
        return self.names.get(code, code)
