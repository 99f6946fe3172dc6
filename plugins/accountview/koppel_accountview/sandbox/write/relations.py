"""What AccountView does by itself with relations and their contact persons."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from koppel_accountview.sandbox.desk import Desk
from koppel_accountview.sandbox.errors import AccountViewError
from koppel_accountview.sandbox.values import Row, Value, text_of

DEBTOR_CONTROL = Decimal(2)
"""ACCT_LINK of a debtor control account (reference: 6. What remains unknown: 2 = debtor seen)."""


def complete_relation(desk: Desk, row: Row, sent: Mapping[str, Value]) -> None:
    """Check the control account, then fill what follows from other fields."""
    if "ACCT_NR" in sent or "EXT_KEY" not in row:
        _control_account(desk, row)
    if "EXT_KEY" not in row:
        row.update({"DEB_SHOW": True, "ACCT_LINK": DEBTOR_CONTROL})
        row["RPL_TYPE"] = row["RPL_TYPE"] or "Debiteur"
        row["LNG_CODE"] = row["LNG_CODE"] or "STD"
    _address(desk, row, sent)
    _main_contact(desk, row, sent)


def _control_account(desk: Desk, row: Row) -> None:
    ledger = desk.records("LEDGER")
    if not any(one["ACCT_LINK"] == DEBTOR_CONTROL for one in ledger):
        raise AccountViewError("Er is geen verzamelrekening debiteuren ingericht.")
    number = text_of(row["ACCT_NR"])
    if not number:
        raise AccountViewError("Veld ACCT_NR (Verzamelrekening) is verplicht.")
    account = ledger.get(number)
    if account is not None and account["ACCT_LINK"] != DEBTOR_CONTROL:
        raise AccountViewError(f"Rekening '{number}' is geen verzamelrekening debiteuren.")


def _address(desk: Desk, row: Row, sent: Mapping[str, Value]) -> None:
    if row["ST_STREET"] and "ADDRESS1" not in sent:
        parts = [text_of(row[name]) for name in ("ST_STREET", "ST_NR", "ST_EXTRA")]
        row["ADDRESS1"] = " ".join(filter(None, parts))[:80]
    country = desk.records("ISO_CNT").get(text_of(row["CNT_CODE"]))
    if country is not None and "COUNTRY" not in sent:
        row["COUNTRY"] = country["COUNTRY"]
    row["BOX_CITY"] = row["PO_CITY"] or row["CITY"]
    lines = [text_of(row["ADDRESS1"]), f"{row['POST_CODE']}  {row['CITY']}".strip()]
    row["VIS_ADDRES"] = "".join(f"{line}\n" for line in lines if line)


def _main_contact(desk: Desk, row: Row, sent: Mapping[str, Value]) -> None:
    person = desk.records("PEOPLE").get(text_of(row["MAIN_PP"])) if sent.get("MAIN_PP") else None
    if person is None:
        return
    full_name = f"{person['FST_NAME']} {person['LST_NAME']}".strip()[:40]
    for name, value in (("MAIN_CONT", full_name), ("MC_MAILB", person["MAIL_BUS"]), ("MC_DEAR", person["DEAR"])):
        if name not in sent:
            row[name] = value


def complete_function(desk: Desk, row: Row, sent: Mapping[str, Value]) -> None:
    """A person has one function at a relation."""
    for other in desk.records("CON_PP"):
        same = (other["SUB_NR"], other["PP_CODE"]) == (row["SUB_NR"], row["PP_CODE"])
        if same and other["REC_ID"] != row["REC_ID"]:
            raise AccountViewError(f"Contactpersoon '{row['PP_CODE']}' is al gekoppeld aan relatie '{row['SUB_NR']}'.")
