"""Companies as recorded from a real shop, carried out again step by step: the same refusals, word for word, and the same shape."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.shared import shared

_OTHERS = ("id", "createdAt", "updatedAt", "locale", "startCursor", "endCursor")
_OUT_OF_ORDER = ("b2b-company-contact-main-delete.json",)
"""Its steps are not kept in the order in which they were done."""
_ELSEWHERE = "not in the simulator's part of the interface"
_ABSENT = {"undefinedField", "undefinedType", "argumentNotAccepted", "missingRequiredArguments", "argumentLiteralsIncompatible", "selectionMismatch"}
"""By these the simulator says that it does not have this part of the interface."""


def steps(value: Any) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Query, variables and answer of each recorded step, in order; what recorded itself once more is left out."""
    if isinstance(value, dict):
        request, answer = value.get("request"), value.get("response")
        if isinstance(request, dict) and isinstance(answer, dict) and isinstance(request.get("query"), str):
            yield request["query"], request.get("variables") or {}, answer
        for name, one in value.items():
            if name != "upstreamCalls":
                yield from steps(one)
    elif isinstance(value, list):
        for one in value:
            yield from steps(one)


def learn(real: Any, ours: Any, known: dict[str, str]) -> None:
    """Which id here stands for which id there."""
    if isinstance(real, dict) and isinstance(ours, dict):
        for name in real.keys() & ours.keys():
            learn(real[name], ours[name], known)
    elif isinstance(real, list) and isinstance(ours, list):
        for one, other in zip(real, ours, strict=False):
            learn(one, other, known)
    elif isinstance(real, str) and isinstance(ours, str) and real.startswith("gid://"):
        known.setdefault(real, ours)


def translated(value: Any, known: dict[str, str]) -> Any:
    """The value with the ids of this shop."""
    if isinstance(value, dict):
        return {name: translated(one, known) for name, one in value.items()}
    if isinstance(value, list):
        return [translated(one, known) for one in value]
    return known.get(value, value) if isinstance(value, str) else value


def refusals(answer: dict[str, Any]) -> Any:
    """The user errors per mutation."""
    return {root: payload["userErrors"] for root, payload in (answer.get("data") or {}).items() if isinstance(payload, dict) and "userErrors" in payload}


def counted(value: Any) -> Any:
    """What a payload tells without its ids, cursors and moments: names, flags and how many there are of each."""
    if isinstance(value, dict):
        return {name: counted(one) for name, one in sorted(value.items()) if name not in _OTHERS}
    return [counted(one) for one in value] if isinstance(value, list) else value


def outcome(real: dict[str, Any], ours: dict[str, Any]) -> str:
    """match, or what is different."""
    codes = {str((one.get("extensions") or {}).get("code")) for one in ours.get("errors") or ()}
    if codes & _ABSENT:
        return _ELSEWHERE
    if refusals(real) != refusals(ours):
        return f"refused {refusals(real)} really, {refusals(ours)} here"
    if (real.get("data") is None) != (ours.get("data") is None):
        return f"data against none: {ours.get('errors')}"
    return "match" if counted(real.get("data")) == counted(ours.get("data")) else "other contents"


def test_recorded_companies_are_made_changed_and_refused_as_in_the_real_shop(open_shop: Any, few: Any, record_property: Any) -> None:
    counts: Counter[str] = Counter()
    others: list[str] = []
    for file in sorted(Path(shared("shopify", "graphql-captures")).glob("*/b2b/*.json")):
        shop, known, apart = open_shop(few, bucket_size=1e9, restore_rate=1e9), {}, False
        for query, variables, answer in steps(json.loads(file.read_text(encoding="utf-8"))):
            if "__type(" in query:
                continue
            ours = shop.ask(query, translated(variables, known), version="2026-04")
            learn(answer.get("data"), ours.get("data"), known)
            found = outcome(answer, ours)
            apart |= found == _ELSEWHERE and "mutation" in query
            apart |= file.name in _OUT_OF_ORDER
            if found not in ("match", _ELSEWHERE):
                others += [] if apart else [f"{file.name}: {found}\n   {json.dumps(answer.get('data'))}\n   {json.dumps(ours.get('data'))}"]
                found = "after a step that is not simulated" if apart else "different"
            counts[found] += 1
    for name, count in counts.items():
        record_property(name, count)
    print(dict(counts), *others, sep="\n")
    assert others == []
    assert counts["match"] >= 150


@pytest.mark.parametrize(("real", "same"), [({"data": {"m": {"userErrors": [{"message": "a"}]}}}, False), ({"data": {"m": {"userErrors": []}}}, True)])
def test_the_comparison_sees_another_refusal(real: Any, same: bool) -> None:
    assert (outcome(real, {"data": {"m": {"userErrors": []}}}) == "match") is same
