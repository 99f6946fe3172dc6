"""Requests recorded from real shops, sent to the simulator: where it knows the operation its answer has the same shape."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import FieldNode, GraphQLSyntaxError, OperationDefinitionNode, parse
from support.shared import shared

_UNKNOWN = {
    "undefinedField", "argumentNotAccepted", "undefinedType", "missingRequiredArguments", "useAndDefineFragment",
    "cannotSpreadFragment", "argumentLiteralsIncompatible", "selectionMismatch", "invalidDocument", "undefinedDirective",
}  # fmt: skip
"""Static errors by which the simulator says that it does not have this part of the interface."""


_FOREIGN = "not in the simulator's part of the interface"
_ABSENT = ("nothing", "another record")
_POURED = {"orders": "Order", "customers": "Customer", "bulkOperations": "BulkOperation", "products": "Product"}
"""What an answer shows of itself is poured in before it is asked again: the record it reads was another shop's."""


def recorded(value: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every recorded request that comes with its answer."""
    if isinstance(value, dict):
        answer = value.get("response")
        if isinstance(value.get("query"), str) and isinstance(answer, dict) and ("data" in answer or "errors" in answer):
            yield place, value
        for name, one in value.items():
            yield from recorded(one, f"{place}.{name}")
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from recorded(one, f"{place}[{index}]")


def requests(folder: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """File, version and request; each request and answer once."""
    seen = set()
    for file in sorted(folder.rglob("*.json")):
        version = file.relative_to(folder).parts[0]
        for place, one in recorded(json.loads(file.read_text(encoding="utf-8"))):
            key = json.dumps([one["query"], one.get("variables"), one["response"].get("data"), one["response"].get("errors")], sort_keys=True)
            if key not in seen:
                seen.add(key)
                yield f"{file.name}{place}", version, one


def roots(query: str) -> str:
    """What an operation asks for at the top; a document that cannot be read asks for nothing."""
    try:
        definitions = parse(query).definitions
    except GraphQLSyntaxError:
        return ""
    fields = [field for one in definitions if isinstance(one, OperationDefinitionNode) for field in one.selection_set.selections]
    return ", ".join(sorted({field.name.value for field in fields if isinstance(field, FieldNode)}))


def refused_statically(errors: Any) -> set[str]:
    """The codes of errors that were found before anything ran."""
    return codes({"errors": errors}) & _UNKNOWN


def differs(real: Any, ours: Any, place: str = "") -> str:
    """The first place where two answers differ in shape; empty for none. Null fits anything: the records are others."""
    if real is None or ours is None:
        return ""
    if isinstance(real, dict) and isinstance(ours, dict):
        if set(real) != set(ours):
            return f"{place}: {sorted(set(real) ^ set(ours))}"
        return next((found for name in real if (found := differs(real[name], ours[name], f"{place}.{name}"))), "")
    if isinstance(real, list) and isinstance(ours, list):
        return differs(real[0], ours[0], f"{place}[]") if real and ours else ""
    kinds = tuple("number" if isinstance(one, int | float) and not isinstance(one, bool) else type(one).__name__ for one in (real, ours))
    return "" if kinds[0] == kinds[1] else f"{place}: {kinds[0]} really, {kinds[1]} here"


def outcome(real: dict[str, Any], ours: dict[str, Any]) -> str:
    """match, or what is different."""
    ours_codes, real_codes = refused_statically(ours.get("errors")), refused_statically(real.get("errors"))
    if ours_codes - real_codes:
        return _FOREIGN
    if bool(real.get("data") is None) != bool(ours.get("data") is None):
        return "another record" if needs_record(ours) or needs_record(real) else "data against none"
    if found := differs(real.get("data"), ours.get("data")):
        return f"shape {re.sub(r'[0-9]+', 'N', found)}"
    if real.get("data") is None and codes(real) != codes(ours):
        return f"errors {sorted(codes(real))} really, {sorted(codes(ours))} here"
    return "match" if real.get("data") is None or compared(real["data"], ours["data"]) else "nothing to compare: the record is not here"


def codes(answer: dict[str, Any]) -> set[str]:
    """The codes of the top-level errors."""
    return {str((one.get("extensions") or {}).get("code")) for one in answer.get("errors") or () if isinstance(one, dict)}


def compared(real: Any, ours: Any) -> int:
    """How many leaves and lists stand on both sides."""
    if real is None or ours is None:
        return 0
    if isinstance(real, dict) and isinstance(ours, dict):
        return sum(compared(real[name], ours[name]) for name in real)
    return 1


def with_its_records(state: dict[str, Any], data: Any) -> dict[str, Any] | None:
    """The state with the records that a recorded answer shows of itself; None when it shows none that could be poured in."""
    more: dict[str, list[Any]] = {}
    for name, kind in _POURED.items():
        found = [one for one in nodes_of(data, kind) if len(one) > 1]
        if found:
            more[name] = list({one["id"]: one for one in found}.values())
    return {**state, **{name: [*(state.get(name) or ()), *rows] for name, rows in more.items()}} if more else None


def nodes_of(value: Any, kind: str) -> Iterator[dict[str, Any]]:
    """Objects whose id is of this kind, the outermost only."""
    if isinstance(value, dict) and str(value.get("id") or "").startswith(f"gid://shopify/{kind}/"):
        yield value
        return
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes_of(one, kind)


def needs_record(answer: dict[str, Any]) -> bool:
    """Whether the answer says that a record is not there."""
    return bool(codes(answer) & {"RESOURCE_NOT_FOUND", "INVALID_VARIABLE", "BAD_REQUEST", "INVALID_FIELD_ARGUMENTS", "ACCESS_DENIED"})


def test_recorded_requests_get_answers_of_the_same_shape(open_shop: Any, few: Any, record_property: Callable[[str, object], None]) -> None:
    folder = shared("shopify", "graphql-captures")
    counted: Counter[str] = Counter()
    unclaimed: Counter[str] = Counter()
    others: list[str] = []
    shop = open_shop(few, bucket_size=1e9, restore_rate=1e9, oldest_version="2026-01")
    for place, version, one in requests(folder):
        asked = "2026-04" if version == "2026-04" else "2026-01"
        ours = shop.ask(one["query"], one.get("variables") or {}, version=asked)
        found = outcome(one["response"], ours)
        if found.startswith(_ABSENT) and (poured := with_its_records(few, one["response"].get("data"))):
            again = open_shop(poured, bucket_size=1e9, restore_rate=1e9, oldest_version="2026-01")
            found = outcome(one["response"], again.ask(one["query"], one.get("variables") or {}, version=asked))
        unclaimed[roots(one["query"])] += found == _FOREIGN
        counted[found.split(" ")[0] if found.startswith(("shape", "errors", "nothing")) else found] += 1
        if found not in ("match", _FOREIGN):
            others.append(f"{place}: {found}")
    for name, count in counted.items():
        record_property(name, count)
    print(dict(counted), *others, *(f"not claimed: {name}, {count}" for name, count in unclaimed.most_common() if count), sep="\n")
    assert sum(counted.values()) - counted[_FOREIGN] >= 217
    assert counted["match"] >= 196
    assert counted["shape"] == counted["errors"] == counted["data against none"] == 0, others


@pytest.mark.parametrize(("real", "ours", "same"), [({"a": [1]}, {"a": [2.5]}, True), ({"a": 1}, {"b": 1}, False), ({"a": "1"}, {"a": 1}, False)])
def test_the_comparison_sees_another_shape(real: Any, ours: Any, same: bool) -> None:
    assert (differs(real, ours) == "") is same
