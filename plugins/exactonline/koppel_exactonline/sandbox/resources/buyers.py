"""What every sales document asks of its buyer: an account in use, its usual condition, the texts of its states."""

from __future__ import annotations

from datetime import datetime

from koppel_exactonline.sandbox.resources.desk import Change, Derivation, Desk
from koppel_exactonline.sandbox.store.table import Row
from koppel_exactonline.sandbox.wire.values import Value


def described(name: str, texts: dict[int, tuple[str, str, str]]) -> Derivation:
    """The description that belongs to a coded status."""

    def derive(desk: Desk, row: Row) -> Value:
        found = texts.get(int(str(row.get(name)))) if row.get(name) is not None else None
        return found[("NL", "EN", "FR").index(desk.language)] if found else None

    return derive


def check_account(change: Change, name: str) -> None:
    """Refuse an account that is blocked, ended, or no customer."""
    account = change.desk.get("crm/Accounts", change.row.get(name))
    if account is None:
        return
    end = account.get("EndDate")
    if account.get("Blocked") or (isinstance(end, datetime) and end < change.desk.today):
        change.complain("blocked", name)
    if change.desk.switches.customers_only and account.get("Status") != "C":
        change.complain("invalid", name)


def usual_condition(desk: Desk) -> Value:
    """ "00" where the division has it (reference: SalesOrders, defaults seen)."""
    row = desk.by_code("cashflow/PaymentConditions", "00")
    return row.get("Code") if row else None
