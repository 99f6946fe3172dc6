"""What the manifest says about AccountView: resources, login and field lengths."""

from __future__ import annotations

from koppel import LineFields, OAuth, Resource

_PORTAL = "https://www.accountview.net"

LIMITS: dict[str, dict[str, int]] = {
    "customer": {
        "SUB_NR": 10, "ACCT_NAME": 40, "SRC_CODE": 10, "ADDRESS1": 80, "POST_CODE": 10, "CITY": 35, "TEL_BUS": 20,
        "MAIL_BUS": 50, "WWW_URL": 60, "VAT_NR": 14, "COC_CODE": 15, "DISC_CODE": 2,
    },
    "product": {"ART_CODE": 15, "ART_DESC1": 40, "AG_CODE": 5},
    "sales_order": {"COMMENT1": 40, "ART_CODE": 15},
    "sales_entry": {"INV_NR": 12, "HDR_DESC": 40},
    "category": {"AG_CODE": 5},
}  # fmt: skip
"""Characters that fields take (reference: 4 Business objects); an installation's own dictionary decides."""

OWNED = ("DISC_CODE", "CRED_LIM", "VAT_NR", "VAT_CODE", "BLK_SP", "REC_BLK", "ACCT_NR")
"""Of a debtor that is there: its payment term, credit limit, VAT data, whether it is blocked, and its control account
(reference: 4 Business objects, CONTACT)."""

RESOURCES = (
    Resource(
        "customer", "Debtors", reads=True, writes=True, natural_keys=("email", "code", "vat_number", "coc_number"),
        page_size=200, limits=LIMITS["customer"], owned=OWNED, number_field="SUB_NR", block={"BLK_SP": True},
        note="AR1, with contact persons (PP1, LNCP) and delivery addresses (ADDR) underneath. A change of an address "
        "or contact alone is read with the debtor's next change.",
    ),
    Resource(
        "product", "Articles", reads=True, writes=True, natural_keys=("sku", "ean"), page_size=100,
        limits=LIMITS["product"], note="AK1; every variant is an article of its own, with one image.",
    ),
    Resource(
        "category", "Article groups", reads=True, writes=True, natural_keys=("name", "code"), page_size=200,
        limits=LIMITS["category"], note="AG1; groups have no groups above them.",
    ),
    Resource(
        "sales_order", "Sales orders", reads=True, writes=True, natural_keys=("reference",), page_size=100,
        limits=LIMITS["sales_order"], note="SO1. The lines of an order are written once; its header can be changed.",
        lines=LineFields("SO_LINE", "", "VAT_CODE"),
    ),
    Resource(
        "sales_invoice", "Sales invoices", reads=True, writes=True, natural_keys=("reference",), page_size=100,
        limits=LIMITS["sales_order"], note="SI1, where the user may enter invoices; written once.",
        lines=LineFields("lines", "", "VAT_CODE"),
    ),
    Resource(
        "direct_invoice", "Counter invoices", writes=True, natural_keys=("reference",), limits=LIMITS["sales_order"],
        note="Baliefacturen; their business object is chosen on the connection. Written once.",
        lines=LineFields("lines", "", "VAT_CODE"),
    ),
    Resource(
        "sales_entry", "Sales entries", reads=True, writes=True, natural_keys=("reference",), limits=LIMITS["sales_entry"],
        needs_articles=False, own_vat=True, line_forms=("ledger",), note="DJ2, a page of the sales journal in the split of the connection; written once.",
    ),
    Resource(
        "credit_note", "Credit notes", reads=True, writes=True, natural_keys=("reference",), limits=LIMITS["sales_entry"],
        needs_articles=False, own_vat=True, line_forms=("ledger",), note="DJ2, a page of the sales journal with its sides turned round; written once.",
    ),
    Resource(
        "direct_credit", "Credit invoices", writes=True, natural_keys=("reference",), limits=LIMITS["sales_order"],
        note="SI1 with quantities below zero, so that the goods come back to the stock; written once.",
    ),
    Resource(
        "credit_entry", "Credit entries", writes=True, natural_keys=("reference",), limits=LIMITS["sales_entry"],
        needs_articles=False, own_vat=True, line_forms=("ledger",), note="The same page of the sales journal as a credit note.",
    ),
    Resource(
        "payment", "Payments", reads=True, writes=True, natural_keys=("reference",), page_size=500,
        note="Read, RE1: what came in for an open item; an installation that drops paid items tells it no longer. Written: "
        "a page of a bank or cash daybook, with the debtor's line on the item that is paid.",
    ),
    Resource(
        "stock", "Stock", reads=True, natural_keys=("sku",), page_size=1000,
        note="One figure per article, all articles each time: a count moves without the article counting as changed.",
    ),
    Resource(
        "shipment", "Deliveries", reads=True, page_size=200,
        note="From the business object that is chosen on the connection; its fields are learned from the dictionary.",
    ),
    Resource("administration", "Companies", reads=True, list=True),
    Resource("vat_code", "VAT codes", reads=True, list=True),
    Resource("payment_term", "Payment terms", reads=True, list=True),
    Resource("ledger_account", "Ledger accounts", reads=True, list=True),
    Resource("journal", "Journals", reads=True, list=True),
    Resource("item_group", "Article groups", reads=True, list=True),
    Resource("country", "Countries", reads=True, list=True),
    Resource("cost_center", "Cost centres", reads=True, list=True),
    Resource("currency", "Currencies", reads=True, list=True),
    Resource("price_list", "Price lists", reads=True, list=True, note="Once their business object is chosen."),
    Resource("shipping_method", "Shipping methods", reads=True, list=True, note="Once their business object is chosen."),
    Resource(
        "financial_period", "Financial periods", reads=True, list=True,
        note="PER, by fiscal year; where it is not opened, the months of the years that the company has.",
    ),
    Resource("business_object", "Business objects", reads=True, list=True),
    Resource("field", "Fields", reads=True, list=True),
)  # fmt: skip

OAUTH = OAuth(
    "authorization_code", token_path="/api/v3/token", authorize_path="/ams/authorize.aspx",
    scopes=("readaccountviewdata", "updateaccountviewdata"),
)  # fmt: skip
"""A person logs in once; the life of a token is not documented (reference: 1.3 OAuth 2)."""

DOCS = {"client_id": _PORTAL, "client_secret": _PORTAL}
