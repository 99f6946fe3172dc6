"""The settings of a connection to AccountView: the form that people fill in."""

from __future__ import annotations

from koppel import Setting, book_settings

from koppel_accountview.entry_settings import ENTRY_SETTINGS

_PORTAL = "https://www.accountview.net"

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
    *book_settings(
        "AccountView", prices="Prices", rounded="document",
        about_prices="Whether sales prices and order lines in AccountView are with VAT (bruto-invoer) or without.",
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
    Setting(
        "image_encoding", "Images", kind="choice", default="base64", choices=("base64", "data_url"), required=False,
        help="How the one image of an article is written. Leave it at base64 unless AccountView refuses images.",
    ),
    Setting(
        "sales_invoice_object", "Business object for sales invoices", kind="choice", default="SI1", required=False,
        choices_from="business_object", help="SI1 (Verkoopfacturen), unless your AccountView calls it otherwise.",
    ),
    Setting(
        "counter_invoice_object", "Business object for counter invoices", kind="choice", required=False,
        choices_from="business_object", help="For flows that write direct invoices (baliefacturen). Pick it from the list.",
    ),
    *(
        Setting(
            f"{name}_object", f"Business object for {what}", kind="choice", required=False, choices_from="business_object",
            help=f"{why} Its code is published nowhere: pick it from the list of your AccountView. Empty: not used.",
        )
        for name, what, why in (
            ("delivery", "deliveries", "From which flows read what was sent."),
            ("price_list", "price lists", "To pick price lists by name."),
            ("shipping_method", "shipping methods", "To pick shipping methods by name."),
        )
    ),
    *ENTRY_SETTINGS,
)  # fmt: skip
