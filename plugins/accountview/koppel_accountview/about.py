"""What the manifest says about AccountView: settings, resources, login and field lengths."""

from __future__ import annotations

from koppel import OAuth, Resource, Setting

_PORTAL = "https://www.accountview.net"

LIMITS: dict[str, dict[str, int]] = {
    "customer": {
        "SUB_NR": 10, "ACCT_NAME": 40, "SRC_CODE": 10, "ADDRESS1": 80, "POST_CODE": 10, "CITY": 35, "TEL_BUS": 20,
        "MAIL_BUS": 50, "WWW_URL": 60, "VAT_NR": 14, "COC_CODE": 15, "DISC_CODE": 2,
    },
    "product": {"ART_CODE": 15, "ART_DESC1": 40, "AG_CODE": 5},
    "sales_order": {"COMMENT1": 40, "ART_CODE": 15},
}  # fmt: skip
"""Characters that fields take (reference: 4 Business objects); an installation's own dictionary decides."""

SETTINGS = (
    Setting(
        "base_url", "Address", kind="url", default="https://www.accountview.net",
        help="Where AccountView.net answers. The Communication Service beside your AccountView passes the calls on.",
    ),
    Setting(
        "client_id", "API key", link=_PORTAL,
        help="Of the application you added in the portal of AccountView.net: menu Ontwikkelaar, Applicatie toevoegen.",
    ),
    Setting(
        "client_secret", "API secret", secret=True, link=_PORTAL,
        help="Of the same application. It must be linked to the AccountView user that logs in.",
    ),
    Setting(
        "company", "Company", choices_from="administration", kind="choice",
        help="The company (onderneming) to work in, by its code. Koppel writes in no other; AccountView chooses the "
        "administration of the current fiscal year.",
    ),
    Setting(
        "price_basis", "Prices", kind="choice", default="incl", choices=("incl", "excl"),
        help="Whether sales prices and order lines in AccountView are with VAT (bruto-invoer) or without.",
    ),
    Setting(
        "vat_rounding", "VAT is rounded", kind="choice", default="document", choices=("line", "document"),
        help="Only for prices without VAT: whether AccountView rounds the VAT of every line, or once per VAT code.",
    ),
    Setting(
        "home_country", "Country of the books", default="NL",
        help="The two letters of the country where this administration pays its VAT.",
    ),
    Setting(
        "control_account", "Control account for new debtors", kind="choice", required=False,
        choices_from="ledger_account",
        help="The verzamelrekening under which new debtors are made. Empty: the account that is called Debiteuren.",
    ),
    Setting(
        "reference_field", "Field for the order number of the shop", default="COMMENT1",
        help="Orders are recognised by this field of SO_HDR, so that none is made twice.",
    ),
    Setting(
        "stock_figure", "Stock figure", default="QTY_AVAIL",
        help="The count that is read as stock: QTY_AVAIL (available), QTY_FREE2 (free), QTY_TECH (technical), or a "
        "field of your own.",
    ),
    Setting(
        "item_group", "Group for new articles", kind="choice", required=False, choices_from="item_group",
        help="For articles whose own group does not exist in AccountView. Empty: such an article waits.",
    ),
    Setting(
        "article_vat_code", "VAT code for new articles", kind="choice", required=False, choices_from="vat_code",
        help="For articles whose VAT rate the source does not know.",
    ),
    Setting(
        "ean_field", "Field for the EAN", required=False,
        help="Standard articles have no field for a bar code. Empty: Koppel looks for one in your dictionary.",
    ),
    Setting(
        "total_field", "Field with the order total", required=False,
        help="The field of SO_HDR with the total including VAT, to compare every order to the cent. Empty: Koppel "
        "looks for it in your dictionary.",
    ),
    Setting(
        "paging", "Paging", kind="choice", default="last_key", choices=("last_key", "page_number"), required=False,
        help="How a next page is asked for. Leave it at last_key unless Koppel tells you otherwise.",
    ),
)  # fmt: skip

RESOURCES = (
    Resource(
        "customer", "Debtors", reads=True, writes=True, natural_keys=("email", "code", "vat_number", "coc_number"),
        page_size=200, limits=LIMITS["customer"],
        note="AR1, with contact persons (PP1, LNCP) and delivery addresses (ADDR) underneath. A change of an address "
        "or contact alone is read with the debtor's next change.",
    ),
    Resource(
        "product", "Articles", reads=True, writes=True, natural_keys=("sku", "ean"), page_size=100,
        limits=LIMITS["product"], note="AK1; every variant is an article of its own.",
    ),
    Resource(
        "sales_order", "Sales orders", reads=True, writes=True, natural_keys=("reference",), page_size=100,
        limits=LIMITS["sales_order"], note="SO1. The lines of an order are written once; its header can be changed.",
    ),
    Resource(
        "stock", "Stock", reads=True, natural_keys=("sku",), page_size=1000,
        note="One figure per article, all articles each time: a count moves without the article counting as changed.",
    ),
    Resource("administration", "Companies", reads=True, list=True),
    Resource("vat_code", "VAT codes", reads=True, list=True),
    Resource("payment_term", "Payment terms", reads=True, list=True),
    Resource("ledger_account", "Ledger accounts", reads=True, list=True),
    Resource("journal", "Journals", reads=True, list=True),
    Resource("item_group", "Article groups", reads=True, list=True),
    Resource("country", "Countries", reads=True, list=True),
    Resource("cost_centre", "Cost centres", reads=True, list=True),
)  # fmt: skip

OAUTH = OAuth(
    "authorization_code", token_path="/api/v3/token", authorize_path="/ams/authorize.aspx",
    scopes=("readaccountviewdata", "updateaccountviewdata"),
)  # fmt: skip
"""A person logs in once; the life of a token is not documented (reference: 1.3 OAuth 2)."""

DOCS = {"client_id": _PORTAL, "client_secret": _PORTAL}
