"""The journals for money: cash, banks and payment services (reference: Other, Journals)."""

from __future__ import annotations

from koppel_exactonline.client import Row
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation, missing

_JOURNALS = "financial/Journals"
_FIELDS = ("ID", "Code", "Description", "Type", "IsBlocked", "GLAccount", "GLAccountCode", "Currency")
CASH, BANK, SERVICE = 10, 12, 16


def journal_of(talk: Conversation, code: str) -> Row:
    """The journal with this code; MappingError where there is none."""
    for rows in (talk.keeper.rows(_JOURNALS, _FIELDS), talk.keeper.fresh(_JOURNALS, _FIELDS)):
        for row in rows:
            if bare(row.get("Code")) == code:
                return row
    raise missing("journal", code)


def money_journals(talk: Conversation) -> list[str]:
    """The codes of all journals for money."""
    return [bare(row.get("Code")) for row in talk.keeper.rows(_JOURNALS, _FIELDS) if kind_of(row) in (CASH, BANK, SERVICE)]


def kind_of(journal: Row) -> int:
    """Its type; 0 for none."""
    return int(str(journal.get("Type") or 0))
