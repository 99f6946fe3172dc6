"""Whatever the shop answers, the operator gets a sentence and a remedy, and Koppel knows what happens next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from koppel import (
    AuthError,
    ConfigurationError,
    KoppelError,
    PluginError,
    Query,
    RejectedError,
    TransientError,
)
from koppel_shopify.errors import check_errors

Make = Callable[..., Any]
REFUSED = '{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}'


def failure(shop: Make, answer: Any, resource: str = "location") -> KoppelError:
    """The error that reading a list gives when the shop answers so."""
    with pytest.raises(KoppelError) as caught:
        shop(lambda name, variables: answer).connector.fetch(Query(resource))
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind", "field"),
    [
        (401, AuthError, "access_token"),
        (402, ConfigurationError, ""),
        (403, ConfigurationError, ""),
        (404, ConfigurationError, "shop"),
        (423, ConfigurationError, ""),
        (430, TransientError, None),
        (500, TransientError, None),
        (502, TransientError, None),
        (503, TransientError, None),
        (504, TransientError, None),
    ],
)
def test_each_http_status_says_what_happens_next(shop: Make, status: int, kind: type, field: str | None) -> None:
    error = failure(shop, httpx.Response(status, text=REFUSED))
    assert type(error) is kind
    assert error.message.endswith(".")
    assert error.resolution
    assert "Invalid API key" not in error.message
    if field is not None:
        assert getattr(error, "field", None) == field


def test_a_call_too_many_waits_as_long_as_asked(shop: Make) -> None:
    error = failure(shop, httpx.Response(429, headers={"retry-after": "4.0"}, text=""))
    assert isinstance(error, TransientError)
    assert error.retry_after == 4.0


@pytest.mark.parametrize("status", [200, 500, 503])
def test_a_web_page_instead_of_data_is_trouble_that_passes(shop: Make, status: int) -> None:
    page = httpx.Response(status, html="<html><body>Temporarily unavailable</body></html>")
    assert isinstance(failure(shop, page), TransientError)


@pytest.mark.parametrize("body", ['{"data": {"locations": {"no', "[1, 2]", "null", "17", '{"data": null}', "{}"])
def test_half_an_answer_is_trouble_that_passes(shop: Make, body: str) -> None:
    assert isinstance(failure(shop, httpx.Response(200, text=body)), TransientError)


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow")])
def test_a_broken_line_is_trouble_that_passes(shop: Make, error: Exception) -> None:
    def broken(name: str, variables: Any) -> Any:
        raise error

    with pytest.raises(TransientError):
        shop(broken).connector.fetch(Query("location"))


def top(message: str, code: str, path: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    """One top-level error."""
    return {"message": message, "path": path or ["locations"], "extensions": {"code": code, **more}}


@pytest.mark.parametrize(
    "code",
    [
        "PARSE_ERROR",
        "undefinedField",
        "argumentNotAccepted",
        "INVALID_VARIABLE",
        "BAD_REQUEST",
        "INVALID_FIELD_ARGUMENTS",
    ],
)
def test_a_question_the_shop_does_not_understand_asks_for_an_upgrade(shop: Make, code: str) -> None:
    error = failure(shop, {"errors": [top("Field 'x' doesn't exist on type 'Y'", code)]})
    assert isinstance(error, PluginError)
    assert "Field 'x' doesn't exist" in error.message
    assert "pip install" in error.resolution


def test_trouble_inside_shopify_is_tried_again(shop: Make) -> None:
    text = "Internal error. Looks like something went wrong on our end.\nRequest ID: 1-2 (include this in support requests)."
    error = failure(shop, {"data": {"locations": None}, "errors": [top(text, "INTERNAL_SERVER_ERROR")]})
    assert isinstance(error, TransientError)
    assert "Looks like something went wrong" in error.message


def test_an_error_nobody_knows_keeps_its_own_words(shop: Make) -> None:
    error = failure(shop, {"errors": [{"message": "The moon is full"}]})
    assert isinstance(error, TransientError)
    assert "The moon is full" in error.message
    assert "Odd" in failure(shop, {"errors": "Odd"}).message


def test_a_missing_scope_is_named(shop: Make) -> None:
    text = "Access denied for locations field. Required access: `read_locations` access scope."
    answer = {
        "data": {"locations": None},
        "errors": [top(text, "ACCESS_DENIED", requiredAccess="`read_locations` access scope.")],
    }
    error = failure(shop, answer)
    assert isinstance(error, ConfigurationError)
    assert error.cause == "scope.read_locations"
    assert "read_locations" in error.message


def test_protected_customer_data_is_explained(shop: Make) -> None:
    text = "This app is not approved to access the Customer object. See https://shopify.dev/docs/apps/launch/protected-customer-data for more details."
    error = failure(
        shop, {"data": {"customers": None}, "errors": [top(text, "ACCESS_DENIED", ["customers"])]}, "customer"
    )
    assert isinstance(error, ConfigurationError)
    assert "not approved to access the Customer object" in error.message
    assert "protected customer data" in error.resolution


def test_an_unknown_id_is_about_the_record(shop: Make) -> None:
    error = failure(
        shop,
        {"data": {"locations": None}, "errors": [top("Invalid id: gid://shopify/Location/9", "RESOURCE_NOT_FOUND")]},
    )
    assert isinstance(error, RejectedError)
    assert "gid://shopify/Location/9" in error.message


def test_denied_details_do_not_stop_the_record_but_a_worse_error_behind_them_does() -> None:
    denied = top("Access denied for customer field.", "ACCESS_DENIED", ["orders", "nodes", 0, "customer"])
    data = {"orders": {"nodes": [{"id": "1", "customer": None}]}}
    assert check_errors({"data": data, "errors": [denied]}) == ("orders.nodes.0.customer",)
    with pytest.raises(TransientError):
        check_errors({"data": data, "errors": [denied, top("Internal error.", "INTERNAL_SERVER_ERROR")]})


def test_a_denied_part_that_the_order_cannot_do_without_stops() -> None:
    denied = top("Access denied for lineItems field.", "ACCESS_DENIED", ["orders", "nodes", 0, "lineItems"])
    with pytest.raises(ConfigurationError):
        check_errors({"data": {"orders": {"nodes": [None]}}, "errors": [denied]})


def throttled(available: int, requested: int = 862, rate: float = 100.0) -> dict[str, Any]:
    """The answer when the points are used up."""
    status = {"maximumAvailable": 4000.0, "currentlyAvailable": available, "restoreRate": rate}
    cost = {"requestedQueryCost": requested, "actualQueryCost": None, "throttleStatus": status}
    return {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}], "extensions": {"cost": cost}}


def test_short_of_points_it_waits_exactly_until_they_are_back(shop: Make) -> None:
    answers = [throttled(512), {"locations": {"nodes": [], "pageInfo": {"hasNextPage": False}}}]
    made = shop(lambda name, variables: answers.pop(0))
    made.connector.fetch(Query("location"))
    assert made.slept == [3.5]


def test_a_long_wait_is_left_to_the_core(shop: Make) -> None:
    made = shop(lambda name, variables: throttled(0, 1000, 50.0))
    with pytest.raises(TransientError) as caught:
        made.connector.fetch(Query("location"))
    assert caught.value.retry_after == 20.0
    assert made.slept == []
    assert len(made.asked) == 1


def test_points_that_never_come_back_end_in_a_transient_error(shop: Make) -> None:
    made = shop(lambda name, variables: throttled(861, 862, 1.0))
    with pytest.raises(TransientError):
        made.connector.fetch(Query("location"))
    assert made.slept == [1.0, 1.0, 1.0]


def test_a_throttle_without_figures_still_waits(shop: Make) -> None:
    answers = [
        {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]},
        {"locations": {"nodes": []}},
    ]
    made = shop(lambda name, variables: answers.pop(0))
    assert made.connector.fetch(Query("location")).records == ()
    assert made.slept == [1.0]


def test_another_version_than_asked_stops_and_names_both(shop: Make) -> None:
    made = shop(lambda name, variables: {"locations": {"nodes": []}})
    made.headers = {"X-Shopify-API-Version": "2027-01"}
    with pytest.raises(ConfigurationError, match=r"2027-01.*2026-10"):
        made.connector.fetch(Query("location"))


def test_keys_of_another_shop_are_refused(shop: Make) -> None:
    made = shop(lambda name, variables: {"shop": {"myshopifyDomain": "other.myshopify.com"}, "orders": {"nodes": []}})
    with pytest.raises(ConfigurationError) as caught:
        made.connector.fetch(Query("sales_order"))
    assert caught.value.field == "shop"
    assert "other.myshopify.com" in caught.value.message


def test_a_search_that_was_not_understood_is_an_error(shop: Make) -> None:
    warning = {"field": "colour", "message": "Invalid search field for this query.", "code": "invalid_field"}
    payload = {
        "data": {"orders": {"nodes": []}},
        "extensions": {"search": [{"path": ["orders"], "query": "colour:red", "warnings": [warning]}]},
    }
    error = failure(shop, payload, "sales_order")
    assert isinstance(error, ConfigurationError)
    assert "colour" in error.message
