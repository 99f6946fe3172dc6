"""GET: one row, a page of rows, a count."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from koppel_exactonline.sandbox.errors import ApiError, bad_request
from koppel_exactonline.sandbox.query.nodes import Lookup
from koppel_exactonline.sandbox.query.options import Options, read_options
from koppel_exactonline.sandbox.query.paging import Page, next_link, page_of
from koppel_exactonline.sandbox.resources.computed import COMPUTED
from koppel_exactonline.sandbox.resources.system import division_rows, me_row
from koppel_exactonline.sandbox.schema import ENTITIES, parent_of
from koppel_exactonline.sandbox.schema.model import Entity
from koppel_exactonline.sandbox.service.call import Call
from koppel_exactonline.sandbox.service.request import Answer, json_answer
from koppel_exactonline.sandbox.wire import atom
from koppel_exactonline.sandbox.wire.render import entity_json


def get(call: Call) -> Answer:
    """Answer a GET on an entity."""
    entity = call.place.entity
    if entity is None:
        raise ApiError(404)
    if call.place.below:
        return _list_below(call, entity)
    if call.place.keyed:
        return _one(call, entity)
    return _list(call, entity, _rows(call, entity))


def _rows(call: Call, entity: Entity) -> Iterable[Lookup]:
    if entity.path == "current/Me":
        return [me_row(call.desk, call.grant).__getitem__]
    if entity.path == "system/Divisions":
        rows = division_rows(call.state, call.desk, call.grant)
        return [row.__getitem__ for row in rows]
    if entity.path in COMPUTED:
        return [row.__getitem__ for row in COMPUTED[entity.path](call.desk)]
    return [call.desk.look(entity, row) for row in call.desk.table(entity.table)]


def _one(call: Call, entity: Entity) -> Answer:
    look = _find(call, entity)
    options = read_options(call.request.query, entity, call.switches)
    shown = _shown(call, entity, look, options)
    if call.request.wants_json:
        return json_answer({"d": shown})
    return Answer(200, atom.entry(entity, shown), [("Content-Type", "application/atom+xml;charset=utf-8")])


def _find(call: Call, entity: Entity) -> Lookup:
    if entity.path == entity.table and entity.path in call.desk.division.tables:
        row = call.desk.table(entity.path).get(call.place.key)
        if row is None:
            raise ApiError(404)
        return call.desk.look(entity, row)
    for look in _rows(call, entity):
        if look(entity.key) == call.place.key:
            return look
    raise ApiError(404)


def _list_below(call: Call, parent: Entity) -> Answer:
    look = _find(call, parent)
    entity = ENTITIES.get(parent.collections[call.place.below].rows)
    if entity is None:
        return json_answer({"d": {"results": []}})
    return _list(call, entity, _children(call, entity, look(parent.key)), demands=False)


def _children(call: Call, entity: Entity, key: object) -> list[Lookup]:
    rows = call.desk.table(entity.path).where(parent_of(entity.path)[0], str(key))
    return [call.desk.look(entity, row) for row in rows]


def _list(call: Call, entity: Entity, rows: Iterable[Lookup], demands: bool = True) -> Answer:
    counting = call.place.tail == "$count"
    options = read_options(call.request.query, entity, call.switches)
    _check_filter(call, entity, options, demands)
    if not counting and demands:
        _check_select(call, entity, options)
    page = page_of(rows, entity, options)
    if counting:
        return _count(call, page)
    shown = [_shown(call, entity, look, options) for look in page.rows]
    more = next_link(f"{call.request.host}{call.request.path}", dict(call.request.query), page) if page.token else ""
    return _listed(call, entity, shown, page, more, options)


def _check_filter(call: Call, entity: Entity, options: Options, demands: bool) -> None:
    names = options.where.names if options.where else frozenset[str]()
    if refused := sorted(names - entity.filter_only if entity.filter_only else ()):
        raise bad_request(f"Filtering on these fields is not supported: {', '.join(refused)}")
    if demands and call.switches.mandatory_filter and entity.filter_any_of and not names & entity.filter_any_of:
        raise bad_request(
            "This endpoint has mandatory filtering applied. A GET request for this endpoint must have a $filter "
            f"parameter with one of the following fields in the url: {', '.join(sorted(entity.filter_any_of))}"
        )


def _check_select(call: Call, entity: Entity, options: Options) -> None:
    """Some lists want $select or $top=1; bulk wants $select always (reference: OData dialect)."""
    has_select = bool(call.request.query.get("$select", "").strip())
    enough = has_select or (options.top == 1 and not entity.is_bulk)
    if entity.needs_select and call.switches.demand_select and not enough:
        raise bad_request("Please add a $select or a $top=1 statement to the query string.")


def _count(call: Call, page: Page) -> Answer:
    """A bare number; a client that insists on JSON cannot have it (reference: OData dialect)."""
    accept = call.request.headers.get("accept", "*/*")
    if "text/plain" not in accept and "*/*" not in accept:
        raise ApiError(415, "Unsupported media type requested.")
    return Answer(200, str(page.total).encode(), [("Content-Type", "text/plain;charset=utf-8")])


def _listed(call: Call, entity: Entity, shown: list[dict[str, Any]], page: Page, more: str, options: Options) -> Answer:
    if not call.request.wants_json:
        return Answer(200, atom.feed(entity, shown, more), [("Content-Type", "application/atom+xml;charset=utf-8")])
    short = options.top is not None and options.top <= entity.page and not more and not options.count
    if short and call.switches.top_shape == "array":
        return json_answer({"d": shown})
    inner: dict[str, Any] = {"results": shown}
    if options.count:
        inner["__count"] = str(page.total)
    if more:
        inner["__next"] = more
    return json_answer({"d": inner})


def _shown(call: Call, entity: Entity, look: Lookup, options: Options) -> dict[str, Any]:
    def rows_of(name: str) -> list[dict[str, Any]]:
        below = ENTITIES.get(entity.collections[name].rows)
        if below is None:
            return []
        select = options.below.get(name)
        chosen = None if select is None or "*" in select else select
        children = _children(call, below, look(entity.key))
        return [entity_json(call.root, below, child, chosen, frozenset(), lambda _: []) for child in children]

    return entity_json(call.root, entity, look, options.select, options.expand, rows_of)
