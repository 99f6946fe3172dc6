"""Papers that were taken back and booked anew: which one counts for its order now, and which no longer do."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from koppel.finance.reconcile import Sum
from koppel.site import Site
from koppel.store.models import Flow, Link

_KEY = re.compile(r"(?P<paper>.+):(?P<what>credit|anew)-(?P<count>\d+)", re.DOTALL)


@dataclass(frozen=True)
class Rebooked:
    """`numbers` is the number of the paper that counts, by id of the order or the exchange in the source; `taken_back` those that
    were booked and do not count, with the ids and how often; `reversals` the numbers of papers that undo a credit note."""

    numbers: dict[str, str]
    taken_back: dict[str, int]
    reversals: frozenset[str]

    def as_booked(self, order: Sum) -> Sum:
        """The order under the number of the paper that counts for it."""
        return replace(order, reference=self.numbers.get(order.source_id, order.reference))

    def left(self, sold: Sequence[Sum], there: Sequence[Sum]) -> list[Sum]:
        """What is in the books, without papers that were taken back and what took them back. `sold` has the source's own numbers."""
        gone = set(self.reversals)
        for order in sold:
            for count in range(self.taken_back.get(order.source_id, 0)):
                gone.add(f"{order.reference}-{count + 1}" if count else order.reference)
        return [order for order in there if order.reference not in gone]


def rebooked(site: Site, flow: Flow) -> Rebooked:
    """What was booked anew by flows between these two connections."""
    query = sa.select(Link.source_key, Link.label, Link.resource).where(
        Link.source_id == flow.source_id, Link.target_id == flow.target_id,
        sa.or_(Link.source_key.contains(":anew-"), Link.source_key.contains(":credit-")),
    )  # fmt: skip
    numbers: dict[str, tuple[int, str]] = {}
    times: dict[str, int] = defaultdict(int)
    reversals = set()
    with site.db.read() as session:
        for row in session.execute(query):
            found = _KEY.fullmatch(row.source_key)
            if found is None:
                continue
            key, count = found["paper"], int(found["count"])
            if found["what"] == "anew":
                numbers[key] = max(numbers.get(key, (0, "")), (count, row.label))
            else:
                times[key] = max(times[key], count)
                if row.resource == flow.paper:
                    reversals.add(row.label)
    return Rebooked({key: label for key, (_, label) in numbers.items()}, dict(times), frozenset(reversals))
