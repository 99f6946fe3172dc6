"""What the plugin says about itself."""

from __future__ import annotations

from koppel import Manifest, Resource, Setting

from koppel_shopify.connector import ShopifyConnector
from koppel_shopify.login import BY_PERSON, OWN_APP
from koppel_shopify.queries import NEWEST, VERSIONS
from koppel_shopify.scopes import USES
from koppel_shopify.webhooks import COMPANY_TOPICS, TOPICS

DOCS = "https://shopify.dev/docs/"
KEYS = DOCS + "apps/build/dev-dashboard"

SETTINGS = (
    Setting("shop", "Shop", "The part before .myshopify.com, for example bloem-en-blad."),
    Setting(
        "login",
        "How Koppel gets in",
        "app: the app and the shop belong to the same organisation, nobody logs in; person: somebody of the shop logs in "
        "once and allows it, for a shop of another organisation.",
        "choice",
        default="app",
        required=False,
        choices=("app", "person"),
        link=DOCS + "apps/build/authentication-authorization",
    ),
    Setting(
        "client_id",
        "Client id",
        "Of the app in Shopify's Dev Dashboard.",
        required=False,
        link=KEYS,
    ),
    Setting(
        "client_secret", "Client secret", "Also proves that webhooks are real.", required=False, secret=True, link=KEYS
    ),
    Setting(
        "access_token",
        "Access token",
        "Only for an app that was made in the shop itself before 2026 (shpat_…); it goes before the client id.",
        required=False,
        secret=True,
    ),
    Setting(
        "location", "Location for stock", "Where Koppel sets stock.", "choice", required=False, choices_from="location"
    ),
    Setting(
        "quantity_name",
        "Which count",
        "available: what can be sold; on_hand: what lies there, also what is promised.",
        "choice",
        default="available",
        required=False,
        choices=("available", "on_hand"),
    ),
    Setting(
        "stock_reason",
        "Reason of a stock change",
        "What the shop's history says.",
        "choice",
        default="correction",
        required=False,
        choices=("correction", "cycle_count_available", "movement_updated", "received", "restock", "other"),
    ),
    Setting(
        "blocked_articles",
        "Articles that the books block",
        "keep: they stay for sale; draft: nobody sees them until the books free them again; archive: put away; "
        "unpublish: off the sales channels that Koppel put them on.",
        "choice",
        default="keep",
        required=False,
        choices=("keep", "draft", "archive", "unpublish"),
    ),
    Setting(
        "publish_to",
        "Sales channels",
        "Where articles that Koppel makes or changes are shown. One that somebody takes off a channel stays off it, and Koppel "
        "takes none off a channel that somebody else put it on. None: channels are left alone.",
        "several",
        required=False,
        choices_from="publication",
    ),
    Setting(
        "track_stock",
        "Let Shopify track stock",
        "Switch tracking on where it is off.",
        "flag",
        default="no",
        required=False,
    ),
    Setting(
        "order_money",
        "Amounts of orders",
        "shop: in the shop's own currency; customer: in the currency that the customer saw and paid.",
        "choice",
        default="shop",
        required=False,
        choices=("shop", "customer"),
    ),
    Setting(
        "group_collections",
        "Article groups by collection",
        "The collections that stand for an article group on the lines of orders, as in the table of revenue accounts; of an "
        "article in several of them the first counts. None, or an article in none of them: its product type.",
        "several",
        required=False,
        choices_from="collection",
    ),
    Setting(
        "order_stock",
        "Take stock for orders from the books",
        "Lower the stock in Shopify for an order that Koppel makes there. Leave it off where the books set the stock.",
        "flag",
        default="no",
        required=False,
    ),
    Setting(
        "cancel_restock",
        "Back to stock when an order is cancelled",
        "When Koppel cancels an order that was cancelled in the books, its goods count as stock again.",
        "flag",
        default="yes",
        required=False,
    ),
    Setting(
        "cancel_refund",
        "Give back the money when an order is cancelled",
        "By the way it was paid. Leave it off where somebody decides that for each order.",
        "flag",
        default="no",
        required=False,
    ),
    Setting(
        "test_orders",
        "Test orders too",
        "Orders paid with Shopify's test gateway.",
        "flag",
        default="no",
        required=False,
    ),
    Setting(
        "companies",
        "Companies",
        "customer: as customers with a company name; company: as companies with contacts and a place (B2B), for a plan of "
        "Shopify that has them. Then they are known by their debtor number, and a customer who is a contact comes as the company.",
        "choice",
        default="customer",
        required=False,
        choices=("customer", "company"),
        link=DOCS + "apps/build/b2b",
    ),
    Setting(
        "uses",
        "What Koppel does here",
        "Its permissions are compared with what the flows of this connection do, and with what is named here. "
        f"Any of: {', '.join(USES)}.",
        required=False,
    ),
    Setting(
        "bulk_from",
        "Large catalogue",
        "From so many products on, the first reading is one bulk operation; 0 for never.",
        "number",
        default="1000",
        required=False,
    ),
    Setting(
        "webhook_address",
        "Address for webhooks",
        "Where this Koppel can be reached from outside, with /hooks/ and the name of this connection. "
        "Registered in Shopify, and put right, whenever the connection is tested.",
        "url",
        required=False,
        link=DOCS + "apps/build/webhooks",
    ),
    Setting(
        "api_version",
        "Version of the interface",
        "Shopify makes a new one every quarter and supports each for a year.",
        "choice",
        default=NEWEST,
        required=False,
        choices=VERSIONS,
        link=DOCS + "api/usage/versioning",
    ),
    Setting(
        "base_url", "Address", "Change it only for a simulator.", "url", "https://{shop}.myshopify.com", required=False
    ),
)

RESOURCES = (
    Resource(
        "sales_order",
        "Orders",
        reads=True,
        writes=True,
        natural_keys=("reference",),
        page_size=50,
        keys=True,
        needs_articles=False,
        cancels=True,
        note="Older than 60 days only with the scope read_all_orders. An order that Koppel makes keeps the prices and "
        "the VAT of the books; nobody gets a mail of it.",
    ),
    Resource(
        "credit_note",
        "Refunds",
        reads=True,
        natural_keys=("reference",),
        page_size=50,
        note="One per refund for which money moved, numbered within its order: #1001-C1.",
    ),
    Resource(
        "product",
        "Products",
        reads=True,
        writes=True,
        natural_keys=("sku", "ean"),
        batch_size=250,
        page_size=25,
        limits={"title": 255, "productType": 255, "vendor": 255},
        variants=True,
        note="What a person added in Shopify (forms, pictures, collections, tags) stays.",
    ),
    Resource(
        "customer",
        "Customers",
        reads=True,
        writes=True,
        natural_keys=("email", "code", "name"),
        batch_size=20,
        page_size=100,
        limits={"firstName": 255, "lastName": 255, "note": 5000, "companyName": 255, "externalId": 64},
        note="Companies too, where the connection keeps them as companies: those are known by number and name as well. "
        "A filter that companies have no field for leaves them out.",
    ),
    Resource(
        "category",
        "Collections",
        reads=True,
        writes=True,
        natural_keys=("name",),
        batch_size=20,
        page_size=100,
        limits={"title": 255},
    ),
    Resource(
        "shipment",
        "Fulfilments",
        writes=True,
        natural_keys=("order_and_number",),
        batch_size=10,
        note="With one or more tracking numbers; once per shipment.",
    ),
    Resource(
        "order_status",
        "Status of orders",
        writes=True,
        natural_keys=("order_external_id",),
        batch_size=20,
        cancels=True,
        note="As a tag and as fields of the order; paid where the order may be marked so.",
    ),
    Resource(
        "payment",
        "Payments of orders",
        reads=True,
        writes=True,
        natural_keys=("order_and_number",),
        batch_size=20,
        page_size=50,
        note="Read: each transaction by which money came in or went back, gift cards too. Written: an order is marked as "
        "paid once all of it was; Shopify takes no part of it this way.",
    ),
    Resource(
        "stock",
        "Stock",
        writes=True,
        natural_keys=("sku", "ean"),
        batch_size=250,
        note="At the location of the connection; the table stock locations spreads warehouses over several.",
    ),
    Resource("location", "Locations", reads=True, list=True),
    Resource("publication", "Sales channels", reads=True, list=True),
    Resource("collection", "Collections to group by", reads=True, list=True),
    Resource("payment_term", "Payment terms", reads=True, list=True),
    Resource("payment_method", "Payment methods of recent orders", reads=True, list=True),
    Resource("shipping_method", "Shipping methods of recent orders", reads=True, list=True),
    Resource("channel", "Channels of recent orders", reads=True, list=True),
)

MANIFEST = Manifest(
    key="shopify",
    title="Shopify",
    connector=ShopifyConnector,
    resources=RESOURCES,
    settings=SETTINGS,
    oauth=OWN_APP,
    logins={"person": BY_PERSON},
    webhook_topics=(*TOPICS, *COMPANY_TOPICS),
    docs={"api": DOCS + "api/admin-graphql", "keys": KEYS, "limits": DOCS + "api/usage/limits"},
    sandbox="koppel_shopify.sandbox:create",
    badge="#5e8e3e",
)
