"""How this installation books a sale: the daybook, the accounts and the conventions of its pages."""

from __future__ import annotations

from koppel import ConfigurationError

from koppel_accountview.answers import Row
from koppel_accountview.booking.journal import Books, Conventions
from koppel_accountview.booking.parts import Accounts
from koppel_accountview.conversation import Conversation
from koppel_accountview.objects import JOURNALS
from koppel_accountview.resources.customers import control_account
from koppel_accountview.resources.vat import vat_rows

_SALES = "verkoop"


def books_of(talk: Conversation) -> Books:
    """The debtors' control account, and the account of every VAT code."""
    return Books(control_account(talk), {code: str(row.get("VAT_ACCT") or "") for code, row in vat_rows(talk).items()})


def accounts_of(talk: Conversation) -> Accounts:
    """The accounts that the settings name for what is no article."""
    kinds = {"shipping": "shipping", "discount": "discount", "fee": "fee", "tip": "fee", "gift_card": "gift_card"}
    return Accounts({kind: talk.settings.text(f"{name}_account") for kind, name in kinds.items()})


def conventions_of(talk: Conversation) -> Conventions:
    """What the settings say about signs, sides and VAT of a page."""
    text = talk.settings.text
    return Conventions(
        both_sides=text("entry_sides", "both") == "both",
        debit_positive=text("entry_sign", "debit") == "debit",
        gross=text("entry_amounts", "net") == "gross",
        own_vat_lines=text("entry_vat", "with_line") == "own_line",
    )


def sales_journal(talk: Conversation) -> str:
    """The daybook of the settings, else the only one that is for sales. Daybook codes differ per installation,
    and so do the numbers of their types (reference: 4.5 Sales entries)."""
    chosen = talk.settings.text("sales_journal")
    if chosen:
        return chosen
    codes = [str(row.get("DJ_CODE") or "").strip() for row in talk.all_rows(JOURNALS) if _is_sales(row)]
    if len(codes) != 1:
        raise ConfigurationError(
            f"AccountView has {len(codes) or 'no'} journals for sales, so Koppel cannot tell where to book.",
            field="sales_journal",
            cause="accountview.sales_journal",
            resolution="Open the connection and choose the sales journal.",
        )
    return codes[0]


def _is_sales(row: Row) -> bool:
    kind = str(row.get("DJ_TYPEV") or "").strip().lower()
    return kind.startswith(_SALES) if kind else _SALES in str(row.get("DJ_NAME") or "").lower()
