"""Fields that many types share: nodes by id, metafields, addresses and counts."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from koppel_shopify.sandbox import access, gids
from koppel_shopify.sandbox.connections import connection
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import not_found
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.scalars import moment
from koppel_shopify.sandbox.searching import Search, Setting, find
from koppel_shopify.sandbox.shapes import Node

HAVE_METAFIELDS = ("Collection", "Customer", "Location", "Order", "Product", "ProductVariant", "Shop", "Company", "CompanyLocation", "AppInstallation")


def by_id(gid: str, kind: str, context: Context) -> Node | None:
    """The object of `kind` with that id; refuses what is no id of that kind (reference: section 4)."""
    if gids.kind_of(gid) != kind:
        raise not_found(gid)
    found = context.store.node(gid, kind)
    return found if found is not None and (kind != "Order" or context.visible(found)) else None


def searched(rows: list[Node], args: dict[str, Any], search: Search, path: str, context: Context) -> list[Any]:
    """The rows that the `query` argument lets through; its warnings go to the answer's extensions."""
    if args.get("query") and context.switches.search_lag:
        seen = context.now - timedelta(seconds=context.switches.search_lag)
        rows = [one for one in rows if moment(one["createdAt"]) <= seen]
    setting = Setting(context.store.zone, context.switches.wrong_enum)
    found, warning = find(rows, args.get("query"), search, setting)
    if warning:
        context.warnings.append({"path": [path], **warning})
    return found


def count(rows: int, limit: int | None) -> dict[str, Any]:
    """A `Count`, exact up to its limit (reference: section 5)."""
    if limit is None or rows <= limit:
        return {"count": rows, "precision": "EXACT"}
    return {"count": limit, "precision": "AT_LEAST"}


def node(gid: str, context: Context) -> Node | None:
    """Any object by id, if the app may see its kind."""
    found = context.store.entry(gid)
    if not gids.kind_of(gid):
        raise not_found(gid)
    if found is None or (found.kind == "Order" and not context.visible(found.node)):
        return None
    access.check_kind(found.kind, "node", context)
    return found.node


@resolves("QueryRoot", "node")
def one_node(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.node`."""
    return node(args["id"], context)


@resolves("QueryRoot", "nodes")
def many_nodes(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.nodes`."""
    return [node(gid, context) for gid in args["ids"]]


def _metafield(owner: Node, context: Context, args: dict[str, Any]) -> Any:
    namespace, key = args.get("namespace"), args["key"]
    if namespace is None and "." in key:
        namespace, key = key.split(".", 1)
    for one in owner.get("metafields") or ():
        if (one["namespace"], one["key"]) == (namespace, key):
            return one
    return None


def _metafields(owner: Node, context: Context, args: dict[str, Any]) -> Any:
    rows = owner.get("metafields") or []
    if args.get("namespace") is not None:
        rows = [one for one in rows if one["namespace"] == args["namespace"]]
    if args.get("keys") is not None:
        rows = [one for one in rows if {one["key"], f"{one['namespace']}.{one['key']}"} & set(args["keys"])]
    return connection(rows, args)


for _owner in HAVE_METAFIELDS:
    resolves(_owner, "metafield")(_metafield)
    resolves(_owner, "metafields")(_metafields)


@resolves("Metafield", "compareDigest")
def digest(one: Node, context: Context, args: dict[str, Any]) -> str:
    """Answers `Metafield.compareDigest`."""
    return hashlib.sha256(f"{one['type']}:{one['value']}".encode()).hexdigest()


_PARSED = ("json", "boolean", "number_integer", "rating", "dimension", "volume", "weight", "money", "link", "rich_text_field")


@resolves("Metafield", "jsonValue")
def json_value(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Metafield.jsonValue`."""
    if one["type"] in _PARSED or one["type"].startswith("list."):
        return json.loads(one["value"])
    return one["value"]


@resolves("Metafield", "ownerType")
def owner_type(one: Node, context: Context, args: dict[str, Any]) -> str:
    """Answers `Metafield.ownerType`."""
    kind = gids.kind_of(str((context.store.parent(one["id"]) or {}).get("id")))
    return {"ProductVariant": "PRODUCTVARIANT", "CompanyLocation": "COMPANY_LOCATION"}.get(kind, kind.upper())


@resolves("MailingAddress", "name")
def address_name(one: Node, context: Context, args: dict[str, Any]) -> str | None:
    """Answers `MailingAddress.name`."""
    return one.get("name") or " ".join(filter(None, (one.get("firstName"), one.get("lastName")))) or None


@resolves("MailingAddress", "countryCode")
def address_country(one: Node, context: Context, args: dict[str, Any]) -> str | None:
    """Answers `MailingAddress.countryCode`."""
    return one.get("countryCodeV2") or one.get("countryCode")


@resolves("MailingAddress", "countryCodeV2")
def address_country_code(one: Node, context: Context, args: dict[str, Any]) -> str | None:
    """Answers `MailingAddress.countryCodeV2`."""
    return one.get("countryCodeV2") or one.get("countryCode")


@resolves("MailingAddress", "formattedArea")
def address_area(one: Node, context: Context, args: dict[str, Any]) -> str | None:
    """Answers `MailingAddress.formattedArea`."""
    return ", ".join(filter(None, (one.get("city"), one.get("provinceCode"), one.get("country")))) or None


@resolves("MailingAddress", "formatted")
def address_lines(one: Node, context: Context, args: dict[str, Any]) -> list[str]:
    """Answers `MailingAddress.formatted`."""
    named = [address_name(one, context, {})] if args.get("withName") else []
    company = [one.get("company")] if args.get("withCompany") else []
    town = " ".join(filter(None, (one.get("zip"), one.get("city"))))
    return [part for part in (*named, *company, one.get("address1"), one.get("address2"), town, one.get("country")) if part]
