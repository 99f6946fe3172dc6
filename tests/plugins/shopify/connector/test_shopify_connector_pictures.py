"""A picture that changed in the books takes the place of the one that was sent before; what a person added stays."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from koppel import Batch, Draft, RejectedError, TransientError, Write
from koppel.documents import Image, Product

URL = "https://img.example/"


def png(text: str) -> str:
    """A picture of other bytes, in base64."""
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + text.encode() * 9).decode()


def jpg(text: str) -> str:
    return base64.b64encode(b"\xff\xd8\xff" + text.encode() * 9).decode()


@pytest.fixture
def shelf(empty_shop: Callable[..., Any], make_out: Any, write_out: Any) -> Callable[..., SimpleNamespace]:
    """A shop; `put(images, id)` writes the article, `media()` tells the pictures it has, `own(url)` adds one by hand."""

    def make(**options: Any) -> SimpleNamespace:
        served = empty_shop(**{"media_seconds": 0, **options})
        api = served.connect()

        def put(images: list[Image], gid: str | None = None, sku: str = "VAAS-1", **more: Any) -> Any:
            paper = Product(sku=sku, name="Vaas", price_incl=10, images=images, **more)
            draft = Draft("product", (write_out if gid else make_out)("product", paper))
            return api.upsert(Batch("product", (Write(sku, draft, gid),))).items[0]

        def state() -> Any:
            return httpx.get(f"{served.url}/_sandbox/state", timeout=60).json()["products"][0]

        def media() -> list[tuple[str, str]]:
            return [(one["id"], one["image"]["url"].rpartition("/")[2].partition("?")[0]) for one in state()["media"]["nodes"]]

        def own(url: str) -> None:
            given = {"id": state()["id"], "media": [{"originalSource": url, "mediaContentType": "IMAGE"}]}
            api.api.ask("update_product", {
                "product": {"id": given["id"]}, "changed": [], "added": [], "writeProduct": True, "writeChanged": False, "writeAdded": False, **given,
            })  # fmt: skip

        def sources() -> list[str | None]:
            return [one.get("source") for one in state()["media"]["nodes"]]

        return SimpleNamespace(put=put, media=media, own=own, state=state, sources=sources, api=api, served=served)

    return make


def note(shelf: SimpleNamespace) -> Any:
    return json.loads(next(one["value"] for one in shelf.state()["metafields"]["nodes"] if one["key"] == "pictures"))


def test_prd_04_changed_bytes_replace_the_picture_and_a_second_run_changes_nothing(shelf: Any) -> None:
    shop = shelf()
    gid = shop.put([Image(data=png("a"), name="vaas.png")]).id
    (before,) = shop.media()
    assert shop.put([Image(data=png("b"), name="vaas.png")], gid).action == "updated"
    assert [one for one, _ in shop.media()] == [before[0]]
    assert shop.sources() != [None]
    assert shop.put([Image(data=png("b"), name="vaas.png")], gid).action == "unchanged"
    assert shop.put([Image(data=png("c"), name="vaas.png")], gid).action == "updated"
    assert [one for one, _ in shop.media()] == [before[0]]
    assert len(note(shop)) == 1


def test_prd_04_the_order_is_kept_and_what_a_person_added_is_not_touched(shelf: Any) -> None:
    shop = shelf()
    gid = shop.put([Image(url=URL + "een.jpg"), Image(url=URL + "twee.jpg")]).id
    shop.own(URL + "sfeer.jpg")
    before = shop.media()
    shop.put([Image(url=URL + "een-nieuw.jpg"), Image(url=URL + "twee.jpg")], gid)
    assert shop.media() == before
    assert shop.sources() == [URL + "een-nieuw.jpg", None, None]
    shop.put([Image(url=URL + "een-nieuw.jpg"), Image(url=URL + "twee-nieuw.jpg"), Image(url=URL + "drie.jpg")], gid)
    assert [one for one, _ in shop.media()][:3] == [one for one, _ in before]
    assert shop.sources() == [URL + "een-nieuw.jpg", URL + "twee-nieuw.jpg", None, None]
    assert shop.media()[3][1] == "drie.jpg"


def test_prd_04_another_kind_of_file_comes_where_the_old_one_stood(shelf: Any) -> None:
    shop = shelf()
    gid = shop.put([Image(data=png("a")), Image(data=png("b"))]).id
    old = shop.media()
    shop.put([Image(data=jpg("c")), Image(data=png("b"))], gid)
    now = shop.media()
    assert len(now) == 2
    assert now[1] == old[1]
    assert now[0][1].endswith(".jpg")
    assert shop.put([Image(data=jpg("c")), Image(data=png("b"))], gid).action == "unchanged"


def test_a_picture_that_a_person_took_away_is_not_brought_back_but_a_new_one_is_shown(shelf: Any) -> None:
    shop = shelf()
    gid = shop.put([Image(url=URL + "een.jpg")]).id
    (old,) = shop.media()
    shop.api.api.ask("update_files", {"files": [{"id": old[0], "referencesToRemove": [gid]}]})
    assert shop.put([Image(url=URL + "een.jpg")], gid).action == "unchanged"
    shop.put([Image(url=URL + "anders.jpg")], gid)
    assert [name for _, name in shop.media()] == ["anders.jpg"]


def test_where_it_is_not_certain_which_picture_is_ours_none_is_replaced(shelf: Any) -> None:
    shop = shelf()
    gid = shop.put([Image(url=URL + "vaas.jpg")]).id
    shop.own("https://elders.example/vaas.jpg")
    before = shop.media()
    shop.put([Image(url=URL + "vaas-nieuw.jpg")], gid)
    assert shop.media()[:2] == before
    assert shop.sources() == [None, None, None]


def test_the_pictures_of_one_form_do_not_replace_those_of_another(shelf: Any, make_out: Any, write_out: Any) -> None:
    shop = shelf()

    def form(sku: str, size: str, image: str) -> Product:
        return Product(sku=sku, name="Shirt", price_incl=10, attributes={"Maat": size}, images=[Image(url=URL + image)], custom={"parent": "SHIRT"})

    papers = [form("S-1", "S", "small.jpg"), form("M-1", "M", "medium.jpg")]
    writes = tuple(Write(one.sku, Draft("product", make_out("product", one))) for one in papers)
    ids = {one.key: one.id for one in shop.api.upsert(Batch("product", writes)).items}
    before = shop.media()
    changed = Write("M-1", Draft("product", write_out("product", form("M-1", "M", "medium-nieuw.jpg"))), ids["M-1"])
    assert shop.api.upsert(Batch("product", (changed,))).items[0].error is None
    assert shop.media() == before
    assert shop.sources() == [None, URL + "medium-nieuw.jpg"]


def test_a_picture_that_is_not_ready_yet_is_replaced_later(shelf: Any) -> None:
    shop = shelf(media_seconds=3600)
    gid = shop.put([Image(url=URL + "een.jpg")]).id
    error = shop.put([Image(url=URL + "nieuw.jpg")], gid).error
    assert isinstance(error, TransientError)
    assert (error.cause, len(shop.media())) == ("picture.busy", 1)


def test_an_app_that_may_not_replace_files_is_told_so_for_that_article(shelf: Any) -> None:
    shop = shelf(scopes="read_products,write_products,read_inventory,write_inventory")
    gid = shop.put([Image(url=URL + "een.jpg")]).id
    error = shop.put([Image(url=URL + "nieuw.jpg")], gid).error
    assert isinstance(error, RejectedError)
    assert "may not replace it" in error.message
    assert "scope" in error.resolution


@pytest.mark.parametrize("lost", ["mutation UpdateFiles", "mutation UpdateProduct"])
def test_an_answer_that_got_lost_halfway_leaves_no_second_picture(shelf: Any, lost: str) -> None:
    shop = shelf()
    gid = shop.put([Image(data=png("a"))]).id
    fault = [{"match": "graphql.json", "kind": "drop_after", "containing": lost}]
    httpx.post(f"{shop.served.url}/_sandbox/faults", timeout=60, json=fault).raise_for_status()
    with pytest.raises(TransientError):
        shop.put([Image(data=png("b"))], gid)
    httpx.post(f"{shop.served.url}/_sandbox/faults", timeout=60, json=[]).raise_for_status()
    shop.put([Image(data=png("b"))], gid)
    assert len(shop.media()) == 1
    assert shop.put([Image(data=png("b"))], gid).action == "unchanged"
