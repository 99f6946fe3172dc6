"""The simulator's options: one for each behaviour of AccountView that is not known for certain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any

CHOICES: Mapping[str, tuple[str, ...]] = {
    "old_refresh_token": ("dies", "lives"),
    "paging": ("last_key", "page_number", "both"),
    "last_key_with_sort": ("refuse", "key"),
    "page_size_over_max": ("error", "cap"),
    "list_of_values": ("refuse", "comma", "semicolon"),
    "text_compare": ("exact", "any_case"),
    "date_precision": ("second", "day"),
    "date_literals": ("foxpro", "any"),
    "single_row": ("list", "object"),
    "unknown_fields": ("error", "ignore"),
    "long_text": ("error", "truncate"),
    "excess_decimals": ("error", "round"),
    "outside_code_page": ("replace", "error", "keep"),
    "double_key": ("refuse", "overwrite"),
    "double_invoice": ("store", "refuse"),
    "put": ("listed", "debtors"),
    "guessed_fields": ("shown", "hidden"),
    "error_texts": ("dutch", "bare"),
    "error_numbers": ("null", "list", "text"),
    "nothing_found": ("empty", "404"),
    "fields_answer": ("rows", "table"),
    "periods": ("year", "all", "bare", "hidden"),
    "image_encoding": ("base64", "data_url"),
    "offline_answer": ("status", "html", "error_200", "timeout"),
    "gross_prices": ("administration", "gross", "net"),
    "page_sides": ("both", "one"),
    "bank_sides": ("both", "one"),
    "page_sign": ("debit", "credit"),
    "page_amounts": ("flag", "net", "gross"),
    "page_vat_lines": ("with_line", "own_line"),
    "page_vat_check": ("given", "checked"),
    "exchange_rate": ("home_per_foreign", "foreign_per_home", "untold"),
}


@dataclass(frozen=True)
class Switches:
    """How strict and in which mood the simulated service is; the defaults are the strict side."""

    access_token_seconds: int = 1200
    """Life of an access token, in seconds."""
    refresh_token_days: int = 60
    """Life of a refresh token, in days."""
    code_seconds: int = 300
    """Life of an authorisation code, in seconds."""
    expires_in: bool = True
    """Whether a token answer tells its life in `expires_in`."""
    old_refresh_token: str = "dies"
    """Whether a used refresh token `dies` or `lives`."""
    star_scope: bool = False
    """Whether the authorise page accepts the scope `*`."""
    hidden_companies: str = ""
    """Codes, with commas, of companies the consenting user has no access to."""
    misrouted_to: str = ""
    """Code of a company that answers whatever x-company asks, as a relay that mixes up its lines would let it."""
    misrouted_after: int = 0
    """Writes that still reach the right company before `misrouted_to` begins."""
    calls_per_minute: int = 0
    """API calls allowed in a sliding minute, 0 = no limit known."""
    max_query_string: int = 2048
    """Longest query string in characters before the web server answers 404 itself."""
    max_body_bytes: int = 4_000_000
    """Largest request body."""
    default_page_size: int = 100
    """Rows in a page when PageSize is left out."""
    max_page_size: int = 1000
    """Largest PageSize."""
    page_size_over_max: str = "error"
    """What a larger PageSize does: `error` or `cap`."""
    paging: str = "last_key"
    """Which paging parameter is honoured: `last_key`, `page_number` or `both`; the other one is ignored."""
    last_key_with_sort: str = "refuse"
    """LastKey together with another order: `refuse`, or cut by `key` and sort what is left."""
    last_key_included: bool = False
    """Whether a page after LastKey begins with that row itself."""
    max_filters: int = 25
    """Most filters in one request."""
    list_of_values: str = "refuse"
    """FilterIsListOfValues=true: `refuse`, or values parted by `comma` or `semicolon`."""
    more_operators: bool = False
    """Whether operators that no client was seen using (BeginsWith, GreaterThan, …) are known."""
    text_compare: str = "exact"
    """Whether text filters mind capitals (`exact`) or not (`any_case`)."""
    date_precision: str = "second"
    """Date filters of type T compare to the `second` or by `day`."""
    date_literals: str = "foxpro"
    """Dates in filters: `foxpro` = {^YYYY-MM-DD} only, `any` = ISO as well."""
    single_row: str = "list"
    """One row in an answer comes as `list` or as bare `object`."""
    guessed_fields: str = "shown"
    """Fields that nobody has seen but this simulator needs are `shown` to callers or `hidden`."""
    unknown_fields: str = "error"
    """A field that the dictionary lacks: `error` or `ignore`."""
    nothing_found: str = "empty"
    """A filtered read without a row: an `empty` array, or an error with status `404`."""
    fields_answer: str = "rows"
    """What /accountviewfields gives: bare `rows`, or one `table` with them."""
    periods: str = "year"
    """What PER tells: periods of the `year` that BookDate picks, of `all` years, `bare` ones without dates, or it is
    `hidden`."""
    error_texts: str = "dutch"
    """Whether an error says in `dutch` what is wrong, or is `bare` of any reason."""
    error_numbers: str = "null"
    """What ErrorNumbers holds: `null`, a `list` of numbers or a `text`."""
    error_status: int = 400
    """HTTP status of an AccountView error; 200 is possible too."""
    insert_status: int = 200
    """HTTP status of a stored insert, 200 or 201."""
    long_text: str = "error"
    """Text over the field's width: `error` or `truncate`."""
    excess_decimals: str = "error"
    """More decimals than the field keeps: `error` or `round`."""
    outside_code_page: str = "replace"
    """Characters outside the one-byte code page: `replace` by ?, `error` or `keep`."""
    double_key: str = "refuse"
    """A new record whose key is taken: `refuse`, or `overwrite` the old one."""
    double_invoice: str = "store"
    """A daybook page with an invoice number that is taken: `store` a second one, or `refuse`."""
    put: str = "listed"
    """PUT works where the list of objects says so (`listed`), or for `debtors` alone."""
    image_encoding: str = "base64"
    """How the data of an image are written: bare `base64` or as `data_url`."""
    one_header_per_call: bool = True
    """Whether several header rows in one call are refused."""
    contacts: bool = True
    """Whether the installation has contact persons (PP1, LNCP)."""
    gross_prices: str = "administration"
    """Prices include VAT as the `administration` says, or always `gross` or `net`."""
    page_sides: str = "both"
    """Lines of a sales page: `both` sides, balanced, or `one`, the debtor's being booked by AccountView."""
    bank_sides: str = "both"
    """Lines of a bank or cash page: `both` sides, balanced, or `one`, that of the daybook's own account being booked by
    AccountView."""
    page_sign: str = "debit"
    """Amounts above zero on a page are `debit` or `credit`."""
    page_amounts: str = "flag"
    """Amounts on a page include VAT as its GROSS_FLG says (`flag`), or are always `net` or `gross`."""
    page_vat_lines: str = "with_line"
    """VAT on a page is booked by AccountView from VAT_AMT (`with_line`), or has an `own_line`."""
    page_vat_check: str = "given"
    """VAT_AMT is taken as `given`, or `checked` against base and rate."""
    exchange_rate: str = "home_per_foreign"
    """EXCH_RATE of a page in another currency: what one unit of it is worth in the currency of the administration
    (`home_per_foreign`), or the other way round (`foreign_per_home`). `untold`: both totals of such a page are in its own."""
    pd_amt_lowers_total: bool = False
    """Whether PD_AMT of an order is taken off its total."""
    stock_touches_article: bool = False
    """Whether a reservation sets the article's CNG_DATE."""
    offline: bool = False
    """AccountView behind the relay does not answer."""
    offline_answer: str = "status"
    """What the relay says then: `status` 503 with an error body, `html` a page with 502, `error_200`, or
    `timeout` a page with 504."""
    time_zone: str = "Europe/Amsterdam"
    """Zone of the administration's clock; dates in answers carry none."""


def read_switches(options: Mapping[str, Any]) -> Switches:
    """The options as switches; ValueError for an unknown name or an impossible value."""
    known = {one.name: one.default for one in fields(Switches)}
    for name in options:
        if name not in known:
            near = get_close_matches(name, known, 1, 0.0)
            raise ValueError(f"AccountView sandbox has no option {name!r}; the nearest is {near[0]!r}")
    return Switches(**{name: _fit(name, value, known[name]) for name, value in options.items()})


def _fit(name: str, value: Any, default: Any) -> Any:
    if isinstance(default, bool):
        return _yes_or_no(name, value)
    if isinstance(default, int):
        return _whole(name, value)
    if isinstance(value, list | tuple) and name == "hidden_companies":
        value = ",".join(str(one) for one in value)
    if not isinstance(value, str) or (name in CHOICES and value not in CHOICES[name]):
        raise ValueError(f"option {name!r} must be one of {', '.join(CHOICES.get(name, ('a text',)))}, not {value!r}")
    return value


def _yes_or_no(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "1", "yes", "on"):
        return True
    if str(value).lower() in ("false", "0", "no", "off"):
        return False
    raise ValueError(f"option {name!r} must be true or false, not {value!r}")


def _whole(name: str, value: Any) -> int:
    try:
        number = int(str(value))
    except ValueError:
        raise ValueError(f"option {name!r} must be a whole number, not {value!r}") from None
    if number < 0:
        raise ValueError(f"option {name!r} must not be negative")
    return number
