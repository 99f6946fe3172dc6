"""A shop and one ledger with flows for orders, refunds and payments, as a bookkeeper of that ledger would see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from uuid import uuid4

from support.garden import SHIPPING, Garden

WRITES = {"exactonline": "POST /api/v1/3012345/financialtransaction/BankEntries", "accountview": "POST /api/v3/accountviewdata"}
JOURNALS = {"exactonline": "30", "accountview": "BNK"}
TOTAL = Decimal("40.95")
"""One pot, two roses and shipping."""
REFUND = """mutation Back($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) { refund { id } userErrors { field message } }
}"""


@dataclass
class Paid:
    """The flows between shop and `ledger`; `settings` of the orders, `paying` of the payments, `name` to tell two apart."""

    garden: Garden
    ledger: str
    document: str = "sales_entry"
    settings: dict = field(default_factory=dict)
    paying: dict = field(default_factory=dict)
    name: str = ""

    def __post_init__(self):
        short = "-".join(filter(None, (self.ledger, self.document.replace("_", "-"), self.name)))
        booking = {"document": self.document, "release": (), "settle_seconds": 0, **self.settings}
        self.orders = self.garden.flow(f"orders-{short}", "shopify", self.ledger, **booking)
        what = "credit_entry" if self.document == "sales_entry" else "credit_note"
        self.credits = self.garden.flow(
            f"credits-{short}", "shopify", self.ledger, "credit_note", shipping_sku=SHIPPING, adjustment_sku=SHIPPING, document=what
        )
        self.payments = self.garden.flow(f"payments-{short}", "shopify", self.ledger, "payment", settle_seconds=0, **self.paying)
        for flow in (self.orders, self.credits):
            if self.ledger == "exactonline":
                self.garden.add_row(flow, "journal", "71")
            for rate, account in (("21", "8000"), ("9", "8010")):
                self.garden.add_row(flow, "revenue_account", account, rate=rate)

    def by(self, **methods):
        """Say in the value table which journal these payment methods go to."""
        for method, journal in methods.items():
            self.garden.add_row(self.payments, "payment_journal", journal, **({} if method == "every" else {"method": method}))

    def book(self, number):
        """Book this order."""
        assert self.garden.send(self.orders, number).created == 1, self.garden.waiting(self.orders)
        return self.order(number)

    @property
    def title(self):
        """What people call the ledger."""
        return {"exactonline": "Exact Online", "accountview": "AccountView"}[self.ledger]

    def label(self, number):
        """What the one payment of this order is called."""
        (row,) = [one for one in self.garden.inbox(self.payments) if one.label.startswith(f"#{number}-P")]
        return row.label

    def order(self, number):
        """The order in the shop."""
        return next(one for one in self.garden.state("shopify")["orders"] if one["name"] == f"#{number}")

    def pay(self, number):
        """Run the flow of payments for this order."""
        result = self.garden.run(self.payments, ids=(self.order(number)["id"],))
        assert result.summary.outcome != "stopped", (result.reason, result.error)
        return result.summary

    def give_back(self, number, amount, *pieces, of="", **more):
        """Refund in the shop: (place of the line, pieces); `of` is the method that it goes back by."""
        order = self.order(number)
        paid = next(one for one in nodes(order["transactions"]) if one["kind"] in ("SALE", "CAPTURE") and of in ("", one["gateway"]))
        lines = nodes(order["lineItems"])
        given = {
            "orderId": order["id"],
            "refundLineItems": [{"lineItemId": lines[at]["id"], "quantity": many, "restockType": "NO_RESTOCK"} for at, many in pieces],
            "transactions": [{"amount": str(amount), "gateway": paid["gateway"], "kind": "REFUND", "orderId": order["id"], "parentId": paid["id"]}],
            **more,
        }  # fmt: skip
        body = {"query": REFUND, "variables": {"input": given, "key": str(uuid4())}}
        answer = self.garden.ask("shopify", "POST", "/admin/api/2026-10/graphql.json", json=body).json()
        assert answer["data"]["refundCreate"]["userErrors"] == [], answer

    def open(self, reference):
        """What is open in the ledger under this number of the shop; None where there is no open item of it at all."""
        if self.ledger == "exactonline":
            rows = [row for row in self.garden.exact("cashflow/Receivables") if row.get("YourRef") == reference]
            return -sum(Decimal(str(row["AmountFC"])) for row in rows) if rows else None
        rows = [row for row in self.garden.accountview("OPENITEM") if row["INV_NR"] == reference]
        return sum(Decimal(str(row.get("ITEM_REST") or 0)) for row in rows) if rows else None

    def booked(self, name):
        """(own number, amount received, journal) of every payment of this order, in the order of its numbers."""
        found = self._exact() if self.ledger == "exactonline" else self._accountview()
        return sorted(one for one in found if one[0].startswith(f"{name}-P"))

    def lose_an_answer(self, kind="drop_after", **more):
        """The next payment is stored, and then the line breaks."""
        self.garden.faults(self.ledger, {"match": WRITES[self.ledger], "kind": kind, "containing": "-P", **more})

    def pay_by_hand(self, number, amount, matched=True, on=None):
        """The bookkeeper books what came in by the bank on a day, and matches it or leaves that for later."""
        if self.ledger == "exactonline":
            (item,) = [row for row in self.garden.exact("cashflow/Receivables") if row.get("YourRef") == f"#{number}"]
            line = {"Account": item["Account"], "GLAccount": item["GLAccount"], "AmountFC": float(amount), "Description": "Bijschrijving",
                    "OurRef": item["InvoiceNumber"] if matched else None, **({"Date": f"{on}T00:00:00"} if on else {})}  # fmt: skip
            body = {"JournalCode": "20", "BankEntryLines": [line]}
            self.garden.ask("exactonline", "POST", "/api/v1/3012345/financialtransaction/BankEntries", json=body)
            return
        (item,) = [row for row in self.garden.accountview("OPENITEM") if row["INV_NR"] == f"#{number}"]
        kinds = {"AMOUNT": "N"}
        rows = [{"HeaderId": "1", "ACCT_NR": "1210", "SUB_NR": item["SUB_INV"][:10].strip(), "INV_NR": item["INV_NR"] if matched else "",
                 "AMOUNT": -float(amount)},
                {"HeaderId": "1", "ACCT_NR": "1100", "SUB_NR": "", "INV_NR": "", "AMOUNT": float(amount)}]  # fmt: skip
        day = [{"Name": "TRN_DATE", "FieldType": "T"}] if on else []
        lines = [{"Name": name, "FieldType": kinds.get(name, "C")} for name in rows[0]]
        more = {"Table": {"Definition": {"Name": "DJ_PAGE", "Fields": [{"Name": name, "FieldType": "C"} for name in ("RowId", "DJ_CODE", "HDR_DESC")] + day},
                          "DetailDefinitions": [{"Name": "DJ_LINE", "Fields": lines}]},
                "TableData": {"Data": {"Rows": [{"Values": ["1", "BNK", "Bijschrijving", *([f"{on}T00:00:00.000Z"] if on else [])]}]},
                              "DetailData": [{"Rows": [{"Values": list(row.values())} for row in rows]}]}}  # fmt: skip
        self.garden.write_av("POST", "DJ2", "DJ_PAGE", {}, **more)

    def _exact(self):
        made = []
        for name in ("Bank", "Cash"):
            entries = {row["EntryID"]: row for row in self.garden.exact(f"financialtransaction/{name}Entries")}
            for line in self.garden.exact(f"financialtransaction/{name}EntryLines"):
                made.append((line["Description"], Decimal(str(line["AmountFC"])), entries[line["EntryID"]]["JournalCode"]))
        return made

    def _accountview(self):
        lines = self.garden.accountview("DJ_LINE")
        made = []
        for page in self.garden.accountview("DJ_PAGE"):
            mine = [line for line in lines if line["SRC_ID"] == page["REC_ID"] and line.get("SUB_NR")]
            made.append((page["HDR_DESC"], -sum(Decimal(str(line["AMOUNT"])) for line in mine), page["DJ_CODE"]))
        return made


def paid_by(order, *parts):
    """Let this order of a shop be paid by these (kind, gateway, amount), one after the other."""
    first, made = order["transactions"][0], []
    for place, (kind, gateway, amount) in enumerate(parts):
        bag = {side: {**money, "amount": str(amount)} for side, money in first["amountSet"].items()}
        made.append({**first, "id": f"{first['id']}{place}", "kind": kind, "gateway": gateway, "formattedGateway": gateway, "amountSet": bag})
    order["transactions"] = made
    order["paymentGatewayNames"] = list(dict.fromkeys(gateway for _, gateway, _ in parts))


def nodes(rows):
    """The rows of a connection or a plain list."""
    return rows["nodes"] if isinstance(rows, dict) else rows
