"""What two ledgers hold, read from their own shapes into the same few words."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Order:
    """An order as booked: `customer` is the ledger's own key of the debtor, `lines` are (SKU, quantity, price, VAT code)."""

    customer: str
    lines: list
    total: Decimal
    term: str
    row: dict


@dataclass(frozen=True)
class Customer:
    """A debtor as kept."""

    key: str
    code: str
    name: str
    email: str
    address: tuple
    contacts: list
    row: dict


class AccountView:
    """Sales orders in SO_HDR and SO_LINE, debtors in CONTACT with PEOPLE by way of CON_PP."""

    name = "accountview"

    def __init__(self, state):
        self.tables = state["companies"][0]["administrations"][-1]["tables"]

    def rows(self, table):
        """The rows of a table; none where the table is not there yet."""
        return self.tables.get(table, [])

    def orders(self):
        """By the number of the shop; a number booked twice is an error."""
        made = {}
        for row in self.rows("SO_HDR"):
            assert row["COMMENT1"] not in made, f"{row['COMMENT1']} is booked twice"
            lines = [
                (line["ART_CODE"], exact(line["ORD_QTY"]), exact(line["ART_PX"]), line["VAT_CODE"])
                for line in self.rows("SO_LINE") if line["HDR_ID"] == row["REC_ID"]
            ]  # fmt: skip
            made[row["COMMENT1"]] = Order(row["RPL_INV"], lines, exact(row["ORD_TOT"]), row.get("DISC_CODE", ""), row)
        return made

    def customers(self):
        """All debtors."""
        people = {row["PP_CODE"]: row for row in self.rows("PEOPLE")}
        return [
            Customer(
                row["SUB_NR"], row["SUB_NR"], row["ACCT_NAME"], row.get("MAIL_BUS", ""),
                (row.get("ADDRESS1", ""), row.get("POST_CODE", ""), row.get("CITY", ""), row.get("CNT_CODE", "")),
                [
                    f"{people[one['PP_CODE']]['FST_NAME']} {people[one['PP_CODE']]['LST_NAME']}"
                    for one in self.rows("CON_PP") if one["SUB_NR"] == row["SUB_NR"]
                ],
                row,
            )
            for row in self.rows("CONTACT")
        ]  # fmt: skip

    def prices(self):
        """Sales price by code of every article; a code that is there twice is an error."""
        codes = [row["ART_CODE"] for row in self.rows("ARTICLE")]
        assert len(set(codes)) == len(codes)
        return {row["ART_CODE"]: exact(row.get("PX_SELL") or 0) for row in self.rows("ARTICLE")}

    def article(self, sku):
        """(name, price, bar code, row)."""
        row = next(one for one in self.rows("ARTICLE") if one["ART_CODE"] == sku)
        return row["ART_DESC1"], exact(row["PX_SELL"]), row.get("A8_EAN", ""), row


class ExactOnline:
    """Sales orders, accounts with contacts, items with their prices."""

    name = "exactonline"

    def __init__(self, state):
        self.data = state["data"]["3012345"]

    def rows(self, entity):
        """The records of a collection."""
        return self.data.get(entity, [])

    def orders(self):
        """By the number of the shop; a number booked twice is an error."""
        codes = {row["ID"]: row["Code"] for row in self.rows("logistics/Items")}
        made = {}
        for row in self.rows("salesorder/SalesOrders"):
            assert row["YourRef"] not in made, f"{row['YourRef']} is booked twice"
            mine = [line for line in self.rows("salesorder/SalesOrderLines") if line["OrderID"] == row["OrderID"]]
            lines = [
                (codes[line["Item"]], exact(line["Quantity"]), exact(line["NetPrice"]), line["VATCode"].strip())
                for line in mine
            ]
            total = sum((exact(line["AmountFC"]) + exact(line["VATAmount"]) for line in mine), Decimal())
            made[row["YourRef"]] = Order(row["OrderedBy"], lines, total, (row["PaymentCondition"] or "").strip(), row)
        return made

    def customers(self):
        """All accounts."""
        return [
            Customer(
                row["ID"], row["Code"].strip(), row["Name"], row.get("Email") or "",
                (row.get("AddressLine1"), row.get("Postcode"), row.get("City"), (row.get("Country") or "").strip()),
                [f"{one['FirstName']} {one['LastName']}" for one in self.rows("crm/Contacts") if one["Account"] == row["ID"]],
                row,
            )
            for row in self.rows("crm/Accounts")
        ]  # fmt: skip

    def prices(self):
        """Sales price by code of every article; a code that is there twice is an error."""
        items = {row["ID"]: row["Code"] for row in self.rows("logistics/Items")}
        assert len(set(items.values())) == len(items)
        told = {items[row["Item"]]: exact(row["Price"]) for row in self.rows("logistics/SalesItemPrices")}
        return {code: told.get(code, Decimal(0)) for code in items.values()}

    def article(self, sku):
        """(name, price, bar code, row)."""
        row = next(one for one in self.rows("logistics/Items") if one["Code"] == sku)
        price = [one["Price"] for one in self.rows("logistics/SalesItemPrices") if one["Item"] == row["ID"]][-1]
        return row["Description"], exact(price), row.get("Barcode") or "", row


LEDGERS = {one.name: one for one in (AccountView, ExactOnline)}


def exact(number):
    """A JSON number as the digits it was written with."""
    return Decimal(str(number))


def ledger(trio, system):
    """What this ledger holds now."""
    return LEDGERS[system](trio.state(system))


def by_email(book, email):
    """The one debtor with this address, in any case of letters."""
    (found,) = [one for one in book.customers() if one.email.casefold() == email.casefold()]
    return found
