"""What AccountView does by itself with sales orders and invoices: defaults, blocks, totals and stock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from koppel_accountview.sandbox.desk import Desk
from koppel_accountview.sandbox.errors import AccountViewError
from koppel_accountview.sandbox.values import Row, Value, number_of, text_of
from koppel_accountview.sandbox.write.openitems import raise_item

_CENT = Decimal("0.01")


def gross(desk: Desk) -> bool:
    """Whether prices of this administration include VAT."""
    if desk.switches.gross_prices == "administration":
        return desk.administration.settings.gross_prices
    return desk.switches.gross_prices == "gross"


def complete_order(desk: Desk, row: Row, sent: Mapping[str, Value]) -> None:
    """Fill a header from its debtor and refuse a blocked one."""
    row["RPL_DEL"] = row["RPL_DEL"] or row["RPL_INV"]
    dated = "ORD_DATE" if desk.table.name == "SO_HDR" else "INV_DATE"
    row[dated] = row[dated] or desk.now[:10] + "T00:00:00"
    row["GROSS_FLG"] = gross(desk)
    for number in (text_of(row["RPL_INV"]), text_of(row["RPL_DEL"])):
        debtor = desk.records("CONTACT").get(number)
        if debtor is not None and (debtor["BLK_SP"] or debtor["REC_BLK"] or not debtor["DEB_SHOW"]):
            raise AccountViewError(f"Debiteur '{number}' is geblokkeerd voor orders.")
    address = desk.records("DEL_ADDR").get(text_of(row["DEL_CODE"]))
    if address is not None and address["SUB_NR"] != row["RPL_DEL"]:
        raise AccountViewError(f"Afleveradres '{row['DEL_CODE']}' hoort niet bij debiteur '{row['RPL_DEL']}'.")
    payer = desk.records("CONTACT").get(text_of(row["RPL_INV"]))
    if payer is not None:
        row["DISC_CODE"] = row["DISC_CODE"] or payer["DISC_CODE"]


def complete_line(desk: Desk, header: Row, row: Row, sent: Mapping[str, Value]) -> None:
    """Fill a line from its article; the VAT code comes from the line, else the debtor, else the article."""
    article = desk.records("ARTICLE").get(text_of(row["ART_CODE"]))
    payer = desk.records("CONTACT").get(text_of(header["RPL_INV"]))
    row["HDR_ID"] = header["REC_ID"]
    if article is None:
        return
    if article["REC_BLK"]:
        raise AccountViewError(f"Artikel '{row['ART_CODE']}' is geblokkeerd.")
    row["ART_DESC1"] = row["ART_DESC1"] or article["ART_DESC1"]
    row["VAT_CODE"] = row["VAT_CODE"] or (payer or {}).get("VAT_CODE") or article["VAT_CODE"]
    if "ART_PX" not in sent:
        row["ART_PX"] = article["PX_SELL"]
    row["ART_AMT"] = line_amount(row)


def line_amount(line: Row) -> Decimal:
    """Quantity times price, less the line's discount, to the cent."""
    amount = number_of(line["ORD_QTY"]) * number_of(line["ART_PX"])
    discount = amount * number_of(line["DISC_PCT"]) / 100 + number_of(line["DISC_AMT"])
    return (amount - discount).quantize(_CENT, ROUND_HALF_UP)


def compute_totals(desk: Desk, header: Row, lines: Sequence[Row]) -> None:
    """Net, VAT and total of an order; VAT is rounded once per VAT code."""
    amounts: dict[str, Decimal] = {}
    for line in lines:
        code = text_of(line["VAT_CODE"])
        amounts[code] = amounts.get(code, Decimal(0)) + number_of(line["ART_AMT"])
    taxes = {code: _tax(desk, code, amount) for code, amount in amounts.items()}
    entered, tax = sum(amounts.values(), Decimal(0)), sum(taxes.values(), Decimal(0))
    total = entered if header["GROSS_FLG"] else entered + tax
    header["VAT_AMT"], header["NETT_AMT"] = tax, total - tax
    taken_off = number_of(header["PD_AMT"]) if desk.switches.pd_amt_lowers_total else Decimal(0)
    header["ORD_TOT"] = total - taken_off


def _tax(desk: Desk, code: str, amount: Decimal) -> Decimal:
    vat = desk.records("VAT").get(code)
    rate = number_of(vat["VAT_PCT"]) if vat is not None and not vat["IS_REVERSE"] else Decimal(0)
    share = rate / (100 + rate) if gross(desk) else rate / 100
    return (amount * share).quantize(_CENT, ROUND_HALF_UP)


def reserve(desk: Desk, header: Row, lines: Sequence[Row]) -> None:
    """Take the ordered quantities off the free stock; the available stock changes on delivery only."""
    _take_stock(desk, lines, ("QTY_FREE2",))


def deliver(desk: Desk, header: Row, lines: Sequence[Row]) -> None:
    """An invoice takes its goods out of every figure and is open until it is paid."""
    _take_stock(desk, lines, ("QTY_FREE2", "QTY_AVAIL", "QTY_TECH"))
    raise_item(desk, header, number_of(header["ORD_TOT"]))


def _take_stock(desk: Desk, lines: Sequence[Row], figures: Sequence[str]) -> None:
    for line in lines:
        article = desk.records("ARTICLE").get(text_of(line["ART_CODE"]))
        if article is None:
            continue
        for figure in figures:
            article[figure] = number_of(article[figure]) - number_of(line["ORD_QTY"])
        if desk.switches.stock_touches_article:
            article["CNG_DATE"] = desk.now
            article["CNG_NR"] = number_of(article["CNG_NR"]) + 1
