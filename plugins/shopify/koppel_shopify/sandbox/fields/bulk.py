"""Bulk operations as they are looked at: they run when they are due and somebody looks."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from koppel_shopify.sandbox import bulkrun
from koppel_shopify.sandbox.connections import connection
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import bad_request
from koppel_shopify.sandbox.fields.common import by_id
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.scalars import instant, moment
from koppel_shopify.sandbox.shapes import Node
from koppel_shopify.sandbox.storage import RESULTS

_CREATED, _DATE = re.compile(r"created_at:[<>=]*['\"]?([^\s'\"]+)"), re.compile(r"\d{4}-\d{2}-\d{2}|now|today|past_")


def settle(one: Node, context: Context) -> Node:
    """The operation as it is now; one that is due is carried out."""
    due = moment(one["createdAt"]) + timedelta(seconds=context.switches.bulk_seconds)
    if one["status"] in ("CREATED", "RUNNING"):
        one["status"] = "RUNNING"
        if due <= context.now:
            _finish(one, context, bulkrun.carry_out(one, context))
    return one


def _finish(one: Node, context: Context, result: bulkrun.Result) -> None:
    body = "".join(f"{line}\n" for line in result.lines)
    one.update(status="COMPLETED", completedAt=instant(context.now), objectCount=str(len(result.lines)),
               rootObjectCount=str(result.roots), fileSize=str(len(body.encode())) if body else None)
    if body:
        name = f"bulk-{one['id'].rsplit('/', 1)[1]}.jsonl"
        context.storage.files[name] = body
        one["url"] = f"{context.base}{RESULTS}{name}"
    context.events.append(("BULK_OPERATIONS_FINISH", one))


@resolves("QueryRoot", "bulkOperation")
def bulk_operation(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.bulkOperation`."""
    found = by_id(args["id"], "BulkOperation", context)
    return settle(found, context) if found else None


@resolves("QueryRoot", "bulkOperations")
def bulk_operations(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.bulkOperations`."""
    for asked in _CREATED.findall(str(args.get("query") or "")):
        if not _DATE.match(asked):
            raise bad_request("Invalid timestamp for query filter `created_at`.")  # recorded
    rows = [settle(one, context) for one in context.store.records["bulkOperations"]]
    return connection(rows, args, lambda one: one["createdAt"])
