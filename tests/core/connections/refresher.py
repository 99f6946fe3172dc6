"""A worker process for the tests: per line "<threads> <rejected token>" it renews and tells what it got."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from koppel.connections.http import open_post
from koppel.connections.secrets import Vault
from koppel.connections.tokens import TokenKeeper
from koppel.errors import KoppelError
from koppel.manifest import OAuth
from koppel.settings import Settings
from koppel.store.db import Database


def main(database: str, key_file: str, base_url: str) -> None:
    db, vault = Database(database), Vault.open(Path(key_file), None)
    settings = Settings({"base_url": base_url, "client_id": "koppel", "client_secret": "s3cret-of-app"})
    oauth = OAuth("authorization_code", "/oauth2/token", "/oauth2/auth")
    keeper = TokenKeeper(db, vault, 1, oauth, settings, open_post(base_url, title="Example"), title="Example")

    def renew(rejected: str) -> str:
        try:
            return keeper.renew(rejected)
        except KoppelError as error:
            return f"{type(error).__name__}: {error.message}"

    print("ready", flush=True)
    with ThreadPoolExecutor(4) as pool:
        for line in sys.stdin:
            threads, rejected = line.split()
            print("|".join(pool.map(renew, [rejected] * int(threads))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
