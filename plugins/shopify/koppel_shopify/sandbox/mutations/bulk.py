"""Bulk operations: started, refused, stopped; what they do is in `bulkrun` (reference: section 7)."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox import bulkrun
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import user_error
from koppel_shopify.sandbox.fields.bulk import settle
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node
from koppel_shopify.sandbox.static import Refused
from koppel_shopify.sandbox.versions import FIRST_IDEMPOTENT, behaves_as

_BUSY = ("CREATED", "RUNNING", "CANCELING")
_MOST = 5
_LARGEST = 100 * 1024 * 1024


@resolves("Mutation", "stagedUploadsCreate")
def staged(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Places to upload to."""
    for place, one in enumerate(args["input"]):
        if one["resource"] in ("VIDEO", "MODEL_3D") and not one.get("fileSize"):
            kind = "video" if one["resource"] == "VIDEO" else "3d model"
            error = user_error(["input", str(place), "fileSize"], f"file size is required for {kind} resources")
            return {"stagedTargets": [{"url": None, "resourceUrl": None, "parameters": []}], "userErrors": [error]}
    return {"stagedTargets": [context.storage.target(context.base, one) for one in args["input"]], "userErrors": []}


@resolves("Mutation", "bulkOperationRunQuery")
def run_query(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Start reading in bulk."""
    try:
        problem = bulkrun.query_problem(args["query"], context)
    except Refused as refused:
        problem = f"Invalid bulk query: {refused.errors[0]['message']}"
    if problem:
        return _refused(["query"], problem, "INVALID")
    return _busy("QUERY", context) or _started("QUERY", args["query"], "", context)


@resolves("Mutation", "bulkOperationRunMutation")
def run_mutation(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Start writing in bulk; the file is looked at before anything else."""
    path = args["stagedUploadPath"]
    file = context.storage.files.get(path)
    if file is None:
        text = ("The JSONL file could not be found. Try uploading the file again, and check that you've entered the URL "
                "correctly for the stagedUploadPath mutation argument.")
        return _refused(None, text, "NO_SUCH_FILE")
    if not file.strip():
        return _refused(None, "The input file is empty.", "INVALID_STAGED_UPLOAD_FILE")
    if len(file) > _LARGEST:
        return _refused(None, "The input file size exceeds the maximum allowed size of 100 MB.", "INVALID_STAGED_UPLOAD_FILE")
    try:
        bulkrun.mutation(args["mutation"], context)
    except Refused as refused:
        return _refused(None, f"Failed to parse the mutation - {refused.errors[0]['message']}", "INVALID_MUTATION")
    except ValueError as wrong:
        return _refused(["mutation"], str(wrong), None)
    return _busy("MUTATION", context) or _started("MUTATION", args["mutation"], path, context)


def _refused(field: list[str] | None, text: str, code: str | None) -> dict[str, Any]:
    return {"bulkOperation": None, "userErrors": [user_error(field, text, code)]}


def _busy(kind: str, context: Context) -> dict[str, Any] | None:
    running = [one for one in context.store.records["bulkOperations"] if one["type"] == kind and settle(one, context)["status"] in _BUSY]
    if len(running) < (_MOST if behaves_as(context.version) >= FIRST_IDEMPOTENT else 1):
        return None
    names = ", ".join(one["id"] for one in running)
    text = f"A bulk {kind.lower()} operation for this app and shop is already in progress: {names}."
    return _refused(None, text, "OPERATION_IN_PROGRESS")


def _started(kind: str, text: str, path: str, context: Context) -> dict[str, Any]:
    node: Node = {"type": kind, "status": "CREATED", "query": text, "createdAt": context.stamp, "objectCount": "0",
                  "rootObjectCount": "0", "errorCode": None, "completedAt": None, "fileSize": None, "url": None,
                  "partialDataUrl": None, "_path": path, "_version": context.version}
    made = context.store.add("bulkOperations", node, context.now)
    return {"bulkOperation": dict(made), "userErrors": []}


@resolves("Mutation", "bulkOperationCancel")
def cancel(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Stop one that runs."""
    node = context.store.node(args["id"], "BulkOperation")
    if node is None:
        return {"bulkOperation": None, "userErrors": [user_error(["id"], "Bulk operation does not exist")]}
    if settle(node, context)["status"] not in _BUSY:
        text = f"A bulk operation cannot be canceled when it is {node['status'].lower()}"
        return {"bulkOperation": node, "userErrors": [user_error(None, text)]}
    node.update(status="CANCELED", completedAt=context.stamp)
    return {"bulkOperation": {**node, "status": "CANCELING"}, "userErrors": []}
