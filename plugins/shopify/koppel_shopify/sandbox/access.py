"""What an app may see: access scopes per field, and protected customer data."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import access_denied, not_approved

_FULFILLMENT = (
    "read_merchant_managed_fulfillment_orders", "read_assigned_fulfillment_orders", "read_third_party_fulfillment_orders",
)
_WRITE_FULFILLMENT = tuple(one.replace("read_", "write_") for one in _FULFILLMENT)
_BY_SCOPES: dict[tuple[str, ...], dict[str, str]] = {
    ("read_orders",): {"QueryRoot": "order orders ordersCount orderByIdentifier", "Customer": "orders lastOrder"},
    ("read_products",): {
        "QueryRoot": "product products productsCount productByIdentifier productVariant productVariants productVariantsCount productOperation "
        "collection collections collectionByIdentifier",
        "LineItem": "product variant", "InventoryItem": "variant variants", "FulfillmentOrderLineItem": "variant",
    },
    ("read_customers",): {
        "QueryRoot": "customer customers customersCount customerByIdentifier", "Order": "customer purchasingEntity",
        "CompanyContact": "customer",
    },
    ("read_customers", "read_companies"): {
        "QueryRoot": "companies companiesCount company companyContact companyLocation companyLocations", "Customer": "companyContactProfiles",
    },
    ("write_customers", "write_companies"): {
        "Mutation": "companyCreate companyUpdate companyLocationCreate companyLocationUpdate companyLocationAssignAddress "
        "companyLocationTaxSettingsUpdate companyContactCreate companyContactUpdate companyAssignCustomerAsContact companyAssignMainContact "
        "companyContactAssignRole",
    },
    ("read_locations",): {
        "QueryRoot": "location locations locationsCount", "InventoryLevel": "location", "Order": "retailLocation",
        "OrderTransaction": "location", "Fulfillment": "location", "RefundLineItem": "location",
        "FulfillmentOrderAssignedLocation": "location", "InventoryChange": "location",
    },
    ("read_inventory",): {
        "QueryRoot": "inventoryItem inventoryItems inventoryLevel", "ProductVariant": "inventoryItem",
        "Location": "inventoryLevel inventoryLevels",
    },
    ("read_payment_terms",): {"Order": "paymentTerms"},
    ("read_returns",): {"QueryRoot": "return", "Order": "returns", "Refund": "return"},
    _FULFILLMENT: {"QueryRoot": "fulfillmentOrder", "Order": "fulfillmentOrders", "Fulfillment": "fulfillmentOrders"},
    _WRITE_FULFILLMENT: {"Mutation": "fulfillmentCreate fulfillmentTrackingInfoUpdate fulfillmentCancel"},
    ("write_inventory",): {"Mutation": "inventorySetQuantities inventoryActivate inventoryItemUpdate"},
    ("write_products",): {
        "Mutation": "productCreate productUpdate productSet productVariantsBulkUpdate productVariantsBulkCreate "
        "collectionCreate collectionUpdate productReorderMedia",
    },
    ("read_publications",): {"QueryRoot": "publications", "Product": "resourcePublicationsV2 publishedOnPublication"},
    ("write_publications",): {"Mutation": "publishablePublish publishableUnpublish"},
    ("write_files", "write_images"): {"Mutation": "fileUpdate"},
    ("write_orders",): {"Mutation": "orderCreate orderCancel orderUpdate orderMarkAsPaid orderClose orderOpen refundCreate"},
    ("write_returns",): {
        "Mutation": "returnCreate returnRequest returnApproveRequest returnDeclineRequest returnProcess returnRefund returnClose returnReopen returnCancel "
        "removeFromReturn",
    },
    ("write_customers",): {"Mutation": "customerCreate customerUpdate customerAddressCreate customerAddressUpdate"},
}
NEEDED: dict[tuple[str, str], tuple[str, ...]] = {
    (owner, name): scopes
    for scopes, fields in _BY_SCOPES.items()
    for owner, names in fields.items()
    for name in names.split()
}
_COMPANY_SCOPES = (("read_customers", "read_companies"), ("write_customers", "write_companies"))
NO_B2B = "Also: The API client must be installed on a Shopify Plus store."
"""What is asked beside the scope where a shop's plan has no companies; the words are not recorded, hence a switch."""
KIND_SCOPES = {
    "Order": ("read_orders", "write_orders"), "Product": ("read_products", "write_products"),
    "ProductVariant": ("read_products", "write_products"), "Collection": ("read_products", "write_products"), "Customer": ("read_customers", "write_customers"),
    "InventoryItem": ("read_inventory", "write_inventory"), "InventoryLevel": ("read_inventory", "write_inventory"),
    "Location": ("read_locations", "write_locations"), "Company": ("read_customers", "write_customers"),
    "CompanyLocation": ("read_customers", "write_customers"), "CompanyContact": ("read_customers", "write_customers"),
    "FulfillmentOrder": (_FULFILLMENT[0], _WRITE_FULFILLMENT[0]),
}
_CUSTOMER_ROOTS = {
    ("QueryRoot", name) for name in ("customer", "customers", "customersCount", "customerByIdentifier")
} | {("Mutation", "customerCreate"), ("Mutation", "customerUpdate")}
_CUSTOMER_FIELDS = _CUSTOMER_ROOTS | {("Order", "customer"), ("CompanyContact", "customer")}
_PERSONAL = {
    ("Order", name) for name in ("email", "phone", "billingAddress", "shippingAddress", "displayAddress", "clientIp", "customerLocale")
} | {
    ("Customer", name)
    for name in ("firstName", "lastName", "email", "phone", "defaultEmailAddress", "defaultPhoneNumber", "defaultAddress")
}
_PERSONAL_LISTS = {("Customer", "addresses"): [], ("Customer", "displayName"): ""}


def check(owner: str, field: str, context: Context) -> None:
    """Refuse a field whose scope the app lacks, or whose object it is not approved for (reference: sections 2, 4, 14)."""
    needed = NEEDED.get((owner, field))
    if needed in _COMPANY_SCOPES and context.switches.b2b == "off" and owner != "Customer":
        raise access_denied(field, f"{wording(needed)} {NO_B2B}")
    if needed and not context.may(*needed):
        raise access_denied(field, wording(needed))
    if context.switches.protected_data == "none" and (owner, field) in _CUSTOMER_FIELDS:
        raise not_approved("Customer")


def check_kind(kind: str, field: str, context: Context, write: bool = False) -> None:
    """Refuse an object reached by its id alone."""
    scopes = KIND_SCOPES.get(kind)
    if scopes and not context.may(scopes[1] if write else scopes[0]):
        raise access_denied(field, wording((scopes[1] if write else scopes[0],)))
    if kind == "Customer" and context.switches.protected_data == "none":
        raise not_approved("Customer")


def wording(scopes: tuple[str, ...]) -> str:
    """The scopes as the error text lists them."""
    return " or ".join(f"`{one}`" for one in scopes) + " access scope."


def hidden(owner: str, field: str, context: Context) -> bool:
    """True for a personal field that is null for this app."""
    return context.switches.protected_data != "full" and ((owner, field) in _PERSONAL or (owner, field) in _PERSONAL_LISTS)


def masked(owner: str, field: str) -> Any:
    """What stands in a hidden field."""
    return _PERSONAL_LISTS.get((owner, field))
