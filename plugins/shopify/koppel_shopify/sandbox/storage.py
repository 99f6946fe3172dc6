"""The storage beside the shop: signed addresses to upload to, and results to fetch, without any login of the shop."""

from __future__ import annotations

import re
import secrets
from typing import Any

from werkzeug.wrappers import Request, Response

UPLOADS, RESULTS = "/storage/uploads", "/storage/results/"
_RANGE = re.compile(r"bytes=(\d+)-(\d*)\Z")
_DENIED = "<?xml version='1.0' encoding='UTF-8'?><Error><Code>AccessDenied</Code><Message>Access denied.</Message></Error>"


class Storage:
    """Files by key; a key is only taken after it was given out."""

    def __init__(self, saved: dict[str, str] | None) -> None:
        self.files: dict[str, str] = dict(saved or {})
        self.expected: dict[str, str] = {}

    def target(self, base: str, given: dict[str, Any]) -> dict[str, Any]:
        """One staged target (reference: section 7): POST has a policy in its parameters, PUT a signed address."""
        bulk = given["resource"] == "BULK_MUTATION_VARIABLES"
        key = f"tmp/{'bulk' if bulk else 'files'}/{secrets.token_hex(8)}/{given['filename']}"
        policy = secrets.token_hex(8)
        self.expected[key] = policy
        if given.get("httpMethod") != "POST":
            url = f"{base}{UPLOADS}/{key}?signature={policy}"
            rows = {"content_type": given["mimeType"], "acl": "private"}
            return {"url": url, "resourceUrl": url, "parameters": _rows(rows)}
        rows = {"Content-Type": given["mimeType"], "success_action_status": "201", "acl": "private", "key": key, "policy": policy}
        return {"url": f"{base}{UPLOADS}/", "resourceUrl": f"{base}{UPLOADS}/{key}", "parameters": _rows(rows)}

    def answer(self, request: Request) -> Response:
        """An upload or a result. A request that carries the shop's token is refused: it does not belong here."""
        if request.headers.get("X-Shopify-Access-Token"):
            return _denied()
        if request.method == "GET" and request.path.startswith(RESULTS):
            return self._result(request)
        if request.method == "POST":
            return self._post(request)
        return self._put(request) if request.method == "PUT" else _denied()

    def _post(self, request: Request) -> Response:
        parts = [*request.form, *request.files]
        key, policy = request.form.get("key", ""), request.form.get("policy", "")
        if not parts or parts[-1] != "file" or self.expected.get(key) != policy or not policy:
            return _denied()
        self.files[key] = request.files["file"].read().decode("utf-8", "replace")
        text = f"<?xml version='1.0' encoding='UTF-8'?><PostResponse><Key>{key}</Key></PostResponse>"
        return Response(text, 201, content_type="application/xml; charset=UTF-8")

    def _put(self, request: Request) -> Response:
        key = request.path.removeprefix(UPLOADS + "/")
        if self.expected.get(key) != request.args.get("signature"):
            return _denied()
        self.files[key] = request.get_data().decode("latin-1")
        return Response(b"", 200)

    def _result(self, request: Request) -> Response:
        text = self.files.get(request.path.removeprefix(RESULTS))
        if text is None:
            return _denied()
        body = text.encode()
        found = _RANGE.match(request.headers.get("Range", ""))
        if found is None:
            return Response(body, 200, content_type="application/jsonl")
        start = int(found[1])
        end = min(int(found[2] or len(body)), len(body) - 1)
        if start >= len(body):
            return Response(b"", 416, headers={"Content-Range": f"bytes */{len(body)}"})
        headers = {"Content-Range": f"bytes {start}-{end}/{len(body)}"}
        return Response(body[start : end + 1], 206, headers=headers, content_type="application/jsonl")


def _rows(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]


def _denied() -> Response:
    return Response(_DENIED, 403, content_type="application/xml; charset=UTF-8")
