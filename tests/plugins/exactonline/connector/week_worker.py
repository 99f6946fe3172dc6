"""A worker process for the week's test: per line "<seconds ahead>" it asks for a token and uses it once."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import httpx
from koppel.connections.http import open_post
from koppel.connections.secrets import Vault
from koppel.connections.tokens import TokenKeeper
from koppel.errors import KoppelError
from koppel.settings import Settings
from koppel.store.db import Database
from koppel.store.models import utcnow
from koppel_exactonline.about import OAUTH


def main(database: str, key_file: str, base_url: str, client_id: str, client_secret: str) -> None:
    ahead = timedelta()
    settings = Settings({"base_url": base_url, "client_id": client_id, "client_secret": client_secret})
    vault = Vault.open(Path(key_file), None)

    def post(url: str, form: dict[str, str]) -> httpx.Response:
        line = httpx.HTTPTransport(verify=False)  # the simulator speaks plain HTTP; reading certificates takes 70 ms
        return open_post(base_url, title="Exact Online", transport=line)(url, form)

    keeper = TokenKeeper(Database(database), vault, 1, OAUTH, settings, post, title="Exact Online", clock=lambda: utcnow() + ahead)
    http = httpx.Client(base_url=base_url, headers={"Accept": "application/json"})
    print("ready", flush=True)
    for line in sys.stdin:
        ahead = timedelta(seconds=float(line))
        try:
            answer = http.get("/api/v1/current/Me", headers={"Authorization": f"Bearer {keeper.access()}"})
            print(answer.status_code, flush=True)
        except KoppelError as error:
            print(f"{type(error).__name__}: {error.message}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
