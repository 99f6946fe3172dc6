"""Articles of lines that are linked to one in the target: the link holds, whatever became of the SKU since."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from koppel.documents import Line
from koppel.records import Query
from koppel.runner.talk import Talk
from koppel.store.models import Link

Known = dict[str, list[tuple[str, frozenset[str]]]]
_CHUNK = 400
_ASKED = 50


def find_linked(talk: Talk, lines: Sequence[Line]) -> None:
    """Give these lines the articles that theirs are linked to, in this direction or in the other; the rest keep what
    they have, which is what their SKU says.

    A link goes before an SKU that was changed in the source since it was made, as long as the target still has its
    article. Under an SKU that is as it was then, the target may have put another article in its place."""
    known = _links(talk, sorted({one for line in lines for one in line.article_ids}))
    chosen = {id(line): there for line in lines if (there := _linked(line, known)) and there != line.external_id}
    standing = _standing(talk, sorted(set(chosen.values())))
    for line in lines:
        if chosen.get(id(line)) in standing:
            line.external_id = chosen[id(line)]


def _linked(line: Line, known: Known) -> str:
    """The article that a line is linked to; empty where there is none, or where the SKU says it as well as ever."""
    found = next((known[one] for one in line.article_ids if one in known), [])
    if line.external_id and any(line.sku in skus or there == line.external_id for there, skus in found):
        return ""
    return found[-1][0] if found else ""


def _links(talk: Talk, ids: Sequence[str]) -> Known:
    """Per id in the source what it is linked to, with the SKUs at the time; the newest last."""
    found: Known = {}
    here, there = (Link.source_id, Link.target_id), (talk.source_id, talk.target_id)
    with talk.site.db.read() as session:
        for start in range(0, len(ids), _CHUNK):
            part = ids[start : start + _CHUNK]
            ours = sa.and_(*(one == value for one, value in zip(here, there, strict=True)), Link.source_key.in_(part))
            back = sa.and_(*(one == value for one, value in zip(here, reversed(there), strict=True)), Link.target_key.in_(part))
            for link in session.scalars(sa.select(Link).where(Link.resource == "product", sa.or_(ours, back)).order_by(Link.id)):
                pair = (link.source_key, link.target_key)
                key, other = pair if link.source_id == talk.source_id else pair[::-1]
                found.setdefault(key, []).append((other, frozenset((link.label, link.number))))
    return found


def _standing(talk: Talk, ids: Sequence[str]) -> set[str]:
    """Which of these the target still has; asked only where the SKU does not say the same."""
    resource = talk.target_manifest.resource("product")
    if resource is None or not resource.reads:
        return set()
    pages = (talk.target.fetch(Query("product", ids=tuple(ids[start : start + _ASKED]))) for start in range(0, len(ids), _ASKED))
    return {record.id for page in pages for record in page.records}
