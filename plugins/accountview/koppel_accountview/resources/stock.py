"""How many there are of each article, by the figure that the settings name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from koppel import ConfigurationError, Found, Lookup, Match, Page, Query, Record

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.objects import ARTICLES
from koppel_accountview.resources.reading import fetch_rows, find_rows

DEFAULT_FIGURE = "QTY_AVAIL"


def fetch(talk: Conversation, query: Query) -> Page:
    """The stock of every article. A sale moves the figure but is not known to move the article's moment of
    change, so all articles are read each time, with few fields."""
    figure = figure_of(talk)
    table = talk.dictionary.table("ARTICLE")
    wanted = ("ART_CODE", "REC_ID", "ART_DESC1", figure)
    fields = tuple(name for name in wanted if name in table)
    return fetch_rows(talk, ARTICLES, query, lambda rows: _records(rows, figure), fields, dated=False)


def find(talk: Conversation, lookup: Lookup) -> Found:
    """The stock of these articles."""
    figure = figure_of(talk)
    name = lookup.field.upper() or "ART_CODE"
    return find_rows(talk, ARTICLES, lookup, name, lambda row: _match(row, figure), is_key=name == "ART_CODE")


def figure_of(talk: Conversation) -> str:
    """The field that counts; ConfigurationError when this installation does not have it."""
    name = talk.settings.text("stock_figure", DEFAULT_FIGURE).upper()
    table = talk.dictionary.need("ARTICLE", "ART_CODE")
    if name not in table or table[name].wire_type != "N":
        counts = ", ".join(one for one in table if one.startswith("QTY_")) or "none"
        raise ConfigurationError(
            f"Articles of this AccountView have no count called {name}; there are: {counts}.",
            field="stock_figure",
            cause="accountview.stock_figure",
            resolution="Open the connection and choose one of these as the stock figure.",
        )
    return name


def _match(row: Row, figure: str) -> Match:
    code = str(row.get("ART_CODE") or "").strip()
    return Match(code, code, _data(row, figure))


def _records(rows: Sequence[Row], figure: str) -> Iterable[Record]:
    for row in rows:
        code = str(row.get("ART_CODE") or "").strip()
        yield Record(code, _data(row, figure), code)


def _data(row: Row, figure: str) -> Row:
    """The article's row and, under names of their own, the figure that was chosen and its value."""
    return {**row, "figure": figure, "quantity": row.get(figure)}
