"""POST, PUT and DELETE: read the payload, apply the table's rules, store everything or nothing."""

from __future__ import annotations

import uuid
from typing import Any

from koppel_exactonline.sandbox.errors import STREAM, ApiError, bad_request
from koppel_exactonline.sandbox.resources import BEHAVIOURS
from koppel_exactonline.sandbox.resources.desk import Change, Desk
from koppel_exactonline.sandbox.resources.rules import ANYTHING, USERS
from koppel_exactonline.sandbox.schema import TABLES, parent_of
from koppel_exactonline.sandbox.schema.model import Entity
from koppel_exactonline.sandbox.service.call import Call
from koppel_exactonline.sandbox.service.request import Answer, json_answer
from koppel_exactonline.sandbox.store.table import Row
from koppel_exactonline.sandbox.wire import atom
from koppel_exactonline.sandbox.wire.render import bare_json, entity_json, uri_of
from koppel_exactonline.sandbox.wire.values import Misfit, Value, padded, read

_MOST_NESTED = 5000


def post(call: Call) -> Answer:
    """Create a row, with the nested rows in its payload; 201."""
    entity = _entity(call, keyed=False)
    change = _prepare(call.desk, entity, call.request.document(), None, 0)
    change.raise_complaints()
    behaviour = BEHAVIOURS[entity.path]
    row = behaviour.existing(change)
    if row is None:
        _commit(change)
        row = change.row
    look = call.desk.look(entity, row)
    whole = not behaviour.bare_answer or "return=representation" in call.request.headers.get("prefer", "").lower()
    full = entity_json(call.root, entity, look, None, frozenset(), lambda _: []) if whole else None
    shown = {**full, **dict.fromkeys(behaviour.not_yet)} if full else bare_json(call.root, entity, look)
    if call.request.wants_json:
        answer = json_answer({"d": shown}, 201)
    else:
        answer = Answer(201, atom.entry(entity, shown), [("Content-Type", "application/atom+xml;charset=utf-8")])
    answer.headers.append(("Location", uri_of(call.root, entity, look)))
    return answer


def put(call: Call) -> Answer:
    """Change the properties that were sent; 204."""
    entity = _entity(call, keyed=True)
    document = call.request.document()
    old = call.desk.table(entity.path).get(call.place.key)
    if old is None:
        raise ApiError(404)
    values, nested = _payload(entity, document)
    if any(nested.values()):
        raise bad_request(STREAM + "Binding to new entities is not supported for this operation.")
    change = Change(call.desk, entity, {**old, **values}, frozenset(values), old, _parent(call.desk, entity, old))
    _check_fixed(change)
    _check_all(change)
    change.raise_complaints()
    change.old = dict(old)
    call.desk.touch(entity.path, old, **change.row)
    change.row = old
    BEHAVIOURS[entity.path].stored(change)
    return Answer(204)


def delete(call: Call) -> Answer:
    """Remove a row and what hangs below it; 204, or a business error while it is in use."""
    entity = _entity(call, keyed=True)
    row = call.desk.table(entity.path).get(call.place.key)
    if row is None:
        raise ApiError(404)
    change = Change(call.desk, entity, row, frozenset(), row)
    for path, name in BEHAVIOURS[entity.path].used_by:
        prop, _, by = name.partition("@")
        if call.desk.table(path).where(prop, row.get(by or entity.key)):
            change.complain("in_use", str(row.get("Code") or row.get("Name") or row[entity.key]).strip())
            break
    BEHAVIOURS[entity.path].removable(change)
    change.raise_complaints()
    _remove(call.desk, entity, row)
    return Answer(204)


def _remove(desk: Desk, entity: Entity, row: Row) -> None:
    for path, name in BEHAVIOURS[entity.path].below:
        for below in desk.table(path).where(name, row[entity.key]):
            _remove(desk, TABLES[path], below)
    desk.table(entity.path).drop(row[entity.key])
    desk.division.bury(entity.path, row[entity.key], desk.user.get("UserID"), desk.now)
    BEHAVIOURS[entity.path].removed(desk, row)


def _entity(call: Call, keyed: bool) -> Entity:
    entity = call.place.entity
    if entity is None or call.place.below or call.place.tail or call.place.keyed != keyed:
        raise ApiError(405)
    if entity.path not in BEHAVIOURS or entity.path == "system/Divisions":
        raise ApiError(403, "Forbidden")
    return entity


def _payload(entity: Entity, document: dict[str, Any]) -> tuple[Row, dict[str, list[Any]]]:
    """The values that may be written and the nested rows; a 400 for an unknown name or a wrong type."""
    values: Row = {}
    nested: dict[str, list[Any]] = {}
    for name, raw in document.items():
        if name == "__metadata":
            continue
        one = entity.properties.get(name)
        if one is None:
            raise bad_request(f"{STREAM}The property name '{name}' specified for type '{entity.model}' is not valid.")
        if one.kind == "C":
            nested[name] = _nested(name, raw, one.read_only)
            continue
        try:
            value = read(one, raw)
        except Misfit:
            kind = one.edm.removeprefix("Edm.")
            raise bad_request(
                f"{STREAM}Error encountered in converting the value from request payload for property '{name}' to type "
                f"'{kind}', which is the property's expected type. See inner exception for more detail."
            ) from None
        if not one.read_only and name != entity.key:
            values[name] = padded(entity.path, name, value) if isinstance(value, str) else value
    return values, nested


def _nested(name: str, raw: object, read_only: bool) -> list[Any]:
    if isinstance(raw, dict):
        raw = [] if "__deferred" in raw else raw.get("results")
    if raw is None:
        return []
    if not isinstance(raw, list) or len(raw) > _MOST_NESTED or not all(isinstance(one, dict) for one in raw):
        raise bad_request(f"{STREAM}The value of the navigation property '{name}' is not valid.")
    return [] if read_only else raw


def _prepare(desk: Desk, entity: Entity, document: dict[str, Any], above: Change | None, index: int) -> Change:
    """The row as it would be kept, with every complaint about it; nothing is stored yet."""
    values, nested = _payload(entity, document)
    own = BEHAVIOURS[entity.path].acts_on and document.get(entity.key)
    row: Row = {**values, entity.key: _own_key(entity, own) if own else str(uuid.uuid4()), **_stamps(desk, entity)}
    if above is not None:
        row[parent_of(entity.path)[0]] = above.row[above.entity.key]
        if "LineNumber" in entity.properties:
            row["LineNumber"] = index + 1
    change = Change(desk, entity, row, frozenset(values), parent=above.row if above else _parent(desk, entity, row))
    BEHAVIOURS[entity.path].defaults(change)
    for name, documents in nested.items():
        path = entity.collections[name].rows
        if path in TABLES:
            change.nested[name] = [_prepare(desk, TABLES[path], one, change, at) for at, one in enumerate(documents)]
    _check_all(change, nested_in=above)
    return change


def _own_key(entity: Entity, raw: object) -> Value:
    try:
        return read(entity.properties[entity.key], raw)
    except Misfit:
        raise bad_request(f"{STREAM}The value of the key '{entity.key}' is not valid.") from None


def _stamps(desk: Desk, entity: Entity) -> Row:
    who, now = desk.user.get("UserID"), desk.now
    stamps: Row = {"Created": now, "Creator": who, "Modified": now, "Modifier": who, "Division": desk.division.code}
    return {name: value for name, value in stamps.items() if name in entity.properties}


def _parent(desk: Desk, entity: Entity, row: Row) -> Row | None:
    name, above = parent_of(entity.path)
    return desk.get(above, row.get(name)) if name else None


def _check_all(change: Change, nested_in: Change | None = None) -> None:
    _check_mandatory(change, parent_of(change.entity.path)[0] if nested_in else "")
    _check_references(change)
    _check_unique(change)
    BEHAVIOURS[change.entity.path].check(change)


def _check_mandatory(change: Change, given: str) -> None:
    for name, one in change.entity.properties.items():
        if not one.mandatory or name == given or name in BEHAVIOURS[change.entity.path].derivable:
            continue
        if one.kind == "C":
            missing = change.old is None and not change.nested.get(name)
        else:
            asked = change.old is None or name in change.sent
            missing = asked and change.row.get(name) in (None, "")
        if missing:
            change.complain("mandatory", name)


def _check_references(change: Change) -> None:
    behaviour = BEHAVIOURS[change.entity.path]
    for name in sorted(change.sent):
        value = change.row.get(name)
        if value in (None, ""):
            continue
        by_key = change.entity.properties[name].kind == "G"
        if by_key and not _known(change.desk, behaviour.references.get(name), value):
            change.complain("reference", name)
        if name in behaviour.codes:
            found = change.desk.by_code(behaviour.codes[name], value)
            if found is None and not (change.entity.path == "crm/Accounts" and name.endswith("Currency")):
                change.complain("reference", name)


def _known(desk: Desk, path: str | None, value: object) -> bool:
    if path == USERS:
        return value == desk.user.get("UserID")
    return path == ANYTHING or (path is not None and desk.get(path, str(value)) is not None)


def _check_unique(change: Change) -> None:
    for name in BEHAVIOURS[change.entity.path].unique:
        value = change.row.get(name)
        if name not in change.sent or value in (None, ""):
            continue
        table = change.desk.table(change.entity.path)
        others = [row for row in table.where(name, value) if row is not change.old]
        same = change.old is not None and change.old.get(name) == value and name == "Code"
        if others or (same and change.desk.switches.unchanged_code_refused):
            change.complain("exists")


def _check_fixed(change: Change) -> None:
    """A property that cannot change: keep the old value, and complain about a different one."""
    for name in change.sent:
        if change.entity.properties[name].fixed and change.old is not None:
            if change.row.get(name) != change.old.get(name) and change.desk.switches.fixed_change_refused:
                change.complain("fixed", name)
            change.row[name] = change.old.get(name)


def _commit(change: Change) -> None:
    change.desk.table(change.entity.path).put(change.row)
    change.desk.division.touch(change.row)
    for rows in change.nested.values():
        for one in rows:
            _commit(one)
    BEHAVIOURS[change.entity.path].stored(change)
