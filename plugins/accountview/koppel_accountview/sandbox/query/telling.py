"""Rows that AccountView tells about itself: administrations, companies and the data dictionary."""

from __future__ import annotations

from calendar import monthrange
from decimal import Decimal

from koppel_accountview.sandbox.desk import Desk
from koppel_accountview.sandbox.schema import BusinessObject, Dictionary, Field, Table
from koppel_accountview.sandbox.store.installation import Administration, Company
from koppel_accountview.sandbox.values import Row


def told_rows(desk: Desk) -> list[Row]:
    """The rows of a table that is not stored, in the order of its key."""
    table = desk.business_object.table
    if table != "PERIODS":
        return told(table, desk.company, desk.dictionary)
    every = desk.switches.periods == "all"
    years = sorted(desk.company.administrations, key=lambda one: one.year) if every else [desk.administration]
    return _numbered(table, [row for one in years for row in _periods(one)])


def told(table: str, company: Company, dictionary: Dictionary) -> list[Row]:
    """The rows of `table` as `company` would tell them."""
    if table == "ADM_LIST":
        rows = [_administration(one) for one in sorted(company.administrations, key=lambda one: one.code)]
    elif table == "COMP_HDR":
        rows = [_company(company)]
    elif table == "COMP_LN":
        years = sorted(company.administrations, key=lambda one: one.code)
        rows = [{"ADM_CODE": one.code, "ATS_YEAR": str(one.year)} for one in years]
    elif table == "DCT_FILE":
        rows = [_file(dictionary.tables[name], dictionary) for name in sorted(dictionary.tables)]
    else:
        rows = [row for name in sorted(dictionary.tables) for row in _fields(dictionary.tables[name])]
    return _numbered(table, rows)


def _numbered(table: str, rows: list[Row]) -> list[Row]:
    for number, row in enumerate(rows):
        row["EXT_KEY"] = Decimal(number + 1)
        row[f"{table}_Id"] = Decimal(number)
    return rows


def _periods(one: Administration) -> list[Row]:
    """Twelve months and, as bookkeepers have it, a thirteenth period on the last day for the closing entries."""
    shut = {int(text) for text in one.settings.closed_periods.split(",") if text.strip().isdigit()}
    rows: list[Row] = []
    for number in range(1, 14):
        month = min(number, 12)
        last = monthrange(one.year, month)[1]
        rows.append({
            "PER_KEY": f"{one.year}{number:02}", "ATS_YEAR": str(one.year), "PER_NR": Decimal(number),
            "PER_DESC": f"Periode {number}", "END_DATE": f"{one.year}-{month:02}-{last}T00:00:00",
            "BEG_DATE": f"{one.year}-{month:02}-{last if number > month else 1:02}T00:00:00",
            "PER_BLK": one.closed or number in shut,
        })
    return rows


def _administration(one: Administration) -> Row:
    return {
        "ADM_CODE": one.code, "ADM_DESC": one.description, "ATS_YEAR": str(one.year), "ADM_ARCH": one.archived,
        "BLCK_USER": one.locked_by, "BLCK_DATE": one.locked_at,
    }


def _company(one: Company) -> Row:
    return {"COMP_ID": one.code, "COMP_DESC": one.description, "KVK_NR": one.coc_number, "VAT_NR": one.vat_number}


def _file(table: Table, dictionary: Dictionary) -> Row:
    objects = [one for one in dictionary.objects.values() if table.name in (one.table, one.lines)]
    first = objects[0] if objects else BusinessObject("", "", table.name)
    header = first.table if table.name == first.lines else ""
    return {
        "DBF_NAME": table.name, "DBF_DESC": table.description, "OBJ_CODE": first.code, "DBF_BASE": "",
        "DBF_TYPE": Decimal(1 if table.virtual else 2), "TBL_HDR": header, "TBL_CHILD": "" if header else first.lines,
        "NO_INSERT": not first.insert, "NO_UPDATE": not first.update, "NO_DELETE": not first.delete,
        "NO_XML_UPD": not (first.insert or first.update), "REC_CUST": False,
    }


def _fields(table: Table) -> list[Row]:
    return [_field(table, one) for one in table.shown.values()]


def _field(table: Table, one: Field) -> Row:
    return {
        "FIELD_NAME": one.name, "DBF_NAME": table.name, "FIELD_TYPE": one.kind, "FIELD_LEN": Decimal(one.length),
        "FLD_DESC": one.label, "INP_MAND": one.mandatory, "FLD_FMT": "!" if one.capitals else "", "FLD_MASK": "",
        "COM_BLK": one.audit, "REC_CUST": one.custom, "CNG_DATE": "",
    }
