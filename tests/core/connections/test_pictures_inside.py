"""A picture named by its address is never fetched from inside the house, whatever its name resolves to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest
from koppel.connections import pictures
from koppel.connections.pictures import picture_at

SHOP = "https://shop.example.com"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "getproxies", dict)


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers["Host"])
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(b"picture")

        def log_message(self, *_: Any) -> None: ...

    http = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield f":{http.server_port}/pot.png", asked
    http.shutdown()
    http.server_close()


def names(monkeypatch: pytest.MonkeyPatch, **known: str) -> None:
    def look_up(host: str, port: Any, *_: Any, **__: Any) -> list[Any]:
        if host not in (*known, *known.values()):
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (known.get(host, host), port or 0))]

    monkeypatch.setattr(pictures.socket, "getaddrinfo", look_up)


@pytest.mark.parametrize("place", ["127.0.0.1", "10.0.0.8", "192.168.1.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.8", "224.0.0.1"])
def test_sec_12_a_name_of_an_internal_address_is_refused(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    names(monkeypatch, **{"pictures.example.com": place, "shop.example.com": "93.184.216.34"})
    with pytest.raises(ValueError, match="not on the internet"):
        picture_at("https://pictures.example.com/pot.png", SHOP)


@pytest.mark.parametrize(("url", "words"), [
    ("ftp://pictures.example.com/pot.png", "not on the internet"), ("http://[::1", "is none"), ("pot.png", "not on the internet"),
    ("http://jan:geheim@pictures.example.com/pot.png", "user name"), ("http://nowhere.example.com/pot.png", "not known"),
    ("http://127.1/pot.png", "not (known|on the internet)"), ("http://2130706433/pot.png", "not (known|on the internet)"),
])  # fmt: skip
def test_sec_12_an_address_that_is_no_web_address_is_refused(monkeypatch: pytest.MonkeyPatch, url: str, words: str) -> None:
    names(monkeypatch, **{"pictures.example.com": "93.184.216.34", "2130706433": "127.0.0.1", "127.1": "127.0.0.1"})
    with pytest.raises(ValueError, match=words):
        picture_at(url, SHOP)


def test_sec_12_the_address_that_was_checked_is_the_one_that_is_called(monkeypatch: pytest.MonkeyPatch, server: Any) -> None:
    path, asked = server
    names(monkeypatch, **{"pictures.example.com": "127.0.0.1"})
    monkeypatch.setattr(pictures, "_is_internal", lambda host: False)
    assert picture_at(f"http://pictures.example.com{path}", SHOP) == b"picture"
    assert asked == [f"pictures.example.com{path.partition('/')[0]}"]


def test_a_connection_that_is_internal_itself_may_have_internal_pictures(server: Any) -> None:
    path, _ = server
    assert picture_at(f"http://127.0.0.1{path}", "http://localhost:8000") == b"picture"


def test_behind_a_proxy_the_proxy_looks_the_name_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "getproxies", lambda: {"https": "http://proxy:3128"})
    monkeypatch.setattr(pictures, "proxy_bypass", lambda host: False)
    address = httpx.URL("https://pictures.example.com/pot.png")
    assert pictures._place_of(address, httpx.URL(SHOP)) == address
    with pytest.raises(ValueError, match="not on the internet"):
        pictures._place_of(httpx.URL("https://10.0.0.8/pot.png"), httpx.URL(SHOP))
