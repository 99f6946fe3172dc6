"""Articles come on the chosen sales channels; what a person put on a channel, or took off one, stays so."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from koppel import Batch, ConfigurationError, Draft, Query, RejectedError, Write
from koppel.documents import Product

PUBLISH = "mutation P($id: ID!, $i: [PublicationInput!]!) { %s(id: $id, input: $i) { userErrors { message } } }"


@pytest.fixture
def market(empty_shop: Callable[..., Any], make_out: Any, write_out: Any) -> Callable[..., SimpleNamespace]:
    """A shop whose articles go to the Online Store and the Point of Sale, or to the channels that are named."""

    def make(publish: tuple[str, ...] = ("Online Store", "Point of Sale"), settings: Any = None, **options: Any) -> SimpleNamespace:
        served = empty_shop(**options)
        channels = {one.label: one.id for one in served.connect().fetch(Query("publication")).records}

        def connect(names: tuple[str, ...] = publish) -> Any:
            return served.connect(publish_to=", ".join(channels.get(name, name) for name in names), **(settings or {}))

        def put(gid: str | None = None, sku: str = "POT-1", shop: Any = None, **more: Any) -> Any:
            paper = Product(**{"sku": sku, "name": f"Pot {sku}", "price_incl": 10, **more})
            draft = Draft("product", (write_out if gid else make_out)("product", paper))
            return (shop or connect()).upsert(Batch("product", (Write(sku, draft, gid),))).items[0]

        def on(place: int = 0) -> set[str]:
            row = httpx.get(f"{served.url}/_sandbox/state", timeout=60).json()["products"][place]
            return {name for name, gid in channels.items() if gid in (row.get("publishedOn") or ())}

        def by_hand(mutation: str, gid: str, *names: str) -> None:
            given = {"id": gid, "i": [{"publicationId": channels[name]} for name in names]}
            body = {"query": PUBLISH % mutation, "variables": given}
            assert "errors" not in connect().http.post("/admin/api/2026-10/graphql.json", json=body).json()

        return SimpleNamespace(put=put, on=on, by_hand=by_hand, connect=connect, channels=channels, served=served)

    return make


def test_a_new_article_comes_on_the_chosen_channels_and_a_second_run_changes_nothing(market: Any) -> None:
    shop = market()
    receipt = shop.put()
    assert (receipt.action, shop.on()) == ("created", {"Online Store", "Point of Sale"})
    assert shop.put(receipt.id).action == "unchanged"


def test_without_a_choice_channels_are_left_alone(market: Any) -> None:
    shop = market(publish=())
    connector, asked = shop.connect(), []
    ask = connector.api._ask
    connector.api._ask = lambda name, variables: (asked.append(name), ask(name, variables))[1]
    assert shop.put(shop=connector).error is None
    assert shop.on() == set()
    assert "set_product" in asked
    assert "product_channels" not in asked


def test_what_a_person_took_off_a_channel_stays_off_and_what_they_put_on_stays_on(market: Any) -> None:
    shop = market()
    gid = shop.put().id
    shop.by_hand("publishableUnpublish", gid, "Online Store")
    shop.by_hand("publishablePublish", gid, "Shop")
    assert shop.put(gid, price_incl=12).action == "updated"
    assert shop.on() == {"Point of Sale", "Shop"}


def test_a_channel_that_is_no_longer_chosen_loses_only_what_we_put_there(market: Any) -> None:
    shop = market(publish=("Online Store", "Point of Sale"))
    ours = shop.put().id
    other = shop.connect(())
    theirs = shop.put(sku="POT-2", shop=other).id
    shop.by_hand("publishablePublish", theirs, "Point of Sale")
    fewer = shop.connect(("Online Store",))
    for gid, sku in ((ours, "POT-1"), (theirs, "POT-2")):
        assert shop.put(gid, sku=sku, shop=fewer).action == "updated"
    assert (shop.on(0), shop.on(1)) == ({"Online Store"}, {"Online Store", "Point of Sale"})


def test_sys_10_a_blocked_article_goes_off_our_channels_and_comes_back_when_it_is_freed(market: Any) -> None:
    shop = market(settings={"blocked_articles": "unpublish"})
    gid = shop.put().id
    shop.by_hand("publishablePublish", gid, "Shop")
    assert shop.put(gid, active=False).action == "updated"
    assert shop.on() == {"Shop"}
    assert shop.put(gid, active=False).action == "unchanged"
    assert shop.put(gid).action == "updated"
    assert shop.on() == {"Online Store", "Point of Sale", "Shop"}


def test_sys_10_what_was_taken_off_by_hand_does_not_come_back_with_a_freed_article(market: Any) -> None:
    shop = market(settings={"blocked_articles": "unpublish"})
    gid = shop.put().id
    shop.by_hand("publishableUnpublish", gid, "Online Store")
    shop.put(gid, active=False)
    shop.put(gid)
    assert shop.on() == {"Point of Sale"}


@pytest.mark.parametrize("rule", ["draft", "archive"])
def test_sys_10_a_hidden_article_keeps_its_channels_and_gets_no_new_ones_meanwhile(market: Any, rule: str) -> None:
    shop = market(publish=("Online Store",), settings={"blocked_articles": rule})
    gid = shop.put().id
    wider = shop.connect(("Online Store", "Shop"))
    shop.put(gid, shop=wider, active=False)
    assert shop.on() == {"Online Store"}
    shop.put(gid, shop=wider)
    assert shop.on() == {"Online Store", "Shop"}


def test_many_new_articles_are_published_in_bulk(market: Any, make_out: Any) -> None:
    shop = market()
    papers = [Product(sku=f"P-{number}", name=f"Pot {number}", price_incl=10) for number in range(30)]
    writes = tuple(Write(one.sku, Draft("product", make_out("product", one))) for one in papers)
    connector = shop.connect()
    receipts = connector.upsert(Batch("product", writes)).items
    assert {one.action for one in receipts} == {"created"}
    assert all(shop.on(place) == {"Online Store", "Point of Sale"} for place in range(30))
    again = connector.upsert(Batch("product", tuple(Write(one.key, one.draft, receipt.id) for one, receipt in zip(writes, receipts, strict=True))))
    assert {one.action for one in again.items} == {"unchanged"}


def test_a_channel_that_is_gone_is_told_by_the_test_and_per_article(market: Any) -> None:
    gone = "gid://shopify/Publication/999"
    shop = market(publish=(gone,))
    with pytest.raises(ConfigurationError) as caught:
        shop.connect().check()
    assert (caught.value.field, "Online Store" in caught.value.resolution) == ("publish_to", True)
    error = shop.put().error
    assert isinstance(error, RejectedError)
    assert "Publication does not exist" in error.message


def test_the_test_names_the_permission_and_a_choice_without_channels(market: Any) -> None:
    lacking = market(scopes="read_products,write_products,read_publications,read_locations,read_orders,read_customers").connect().check().missing
    assert "write_publications, to publish articles" in lacking
    alone = market(publish=(), settings={"blocked_articles": "unpublish"}).connect().check().missing
    assert any(one.startswith("channels: choose those") for one in alone)
