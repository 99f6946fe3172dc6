"""What a client gets when it calls too often, or too often wrongly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

DAY = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
MINUTE = ("x-ratelimit-minutely-limit", "x-ratelimit-minutely-remaining", "x-ratelimit-minutely-reset")


def to_the_next_minute(client: Any) -> None:
    now = client.sandbox.clock.now()
    client.sandbox.clock.advance(60.01 - now.second - now.microsecond / 1e6)


def test_successful_calls_carry_both_windows(start: Callable[..., Any]) -> None:
    client = start()
    to_the_next_minute(client)
    headers = client.get("system/Divisions").headers
    now = client.sandbox.clock.now().timestamp()
    assert [headers[name] for name in DAY[:2]] == ["5000", "4999"]
    assert [headers[name] for name in MINUTE[:2]] == ["60", "59"]
    assert int(headers[MINUTE[2]]) % 60_000 == 0
    assert 0 < int(headers[MINUTE[2]]) / 1000 - now <= 60
    assert int(headers[DAY[2]]) % 86_400_000 == 0
    assert 0 < int(headers[DAY[2]]) / 1000 - now <= 86_400


def test_the_61st_call_in_a_minute_is_429_with_only_the_minute_headers(start: Callable[..., Any]) -> None:
    client = start()
    to_the_next_minute(client)
    assert {client.get("system/Divisions").status_code for _ in range(60)} == {200}
    refused = client.get("system/Divisions")
    assert (refused.status_code, refused.content) == (429, b"")
    assert refused.headers[MINUTE[1]] == "0"
    assert not set(DAY) & set(refused.headers)
    to_the_next_minute(client)
    assert client.get("system/Divisions").status_code == 200


def test_above_the_day_limit_only_the_day_headers_are_sent(start: Callable[..., Any]) -> None:
    client = start(day_limit=2)
    statuses = [client.get("system/Divisions").status_code for _ in range(2)]
    refused = client.get("system/Divisions")
    assert (statuses, refused.status_code) == ([200, 200], 429)
    assert refused.headers[DAY[0]] == "2"
    assert not set(MINUTE) & set(refused.headers)
    assert client.get("/api/v1/current/Me").status_code == 200


def test_calls_without_a_division_do_not_count(start: Callable[..., Any]) -> None:
    client = start(minute_limit=1)
    to_the_next_minute(client)
    answers = [client.get("/api/v1/current/Me") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert not set(DAY + MINUTE) & set(answers[0].headers)
    assert client.get("system/Divisions").status_code == 200


def test_each_division_has_its_own_count(start: Callable[..., Any]) -> None:
    client = start(minute_limit=1, consent="all")
    to_the_next_minute(client)
    assert client.get("/api/v1/3012345/system/Divisions").status_code == 200
    assert client.get("/api/v1/3012346/system/Divisions").status_code == 200
    assert client.get("/api/v1/3012346/system/Divisions").status_code == 429


def test_refused_calls_count_but_say_nothing_unless_switched_on(start: Callable[..., Any]) -> None:
    client = start()
    assert not set(DAY + MINUTE) & set(client.get("crm/Nothing").headers)
    assert client.get("system/Divisions").headers[DAY[1]] == "4998"
    assert set(DAY) <= set(start(limit_headers_on_errors=True).get("crm/Nothing").headers)


def test_the_tenth_error_in_an_hour_blocks_that_endpoint_for_an_hour(exact: Any) -> None:
    assert [exact.get("crm/Accounts").status_code for _ in range(10)] == [400] * 10
    blocked = exact.get("crm/Accounts", filter="Name eq 'x'")
    assert (blocked.status_code, blocked.content) == (429, b"")
    assert exact.get("logistics/Units").status_code == 200
    exact.sandbox.clock.advance(590)
    exact.tokens = exact.refresh().json()
    assert exact.get("crm/Accounts", filter="Name eq 'x'").status_code == 429
    exact.sandbox.clock.advance(3_020)
    exact.tokens = exact.refresh().json()
    assert exact.get("crm/Accounts", filter="Name eq 'x'").status_code == 200


def test_a_second_block_lasts_longer(start: Callable[..., Any]) -> None:
    client = start(error_limit=1, access_token_seconds=90_000)
    waits = []
    for _ in range(2):
        assert client.get("crm/Accounts").status_code == 400
        waits.append(0)
        while client.get("crm/Accounts", filter="Name eq 'x'").status_code == 429:
            client.sandbox.clock.advance(1_800)
            waits[-1] += 1
    assert waits == [2, 4]


def test_errors_spread_over_more_than_an_hour_do_not_block(start: Callable[..., Any]) -> None:
    client = start(error_limit=3, access_token_seconds=90_000)
    for _ in range(6):
        assert client.get("crm/Accounts").status_code == 400
        client.sandbox.clock.advance(1_801)


def test_business_errors_do_not_count_as_errors(exact: Any) -> None:
    assert {exact.post("crm/Accounts").status_code for _ in range(12)} == {500}


@pytest.mark.parametrize("path", ["crm/Nothing", "crm/Accounts(guid'00000000-0000-0000-0000-000000000000')"])
def test_a_404_counts_as_an_error(start: Callable[..., Any], path: str) -> None:
    client = start(error_limit=2, error_block_status=403)
    assert [client.get(path).status_code for _ in range(3)] == [404, 404, 403]


def test_calls_with_an_expired_token_count_as_errors(start: Callable[..., Any]) -> None:
    client = start(error_limit=2)
    client.sandbox.clock.advance(600)
    assert [client.get("logistics/Units").status_code for _ in range(3)] == [401, 401, 429]


def test_a_url_above_6000_letters_and_a_body_above_10_megabytes_are_refused(exact: Any) -> None:
    assert exact.get("logistics/Units", filter="Code eq '" + "x" * 6_000 + "'").status_code == 414
    huge = exact.request("POST", "logistics/Items", content=b"x" * (10 * 1024 * 1024 + 1))
    assert huge.status_code == 413


def test_a_429_may_come_without_headers_or_although_calls_are_left(start: Callable[..., Any]) -> None:
    client = start(day_limit=1, limit_headers_on_429="none")
    client.get("system/Divisions")
    refused = client.get("system/Divisions")
    assert refused.status_code == 429
    assert not set(DAY + MINUTE) & set(refused.headers)
    client = start(surplus_429=3)
    to_the_next_minute(client)
    answers = [client.get("system/Divisions") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers[MINUTE[1]]) > 0
