"""From a web text to a plain one."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from koppel.mapping.functions.base import transform
from koppel.mapping.functions.texts import text

_BLOCKS = frozenset(
    {
        "address",
        "article",
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
    }
    | {"h4", "h5", "h6", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul"}
)
# marked sections (<![if …]>) mean nothing to a reader, and the parser refuses odd ones
_SECTION = re.compile(r"<!\[[^>]*>?")
_HIDDEN = frozenset({"script", "style", "head", "template"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self.hidden += 1
        elif tag == "br":
            self.pieces.append("\n")
        elif tag == "li":
            self.pieces.append("\n- ")
        elif tag in _BLOCKS:
            self.pieces.append("\n\n")
        elif tag in ("td", "th"):
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self.hidden = max(self.hidden - 1, 0)
        elif tag in _BLOCKS:
            self.pieces.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(re.sub(r"\s+", " ", data))


@transform("html_to_text")
def html_to_text(value: Any, /) -> str:
    """Make plain text of HTML: paragraphs and list items become lines, tags and scripts disappear."""
    reader = _Reader()
    reader.feed(_SECTION.sub("", text(value)))
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
