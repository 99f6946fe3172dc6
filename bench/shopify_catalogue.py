"""A catalogue of 500, 1,000 and 5,000 products with four forms each, written to Shopify and read back.

The simulator runs in a process of its own, and so does each size, so that the peak memory is the connector's. Both ways
go through bulk operations; the peak must not grow with the catalogue."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
from koppel import Batch, Draft, Query, Settings, Write
from koppel.connections.grants import Grant
from koppel.connections.http import open_client
from koppel.testing.serving import SandboxServer
from koppel_shopify.connector import ShopifyConnector
from koppel_shopify.manifest import MANIFEST
from shopify_site import LOCATION, SANDBOX, SHOP

BATCH = MANIFEST.resource("product").batch_size  # type: ignore[union-attr]
FORMS = ("S", "M", "L", "XL")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 1000, 5000])
    asked = parser.parse_args()
    told = {str(size): apart(measure, size) for size in asked.sizes}
    if asked.json:
        print(json.dumps(told))
        return
    for size, row in told.items():
        print(f"{size:>6} products: written {row['write']}, read {row['read']}, peak {row['peak_mb']} MB")


def apart(work: Any, size: int) -> dict[str, Any]:
    """Do the work in a process of its own, so that its memory is its own."""
    context = multiprocessing.get_context("spawn")
    give, take = context.Pipe()
    process = context.Process(target=work, args=(size, give))
    process.start()
    told: dict[str, Any] = take.recv()
    process.join()
    return told


def simulate(url: Any) -> None:
    """The shop, until it is ended."""
    server = SandboxServer(SANDBOX, SHOP, {"media_seconds": 0})
    url.send(server.url)
    server.serve()


def measure(size: int, answer: Any) -> None:
    """Write and read one catalogue."""
    context = multiprocessing.get_context("spawn")
    give, take = context.Pipe()
    shop = context.Process(target=simulate, args=(give,), daemon=True)
    shop.start()
    url = take.recv()
    idle = _peak()
    try:
        written = _timed(url, lambda: _write(url, size))
        read = _timed(url, lambda: _read(url, size))
        answer.send({"write": written, "read": read, "idle_mb": idle, "peak_mb": _peak()})
    finally:
        shop.terminate()


def _timed(url: str, work: Any) -> dict[str, Any]:
    before, started = _calls(url), time.monotonic()
    work()
    return {"calls": _calls(url) - before, "seconds": round(time.monotonic() - started, 1)}


def _write(url: str, size: int) -> None:
    connector = _connect(url)
    for start in range(0, size, BATCH):
        writes = tuple(Write(f"b:{n}", Draft("product", _product(n))) for n in range(start, min(size, start + BATCH)))
        for receipt in connector.upsert(Batch("product", writes)).items:
            if receipt.error is not None:
                sys.exit(f"an article was refused: {receipt.error}")


def _read(url: str, size: int) -> None:
    seen = forms = 0
    for record in _records(url):
        seen += 1
        forms += len(record.data["variants"]["nodes"])
    if (seen, forms) != (size, size * len(FORMS)):
        sys.exit(f"{seen} products with {forms} forms came back of {size}")


def _records(url: str) -> Iterator[Any]:
    connector, query = _connect(url), Query("product")
    while True:
        page = connector.fetch(query)
        yield from page.records
        if not page.more:
            return
        query = replace(query, cursor=page.cursor)


def _product(number: int) -> dict[str, Any]:
    forms = [{"sku": f"A{number}-{size}", "price": {"incl": "19.95"}, "options": {"Size": size}} for size in FORMS]
    text = f"<p>{'Een lange omschrijving van dit artikel. ' * 12}</p>"
    return {"title": f"Artikel {number}", "descriptionHtml": text, "status": "ACTIVE", "tracked": True, "variants": forms}


def _connect(url: str) -> ShopifyConnector:
    given = {one.name: one.default for one in MANIFEST.settings}
    settings = Settings({**given, "shop": "bloem-en-blad", "base_url": url, "location": LOCATION, "bulk_from": "100",
                         "access_token": "shpat_koppel_sandbox_static"})  # fmt: skip
    client = open_client(url, title="Shopify", timeout=httpx.Timeout(900.0))  # the simulator works while we look
    connector = ShopifyConnector(settings, client)
    client.auth = connector.auth(Grant("Shopify", MANIFEST.oauth, settings, None)) or httpx.Auth()
    return connector


def _calls(url: str) -> int:
    return len(httpx.get(f"{url}/_sandbox/log", timeout=60).json())


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
