"""A picture named by its address is fetched without a login, and never from an internal address for the outside."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from koppel.connections.pictures import picture_at


class _Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path == "/pot.png" and "Authorization" not in self.headers
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(b"\x89PNG" if found else b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def shop() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_picture_is_fetched_where_it_lies(shop: str) -> None:
    assert picture_at(f"{shop}/pot.png", shop) == b"\x89PNG"
    with pytest.raises(ValueError, match="404"):
        picture_at(f"{shop}/gone.png", shop)


@pytest.mark.parametrize("url", ["http://127.0.0.1/pot.png", "http://localhost/a", "http://10.1.2.3/a", "file:///etc/passwd", "http://intranet/a", ""])
def test_an_internal_address_is_never_asked_for_a_service_outside(url: str) -> None:
    with pytest.raises(ValueError, match="not on the internet"):
        picture_at(url, "https://start.exactonline.nl")
