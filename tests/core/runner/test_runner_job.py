"""The fingerprint of a record tells whether it changed; it stays what it is, or everything would be looked at again."""

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from koppel.runner.job import fingerprint
from koppel.store.db import canonical, dumps

LEAVES = st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.text() | st.dates() | st.datetimes()
CONTENT = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner), max_leaves=20)


def spelled(value):
    """The canonical text, piece by piece."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{dumps(key)}:{spelled(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(spelled, value)) + "]"
    return dumps(value)


@given(CONTENT)
def test_content_has_one_text(value):
    assert canonical(value) == spelled(value)


def test_the_order_of_keys_makes_no_difference_and_anything_else_does():
    order = {"name": "#1001", "total": Decimal("12.10"), "lines": [{"sku": "POT", "at": datetime(2026, 1, 20, tzinfo=UTC)}], "day": date(2026, 1, 20)}
    turned = {key: order[key] for key in reversed(order)}
    assert fingerprint(order) == fingerprint(turned) == "4304cca79999c22cefbfd861d54f79dd1772f0ae12f17034f12b6ead21ac0445"
    assert fingerprint({**order, "total": Decimal("12.1")}) != fingerprint(order)
