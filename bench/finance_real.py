"""512 real invoices as orders of a shop, sent to both ledgers in each form of paper: how many are exact, corrected or held, and why."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from support.forms import FORMS, NO_GOODS, send, with_vat
from support.retail import articles_in, read_lines, retail_orders
from support.shared import HOME

CASES = {
    "as they are": {},
    "postage and charges mapped": {"rows": NO_GOODS},
    "20 % VAT in the prices, books without": {"rows": NO_GOODS, "basis": "excl"},
}  # fmt: skip


def main() -> None:
    """Send all of them in every case, and print a table or one JSON object."""
    given = _arguments()
    files = list((HOME / "orders").glob("*.csv"))
    if not files:
        print(f"Nothing to send: the real orders are not at {HOME / 'orders'} (TEST_SHARED_DATA says where).", file=sys.stderr)
        return
    lines = read_lines(files[0])
    nodes = list({node["name"]: node for node in retail_orders(lines)}.values())[: given.orders]
    found = {}
    for case, how in CASES.items():
        started = time.perf_counter()
        found[case] = _sent(nodes, articles_in(lines), how)
        print(f"{case}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
    print(json.dumps(found, indent=1) if given.json else _table(found))


def _sent(nodes: list[Any], articles: dict[str, str], how: dict[str, Any]) -> dict[str, Any]:
    orders = [with_vat(node) for node in nodes] if how.get("basis") == "excl" else nodes
    with tempfile.TemporaryDirectory() as folder:
        made = send(Path(folder), orders, articles, **how)
    return {ledger: {form: tally.told() for form, tally in forms.items()} for ledger, forms in made.items()}


def _table(found: dict[str, Any]) -> str:
    rows = []
    for case, ledgers in found.items():
        rows.append(case)
        for ledger, forms in ledgers.items():
            for form in FORMS:
                one = forms[form]
                held = ", ".join(f"{count} {cause}" for cause, count in one["held"].items()) or "none"
                rows.append(f"  {ledger:12} {form:15} exact {one['exact']:4}  corrected {one['corrected']:4}  off {len(one['off'])}  held: {held}")
    return "\n".join(rows)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--orders", type=int, default=None, help="only the first so many")
    return parser.parse_args()


if __name__ == "__main__":
    main()
