"""The behaviours of the simulated shop that an integrator may turn, with the stricter choice as default."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Switches:
    """Every option of the sandbox.

    bucket_size: points that fit in one app's bucket (reference: section 3).
    restore_rate: points that flow back per second.
    max_query_cost: the dearest single operation that is admitted, in points.
    oldest_version: the oldest version still served; older ones fall forward to it (section 1).
    latest_version: the newest stable version; the quarter after it is the release candidate.
    token_life: seconds that a client-credentials token lives (section 2).
    scopes: comma-separated access scopes that replace those of every app; empty keeps the state's.
    order_window_days: how many days of orders are visible without `read_all_orders` (section 12).
    protected_data: `full`, `level1` (names, addresses, phones and e-mails are null) or `none` (customers refused).
    idempotency_life: seconds that an idempotency key is remembered (section 8).
    failed_key: what a key does after a try that ended in user errors: `refuse` it, or `replay` those errors.
    media_seconds: how long a new picture is not ready yet (section 10).
    bulk_seconds: how long a bulk operation runs before it is completed (section 7).
    search_lag: seconds before a search finds what was just made (section 5: about 12).
    relay: where webhooks for https addresses are really sent, so that a test can hear them; empty sends none.
    webhook_doubles: how many more times each webhook is sent, as happens (section 9).
    refresh_life: seconds that a refresh token lives (section 2).
    b2b: whether the shop's plan has companies: `on`, or `off` and every company is refused (section 14).
    company_touch: whether a change of a company's place is one of the place alone (`own`) or of the company too (`whole`).
    contact_taken: what a new contact with the e-mail address of a customer does: it is a `refuse`d address, or does `join`.
    wrong_enum: a search value outside its list is warned of and then `ignore`d (all rows) or matches `nothing`.
    cancel_seconds: how long the job takes that cancels an order (section 12).
    returns_leave_refund: whether a return that is processed without money leaves a refund of nothing with its lines.
    fees_in_total: whether what the shop keeps of a return as a fee counts in the order's total now (section 12).
    exchange_in_total: whether what is sent in exchange counts in the order's total before returns, as what an edit adds does.
    """

    bucket_size: float = 2000.0
    restore_rate: float = 100.0
    max_query_cost: int = 1000
    oldest_version: str = "2026-01"
    latest_version: str = "2026-10"
    token_life: int = 86399
    scopes: str = ""
    order_window_days: int = 60
    protected_data: str = "full"
    idempotency_life: int = 86400
    failed_key: str = "refuse"
    media_seconds: int = 2
    bulk_seconds: int = 1
    search_lag: int = 0
    relay: str = ""
    webhook_doubles: int = 0
    refresh_life: int = 7776000
    b2b: str = "on"
    company_touch: str = "own"
    contact_taken: str = "refuse"
    wrong_enum: str = "ignore"
    cancel_seconds: int = 0
    returns_leave_refund: bool = True
    fees_in_total: bool = False
    exchange_in_total: bool = True

    @property
    def scope_list(self) -> tuple[str, ...]:
        """The overriding scopes, one by one."""
        return tuple(part.strip() for part in self.scopes.split(",") if part.strip())


_CHOICES = {
    "protected_data": ("full", "level1", "none"),
    "failed_key": ("refuse", "replay"),
    "b2b": ("on", "off"),
    "company_touch": ("own", "whole"),
    "contact_taken": ("refuse", "join"),
    "wrong_enum": ("ignore", "nothing"),
}


def switches(options: Mapping[str, Any]) -> Switches:
    """The switches as set by `options`; ValueError for an unknown name or a value that does not fit."""
    known = {field.name: field for field in fields(Switches)}
    values: dict[str, Any] = {}
    for name, value in options.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
            raise ValueError(f"the Shopify sandbox has no option {name!r}; the nearest is {near[0]!r}")
        values[name] = _fit(name, value, type(known[name].default))
    return Switches(**values)


def _fit(name: str, value: Any, kind: type[Any]) -> Any:
    if kind is str and isinstance(value, list | tuple):
        value = ",".join(map(str, value))
    try:
        fitted = kind(value)
    except (TypeError, ValueError):
        raise ValueError(f"option {name!r} must be {kind.__name__}, not {value!r}") from None
    if name in _CHOICES and fitted not in _CHOICES[name]:
        raise ValueError(f"option {name!r} must be one of {', '.join(_CHOICES[name])}, not {value!r}")
    return fitted
