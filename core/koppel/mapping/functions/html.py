"""From a web text to a plain one, in one pass: a broken page costs no more than a good one."""

from __future__ import annotations

import html
import re
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
    | {"h4", "h5", "h6", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "ul"}
)
_HIDDEN = frozenset({"script", "style", "head", "template"})
_BREAKS = {"br": "\n", "tr": "\n", "li": "\n- ", "td": " ", "th": " "}
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)|<[!?/]")
_TAG = re.compile(r"""<(?>[^>"']++|"[^"]*+"|'[^']*+')*+>""")


class _Page:
    """One reading of a page; the standard parser goes over the rest again for every unclosed tag."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.pieces: list[str] = []
        self.quoted = True  # until a quote turns out never to be closed

    def read(self) -> str:
        at = 0
        while (start := self.source.find("<", at)) >= 0:
            tag = _NAME.match(self.source, start)
            self._say(self.source[at : start if tag else start + 1])
            at = self._after(tag, start) if tag else start + 1
        self._say(self.source[at:])
        return "".join(self.pieces)

    def _say(self, words: str) -> None:
        if words:
            self.pieces.append(re.sub(r"\s+", " ", html.unescape(words)))

    def _after(self, tag: re.Match[str], start: int) -> int:
        """Where the page goes on after the tag or comment that starts here."""
        if self.source.startswith("<!--", start):
            return self._found("-->", start + 4)
        end = self._end(start)
        name = (tag[1] or "").lower()
        if name in _HIDDEN and not tag[0].startswith("</"):
            closed = re.compile(rf"</{name}\b", re.I).search(self.source, end)
            return self._end(closed.start()) if closed else len(self.source)
        if name in _BLOCKS:
            self.pieces.append("\n\n")
        elif name in _BREAKS and not tag[0].startswith("</"):
            self.pieces.append(_BREAKS[name])
        return end

    def _end(self, start: int) -> int:
        whole = _TAG.match(self.source, start) if self.quoted else None
        self.quoted = whole is not None
        return whole.end() if whole else self._found(">", start)

    def _found(self, mark: str, start: int) -> int:
        end = self.source.find(mark, start)
        return len(self.source) if end < 0 else end + len(mark)


@transform("html_to_text")
def html_to_text(value: Any, /) -> str:
    """Make plain text of HTML: paragraphs and list items become lines, tags and scripts disappear."""
    lines = (" ".join(line.split()) for line in _Page(text(value)).read().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
