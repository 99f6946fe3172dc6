"""Orders into the shop: made once with their own prices, later only what an order may still change, or cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from koppel import Batch, Receipt, Receipts, RecordError, RejectedError, Settings, TransientError, Write

from koppel_shopify.amounts import shop_money
from koppel_shopify.answers import accepted, payload_of
from koppel_shopify.client import AdminApi, dig, nodes
from koppel_shopify.firms import main_place, people_of
from koppel_shopify.gids import is_gid
from koppel_shopify.resources.cancelling import cancel_order
from koppel_shopify.resources.finding import rows_by_value
from koppel_shopify.resources.order_input import order_input

Row = Mapping[str, Any]
_CHANGES = ("note", "poNumber")


def upsert(api: AdminApi, settings: Settings, batch: Batch) -> Receipts:
    """Make or change these and answer for each."""
    return Receipts(tuple(_one(api, settings, write) for write in batch.writes))


def _one(api: AdminApi, settings: Settings, write: Write) -> Receipt:
    try:
        return _change(api, settings, write) if write.id else _create(api, settings, write)
    except (RecordError, TransientError) as error:
        if isinstance(error, TransientError) and error.cause != "order.cancelling":
            raise  # nobody knows what became of it
        return Receipt(write.key, error=error)


def _create(api: AdminApi, settings: Settings, write: Write) -> Receipt:
    """A new order, without a mail to anyone. The core has looked it up by its number in the books before."""
    api.sure_of_shop()
    fields = write.draft.fields
    given = order_input(fields, _variants(api, fields))
    if is_gid(str(fields.get("customer") or ""), "Company"):
        given = {name: value for name, value in given.items() if name != "customer"} | _of_company(api, fields)
    options = {
        "sendReceipt": False,
        "sendFulfillmentReceipt": False,
        "inventoryBehaviour": "DECREMENT_IGNORING_POLICY" if settings.flag("order_stock") else "BYPASS",
    }
    answer = payload_of(api.ask("create_order", {"order": given, "options": options}), "orderCreate")
    made = accepted(answer, _label(write))["order"]
    return Receipt(write.key, str(made["id"]), str(made["name"]), "created", total=shop_money(made.get("totalPriceSet")))


def _of_company(api: AdminApi, fields: Row) -> dict[str, Any]:
    """Whose order it is: of a company's main place, placed by its main contact."""
    rows = [row for data in api.by_ids("companies_by_id", [fields["customer"]], 1) for row in nodes(data.get("nodes")) if row.get("id")]
    if not rows:
        raise RejectedError(
            f"The company of {fields.get('sourceIdentifier') or 'the order'} is no longer in Shopify.",
            cause="record.gone",
            resolution="Forget the link of the customer, so that it is made again; or put it back in Shopify.",
        )
    contact = next((dig(one, ("customer",)).get("id") for one in people_of(rows[0])), None)
    place = main_place(rows[0]).get("id")
    made: dict[str, Any] = {"companyLocationId": place} if place and contact else {}
    return made | ({"customer": {"toAssociate": {"id": contact}}} if contact else {})


def _variants(api: AdminApi, fields: Row) -> dict[str, str]:
    """The articles of the lines by SKU; each is looked up once in a conversation. A SKU that two have is refused."""
    skus = {str(line.get("sku") or "") for line in fields.get("lines") or ()} - {""}
    unknown = sorted(skus - api.variants.keys())
    if unknown:
        rows = rows_by_value(api, "find_variants", "productVariants", "sku", unknown, lambda row: row.get("sku"))
        api.variants.update({sku: tuple(str(row["id"]) for row in rows.get(sku, ())) for sku in unknown})
    double = next((sku for sku in sorted(skus) if len(api.variants[sku]) > 1), None)
    if double:
        raise RejectedError(
            f"Several articles in Shopify have SKU {double}, so it is not clear which one was sold.",
            cause=f"article.double:{double}",
            resolution="Give each article in Shopify a SKU of its own; then retry the order.",
        )
    return {sku: api.variants[sku][0] for sku in skus if api.variants[sku]}


def _change(api: AdminApi, settings: Settings, write: Write) -> Receipt:
    fields = write.draft.fields
    rows = nodes(api.ask("written_orders", {"ids": [write.id]}).get("nodes"))
    if not rows or not rows[0].get("id"):
        raise RejectedError(f"The order {_label(write)} is no longer in Shopify.", cause="record.gone")
    row, gid = rows[0], str(rows[0]["id"])
    if fields.get("cancelled") and not row.get("cancelledAt"):
        cancel_order(api, settings, gid, _label(write))
        return Receipt(write.key, gid, str(row["name"]), "updated")
    changed = {name: fields[name] for name in _CHANGES if fields.get(name) and fields[name] != row.get(name)}
    if changed:
        data = api.ask("update_order", {"input": {"id": gid, **changed}})
        accepted(payload_of(data, "orderUpdate"), _label(write))
    return Receipt(write.key, gid, str(row["name"]), "updated" if changed else "unchanged")


def _label(write: Write) -> str:
    return str(write.draft.fields.get("sourceIdentifier") or "the order")
