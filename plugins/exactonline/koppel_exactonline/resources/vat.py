"""Proves, before an order is written, that its VAT codes exist and fit the way prices are sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from koppel import RejectedError

from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation

_MISFIT = {"incl": "E", "excl": "I"}
_WORDS = {"incl": "with VAT", "excl": "without VAT"}


def prove_vat(talk: Conversation, lines: Iterable[Mapping[str, Any]]) -> None:
    """Every code on these lines exists; one for prices without VAT never gets a price with VAT, nor the reverse.

    A code of type E adds VAT to the price, one of type I takes it out (reference: VAT): the wrong kind would make an
    order of the wrong amount. RejectedError naming the code."""
    for code in dict.fromkeys(bare(line.get("VATCode")) for line in lines):
        if code:
            _prove(talk, code)


def _prove(talk: Conversation, code: str) -> None:
    row, basis = talk.vat_code(code), talk.price_basis
    if row is None:
        raise RejectedError(
            f"There is no VAT code {code} in Exact Online.",
            resolution="Open the table VAT codes and choose one that exists; then retry.",
            cause=f"missing.vat_code:{code}",
            field="VATCode",
        )
    if bare(row.get("Type")) == _MISFIT[basis] and row.get("Percentage") != 0:  # at 0 % both kinds come to the same
        kind = "excluding" if basis == "incl" else "including"
        raise RejectedError(
            f"VAT code {code} ({bare(row.get('Description'))}) is of the kind “{kind}”, while this connection sends prices "
            f"{_WORDS[basis]}.",
            resolution="Choose a VAT code of the other kind in the table VAT codes, or change “Order prices” of the connection.",
            cause=f"vat.basis:{code}",
            field="VATCode",
        )
