"""Bulk operations: staged upload, one mutation per line, everything read in one go, five at a time."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import urlsplit

STAGE = """mutation S($input: [StagedUploadInput!]!) { stagedUploadsCreate(input: $input) {
  stagedTargets { url resourceUrl parameters { name value } } userErrors { message } } }"""
WRITE = """mutation B($m: String!, $p: String!) { bulkOperationRunMutation(mutation: $m, stagedUploadPath: $p) {
  bulkOperation { id status } userErrors { field message code } } }"""
READ = """mutation R($q: String!) { bulkOperationRunQuery(query: $q) { bulkOperation { id status } userErrors { field message code } } }"""
LOOK = "query L($id: ID!) { bulkOperation(id: $id) { status url objectCount rootObjectCount errorCode } }"
CREATE = """mutation C($input: ProductSetInput!) { productSet(input: $input, synchronous: true) { product { id } userErrors { message } } }"""


def upload(shop: Any, text: str, **headers: str) -> tuple[int, str]:
    given = {"resource": "BULK_MUTATION_VARIABLES", "filename": "rows.jsonl", "mimeType": "text/jsonl", "httpMethod": "POST"}
    target = shop.data(STAGE, {"input": [given]})["stagedUploadsCreate"]["stagedTargets"][0]
    form: dict[str, Any] = {one["name"]: one["value"] for one in target["parameters"]}
    key = form["key"]
    answer = shop.http.post(urlsplit(target["url"]).path, data={**form, "file": (io.BytesIO(text.encode()), "rows.jsonl")}, headers=headers)
    return answer.status_code, key


def done(shop: Any, gid: str) -> dict[str, Any]:
    shop.sandbox.clock.advance(2)
    return dict(shop.data(LOOK, {"id": gid})["bulkOperation"])


def lines(shop: Any, url: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in shop.http.get(urlsplit(url).path).text.splitlines()]


def test_many_products_are_written_from_a_file(shop: Any) -> None:
    status, key = upload(shop, "".join(json.dumps({"input": {"title": title}}) + "\n" for title in ("A", "", "B")))
    assert status == 201
    started = shop.data(WRITE, {"m": CREATE, "p": key})["bulkOperationRunMutation"]
    assert started["bulkOperation"]["status"] == "CREATED"
    assert shop.data(LOOK, {"id": started["bulkOperation"]["id"]})["bulkOperation"]["status"] == "RUNNING"
    end = done(shop, started["bulkOperation"]["id"])
    assert (end["status"], end["objectCount"]) == ("COMPLETED", "3")
    found = lines(shop, end["url"])
    assert [one["__lineNumber"] for one in found] == [0, 1, 2]
    assert [bool(one["data"]["productSet"]["userErrors"]) for one in found] == [False, True, False]


def test_everything_is_read_with_children_under_their_parents(shop: Any) -> None:
    query = "{ products { edges { node { id title variants { edges { node { id sku } } } } } } }"
    started = shop.data(READ, {"q": query})["bulkOperationRunQuery"]["bulkOperation"]
    end = done(shop, started["id"])
    found = lines(shop, end["url"])
    roots = [one for one in found if "__parentId" not in one]
    assert len(roots) == int(end["rootObjectCount"]) == len(shop.sandbox.dump()["products"])
    assert {one["__parentId"] for one in found if "__parentId" in one} == {one["id"] for one in roots}
    part = shop.http.get(urlsplit(end["url"]).path, headers={"Range": "bytes=0-9"})
    assert (part.status_code, len(part.data)) == (206, 10)


def test_what_cannot_run_in_bulk_is_refused(shop: Any) -> None:
    def refused(query: str) -> str:
        return str(shop.data(READ, {"q": query})["bulkOperationRunQuery"]["userErrors"][0]["code"])

    assert refused("{ products { nodes { id } } }") == refused("{ shop { id } }") == "INVALID"
    missing = shop.data(WRITE, {"m": CREATE, "p": "tmp/nowhere"})["bulkOperationRunMutation"]["userErrors"][0]
    assert missing["code"] == "NO_SUCH_FILE"
    _, key = upload(shop, "{}\n")
    assert shop.data(WRITE, {"m": "mutation { x(", "p": key})["bulkOperationRunMutation"]["userErrors"][0]["code"] == "INVALID_MUTATION"


def test_the_sixth_at_a_time_is_refused(shop: Any) -> None:
    query = "{ products { edges { node { id } } } }"
    for _ in range(5):
        assert not shop.data(READ, {"q": query})["bulkOperationRunQuery"]["userErrors"]
    error = shop.data(READ, {"q": query})["bulkOperationRunQuery"]["userErrors"][0]
    assert error["code"] == "OPERATION_IN_PROGRESS"
    assert error["message"].startswith("A bulk query operation for this app and shop is already in progress: gid://shopify/BulkOperation/")


def test_the_storage_takes_no_token_and_no_key_of_its_own_making(shop: Any) -> None:
    status, _ = upload(shop, "{}", **{"X-Shopify-Access-Token": shop.token})
    assert status == 403
    made_up = {"key": "tmp/x", "policy": "y", "file": (io.BytesIO(b"{}"), "rows.jsonl")}
    assert shop.http.post("/storage/uploads/", data=made_up).status_code == 403
