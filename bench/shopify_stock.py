"""What do 10,000 changed counts cost in calls to Shopify and in points?

A ledger with as many articles as --skus, all kept in the shop; first all of them are met (and read), then every count
changes twice, then nothing. The simulator's limits are Shopify's own: 2,000 points, 100 back per second, 250 quantities
in a call. A tenth of the articles is sold in between, so that what was written last is no longer true."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from shopify_site import Bench

FIELDS = ["sku", "quantity"]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--skus", type=int, default=10_000)
    asked = parser.parse_args()
    told = measure(asked.skus)
    if asked.json:
        print(json.dumps(told))
        return
    for name, row in told.items():
        print(f"{name:22} {row['calls']:5} calls, {row['points']:6} points, {row['updated']:6} counts set, {row['seconds']:6.1f} s")


def measure(skus: int) -> dict[str, dict[str, Any]]:
    """The four runs."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), {"products": [_product(number) for number in range(skus)]}, "stock", FIELDS, 1000)
        try:
            for number in range(skus):
                bench.ledger.add("stock", sku=f"S{number}", quantity=5)
            first = _step(bench)
            _count(bench, 7)
            changed = _step(bench)
            same = _step(bench)
            _sell(bench, every=10)
            _count(bench, 9)
            sold = _step(bench)
            return {"first_meeting": first, "all_changed": changed, "nothing_changed": same, "all_changed_some_sold": sold}
        finally:
            bench.close()


def _product(number: int) -> dict[str, Any]:
    form = {"sku": f"S{number}", "inventoryQuantity": 3, "inventoryItem": {"tracked": True}}
    return {"title": f"Artikel {number}", "variants": [form]}


def _count(bench: Bench, quantity: int) -> None:
    for row in bench.ledger.records["stock"].values():
        row["quantity"] = quantity


def _sell(bench: Bench, every: int) -> None:
    """Take one piece of every so manieth article, as a sale does."""
    for product in bench.server.shell.sandbox.store.records["products"][::every]:
        level = product["variants"][0]["inventoryItem"]["inventoryLevels"][0]
        next(one for one in level["quantities"] if one["name"] == "available")["quantity"] -= 1


def _step(bench: Bench) -> dict[str, Any]:
    started = time.monotonic()
    summary = bench.run()
    return {**bench.counted(), "updated": summary.updated, "seconds": round(time.monotonic() - started, 1)}


if __name__ == "__main__":
    main()
