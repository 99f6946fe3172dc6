"""A bookkeeper's customers, articles and orders arrive in Exact Online once, equal to the cent, over real HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from koppel import Batch, Draft, Lookup, Query, Write

pytestmark = pytest.mark.walk


def test_smoke(simulate: Callable[..., Any]) -> None:
    sim = simulate()
    exact = sim.connector()
    print(exact.check())
    for name in ("administration", "vat_code", "payment_term", "journal", "ledger_account", "warehouse", "shipping_method", "item_group", "unit"):
        page = exact.fetch(Query(name))
        print(name, [(r.id, r.data["title"]) for r in page.records][:6])
    draft = {"Name": "Bloem BV", "Status": "C", "Email": "info@bloem.nl", "AddressLine1": "Straat 1", "Postcode": "1234 AB", "City": "X", "Country": "NL",
      "Contacts": [{"FirstName": "Jan", "LastName": "Bloem", "Email": "jan@bloem.nl"}]}
    receipts = exact.upsert(Batch("customer", (Write("1", Draft("customer", draft)),)))
    print(receipts)
    print(exact.find(Lookup("customer", "email", ("INFO@bloem.nl", "x@y.z"))))
    acc = receipts.items[0].id
    print(exact.upsert(Batch("customer", (Write("1", Draft("customer", draft), id=acc),))))
    item = {"Code": "A-1", "Description": "Roos", "StandardSalesPrice": Decimal("12.50"), "SalesVatCode": "4", "IsSalesItem": True, "ItemGroup": "DIENST"}
    r = exact.upsert(Batch("product", (Write("p", Draft("product", item)),)))
    print(r)
    print(exact.find(Lookup("product", "sku", ("a-1", "b"))))
    order = {"OrderedBy": acc, "YourRef": "#1001", "OrderDate": "2026-11-20", "Currency": "EUR",
      "DeliveryAddress": {"AddressLine1": "Straat 1", "Postcode": "1234 AB", "City": "X", "Country": "NL"},
      "SalesOrderLines": [{"Item": r.items[0].id, "Quantity": 3, "NetPrice": Decimal("12.34"), "VATCode": "4", "Description": "Roos"}]}
    n = sim.calls()
    r = exact.upsert(Batch("sales_order", (Write("o", Draft("sales_order", order)),)))
    print(r, sim.calls() - n)
    print(exact.find(Lookup("sales_order", "reference", ("#1001",))))
    for res in ("customer", "product", "sales_order"):
        print(exact.fetch(Query(res)))
    print(sim.shell.requests)
    assert 0
