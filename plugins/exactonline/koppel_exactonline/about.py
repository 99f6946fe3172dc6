"""What the manifest says about Exact Online: settings, resources, login, call limits, field lengths."""

from __future__ import annotations

from koppel import CallWindow, LineFields, OAuth, Resource, Setting, book_settings

from koppel_exactonline.webhooks import NAMES

_DOCS = "https://start.exactonline.nl/docs/HlpRestAPIResources.aspx"
_APPS = "https://apps.exactonline.com"

LIMITS: dict[str, dict[str, int]] = {
    "customer": {
        "Code": 18, "Name": 50, "Email": 100, "Phone": 25, "Website": 100, "VATNumber": 20, "ChamberOfCommerce": 20,
        "AddressLine1": 60, "AddressLine2": 60, "AddressLine3": 60, "Postcode": 10, "City": 30,
        "FirstName": 50, "LastName": 50, "Remarks": 2000,
    },
    "product": {"Code": 30, "Description": 60, "ExtraDescription": 255, "Barcode": 30, "Notes": 10000},
    "sales_order": {
        "YourRef": 30, "Description": 60, "Remarks": 2000, "AddressLine1": 60, "AddressLine2": 60, "AddressLine3": 60,
        "Postcode": 10, "City": 30,
    },
}  # fmt: skip
"""Characters that fields take. The service publishes no lengths; these are on the safe side."""

OWNED = ("PaymentConditionSales", "CreditLineSales", "VATNumber", "SalesVATCode", "VATLiability", "Blocked", "GLAR")
"""Of an account that is there: its payment term, credit limit, VAT data, whether it is blocked, and its control account."""

HOSTS = tuple(f"start.exactonline.{country}" for country in ("nl", "be", "de", "fr", "es", "co.uk", "com"))
"""Nothing can be carried from one to another (reference: Hosts and OAuth2)."""

SETTINGS = (
    Setting(
        "host", "Exact Online of", kind="choice", default=HOSTS[0], choices=HOSTS,
        help="Of the country where you log in; .com is the United States. An app, its logins and its administrations "
        "exist in one country only.",
    ),
    Setting(
        "client_id", "Client ID", help="Of your app in the Exact Online App Centre.", link=_APPS,
    ),
    Setting(
        "client_secret", "Client secret", secret=True, help="Of the same app; shown there once it is registered.", link=_APPS,
    ),
    Setting(
        "division", "Administration", kind="number", choices_from="administration",
        help="The administration (division) to work in. Koppel writes in no other.",
    ),
    *book_settings(
        "Exact Online", prices="Order prices", rounded="line",
        about_prices="Whether prices are sent with VAT or without. The VAT codes you choose must be of that kind: "
        "“including” codes for incl, “excluding” codes for excl.",
    ),
    Setting(
        "bank_sign", "Sign of payments", kind="choice", default="received", choices=("received", "paid"), required=False,
        help="Whether amounts above zero in a bank journal are what came in, or what went out. The first payment of each run "
        "is read back; where it is otherwise, nothing more is booked.",
    ),
    Setting(
        "item_group", "Item group for new articles", kind="choice", required=False, choices_from="item_group",
        help="For articles whose own group does not exist in Exact Online. Empty: such an article waits.",
    ),
    Setting(
        "stock_warehouse", "Warehouse for stock", kind="choice", required=False, choices_from="warehouse",
        help="Only the stock of this warehouse is read. Empty: of every warehouse, each with its own code as location.",
    ),
    Setting(
        "pictures", "Read pictures of articles", kind="flag", required=False,
        help="Costs one call for every article that has a picture, each time the article is read.",
    ),
    Setting(
        "extra_fields", "Read names of extra fields", kind="flag", required=False,
        help="Free fields of articles are always read; their names cost one call for every article.",
    ),
    Setting(
        "webhook_secret", "Webhook secret", secret=True, required=False, link=_APPS,
        help="Of the same app; only needed where Exact Online announces changes by itself.",
    ),
    Setting(
        "webhook_address", "Address for webhooks", kind="url", required=False, link=_APPS,
        help="Where this Koppel can be reached from outside, with /hooks/ and the name of this connection; on the domain of "
        "the app's redirect address. Exact Online is told of it, and put right, whenever the connection is tested.",
    ),
    Setting(
        "base_url", "Address", kind="url", default="https://{host}", required=False, help="Change it only for a simulator.",
    ),
)  # fmt: skip

RESOURCES = (
    Resource(
        "customer", "Customers", reads=True, writes=True, natural_keys=("email", "code", "vat_number", "coc_number"),
        batch_size=20, page_size=40, limits=LIMITS["customer"], owned=OWNED, number_field="Code",
        block={"Blocked": True},
        note="Accounts with their contacts and addresses.",
    ),
    Resource(
        "product", "Articles", reads=True, writes=True, natural_keys=("sku", "ean"), batch_size=20, page_size=60,
        limits=LIMITS["product"], note="Items with their normal sales price, picture and extra fields; every variant is an item of its own.",
    ),
    Resource("category", "Item groups", reads=True, note="Item groups as categories; Exact Online lets nobody write them by its interface."),
    Resource(
        "sales_order", "Sales orders", reads=True, writes=True, natural_keys=("reference",), batch_size=1, page_size=40,
        limits=LIMITS["sales_order"], line_forms=("article", "charge"), note="The prices of the source are pinned as net prices.",
        lines=LineFields("SalesOrderLines", "", "VATCode", "SalesOrderOrderChargeLines"),
    ),
    Resource(
        "sales_invoice", "Sales invoices", reads=True, writes=True, natural_keys=("reference", "number"), page_size=40,
        limits=LIMITS["sales_order"], line_forms=("article", "ledger", "charge"),
        note="In draft until they are printed in Exact Online, which gives them their number.",
        lines=LineFields("SalesInvoiceLines", "GLAccount", "VATCode", "SalesInvoiceOrderChargeLines"),
    ),
    Resource(
        "direct_invoice", "Direct invoices", writes=True, natural_keys=("reference", "number"), limits=LIMITS["sales_order"],
        line_forms=("article", "ledger", "charge"),
        note="Invoices whose goods leave the stock at once; not in every edition. Read as sales invoices.",
        lines=LineFields("SalesInvoiceLines", "GLAccount", "VATCode", "SalesInvoiceOrderChargeLines"),
    ),
    Resource(
        "sales_entry", "Sales entries", reads=True, writes=True, natural_keys=("reference", "number"), page_size=40,
        limits=LIMITS["sales_order"], needs_articles=False, line_forms=("ledger",), note="Booked on ledger accounts, without articles.",
        lines=LineFields("SalesEntryLines", "GLAccount", "VATCode"),
    ),
    Resource(
        "credit_note", "Credit notes", reads=True, writes=True, natural_keys=("reference", "number"), page_size=40,
        limits=LIMITS["sales_order"], line_forms=("article", "ledger"), note="Quantities are sent as negative numbers.",
        lines=LineFields("SalesInvoiceLines", "GLAccount", "VATCode", "SalesInvoiceOrderChargeLines"),
    ),
    Resource(
        "direct_credit", "Direct credit notes", writes=True, natural_keys=("reference", "number"), limits=LIMITS["sales_order"],
        line_forms=("article", "ledger"),
        note="Credit notes whose goods come back to the stock at once; not in every edition. Read as credit notes.",
    ),
    Resource(
        "credit_entry", "Credit entries", writes=True, natural_keys=("reference", "number"), limits=LIMITS["sales_order"],
        needs_articles=False, line_forms=("ledger",), note="Sales entries with negative amounts, on ledger accounts. Read as sales entries.",
    ),
    Resource(
        "stock", "Stock", reads=True, writes=True, natural_keys=("sku",), batch_size=200, page_size=1000,
        note="Free stock per article and warehouse is read; counted stock is written as a processed stock count.",
    ),
    Resource("shipment", "Shipments", reads=True, page_size=1000, note="Goods deliveries with their tracking numbers."),
    Resource(
        "payment", "Payments", reads=True, writes=True, natural_keys=("reference",), page_size=500,
        note="Read: receivables that are settled. Written: entries in a bank, cash or payment service journal that name the "
        "invoice they pay; matching is left to Exact Online, since its interface has no call for that.",
    ),
    Resource("order_status", "Order statuses", reads=True, page_size=500, note="How far a sales order is delivered and invoiced."),
    Resource("administration", "Administrations", reads=True, list=True),
    Resource("vat_code", "VAT codes", reads=True, list=True),
    Resource("payment_term", "Payment conditions", reads=True, list=True),
    Resource("journal", "Journals", reads=True, list=True),
    Resource("ledger_account", "Ledger accounts", reads=True, list=True),
    Resource("warehouse", "Warehouses", reads=True, list=True),
    Resource("shipping_method", "Shipping methods", reads=True, list=True),
    Resource("item_group", "Item groups", reads=True, list=True),
    Resource("unit", "Units", reads=True, list=True),
    Resource("currency", "Currencies", reads=True, list=True),
    Resource("order_charge", "Order charges", reads=True, list=True),
    Resource("cost_center", "Cost centres", reads=True, list=True),
    Resource("cost_unit", "Cost units", reads=True, list=True),
    Resource(
        "receivable", "Receivables", reads=True, list=True,
        note="What is still to be received; with filters also what is paid.",
    ),
    Resource(
        "financial_period", "Financial periods", reads=True, list=True,
        note="Closed once every sales journal is closed for it.",
    ),
)  # fmt: skip

PAGES = {one.name: one.page_size for one in RESOURCES}
"""Records given at a time: what belongs to them is read in one call of forty."""

OAUTH = OAuth(
    "authorization_code", token_path="/api/oauth2/token", authorize_path="/api/oauth2/auth", lifetime=600,
    refresh_not_before=570,
)  # fmt: skip
"""A token lives 600 s and may be renewed in its last 30 s only (reference: Hosts and OAuth2)."""

WINDOWS = (
    CallWindow(
        "minute", 60, 60, "X-RateLimit-Minutely-Limit", "X-RateLimit-Minutely-Remaining", "X-RateLimit-Minutely-Reset",
        reserve=2,
    ),
    CallWindow("day", 86400, 5000, "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", reserve=250),
    CallWindow("errors", 3600, 10, counts="errors", reserve=2),
)  # fmt: skip
"""60 calls a minute, 5,000 a day, and a block of an hour after 10 refused calls (reference: Limits)."""

TOPICS = tuple(NAMES)

DOCS = {
    "client_id": _APPS, "client_secret": _APPS, "webhook_secret": _APPS, "api": _DOCS, "division": _DOCS,
}  # fmt: skip
