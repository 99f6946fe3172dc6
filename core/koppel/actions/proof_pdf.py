"""A proof as pages that one can file: PDF with the fonts that every reader has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from koppel.actions.proof import Proof
from koppel.store.db import dumps

_LONGEST = 30_000
"""So many characters of a request or an answer are printed; all of it is in the JSON."""


def as_pdf(proof: Proof) -> bytes:
    """The proof as a PDF (A4). Letters that Latin-1 does not have are written as "?"; the JSON has them all."""
    page = _Page()
    page.title_of(f"{proof.record['becomes'].replace('_', ' ')} {proof.record['label']}")
    page.pairs(proof.record)
    if proof.computation.get("lines"):
        page.computation(proof.computation)
    elif proof.computation:
        page.heading("Computation")
        page.pairs(proof.computation)
    for paper in proof.papers:
        page.computation(paper, f"Exchange, {paper['what']}: {paper['label']}, on {_said(paper['at'])}, in {paper['currency']}")
    for one in proof.sent:
        page.heading(f"Sent: {one['action']} {one['resource'].replace('_', ' ')} {one['number']}")
        page.pairs({name: value for name, value in one.items() if name not in ("request", "answer")})
        page.block("Request", one["request"])
        page.block("Answer", one["answer"])
    page.heading("What happened")
    page.rows(("when", "what", "", "by"), [(_said(s["at"]), s["what"], s["text"], s["by"]) for s in proof.steps], (34, 22, 106, 28))
    page.block("What came in", proof.source)
    page.small(f"Made by Koppel on {_said(proof.made_at)}.")
    return bytes(page.output())


class _Page(FPDF):
    def __init__(self) -> None:
        super().__init__(format="A4")
        self.set_margins(10, 12)
        self.set_auto_page_break(True, 14)
        self.add_page()

    def title_of(self, text: str) -> None:
        self.set_title(_plain(text))
        self._line(text, "B", 16, 9)

    def heading(self, text: str) -> None:
        self.ln(3)
        self._line(text, "B", 11, 6)

    def small(self, text: str) -> None:
        self.ln(3)
        self._line(text, "", 8, 4)

    def pairs(self, values: Mapping[str, Any]) -> None:
        self.rows((), [(name.replace("_", " "), _said(value)) for name, value in values.items() if value not in ("", None)], (40, 150))

    def computation(self, sums: Mapping[str, Any], title: str = "") -> None:
        self.heading(title or f"Computation in {sums['currency']}")
        lines = [(f"{one['sku']} {one['description']}".strip(), one["quantity"], one["excl"], one["rate"], one["vat"], one["incl"]) for one in sums["lines"]]
        self.rows(("line", "quantity", "without VAT", "rate", "VAT", "with VAT"), lines, (78, 20, 26, 16, 24, 26))
        rates = [(f"VAT {one['rate']:f} %", "", one["excl"], "", one["vat"], one["excl"] + one["vat"]) for one in sums["per_rate"]]
        self.rows((), [*rates, ("Total", "", "", "", sums["vat"], sums["total"])], (78, 20, 26, 16, 24, 26))

    def block(self, title: str, value: Any) -> None:
        if not value:
            return
        self.heading(title)
        self.set_font("courier", size=7)
        text = _plain(dumps(value, indent=1))
        self.multi_cell(0, 3.2, text[:_LONGEST] + ("\n..." if len(text) > _LONGEST else ""), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def rows(self, head: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[int]) -> None:
        self.set_font("helvetica", size=8)
        figures = ["RIGHT" if index and len(widths) > 4 else "LEFT" for index in range(len(widths))]
        with self.table(col_widths=tuple(widths), first_row_as_headings=bool(head), text_align=tuple(figures), line_height=4.4,
                        borders_layout="HORIZONTAL_LINES") as table:  # fmt: skip
            for row in ([head] if head else []) + list(rows):
                line = table.row()
                for cell in row:
                    line.cell(_plain(_said(cell)))

    def _line(self, text: str, style: str, size: int, height: int) -> None:
        self.set_font("helvetica", style=style, size=size)
        self.multi_cell(0, height, _plain(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _said(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _plain(text: str) -> str:
    return text.replace("€", "EUR").replace("’", "'").replace("“", '"').replace("”", '"').encode("latin-1", "replace").decode("latin-1")
