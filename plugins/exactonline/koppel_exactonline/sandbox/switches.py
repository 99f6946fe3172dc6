"""The simulator's options: limits to raise, and a choice wherever the reference leaves the real behaviour open."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

CHOICES = {
    "language": ("", "NL", "EN", "FR"),
    "consent": ("first", "all"),
    "without_json": ("atom", "415"),
    "not_found_body": ("empty", "json"),
    "top_shape": ("array", "results"),
    "order_line_amount": ("excluding", "as_priced"),
    "vat_precedence": ("none", "account", "item"),
    "limit_headers_on_429": ("exceeded", "none"),
    "credit_quantities": ("negative", "positive", "any"),
    "entry_vat_amount": ("computed", "sent"),
    "webhook_action": ("title", "upper"),
    "webhook_endpoint": ("absolute", "relative"),
    "webhook_moment": ("iso", "ticks"),
    "webhook_create": ("Update", "Create"),
    "webhook_after_last": ("unsubscribe", "drop"),
    "bank_matching": ("none", "our_ref"),
    "bank_sign": ("received", "paid"),
    "closed_until": (),
}


@dataclass(frozen=True)
class Switches:
    """Every option with its default: the observed behaviour, or the stricter one where nothing is known."""

    minute_limit: int = 60
    """Calls per clock-aligned minute, per app and division (reference: Limits)."""
    day_limit: int = 5000
    """Calls per UTC day, per app and division."""
    token_limit: int = 200
    """Calls to the token endpoint per day, per app and user."""
    error_limit: int = 10
    """Answers 400, 401, 403 and 404 within an hour, per app, user, division and endpoint, before the block."""
    error_block_status: int = 429
    """What a blocked endpoint answers; the real status is not known."""
    limit_headers_on_errors: bool = False
    """Send the X-RateLimit headers with refused calls as well; the reference shows them on successes."""
    limit_headers_on_429: str = "exceeded"
    """Which headers a 429 carries: the "exceeded" window's, or "none" (seen in 2019)."""
    retry_after: bool = False
    """Send Retry-After with a 429; no evidence either way."""
    surplus_429: int = 0
    """Answer each n-th call with 429 although calls are left, as has been seen; 0 never."""
    early_refresh_status: int = 400
    """400 (observed in 2026) or 401 (older article) for a refresh before 570 seconds."""
    access_token_seconds: int = 600
    """How long an access token lives."""
    refresh_not_before: int = 570
    """How many seconds a token must be old before it may be refreshed."""
    refresh_token_days: int = 30
    """How many days an unused refresh token lives."""
    loopback_redirects: bool = False
    """Accept any redirect to localhost or 127.0.0.1, without HTTPS too, besides the registered ones; for a demo."""
    consent: str = "first"
    """The divisions ticked on the consent page when the human changes nothing: the "first" one or "all"."""
    list_unconsented: bool = False
    """Show divisions outside the consent in system/Divisions; reading them stays forbidden."""
    language: str = ""
    """Language of the messages: NL, EN or FR; empty takes the user's own."""
    mandatory_filter: bool = True
    """Refuse unfiltered lists where the endpoint has a mandatory filter list; not every app meets this."""
    demand_select: bool = True
    """Refuse lists that want $select or $top=1 without either."""
    top_shape: str = "array"
    """Shape of a list with $top within one page: a bare "array" or "results"; both were seen."""
    without_json: str = "atom"
    """Answer without `Accept: application/json`: an "atom" feed or status "415"."""
    not_found_body: str = "empty"
    """Body of a 404: "empty" or "json"; the real one was never captured."""
    ignore_case: bool = False
    """Compare text in $filter regardless of case; not documented."""
    ignore_trailing_spaces: bool = False
    """Let 'NL' equal the padded 'NL ' in $filter; not documented."""
    refused_functions: tuple[str, ...] = ()
    """Filter functions answered with 501, e.g. ("substringof",); some endpoints do that."""
    unchanged_code_refused: bool = True
    """A PUT that carries the record's own unchanged Code is "data already exists"."""
    fixed_change_refused: bool = True
    """A PUT that changes a property that cannot change is an error instead of being ignored."""
    customers_only: bool = True
    """Sales orders want an account with Status C."""
    new_item_is_sales: bool = False
    """IsSalesItem of a new item that does not say; an order wants a sales item."""
    account_address_rows: bool = True
    """The address on an account is kept as its crm/Addresses row of type 1; likely, not tested."""
    vat_inclusive_prices: bool = True
    """A VAT code of Type I makes the price on an order line include VAT."""
    order_line_amount: str = "excluding"
    """AmountFC of an order line with such a code: "excluding" VAT, or "as_priced"."""
    direct_invoices: bool = True
    """The edition has direct sales invoices (8023, 8024); only Plus, Professional and Premium have them."""
    credit_quantities: str = "negative"
    """Sign of quantities on a credit note: "negative", "positive" or "any"; not documented."""
    entry_vat_amount: str = "computed"
    """VATAmountFC of a sales entry line: "computed" from the code whatever was sent, or as "sent"; not documented."""
    bank_matching: str = "none"
    """What settles an open item: a bank or cash line with its number as "our_ref", or "none" that comes in by the
    interface; not documented."""
    bank_sign: str = "received"
    """The amounts above zero in a bank or cash journal: what was "received" or what was "paid"; not documented."""
    closed_until: str = ""
    """Periods up to this day, as 2026-03-31, are closed; empty for none."""
    closed_journals: tuple[str, ...] = ()
    """The journals of which they are closed, by code; none named: all."""
    closed_status: int = 1
    """Status of a closed period in JournalStatusByFinancialPeriod, an open one has one less; not documented."""
    extra_fields: tuple[str, ...] = ()
    """What the administration calls the free text fields of its items, in their order."""
    webhook_action: str = "title"
    """Casing of Action in a webhook: "title" or "upper"; sources differ."""
    webhook_endpoint: str = "absolute"
    """ExactOnlineEndpoint in a webhook: "absolute" or "relative"; sources differ."""
    webhook_moment: str = "iso"
    """EventCreatedOn in a webhook: "iso" or "ticks"; sources differ."""
    webhook_create: str = "Update"
    """Action of the webhook for a new row: one source says "Update" as for a change; others expect "Create"."""
    webhook_retry_seconds: int = 60
    """The unit of the growing waits between deliveries; minutes by what integrators saw, not in the official text."""
    webhook_after_last: str = "unsubscribe"
    """After the tenth failed delivery: "unsubscribe", or only "drop" the message; not known."""
    webhook_update_refused: bool = True
    """A PUT of a subscription is refused: delete it and make it anew (older notes)."""
    webhook_doubles: bool = False
    """Send every webhook twice."""
    vat_precedence: str = "none"
    """Where an order line without VATCode takes it from: "none", else "account" or "item" first."""


def switches_from(options: Mapping[str, Any]) -> Switches:
    """Build the switches; ValueError names an unknown option's nearest neighbour, or a value that does not fit."""
    known = {one.name: one.default for one in fields(Switches)}
    for name in options:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1, 0.0)[0]
            raise ValueError(f"no option called {name!r}; the nearest is {near!r}")
    return Switches(**{name: _fitted(name, value, known[name]) for name, value in options.items()})


def _fitted(name: str, value: Any, default: Any) -> Any:
    if isinstance(default, bool):
        fitted: Any = {"true": True, "1": True, "false": False, "0": False}.get(str(value).lower())
    elif isinstance(default, int):
        text = str(value)
        fitted = int(text) if text.isascii() and text.isdigit() else None
    elif isinstance(default, tuple):
        fitted = tuple(value.replace(",", " ").split()) if isinstance(value, str) else tuple(value)
    else:
        fitted = value if value in CHOICES[name] or (not CHOICES[name] and isinstance(value, str)) else None
    if fitted is None:
        wanted = f"one of {', '.join(map(repr, CHOICES[name]))}" if name in CHOICES else type(default).__name__
        raise ValueError(f"option {name!r} wants {wanted}, not {value!r}")
    return fitted
