"""When a token is renewed, what each refusal means, and that nothing is lost or asked too early."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy as sa
from koppel.connections.secrets import Vault
from koppel.connections.tokens import TokenKeeper
from koppel.connections.tokenstore import TokenRow
from koppel.errors import AuthError, ConfigurationError, TransientError
from koppel.manifest import OAuth
from koppel.settings import Settings
from koppel.store.db import Database
from koppel.store.models import Connection, Token

SETTINGS = Settings({"base_url": "https://start.example.nl/", "client_id": "id", "client_secret": "s3cret-of-app"})
EXACT = OAuth("authorization_code", "/api/oauth2/token", "/api/oauth2/auth?force_login=0", refresh_not_before=570)
OWN_APP = OAuth("client_credentials", "/admin/oauth/access_token")
Answer = httpx.Response | Exception


class Line:
    """Answers token requests with what it was given, and remembers them."""

    def __init__(self, *answers: Answer) -> None:
        self.answers, self.asked = list(answers), list[tuple[str, dict[str, str]]]()

    def __call__(self, url: str, form: dict[str, str]) -> httpx.Response:
        self.asked.append((url, form))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def tokens(number: int, **more: Any) -> httpx.Response:
    pair = {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}", "expires_in": "600"}
    return httpx.Response(200, json={key: value for key, value in (pair | more).items() if value is not None})


def refused(status: int, error: str, description: str = "", **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"error": error, "error_description": description}, headers=headers)


@pytest.fixture
def keep(db: Database, vault: Vault, clock: Any) -> Callable[..., tuple[TokenKeeper, Line]]:
    def make(*answers: Answer, oauth: OAuth = EXACT, login: bool = True) -> tuple[TokenKeeper, Line]:
        line = Line(*answers)
        keeper = TokenKeeper(db, vault, 1, oauth, SETTINGS, line, title="Exact Online", clock=clock)
        if login:
            keeper.store({"access_token": "access-0", "refresh_token": "refresh-0", "expires_in": 600})
        return keeper, line

    return make


def test_a_token_is_used_until_it_may_be_replaced_and_then_replaced_once(keep: Any, clock: Any) -> None:
    keeper, line = keep(tokens(1))
    clock.move(569)
    assert keeper.access() == "access-0"
    assert keeper.renewable_in() == 1
    clock.move(1)
    assert [keeper.access(), keeper.access()] == ["access-1", "access-1"]
    url, form = line.asked[0]
    assert len(line.asked) == 1
    assert url == "https://start.example.nl/api/oauth2/token"
    assert form == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh-0",
        "client_id": "id",
        "client_secret": "s3cret-of-app",
    }


def test_tokens_are_stored_sealed(keep: Any, db: Database, vault: Vault) -> None:
    keep()
    with db.read() as session:
        row = session.get_one(Token, 1)
    assert "access-0" not in row.access + row.refresh
    assert vault.unseal_text(row.refresh) == "refresh-0"


@pytest.mark.parametrize(
    ("said", "life"), [("600", 600), (600, 600), ("599.9", 599), (None, 3600), ("soon", 3600), ("-5", 3600)]
)
def test_the_life_of_a_token_is_read_from_text_or_number(keep: Any, clock: Any, said: Any, life: int) -> None:
    keeper, _ = keep(tokens(1, expires_in=said), oauth=OAuth("client_credentials", "/t"), login=False)
    keeper.access()
    held = keeper._row.read()
    assert held.expires_at == clock() + timedelta(seconds=life)


def test_a_life_of_zero_in_the_manifest_means_the_token_never_ends(keep: Any, clock: Any) -> None:
    keeper, _ = keep(tokens(1, expires_in=None), oauth=OAuth("client_credentials", "/t", lifetime=0), login=False)
    keeper.access()
    clock.move(10 * 365 * 86400)
    assert keeper.access() == "access-1"


def test_an_answer_without_refresh_token_keeps_the_old_one(keep: Any, clock: Any) -> None:
    keeper, line = keep(tokens(1, refresh_token=None), tokens(2))
    clock.move(600)
    keeper.access()
    clock.move(600)
    assert keeper.access() == "access-2"
    assert line.asked[1][1]["refresh_token"] == "refresh-0"


def test_client_credentials_are_asked_for_again(keep: Any, clock: Any) -> None:
    keeper, line = keep(tokens(1, refresh_token=None), tokens(2), oauth=OWN_APP, login=False)
    assert keeper.access() == "access-1"
    clock.move(541)
    assert keeper.access() == "access-2"
    assert [form["grant_type"] for _, form in line.asked] == ["client_credentials"] * 2


def test_a_rejected_token_is_replaced_unless_another_did_so_or_it_is_too_young(keep: Any, clock: Any) -> None:
    keeper, line = keep(tokens(1))
    assert keeper.renew("access-of-yesterday") == "access-0"
    assert keeper.renew("access-0") == "access-0"
    assert line.asked == []
    clock.move(570)
    assert keeper.renew("access-0") == "access-1"


@pytest.mark.parametrize(
    "answer",
    [
        refused(400, "access_denied", "Rate limit exceeded: access_token not expired"),
        refused(401, "x", "access token not expired"),
        httpx.Response(400, headers={"Reason": "TooEarlyToRefreshTokens: Rate limit exceeded"}),
        refused(429, "access_denied", "Rate limit exceeded: access_token not expired"),
    ],
)
def test_too_early_is_no_refusal_and_is_not_asked_again_at_once(keep: Any, clock: Any, answer: httpx.Response) -> None:
    keeper, line = keep(answer, tokens(1))
    clock.move(580)
    assert [keeper.access() for _ in range(5)] == ["access-0"] * 5
    assert keeper.renew("access-0") == "access-0"
    assert len(line.asked) == 1
    clock.move(30)
    assert keeper.access() == "access-1"
    assert line.asked[1][1]["refresh_token"] == "refresh-0"


@pytest.mark.parametrize(
    "answer",
    [
        refused(401, "unauthorized_client", "Old refresh token used."),
        refused(400, "invalid_request", "The refresh token expired at 1-1-2026 and it is now 4-3-2026"),
        refused(400, "invalid_grant", "Token is not allowed, because of invalid or empty chainId"),
        refused(400, "invalid_grant"),
        httpx.Response(401),
        httpx.Response(200, json={"error": "invalid_grant"}),
    ],
)
def test_a_refused_login_asks_a_person(keep: Any, clock: Any, answer: httpx.Response) -> None:
    keeper, _ = keep(answer)
    clock.move(600)
    with pytest.raises(AuthError, match="Exact Online asks you to log in again") as caught:
        keeper.access()
    assert caught.value.field == ""


@pytest.mark.parametrize("error", ["shop_not_permitted", "app_not_installed", "invalid_client"])
def test_a_refused_app_names_the_setting(keep: Any, error: str) -> None:
    keeper, _ = keep(refused(400, error), oauth=OWN_APP, login=False)
    with pytest.raises(AuthError, match="refuses the client id and secret") as caught:
        keeper.access()
    assert caught.value.field == "client_secret"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.Response(503),
        httpx.Response(500, json={"error": "server_error"}),
        httpx.Response(429, headers={"Retry-After": "7.0"}),
        httpx.Response(400, json={"error": "access_denied", "error_description": "Rate limit exceeded"}),
        httpx.Response(200, html="<html>maintenance</html>"),
        httpx.Response(403, html="<html>blocked</html>"),
        httpx.Response(200, json=["odd"]),
        httpx.Response(200, json={"access_token": ""}),
    ],
)
def test_trouble_passes_and_the_old_pair_stays(keep: Any, clock: Any, answer: Answer) -> None:
    keeper, line = keep(answer, tokens(1))
    clock.move(600)
    with pytest.raises(TransientError, match="Exact Online") as caught:
        keeper.access()
    if isinstance(answer, httpx.Response) and answer.status_code == 429:
        assert caught.value.retry_after == 7
    assert keeper.access() == "access-1"
    assert line.asked[1][1]["refresh_token"] == "refresh-0"


@pytest.mark.parametrize("status", [302, 404, 405])
def test_a_wrong_address_names_the_setting(keep: Any, status: int) -> None:
    keeper, _ = keep(httpx.Response(status, html="<html>not found</html>"), oauth=OWN_APP, login=False)
    with pytest.raises(ConfigurationError) as caught:
        keeper.access()
    assert (caught.value.field, type(caught.value)) == ("base_url", ConfigurationError)


def test_no_secret_appears_in_an_error(keep: Any, clock: Any) -> None:
    keeper, _ = keep(refused(400, "invalid_grant", "refresh-0 with s3cret-of-app is unknown"))
    clock.move(600)
    with pytest.raises(AuthError) as caught:
        keeper.access()
    text = f"{caught.value.message} {caught.value.detail} {caught.value.facts}"
    assert "refresh-0" not in text
    assert "s3cret-of-app" not in text
    assert "is unknown" in text


def test_without_a_login_a_person_is_asked(keep: Any) -> None:
    keeper, line = keep(login=False)
    with pytest.raises(AuthError, match="no login is stored"):
        keeper.access()
    assert line.asked == []


def test_logging_in(keep: Any) -> None:
    keeper, line = keep(tokens(1), login=False)
    url = urlsplit(keeper.authorize_url("https://koppel.example/back?a=1", "st&te"))
    assert (url.netloc, url.path) == ("start.example.nl", "/api/oauth2/auth")
    assert parse_qs(url.query) == {
        "force_login": ["0"],
        "response_type": ["code"],
        "client_id": ["id"],
        "redirect_uri": ["https://koppel.example/back?a=1"],
        "state": ["st&te"],
    }
    keeper.exchange("the-code", "https://koppel.example/back?a=1")
    assert line.asked[0][1]["code"] == "the-code"
    assert keeper.access() == "access-1"


def test_a_code_used_twice_is_refused(keep: Any) -> None:
    keeper, _ = keep(refused(400, "invalid_grant", "code"), login=False)
    with pytest.raises(AuthError):
        keeper.exchange("the-code", "https://koppel.example/back")


def test_threads_share_one_refresh(keep: Any, clock: Any) -> None:
    keeper, line = keep(tokens(1), tokens(2))
    clock.move(600)
    got: list[str] = []
    threads = [threading.Thread(target=lambda: got.append(keeper.access())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["access-1"] * 8
    assert len(line.asked) == 1


def test_a_connection_removed_meanwhile_is_said(db: Database, vault: Vault, clock: Any) -> None:
    keeper = TokenKeeper(db, vault, 99, OWN_APP, SETTINGS, Line(tokens(1)), clock=clock)
    with pytest.raises(ConfigurationError, match="removed"):
        keeper.access()


def test_a_pair_is_saved_though_the_line_to_the_database_broke(
    any_db: Database, vault: Vault, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other system gave the pair away already: losing it would cost a person a login."""
    keeper = TokenKeeper(any_db, vault, 1, OWN_APP, SETTINGS, Line(tokens(1)), clock=clock)
    commit, failures = TokenRow._commit, [sa.exc.OperationalError("UPDATE", {}, Exception("server closed"))]

    def broken_once(row: TokenRow, statement: Any) -> int:
        if failures:
            raise failures.pop()
        return commit(row, statement)

    monkeypatch.setattr(TokenRow, "_commit", broken_once)
    assert keeper.access() == "access-1"
    assert TokenRow(any_db, vault, 1).read().access == "access-1"


def test_deleting_the_connection_deletes_its_tokens(keep: Any, db: Database, vault: Vault) -> None:
    keep()
    with db.write() as session:
        session.delete(session.get_one(Connection, 1))
    assert TokenRow(db, vault, 1).read().access == ""
