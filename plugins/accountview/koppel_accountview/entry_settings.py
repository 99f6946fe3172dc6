"""The settings for entries in a journal: where they go, how fine they are, and the conventions of their amounts."""

from __future__ import annotations

from koppel import Setting

_PROVED = "The first entry of each run is read back; where it is otherwise here, the flow is paused and nothing more is booked."

ENTRY_SETTINGS = (
    Setting(
        "sales_journal", "Sales journal", kind="choice", required=False, choices_from="journal",
        help="The daybook that sales entries go to. Empty: the only one that is for sales.",
    ),
    Setting(
        "entry_split", "Lines of an entry", kind="choice", default="recommended", required=False,
        choices=("simple", "recommended", "complex", "extreme"),
        help="simple: one revenue line. recommended: revenue, shipping and discount, per VAT code. complex: a line per "
        "ledger account, too. extreme: every part of every line on its own.",
    ),
    Setting(
        "entry_reference_field", "Field for the order number on an entry", default="INV_NR", required=False,
        help="Entries are recognised by this field of DJ_PAGE, so that none is made twice.",
    ),
    *(
        Setting(
            f"{name}_account", f"Ledger account for {what}", kind="choice", required=False,
            choices_from="ledger_account", help=f"Where entries book {what}. Empty: {instead}.",
        )
        for name, what, instead in (
            ("shipping", "shipping costs", "the revenue account"),
            ("discount", "discounts", "the account of the line that they are on"),
            ("fee", "surcharges and tips", "the revenue account"),
            ("gift_card", "gift cards that are sold", "the revenue account"),
        )
    ),
    Setting(
        "entry_sides", "Sides of an entry", kind="choice", default="both", choices=("both", "revenue"), required=False,
        help="both: the debtor has a line of his own. revenue: AccountView books the debtor by itself. " + _PROVED,
    ),
    Setting(
        "entry_sign", "Sign of an entry", kind="choice", default="debit", choices=("debit", "credit"), required=False,
        help="The side whose amounts are above zero. " + _PROVED,
    ),
    Setting(
        "entry_amounts", "Amounts of an entry", kind="choice", default="net", choices=("net", "gross"), required=False,
        help="Whether the amount of a line includes its VAT (bruto-invoer). " + _PROVED,
    ),
    Setting(
        "entry_vat", "VAT of an entry", kind="choice", default="with_line", choices=("with_line", "own_line"),
        required=False,
        help="with_line: AccountView books VAT from the VAT amount of a line. own_line: VAT has lines of its own.",
    ),
    Setting(
        "exchange_rate", "Exchange rate", kind="choice", default="home_per_foreign", choices=("home_per_foreign", "foreign_per_home"),
        required=False,
        help="Which way round AccountView keeps the rate of a page in another currency. home_per_foreign: one dollar is 0.92 "
        "euro, so 0.92. foreign_per_home: one euro is 1.09 dollar, so 1.09. Each such page is compared with what AccountView "
        "makes of it; where that is otherwise, the flow is paused and nothing more is booked.",
    ),
    Setting(
        "entry_object", "Business object for entries", kind="choice", default="DJ2", required=False,
        choices_from="business_object", help="DJ2 (Dagboekbladzijden), unless your AccountView calls it otherwise.",
    ),
    Setting(
        "payment_object", "Business object for payments", kind="choice", required=False, choices_from="business_object",
        help="Where pages of bank and cash daybooks go. Empty: where entries go; DJ2B is the variant for imports, if it is open.",
    ),
    Setting(
        "payment_sides", "Sides of a payment", kind="choice", default="both", choices=("both", "debtor"), required=False,
        help="both: the account of the daybook has a line of its own. debtor: AccountView books that side by itself.",
    ),
    Setting(
        "open_item_object", "Business object for open items", kind="choice", default="RE1", required=False,
        choices_from="business_object", help="From which payments are read and the first entry of a run is proved.",
    ),
)  # fmt: skip
