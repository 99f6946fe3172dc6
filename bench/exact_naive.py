"""The naive chain: for each order ask whether it exists, ask for its customer, ask for each article, then post."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import httpx
from exact_shop import Town
from koppel.testing.serving import SandboxServer

DIVISION = "/api/v1/3012345"
REDIRECT = "http://127.0.0.1/naive"


class Clock(Protocol):
    """A clock that can be told to wait."""

    def now(self) -> datetime:
        """The moment it is."""

    def sleep(self, seconds: float) -> None:
        """Be so many seconds later."""


class Script:
    """What somebody writes in an afternoon: it waits when the minute is full, and renews its token when that ends."""

    def __init__(self, server: SandboxServer, clock: Clock) -> None:
        self.clock, self.app = clock, server.shell.sandbox.dump()["oauth"]["clients"][0]
        self.http = httpx.Client(base_url=server.url, headers={"Accept": "application/json"}, timeout=60)
        asked = {"client_id": self.app["client_id"], "redirect_uri": REDIRECT, "response_type": "code", "approve": "1"}
        back = self.http.get("/api/oauth2/auth", params=asked).headers["location"]
        self._tokens({"grant_type": "authorization_code", "code": parse_qs(urlsplit(back).query)["code"][0], "redirect_uri": REDIRECT})

    def rows(self, entity: str, where: str, select: str) -> list[dict[str, Any]]:
        """The rows of a filtered list."""
        answer = self._call("GET", entity, params={"$filter": where, "$select": select}).json()["d"]
        return list(answer["results"] if isinstance(answer, dict) else answer)

    def post(self, entity: str, **fields: Any) -> dict[str, Any]:
        """Make a record."""
        return dict(self._call("POST", entity, json=fields).json()["d"])

    def _call(self, method: str, entity: str, **more: Any) -> httpx.Response:
        answer = self.http.request(method, f"{DIVISION}/{entity}", headers=self.login, **more)
        if answer.status_code == 401:
            self._tokens({"grant_type": "refresh_token", "refresh_token": self.refresh})
            return self._call(method, entity, **more)
        if answer.status_code == 429:  # the day is spent: wait for midnight
            resets = [int(value) for name, value in answer.headers.items() if name.lower().endswith("-reset")]
            self.clock.sleep(max(resets) / 1000 - self.clock.now().timestamp() + 1)
            return self._call(method, entity, **more)
        answer.raise_for_status()
        if answer.headers.get("X-RateLimit-Minutely-Remaining") == "0":
            self.clock.sleep(61)
        return answer

    def _tokens(self, form: dict[str, str]) -> None:
        app = {"client_id": self.app["client_id"], "client_secret": self.app["client_secret"]}
        answer = self.http.post("/api/oauth2/token", data={**form, **app}).json()
        self.login, self.refresh = {"Authorization": f"Bearer {answer['access_token']}"}, answer["refresh_token"]


def naive_day(server: SandboxServer, town: Town, clock: Clock) -> None:
    """All new articles, then all orders, one after the other."""
    script = Script(server, clock)
    group = script.rows("logistics/ItemGroups", "Code eq 'POT'", "ID")[0]["ID"]
    for one in town.new:
        if not script.rows("logistics/Items", f"Code eq '{one.sku}'", "ID"):
            item = script.post("logistics/Items", Code=one.sku, Description=one.title, IsSalesItem=True, ItemGroup=group)["ID"]
            script.post("logistics/SalesItemPrices", Item=item, Price=float(one.price))
    for order in town.orders:
        _one_order(script, order)


def _one_order(script: Script, order: dict[str, Any]) -> None:
    if script.rows("salesorder/SalesOrders", f"YourRef eq '{order['reference']}'", "OrderID"):
        return
    lines = [
        {"Item": _item(script, line["sku"]), "Quantity": line["quantity"], "NetPrice": float(line["unit_price"]), "VATCode": "3"}
        for line in order["lines"]
    ]  # fmt: skip
    debtor = _debtor(script, order["customer"])
    script.post("salesorder/SalesOrders", OrderedBy=debtor, YourRef=order["reference"], PaymentCondition="ID", SalesOrderLines=lines)


def _item(script: Script, sku: str) -> str:
    return str(script.rows("logistics/Items", f"Code eq '{sku}'", "ID")[0]["ID"])


def _debtor(script: Script, customer: dict[str, Any]) -> str:
    found = script.rows("crm/Accounts", f"Email eq '{customer['email']}'", "ID")
    if found:
        return str(found[0]["ID"])
    home = customer["billing"]
    made = script.post(
        "crm/Accounts", Name=customer["name"], Status="C", Email=customer["email"], AddressLine1=home["line"],
        Postcode=home["postcode"], City=home["city"], Country=home["country"],
    )["ID"]  # fmt: skip
    if customer["kind"] == "company":
        script.post("crm/Contacts", Account=made, FirstName=customer["first_name"], LastName=customer["last_name"])
    return str(made)
