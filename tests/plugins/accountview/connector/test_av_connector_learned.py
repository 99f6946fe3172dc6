"""Objects whose code nobody knows: chosen by a person, learned from the dictionary, refused kindly where they do not fit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from koppel import ConfigurationError, Query
from support.office import Office, an_order, compiled, value_tables

sandbox = pytest.importorskip("koppel_accountview.sandbox", reason="the simulator is not installed")
OWN = {"measured": ("K1L", "K1P", "SHM"), "plain": ("SH1", "APX", "SHM")}
MOMENT = f"{datetime.now(UTC).year}-01-15T10:00:00"


def opened(made: str) -> Office:
    """Maatwerk with its own codes, or Eenvoud with the modules it lacks."""
    state = sandbox.measured_state() if made == "measured" else sandbox.plain_state()
    if made == "plain":
        state["objects"] = {}
    tables = value_tables(("H", "L", "N")) if made == "measured" else value_tables()
    delivery, prices, shipping = OWN[made]
    own = {"reference_field": "X15_WEBNR", "control_account": "1210", "price_basis": "incl"} if made == "measured" else {"price_basis": "excl"}
    return Office(
        sandbox.create, state, compiled(tables), shipping_account="8100", delivery_object=delivery,
        price_list_object=prices, shipping_method_object=shipping, **own,
    )  # fmt: skip


@pytest.fixture(params=list(OWN))
def office(request: Any) -> Iterator[Office]:
    one = opened(request.param)
    yield one
    one.close()


def titles(office: Office, name: str, **settings: str) -> dict[str, Any]:
    return {one.id: one.data["title"] for one in office.connect(**settings).fetch(Query(name)).records}


def test_price_lists_and_shipping_methods_are_picked_from_the_objects_that_were_chosen(office: Office) -> None:
    assert titles(office, "price_list") == {"GROOT": "Groothandel", "WEB": "Webshop"}
    assert titles(office, "shipping_method") == {"AFHALEN": "Wordt afgehaald", "POST": "Pakketpost"}
    assert titles(office, "price_list", price_list_object="") == {}
    assert office.connect().check().missing in ((), ("SI1 (sales invoices): insert; flows for sales invoices cannot run",))


def test_a_delivery_tells_the_order_of_the_shop_and_what_was_in_it(office: Office) -> None:
    order = office.send(office.connect(), "sales_order", an_order("#7"))
    year = office.sandbox.installation.companies[0].administrations[-1]
    header = {"DEL_NR": "L1", "ORD_NR": order.id, "DEL_DATE": MOMENT, "SHIP_MTH": "POST", "TRACK_NR": "3SABC", "CNG_DATE": MOMENT}
    stored = year.tables["SH_HDR"].add({**year.tables["SH_HDR"].blank(), **header, "REC_ID": year.next_record_id()})
    line = {"REC_ID": year.next_record_id(), "HDR_ID": stored["REC_ID"], "ART_CODE": "POT-1", "DEL_QTY": Decimal(1)}
    year.tables["SH_LINE"].add({**year.tables["SH_LINE"].blank(), **line})
    (shipment,) = office.read(office.connect(), "shipment")
    assert (shipment["number"], shipment["order_reference"], shipment["order_source_id"]) == ("L1", "#7", order.id)
    assert (shipment["method"], shipment["trackings"]) == ("POST", [{"number": "3SABC"}])
    assert [(one["sku"], Decimal(one["quantity"])) for one in shipment["lines"]] == [("POT-1", Decimal(1))]
    assert any(one.id == "SH_HDR.TRACK_NR" for one in office.connect().fetch(Query("field")).records)


@pytest.mark.parametrize(("settings", "words"), [
    ({"delivery_object": ""}, "Which business object holds deliveries is not chosen yet"),
    ({"delivery_object": "ZZ9"}, "no business object ZZ9 for deliveries"),
    ({"delivery_object": "AR1"}, r"AR1, which was chosen for deliveries, has no field for .* among SUB_NR"),
    ({"delivery_object": "SO1"}, "has no field for the quantity delivered"),
])  # fmt: skip
def test_an_object_that_holds_something_else_is_refused_with_what_is_missing(settings: Any, words: str) -> None:
    office = opened("plain")
    with pytest.raises(ConfigurationError, match=words) as caught:
        office.connect(**settings).fetch(Query("shipment"))
    assert "choose" in caught.value.resolution
    office.close()


def test_a_list_of_something_without_codes_is_refused_and_named_by_the_test_of_the_connection() -> None:
    office = opened("plain")
    with pytest.raises(ConfigurationError, match="has no field with a code"):
        office.connect(price_list_object="RE1").fetch(Query("price_list"))
    missing = office.connect(price_list_object="ZZ9").check().missing
    assert missing == ("This AccountView has no business object ZZ9 for price lists",)
    office.close()
