"""A connection logs in at the Exact Online of its country: the login page and the way back go to that host alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import koppel.site
import pytest
from koppel.actions.connections import save_connection
from koppel.catalog import Catalog
from koppel.config import Config
from koppel.connections.secrets import Vault
from koppel.site import Site
from koppel.store.db import Database
from koppel.store.models import Base
from koppel_exactonline.about import HOSTS

BACK = "https://koppel.example/oauth/callback"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    config = Config(home=tmp_path)
    made = Site(config, Database(config.url), Vault.create(config.key_file), Catalog.load())
    Base.metadata.create_all(made.db.engine)
    yield made
    made.close()


@pytest.mark.parametrize("host", HOSTS)
def test_the_login_and_its_answer_go_to_the_host_of_the_country(site: Site, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def open_post(base_url: str, *, title: str) -> Callable[..., httpx.Response]:
        def post(url: str, form: dict[str, str]) -> httpx.Response:
            asked.append((base_url + url if url.startswith("/") else url, form["grant_type"]))
            return httpx.Response(200, json={"access_token": "a", "refresh_token": "b", "expires_in": "600"}, request=httpx.Request("POST", "https://x"))

        return post

    monkeypatch.setattr(koppel.site, "open_post", open_post)
    save_connection(site, "books", "exactonline", {"host": host, "client_id": "app", "client_secret": "s", "division": "1"})
    tokens = site.tokens_of(site.connection("books"))
    assert tokens is not None
    page = urlsplit(tokens.authorize_url(BACK, "once"))
    assert (page.scheme, page.netloc, page.path) == ("https", host, "/api/oauth2/auth")
    assert parse_qs(page.query)["redirect_uri"] == [BACK]
    tokens.exchange("code", BACK)
    assert asked == [(f"https://{host}/api/oauth2/token", "authorization_code")]


def test_a_simulator_has_an_address_of_its_own_and_the_netherlands_is_the_default(site: Site) -> None:
    settings: dict[str, Any] = {"client_id": "app", "client_secret": "s", "division": "1"}
    save_connection(site, "books", "exactonline", settings)
    assert site.settings_of(site.connection("books"))["base_url"] == "https://start.exactonline.nl"
    save_connection(site, "books", "exactonline", {**settings, "base_url": "http://127.0.0.1:9"})
    assert site.settings_of(site.connection("books"))["base_url"] == "http://127.0.0.1:9"
