"""The functions that the default mapping rows name; each takes the whole record, or one part of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from koppel_shopify.amounts import shopify_currency, shopify_exchange_rate
from koppel_shopify.articles import (
    shopify_html,
    shopify_images,
    shopify_price_excl,
    shopify_price_incl,
    shopify_product_kind,
    shopify_variants,
)
from koppel_shopify.history import (
    shopify_due_at,
    shopify_fulfilments,
    shopify_paid_at,
    shopify_payment_number,
    shopify_payment_rate,
    shopify_payment_reference,
    shopify_payments,
    shopify_returns,
    shopify_risk,
    shopify_shipped_at,
)
from koppel_shopify.lines import shopify_lines, shopify_total
from koppel_shopify.parties import (
    shopify_contacts,
    shopify_contacts_out,
    shopify_email,
    shopify_first_name,
    shopify_kind,
    shopify_last_name,
    shopify_name,
    shopify_phone,
    shopify_phone_out,
    shopify_vat_number,
)
from koppel_shopify.payments import shopify_gateway, shopify_shipping_method
from koppel_shopify.refunds import shopify_refund_lines, shopify_refund_status, shopify_refund_total
from koppel_shopify.swaps import shopify_exchanged_total, shopify_exchanged_vat, shopify_exchanges

TRANSFORMS: Mapping[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        shopify_contacts,
        shopify_contacts_out,
        shopify_currency,
        shopify_due_at,
        shopify_email,
        shopify_exchange_rate,
        shopify_exchanged_total,
        shopify_exchanged_vat,
        shopify_exchanges,
        shopify_first_name,
        shopify_fulfilments,
        shopify_gateway,
        shopify_html,
        shopify_images,
        shopify_kind,
        shopify_last_name,
        shopify_lines,
        shopify_name,
        shopify_paid_at,
        shopify_payment_number,
        shopify_payment_rate,
        shopify_payment_reference,
        shopify_payments,
        shopify_phone,
        shopify_phone_out,
        shopify_price_excl,
        shopify_price_incl,
        shopify_product_kind,
        shopify_refund_lines,
        shopify_refund_status,
        shopify_refund_total,
        shopify_returns,
        shopify_risk,
        shopify_shipped_at,
        shopify_shipping_method,
        shopify_total,
        shopify_variants,
        shopify_vat_number,
    )
}
