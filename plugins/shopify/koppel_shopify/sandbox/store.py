"""All that one simulated shop holds: records, apps, tokens and what must survive a restart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from koppel_shopify.sandbox import filling, filling_companies, gids, orderfill
from koppel_shopify.sandbox.schema import schema_for
from koppel_shopify.sandbox.shapes import REFERRED, BadState, Node, Shaper, listed

KINDS = {
    "locations": "Location", "customers": "Customer", "companies": "Company", "collections": "Collection", "products": "Product", "orders": "Order",
    "publications": "Publication", "webhookSubscriptions": "WebhookSubscription", "bulkOperations": "BulkOperation",
}
_SHOP: Node = {
    "name": "Koppel sandbox", "myshopifyDomain": "koppel-sandbox.myshopify.com", "currencyCode": "EUR",
    "ianaTimezone": "Europe/Amsterdam", "timezoneAbbreviation": "CET", "timezoneOffset": "+0100",
    "timezoneOffsetMinutes": 60, "taxesIncluded": True, "taxShipping": True, "weightUnit": "KILOGRAMS",
    "unitSystem": "METRIC_SYSTEM", "orderNumberFormatPrefix": "#", "orderNumberFormatSuffix": "",
    "email": "winkel@example.nl", "contactEmail": "winkel@example.nl", "shopOwnerName": "Eigenaar",
    "enabledPresentmentCurrencies": ["EUR"], "setupRequired": False,
    "plan": {"partnerDevelopment": False, "publicDisplayName": "Basic", "shopifyPlus": False},
}
CHANNELS = ("Online Store", "Point of Sale", "Shop")
"""The sales channels of a shop whose state names none."""
_FIRST_NUMBER = 5_100_000_000_001


@dataclass
class Entry:
    """One object that has an id: its type, its node and the id of the object it lives in."""

    kind: str
    node: Node
    parent: str = ""


class Store:
    """The records of one shop, found by global id."""

    def __init__(self, state: Mapping[str, Any], now: datetime) -> None:
        self.shaper = Shaper(schema_for("2026-10"))
        self.next_number = int(state.get("nextNumber") or _FIRST_NUMBER)
        self.index: dict[str, Entry] = {}
        self.jobs: dict[str, Node] = {}
        self.shop = self._shop(state.get("shop") or {}, now)
        self.records: dict[str, list[Node]] = {name: [] for name in KINDS}
        self._reserve(state)
        given = {"publications": [{"name": one} for one in CHANNELS], **state}
        for name in KINDS:
            for place, raw in enumerate(listed(given.get(name), name)):
                self._load(name, raw, f"{name}[{place}]", now)

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone."""
        return ZoneInfo(self.shop["ianaTimezone"])

    @property
    def currency(self) -> str:
        """The shop's currency."""
        return str(self.shop["currencyCode"])

    def new_id(self, kind: str, extra: str = "") -> str:
        """A global id that nothing has yet."""
        self.next_number += 1
        return gids.make(kind, self.next_number, extra)

    def entry(self, gid: str, kind: str = "") -> Entry | None:
        """What `gid` names, if it is a `kind`."""
        found = self.index.get(gid)
        return found if found and (not kind or found.kind == kind) else None

    def node(self, gid: str, kind: str = "") -> Node | None:
        """The node that `gid` names, if it is a `kind`."""
        found = self.entry(gid, kind)
        return found.node if found else None

    def parent(self, gid: str) -> Node | None:
        """The node that the object lives in."""
        found = self.index.get(gid)
        return self.node(found.parent) if found else None

    def all(self, kind: str) -> list[Node]:
        """Every object of `kind`, in the order of the store."""
        return [entry.node for entry in self.index.values() if entry.kind == kind]

    def add(self, name: str, node: Node, now: datetime) -> Node:
        """A new record in the collection `name`."""
        return self._load(name, node, name, now)

    def learn(self, node: Node, kind: str, parent: str = "") -> None:
        """Make `node` and all that lives in it findable. BadState for an id that is in use."""
        gid = str(node.get("id") or "")
        if gid:
            known = self.index.get(gid)
            if known is not None and known.node is not node and kind in REFERRED:
                raise BadState(f"the id {gid} is used twice")
            if known is None:
                self.index[gid] = Entry(kind, node, parent)
        for inner, inner_kind in self.shaper.owned(node, kind):
            self.learn(inner, inner_kind, gid or parent)

    def forget(self, node: Node, kind: str) -> None:
        """Make `node` and all that lives in it unknown."""
        self.index.pop(str(node.get("id") or ""), None)
        for inner, inner_kind in self.shaper.owned(node, kind):
            self.forget(inner, inner_kind)

    def dump(self) -> dict[str, Any]:
        """The records in the API's shapes."""
        kept = {name: [self.shaper.dumped(node, KINDS[name]) for node in nodes] for name, nodes in self.records.items()}
        return {"shop": self.shaper.dumped(self.shop, "Shop"), "nextNumber": self.next_number, **kept}

    def _shop(self, given: Mapping[str, Any], now: datetime) -> Node:
        shop = {**_SHOP, **self.shaper.shape(given, "Shop", "shop")}
        filling.identify(shop, "Shop", self, "shop")
        filling.stamp(shop, now)
        domain = shop["myshopifyDomain"]
        address = {"id": gids.make("ShopAddress", 1), "countryCodeV2": "NL"}
        host = {"id": gids.make("Domain", 1), "host": domain, "url": f"https://{domain}", "sslEnabled": True}
        filling.setdefaults(shop, url=f"https://{domain}", shopAddress=address, primaryDomain=host)
        try:
            ZoneInfo(shop["ianaTimezone"])
        except (ZoneInfoNotFoundError, ValueError):
            raise BadState(f"shop.ianaTimezone is {shop['ianaTimezone']!r}, which is no time zone") from None
        self.learn(shop, "Shop")
        return shop

    def _reserve(self, state: Mapping[str, Any]) -> None:
        """Start new ids above every number the state uses."""
        for number in _numbers(state):
            self.next_number = max(self.next_number, number)

    def _load(self, name: str, raw: Any, where: str, now: datetime) -> Node:
        node = self.shaper.shape(raw, KINDS[name], where)
        try:
            self._fill(name, node, where, now)
        except (KeyError, TypeError, AttributeError, ArithmeticError) as wrong:
            raise BadState(f"{where} cannot be understood: {wrong!r}") from wrong
        if node["id"] in self.index:
            raise BadState(f"{where} has the id {node['id']}, which is used already")
        try:
            self.learn(node, KINDS[name])
        except BadState as bad:
            raise BadState(f"{where}: {bad}") from None
        self.records[name].append(node)
        return node

    def _fill(self, name: str, node: Node, where: str, now: datetime) -> None:
        for index, one in enumerate(node.get("metafields") or ()):
            filling.metafield(one, self, now, f"{where}.metafields[{index}]")
        if name == "orders":
            self._customer_of(node, where, now)
            self._company_of(node, where, now)
            orderfill.order(node, self, now, where, self.currency)
        elif name == "products":
            self._need_location(now)
            self._collections_of(node, where, now)
            filling.product(node, self, now, where, [one["id"] for one in self.records["locations"]])
        elif name == "customers":
            filling.customer(node, self, now, where)
        elif name == "companies":
            self._people_of(node, where, now)
            filling_companies.company(node, self, now, where)
        elif name == "locations":
            filling.location(node, self, now, where)
        elif name == "collections":
            filling.collection(node, self, now, where)
        else:
            filling.identify(node, KINDS[name], self, where)
            filling.stamp(node, now)

    def _collections_of(self, product: Node, where: str, now: datetime) -> None:
        """A collection that came along inside a product becomes a record of its own, one per title."""
        known = {one["title"]: one for one in self.records["collections"]}
        found = []
        for place, given in enumerate(product.get("collections") or ()):
            one = self.node(str(given.get("id") or ""), "Collection") or known.get(str(given.get("title") or ""))
            one = one or self._load("collections", given, f"{where}.collections[{place}]", now)
            known[one["title"]] = one
            found.append({"id": one["id"]})
        product["collections"] = found

    def _people_of(self, company: Node, where: str, now: datetime) -> None:
        """The contacts of a company are customers; one that came along inside becomes a record of its own."""
        for person in (*(company.get("contacts") or ()), *filter(None, (company.get("mainContact"),))):
            self._customer_of(person, where, now)

    def _company_of(self, order: Node, where: str, now: datetime) -> None:
        """A company that came along inside an order becomes a record of its own, with the place and the person named there."""
        bought = order.get("purchasingEntity") or {}
        given = bought.get("company")
        if not given or self.node(str(given.get("id") or ""), "Company") is not None or not given.keys() - {"id"}:
            return
        place, person = bought.get("location"), bought.get("contact")
        whole = {**given, "locations": given.get("locations") or ([place] if place else [])}
        if person and person.get("customer"):
            whole["contacts"] = given.get("contacts") or [person]
        known = self._load("companies", whole, f"{where}.purchasingEntity.company", now)
        bought["company"] = {"id": known["id"]}
        if place:
            bought["location"] = {"id": known["locations"][0]["id"]}

    def _need_location(self, now: datetime) -> None:
        if not self.records["locations"]:
            self._load("locations", {"name": "Shop location"}, "locations", now)

    def _customer_of(self, order: Node, where: str, now: datetime) -> None:
        """A customer that came along inside an order becomes a record of its own."""
        given = order.get("customer")
        if not given:
            return
        known = self.node(str(given.get("id") or ""), "Customer")
        if known is None and (given.keys() - {"id"}):
            known = self._load("customers", given, f"{where}.customer", now)
        if known is not None:
            order["customer"] = {"id": known["id"]}


def _numbers(value: Mapping[str, Any]) -> Iterable[int]:
    """Every number that an id in `value` ends in."""
    stack = list(value.values())
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            stack.extend(one.values())
        elif isinstance(one, list):
            stack.extend(one)
        elif isinstance(one, str) and one.startswith("gid://"):
            yield gids.number_of(one)
