"""What a change tells the webhooks: the topics of each mutation, and the payload in the older, REST-like shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLResolveInfo

from koppel_shopify.sandbox import gids
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.money import shop_amount
from koppel_shopify.sandbox.shapes import Node

_TOPICS: dict[str, tuple[str, ...]] = {
    "productCreate": ("PRODUCTS_CREATE",), "productUpdate": ("PRODUCTS_UPDATE",), "productVariantsBulkUpdate": ("PRODUCTS_UPDATE",),
    "productVariantsBulkCreate": ("PRODUCTS_UPDATE",), "productSet": ("PRODUCTS_UPDATE",), "orderCreate": ("ORDERS_CREATE",), "orderUpdate": ("ORDERS_UPDATED",),
    "orderMarkAsPaid": ("ORDERS_PAID", "ORDERS_UPDATED"), "orderClose": ("ORDERS_UPDATED",), "orderOpen": ("ORDERS_UPDATED",),
    "customerCreate": ("CUSTOMERS_CREATE",), "customerUpdate": ("CUSTOMERS_UPDATE",), "collectionCreate": ("COLLECTIONS_CREATE",),
    "collectionUpdate": ("COLLECTIONS_UPDATE",), "refundCreate": ("ORDERS_UPDATED",), "companyCreate": ("COMPANIES_CREATE",), "companyUpdate": ("COMPANIES_UPDATE",),
    "companyLocationCreate": ("COMPANY_LOCATIONS_CREATE",), "companyLocationUpdate": ("COMPANY_LOCATIONS_UPDATE",),
    "companyLocationTaxSettingsUpdate": ("COMPANY_LOCATIONS_UPDATE",), "companyContactCreate": ("COMPANY_CONTACTS_CREATE",),
    "companyContactUpdate": ("COMPANY_CONTACTS_UPDATE",), "companyAssignCustomerAsContact": ("COMPANY_CONTACTS_CREATE",), "tagsAdd": ("UPDATED",), "tagsRemove": ("UPDATED",),
}
_BY_KIND = {"Order": "ORDERS_UPDATED", "Product": "PRODUCTS_UPDATE", "Customer": "CUSTOMERS_UPDATE"}
_NODES = ("product", "order", "customer", "collection", "node", "company", "companyLocation", "companyContact")
_OF_COMPANY = ("CompanyLocation", "CompanyContact")


def announcing(resolve: Callable[..., Any]) -> Callable[..., Any]:
    """`resolve`, which also notes what the webhooks are to tell of a mutation that was carried out."""

    def resolver(source: Any, info: GraphQLResolveInfo[Any], **args: Any) -> Any:
        """Resolve, then note."""
        payload = resolve(source, info, **args)
        if info.parent_type.name == "Mutation" and isinstance(payload, dict) and not payload.get("userErrors"):
            for topic in _TOPICS.get(info.field_name, ()):
                _note(topic, payload, info.context)
        return payload

    return resolver


def _note(topic: str, payload: dict[str, Any], context: Context) -> None:
    node = next((payload[one] for one in _NODES if isinstance(payload.get(one), dict)), None)
    if node is not None:
        kind = gids.kind_of(str(node["id"]))
        if kind in _OF_COMPANY:
            node = {**node, "company": context.store.parent(str(node["id"])) or {}}
        context.events.append((_BY_KIND.get(kind, "") if topic == "UPDATED" else topic, node))


def told(topic: str, node: Node) -> dict[str, Any]:
    """The payload: enough to know the record by; nobody should trust it for more (reference: section 9)."""
    gid = str(node["id"])
    body: dict[str, Any] = {"id": gids.number_of(gid), "admin_graphql_api_id": gid, "created_at": node.get("createdAt"),
                            "updated_at": node.get("updatedAt")}
    if topic == "BULK_OPERATIONS_FINISH":
        return {"admin_graphql_api_id": gid, "completed_at": node["completedAt"], "created_at": node["createdAt"],
                "error_code": node["errorCode"], "status": node["status"].lower(), "type": node["type"].lower()}
    if topic.startswith("COMPAN"):
        company = node.get("company") or node
        named = {"name": company.get("name"), "external_id": company.get("externalId"), "admin_graphql_api_id": company.get("id")}
        del body["id"]  # unlike other records (samples of 2026-07)
        return {**body, **({"company": named} if "company" in node else named)}
    if topic.startswith("ORDERS_"):
        body |= {"name": node["name"], "currency": node["currencyCode"], "test": bool(node.get("test")), "note": node.get("note"),
                 "tags": ", ".join(node["tags"]), "financial_status": str(node.get("displayFinancialStatus") or "").lower(),
                 "total_price": f"{shop_amount(node['totalPriceSet']):.2f}"}
    elif topic.startswith("PRODUCTS_"):
        body |= {"title": node["title"], "handle": node["handle"], "status": node["status"].lower(), "tags": ", ".join(node["tags"])}
    return body
