"""Microseconds per record of a compiled mapping, in and out, over the records of the demo."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from koppel.actions.records import stand_in  # noqa: E402 - the parts of the tests are found by the line above
from koppel.documents import DOCUMENTS  # noqa: E402
from koppel.documents.base import read_document  # noqa: E402
from koppel.errors import KoppelError  # noqa: E402
from koppel.records import MapStep  # noqa: E402
from koppel.runner.view import target_view  # noqa: E402
from koppel.site import Opened  # noqa: E402
from koppel.store.models import Flow, Incoming  # noqa: E402
from support.trio import Trio  # noqa: E402

COLUMNS = ("flow", "records", "inbound", "document", "view", "outbound", "fields")
SECONDS = 2.0
"""How long each step is repeated; the fastest round counts."""


def main() -> None:
    """Read the demo's records once, then map them again and again."""
    given = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        trio = Trio(Path(folder))
        try:
            found = [row for flow in trio.plan.flows if (row := measure(trio, flow["name"]))]
        finally:
            trio.close()
    print(json.dumps({"microseconds_per_record": found}, indent=1) if given.json else _table(found))


def measure(trio: Trio, name: str) -> dict[str, Any] | None:
    """Each step of one flow's records; None where nothing came in."""
    trio.run(name)
    payloads = trio.inbox(name)
    if not payloads:
        return None
    flow = trio.site.flow(name)
    sides = [trio.site.open_side(flow, side) for side in ("source", "target")]
    try:
        return {"flow": name, **_steps(flow, *sides, payloads)}
    finally:
        for side in sides:
            side.close()


def _steps(flow: Flow, source: Opened, target: Opened, rows: Sequence[Incoming]) -> dict[str, Any]:
    kind, resource = DOCUMENTS[flow.resource], target.manifest.resource(flow.resource)
    assert resource is not None

    def read(row: Incoming) -> dict[str, Any]:
        step = MapStep(flow.name, source.manifest.title, flow.resource, "inbound", row.payload)
        return {**source.endpoint.map(step).fields, "source_id": row.external_id}

    def view(document: Any) -> dict[str, Any]:
        return target_view(document, target.settings, resource)

    def write(record: dict[str, Any]) -> Any:
        return target.endpoint.map(MapStep(flow.name, target.manifest.title, flow.resource, "outbound", record)).fields

    fields = [read(row) for row in rows]
    documents = [one for one in (_document(kind, each) for each in fields) if one is not None]
    for one in documents:
        stand_in(one, target.manifest.title)
    views = [one for one in map(view, documents) if _can(write, one)]
    return {
        "records": len(rows), "inbound": _fastest(read, rows), "document": _fastest(lambda one: _document(kind, one), fields),
        "view": _fastest(view, documents), "outbound": _fastest(write, views),
        "fields": round(sum(len(write(one)) for one in views) / max(1, len(views)), 1),
    }  # fmt: skip


def _document(kind: Any, fields: dict[str, Any]) -> Any:
    try:
        return read_document(kind, fields)
    except KoppelError:  # one that does not add up waits, and is not mapped further
        return None


def _can(step: Callable[[Any], Any], value: Any) -> bool:
    try:
        step(value)
    except KoppelError:
        return False
    return True


def _fastest(step: Callable[[Any], Any], values: Sequence[Any]) -> float | None:
    """Microseconds per value in the fastest of as many rounds as fit in SECONDS."""
    if not values:
        return None
    until, best = time.perf_counter() + SECONDS, float("inf")
    while time.perf_counter() < until:
        started = time.perf_counter()
        for value in values:
            step(value)
        best = min(best, time.perf_counter() - started)
    return round(best / len(values) * 1e6, 1)


def _table(found: list[dict[str, Any]]) -> str:
    lines = ["  ".join(f"{name:>23}" for name in COLUMNS)]
    lines += ["  ".join(f"{row[name] if row[name] is not None else '-':>23}" for name in COLUMNS) for row in found]
    return "\n".join([*lines, "inbound, document, view and outbound in microseconds per record"])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    return parser.parse_args()


if __name__ == "__main__":
    main()
