"""The demo webshop's purchases as orders, to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from koppel.demo.webshop import Purchase, Sale, Shopper

from koppel_shopify.sandbox import gids
from koppel_shopify.sandbox.money import bag, rounded
from koppel_shopify.sandbox.scalars import instant

EUR = "EUR"
SHIPPING_VAT = 21
_ORDER, _LINE, _OTHER = 5_600_000_000_000, 14_300_000_000_000, 6_400_000_000_000
_SHIPPED_AFTER = timedelta(days=10)
_GATEWAYS = {"PayPal": "paypal"}
_COUNTRIES = {"NL": "Netherlands", "BE": "Belgium", "DE": "Germany"}
Node = dict[str, Any]


@dataclass(frozen=True)
class Catalogue:
    """Product and variant ids by SKU, and the location that ships."""

    ids: Mapping[str, tuple[str, str]]
    location: str


def order(one: Purchase, place: int, customer: Node | None, catalogue: Catalogue, end: datetime) -> Node:
    """One purchase; `end` is the newest moment of the shop, older orders have been shipped by then."""
    made = instant(one.placed_at)
    shipped = one.paid and end - one.placed_at > _SHIPPED_AFTER
    lines = [_line(sale, place, number, bool(one.discount_code), catalogue) for number, sale in enumerate(one.sales, 1)]
    node: Node = {
        "id": gids.make("Order", _ORDER + place), "name": f"#{one.number}", "number": one.number, "createdAt": made,
        "processedAt": made, "updatedAt": instant(one.placed_at + timedelta(days=1 if shipped else 0, minutes=1)),
        "confirmationNumber": f"BB{one.number:07d}", "currencyCode": EUR, "presentmentCurrencyCode": EUR, "taxesIncluded": True,
        "email": one.shopper.email, "customer": {"id": customer["id"]} if customer else None, "customerLocale": "nl-NL",
        "tags": list(one.tags), "sourceName": "web", "channelInformation": _channel(),
        "displayFinancialStatus": "PAID" if one.paid else "PENDING",
        "displayFulfillmentStatus": "FULFILLED" if shipped else "UNFULFILLED",
        "lineItems": lines, "shippingLines": [_shipping(one, place)], "transactions": _payments(one, place),
        "paymentGatewayNames": [_gateway(one)], "discountCodes": [one.discount_code] if one.discount_code else [],
        "discountApplications": [_discount(one.discount_code)] if one.discount_code else [],
        "customAttributes": [{"key": "Btw-nummer", "value": one.shopper.vat_number}] if one.shopper.vat_number else [],
    }
    for name in ("billingAddress", "shippingAddress"):
        node[name] = _address(one, place, name)
    node.update(_logistics(place, lines, shipped, instant(one.placed_at + timedelta(days=1)), node, catalogue))
    return node


def _channel() -> Node:
    return {"id": gids.make("ChannelInformation", 1), "channelId": gids.make("Channel", 1), "displayName": "Online Store",
            "channelDefinition": {"id": gids.make("ChannelDefinition", 1), "channelName": "Online Store", "handle": "web",
                                  "subChannelName": "Online Store"}}


def _address(one: Purchase, place: int, name: str) -> Node:
    number = 2 * place + (name == "shippingAddress")
    return {**address(one.shopper), "id": gids.make("MailingAddress", _OTHER + number, "?model_name=Address")}


def address(one: Shopper) -> Node:
    """Where a shopper lives or works, as an address of the customer."""
    phone = f"+31{one.phone[1:]}" if one.phone.startswith("0") else one.phone or None
    return {
        "id": gids.make("MailingAddress", 9_300_000_000_000 + one.number, "?model_name=CustomerAddress"),
        "firstName": one.first_name, "lastName": one.last_name, "name": f"{one.first_name} {one.last_name}",
        "company": one.company or None, "address1": f"{one.street} {one.house_number}", "address2": None, "zip": one.postcode,
        "city": one.city, "country": _COUNTRIES.get(one.country, one.country), "countryCodeV2": one.country, "phone": phone,
        "province": None, "provinceCode": None,
    }


def tax_within(amount: Decimal, rate: int) -> Decimal:
    """The VAT inside an amount that includes it, rounded per line as Shopify does."""
    return rounded(amount * rate / (100 + rate), EUR)


def _taxes(amount: Decimal, rate: int) -> list[Node]:
    return [{"title": "BTW", "rate": rate / 100, "ratePercentage": float(rate), "priceSet": bag(tax_within(amount, rate), EUR),
             "channelLiable": False, "source": "Shopify"}]


def _line(sale: Sale, place: int, number: int, coded: bool, catalogue: Catalogue) -> Node:
    article = sale.article
    product, variant = catalogue.ids.get(article.sku, (None, None))
    chosen = " / ".join(value for _, value in article.options)
    total = article.price * sale.quantity - sale.discount
    allocation = {"allocatedAmountSet": bag(sale.discount, EUR), "discountApplication": _discount("LENTE10")}
    return {
        "id": gids.make("LineItem", _LINE + place * 100 + number), "sku": article.sku, "title": article.parent or article.title,
        "name": article.title, "variantTitle": chosen or None, "vendor": "Bloem & Blad", "quantity": sale.quantity,
        "product": {"id": product} if product else None, "variant": {"id": variant} if variant else None,
        "originalUnitPriceSet": bag(article.price, EUR), "discountAllocations": [allocation] if coded else [],
        "taxLines": _taxes(total, article.vat), "taxable": True, "requiresShipping": True,
    }


def _discount(code: str) -> Node:
    return {"__typename": "DiscountCodeApplication", "code": code, "index": 0, "allocationMethod": "ACROSS", "targetSelection": "ALL",
            "targetType": "LINE_ITEM", "value": {"__typename": "PricingPercentageValue", "percentage": 10.0}}


def _shipping(one: Purchase, place: int) -> Node:
    title, code = ("PostNL pakket", "postnl_standaard") if one.shipping else ("Gratis verzending", "gratis")
    return {
        "id": gids.make("ShippingLine", _OTHER + 10_000 + place), "title": title, "code": code, "source": "shopify",
        "originalPriceSet": bag(one.shipping, EUR), "taxLines": _taxes(one.shipping, SHIPPING_VAT) if one.shipping else [],
    }


def _gateway(one: Purchase) -> str:
    return _GATEWAYS.get(one.method, one.method)


def _payments(one: Purchase, place: int) -> list[Node]:
    """Klarna authorises and captures later; the others are one sale."""
    steps = ["AUTHORIZATION", "CAPTURE"] if one.method == "Klarna" and one.paid else ["SALE"]
    first = gids.make("OrderTransaction", _OTHER + 20_000 + 10 * place)
    return [
        {
            "id": gids.make("OrderTransaction", _OTHER + 20_000 + 10 * place + step), "kind": kind,
            "status": "SUCCESS" if one.paid else "PENDING", "gateway": _gateway(one), "formattedGateway": one.method,
            "amountSet": bag(one.total, EUR), "createdAt": instant(one.placed_at + timedelta(minutes=step)),
            "paymentId": f"r{one.number}.{step + 1}", "parentTransaction": {"id": first} if step else None,
        }
        for step, kind in enumerate(steps)
    ]


def _logistics(place: int, lines: list[Node], shipped: bool, moment: str, node: Node, catalogue: Catalogue) -> Node:
    parts = [{"id": gids.make("FulfillmentOrderLineItem", _OTHER + 40_000 + place * 100 + number), "lineItem": {"id": line["id"]},
              "totalQuantity": line["quantity"], "remainingQuantity": 0 if shipped else line["quantity"]}
             for number, line in enumerate(lines, 1)]
    asked = {"id": gids.make("FulfillmentOrder", _OTHER + 30_000 + place), "status": "CLOSED" if shipped else "OPEN",
             "assignedLocation": {"name": "Magazijn Aalsmeer", "countryCode": "NL", "location": {"id": catalogue.location}},
             "createdAt": node["createdAt"], "lineItems": parts}
    if not shipped:
        return {"fulfillmentOrders": [asked], "fulfillments": []}
    for line in lines:
        line["unfulfilledQuantity"] = 0
    parcel = {
        "id": gids.make("Fulfillment", _OTHER + 31_000 + place), "name": f"{node['name']}-F1", "status": "SUCCESS",
        "displayStatus": "FULFILLED", "createdAt": moment, "location": {"id": catalogue.location}, "requiresShipping": True,
        "trackingInfo": [{"company": "PostNL", "number": f"3SBLAD{place:08d}", "url": None}],
        "fulfillmentLineItems": [{"id": gids.make("FulfillmentLineItem", _OTHER + 50_000 + place * 100 + number),
                                  "quantity": line["quantity"], "lineItem": {"id": line["id"]}} for number, line in enumerate(lines, 1)],
        "fulfillmentOrders": [{"id": asked["id"]}],
    }
    return {"fulfillmentOrders": [{**asked, "fulfillments": [{"id": parcel["id"]}]}], "fulfillments": [parcel]}
