"""Pictures, free fields and prices of articles: read with the article, written once, left alone when they are right."""

from __future__ import annotations

import base64
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from koppel import Batch, Draft, Query, Write
from koppel.documents import Product

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
OTHER = b"\xff\xd8\xff" + b"1" * 40
POT = {"Code": "POT", "Description": "Pot", "ItemGroup": "POT", "IsSalesItem": True, "StandardSalesPrice": 12}


def picture(content: bytes) -> dict[str, str]:
    return {"name": "pot.png", "data": base64.b64encode(content).decode()}


def send(exact: Any, fields: dict[str, Any], key: str | None = None, last: dict[str, Any] | None = None) -> Any:
    (receipt,) = exact.upsert(Batch("product", (Write("k", Draft("product", fields), id=key, last=last),))).items
    assert receipt.error is None, receipt.error
    return receipt


def test_a_picture_is_written_once_and_read_back(simulate: Callable[..., Any], kit: SimpleNamespace) -> None:
    sim = simulate()
    exact, draft = sim.connector(pictures="yes"), {**POT, "Picture": picture(PNG)}
    made = send(exact, draft)
    assert "Picture" not in made.data
    (record,) = exact.fetch(Query("product", ids=(made.id,))).records
    fields = kit.mapping("inbound", "product").run(record.data, "create")[0]
    (image,) = Product.model_validate(fields).images
    assert (image.name, base64.b64decode(image.data)) == ("pot.png", PNG)
    before = sim.calls()
    assert send(exact, draft, made.id, last=draft).action == "unchanged"
    assert sim.calls() == before + 1  # the article itself is looked at
    assert send(exact, draft, made.id).action == "unchanged"  # even when nobody remembers that it was sent
    changed = {**POT, "Picture": picture(OTHER)}
    assert send(exact, changed, made.id, last=draft).action == "updated"
    (record,) = exact.fetch(Query("product", ids=(made.id,))).records
    assert base64.b64decode(record.data["PictureData"]["data"]) == OTHER


def test_pictures_and_names_of_fields_cost_nothing_where_nobody_asks_for_them(simulate: Callable[..., Any], kit: SimpleNamespace) -> None:
    sim = simulate(extra_fields="Kleur,Maat")
    made = send(sim.connector(), {**POT, "Picture": picture(PNG), "FreeTextField_01": "rood"})
    exact, before = sim.connector(), sim.calls()
    (record,) = exact.fetch(Query("product", ids=(made.id,))).records
    assert sim.calls() == before + 1
    assert kit.mapping("inbound", "product").run(record.data, "create")[0]["features"] == {"FreeTextField_01": "rood"}
    (record,) = sim.connector(extra_fields="yes").fetch(Query("product", ids=(made.id,))).records
    assert kit.mapping("inbound", "product").run(record.data, "create")[0]["features"] == {"Kleur": "rood"}


def test_a_free_field_that_is_right_already_is_not_sent(simulate: Callable[..., Any]) -> None:
    exact, draft = simulate().connector(), {**POT, "FreeTextField_02": "L", "FreeNumberField_01": 3, "FreeBoolField_01": True}
    made = send(exact, draft)
    assert send(exact, draft, made.id).action == "unchanged"
    assert send(exact, {**draft, "FreeNumberField_01": 4}, made.id).action == "updated"


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"url": "http://10.0.0.1/a.png"}, "not on the internet"),
        ({"url": "ftp://shop.example/a.png"}, "not on the internet"),
        ({"data": "###"}, "cannot be read"),
    ],
)
def test_a_picture_that_cannot_be_had_is_left_out_with_a_word(wanted: dict[str, str], why: str, service: Any, connect: Any, kit: SimpleNamespace) -> None:
    key = "00000000-0000-0000-0000-000000000001"
    service.on("GET", "logistics/ItemGroups", kit.answer([{"ID": key, "Code": "POT"}]))
    service.on("POST", "logistics/Items", kit.answer({"ID": key}, 201)).on("POST", "logistics/SalesItemPrices", kit.answer({"ID": key}, 201))
    receipt = send(connect(service), {**POT, "Picture": wanted})
    assert why in receipt.data["warnings"][0]
    assert b"Picture" not in service.of("POST", "logistics/Items")[0].content
