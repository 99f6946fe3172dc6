"""What AccountView does by itself with a daybook page: dates and periods, VAT, the balance, and what stays open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from koppel_accountview.sandbox.desk import Desk
from koppel_accountview.sandbox.errors import AccountViewError
from koppel_accountview.sandbox.values import Row, Value, number_of, text_of
from koppel_accountview.sandbox.write.openitems import pay_item, raise_item
from koppel_accountview.sandbox.write.relations import DEBTOR_CONTROL

_NOTHING, _CENT, HOME = Decimal(0), Decimal("0.01"), "EUR"


def complete_page(desk: Desk, row: Row, sent: Mapping[str, Value]) -> None:
    """Fill a page from its daybook and refuse one that is blocked or outside the open periods."""
    daybook = desk.records("DAILY").get(text_of(row["DJ_CODE"]))
    if daybook is None:
        raise AccountViewError(f"Veld DJ_CODE: Dagboekcode '{row['DJ_CODE']}' bestaat niet.")
    if daybook["CNG_BLK"]:
        raise AccountViewError(f"Dagboek '{row['DJ_CODE']}' is geblokkeerd voor wijzigingen.")
    if "GROSS_FLG" not in sent:
        row["GROSS_FLG"] = daybook["GROSS_FLG"]
    _date(desk, row)
    _number_invoice(desk, row, daybook)


def _date(desk: Desk, row: Row) -> None:
    row["TRN_DATE"] = row["TRN_DATE"] or desk.now[:10] + "T00:00:00"
    year, month = text_of(row["TRN_DATE"])[:4], int(text_of(row["TRN_DATE"])[5:7])
    if year != str(desk.administration.year):
        raise AccountViewError(f"Datum {text_of(row['TRN_DATE'])[:10]} valt niet in boekjaar {desk.administration.year}.")
    row["PERIOD"] = row["PERIOD"] or Decimal(month)
    if not 1 <= number_of(row["PERIOD"]) <= 13:
        raise AccountViewError(f"Periode {row['PERIOD']} bestaat niet.")
    if str(row["PERIOD"]) in desk.administration.settings.closed_periods.replace(" ", "").split(","):
        raise AccountViewError(f"Periode {row['PERIOD']} van boekjaar {desk.administration.year} is gesloten.")


def _number_invoice(desk: Desk, row: Row, daybook: Row) -> None:
    """A sales page needs a debtor and a number, its own or the next."""
    if not _is_sales(daybook):
        return
    if not row["SUB_NR"]:
        raise AccountViewError("Veld SUB_NR (Debiteur/Crediteur) is verplicht in een verkoopboek.")
    pages = [one for one in desk.records("DJ_PAGE") if one["DJ_CODE"] == row["DJ_CODE"]]
    if not row["INV_NR"]:
        if not daybook["NUM_AUTO"]:
            raise AccountViewError("Veld INV_NR (Document-/factuurnummer) is verplicht.")
        row["INV_NR"] = f"{desk.administration.year}{len(pages) + 1:05d}"
    if desk.switches.double_invoice == "refuse" and any(one["INV_NR"] == row["INV_NR"] for one in pages):
        raise AccountViewError(f"Document-/factuurnummer '{row['INV_NR']}' bestaat al in dagboek {row['DJ_CODE']}.")


def _is_sales(daybook: Row | None) -> bool:
    return daybook is not None and text_of(daybook["DJ_TYPEV"]).lower() == "verkoop"


def _is_money(daybook: Row | None) -> bool:
    return daybook is not None and text_of(daybook["DJ_TYPEV"]).lower() in ("bank", "kas")


def _refuse_own_side(daybook: Row | None, lines: Sequence[Row]) -> None:
    own = text_of((daybook or {}).get("DJ_ACCT"))
    if any(text_of(line["ACCT_NR"]) == own for line in lines):
        raise AccountViewError(f"Rekening '{own}' wordt door AccountView zelf geboekt.")


def complete_entry(desk: Desk, header: Row, row: Row, sent: Mapping[str, Value]) -> None:
    """Fill a line from its page and check what its account asks for."""
    row.update({name: header[name] for name in ("DJ_CODE", "PAGE_NR")})
    row["SRC_ID"], row["SRC_TYPE"] = header["REC_ID"], row["SRC_TYPE"] or Decimal(1)
    row["TRN_DATE"] = row["TRN_DATE"] or header["TRN_DATE"]
    row["TRN_DESC"] = row["TRN_DESC"] or header["HDR_DESC"]
    account = desk.records("LEDGER").get(text_of(row["ACCT_NR"])) or desk.records("LEDGER").blank()
    if account["REC_BLK"]:
        raise AccountViewError(f"Rekening '{row['ACCT_NR']}' is geblokkeerd.")
    if account["VAT_MAND"] and not row["VAT_CODE"]:
        raise AccountViewError(f"Veld VAT_CODE is verplicht bij rekening '{row['ACCT_NR']}'.")
    if account["COST_MAND"] and not row["COST_CODE"]:
        raise AccountViewError(f"Veld COST_CODE is verplicht bij rekening '{row['ACCT_NR']}'.")
    if account["ACCT_LINK"] == DEBTOR_CONTROL:
        row["SUB_NR"] = row["SUB_NR"] or header["SUB_NR"]
        row["INV_NR"] = row["INV_NR"] or header["INV_NR"]
    _vat(desk, row)


def _vat(desk: Desk, row: Row) -> None:
    if row["VAT_AMT"] and not row["VAT_CODE"]:
        raise AccountViewError("Veld VAT_CODE ontbreekt bij een BTW-bedrag.")
    code = desk.records("VAT").get(text_of(row["VAT_CODE"]))
    if code is None or desk.switches.page_vat_check == "given":
        return
    wanted = number_of(row["BASE_AMT"]) * number_of(code["VAT_PCT"]) / 100
    if abs(number_of(row["VAT_AMT"]) - wanted) > Decimal("0.05"):
        raise AccountViewError(f"Veld VAT_AMT: BTW-bedrag {row['VAT_AMT']} past niet bij code {row['VAT_CODE']}.")


def balance_page(desk: Desk, header: Row, lines: Sequence[Row]) -> None:
    """Refuse a page whose debit and credit differ; note what the debtor owes by it and the VAT in it."""
    daybook = desk.records("DAILY").get(text_of(header["DJ_CODE"]))
    if desk.switches.bank_sides == "one" and _is_money(daybook):
        _refuse_own_side(daybook, lines)
        _sum_up(desk, header, sum((number_of(line["AMOUNT"]) for line in lines if _is_debtor(desk, line)), _NOTHING), _NOTHING)
        return
    one_sided = desk.switches.page_sides == "one" and _is_sales(daybook)
    mine = [line for line in lines if _is_debtor(desk, line)]
    if one_sided and mine:
        raise AccountViewError(f"Rekening '{mine[0]['ACCT_NR']}' wordt door AccountView zelf geboekt.")
    rest = sum((_booked(desk, header, line) for line in lines), _NOTHING)
    if not one_sided and rest:
        raise AccountViewError(f"De bladzijde is niet in evenwicht: debet en credit verschillen {abs(rest)}.")
    owed = -rest if one_sided else sum((number_of(line["AMOUNT"]) for line in mine), _NOTHING)
    _sum_up(desk, header, owed, sum((number_of(line["VAT_AMT"]) for line in lines), _NOTHING))


def _sum_up(desk: Desk, header: Row, owed: Decimal, vat: Decimal) -> None:
    """The page's balance in the currency of the administration, and in its own where that is another one. In which of
    them the amounts of such a page are sent is not known; here in the page's own."""
    header["PAGE_AMT"], header["PAGE_VAT"] = (_home(desk, header, amount * _sign(desk)) for amount in (owed, -vat))
    if _is_foreign(header):
        header["CUR_AMT"] = owed * _sign(desk)


def _is_foreign(header: Row) -> bool:
    return text_of(header["CUR_CODE"]) not in ("", HOME)


def _home(desk: Desk, header: Row, amount: Decimal) -> Decimal:
    rate = number_of(header["EXCH_RATE"])
    if not rate or not _is_foreign(header) or desk.switches.exchange_rate == "untold":
        return amount
    return (amount * rate if desk.switches.exchange_rate == "home_per_foreign" else amount / rate).quantize(_CENT, ROUND_HALF_UP)


def _booked(desk: Desk, header: Row, line: Row) -> Decimal:
    """What a line comes to with its VAT, as the conventions of this installation say."""
    if desk.switches.page_vat_lines == "own_line":
        return number_of(line["AMOUNT"])
    gross = bool(header["GROSS_FLG"]) if desk.switches.page_amounts == "flag" else desk.switches.page_amounts == "gross"
    return number_of(line["AMOUNT"]) + (_NOTHING if gross else number_of(line["VAT_AMT"]))


def _is_debtor(desk: Desk, line: Row) -> bool:
    account = desk.records("LEDGER").get(text_of(line["ACCT_NR"]))
    return account is not None and account["ACCT_LINK"] == DEBTOR_CONTROL


def _sign(desk: Desk) -> int:
    return 1 if desk.switches.page_sign == "debit" else -1


def post_page(desk: Desk, header: Row, lines: Sequence[Row]) -> None:
    """Raise an open item for a sales page; pay one by a debtor's line in another daybook."""
    if _is_sales(desk.records("DAILY").get(text_of(header["DJ_CODE"]))):
        raise_item(desk, header, number_of(header["CUR_AMT" if _is_foreign(header) else "PAGE_AMT"]))
        return
    for line in lines:
        if _is_debtor(desk, line):
            pay_item(desk, header, line, -number_of(line["AMOUNT"]) * _sign(desk))
