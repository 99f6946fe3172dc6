"""Running one GraphQL request: checks, price, bucket, execution, and the answer's extensions."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError, OperationDefinitionNode, execute
from graphql.execution import ExecutionResult

from koppel_shopify.sandbox import fields, mutations
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.cost import Estimate
from koppel_shopify.sandbox.errors import LIMIT_DOCS, executed
from koppel_shopify.sandbox.events import announcing
from koppel_shopify.sandbox.idempotency import wrapped
from koppel_shopify.sandbox.resolving import resolve, type_of
from koppel_shopify.sandbox.schema import schema_for
from koppel_shopify.sandbox.static import Documents, Refused, checked, chosen, sized

__all__ = ["answer", "fields", "mutations"]
Body = dict[str, Any]


def answer(request: Any, context: Context, documents: Documents, debug: bool) -> Body:
    """The JSON answer to the request body (reference: section 4: the HTTP status is 200 whatever happens)."""
    if not isinstance(request, dict) or not isinstance(request.get("query"), str) or not request["query"].strip():
        return {"errors": {"query": "Required parameter missing or invalid"}}
    variables = request.get("variables") or {}
    if not isinstance(variables, dict):
        return {"errors": {"variables": "Must be an object"}}
    schema = schema_for(context.version)
    try:
        document = documents.read(schema, request["query"])
        name = request.get("operationName")
        operation = chosen(document, name if isinstance(name, str) else None)
        values = checked(schema, operation, variables)
        sized(operation, values)
    except Refused as refused:
        return {"errors": refused.errors}
    estimate = Estimate(schema, document, operation, values)
    if estimate.requested > context.switches.max_query_cost:
        return _too_dear(estimate.requested, context.switches.max_query_cost)
    if not context.app.bucket.admits(estimate.requested, context.now):
        return _throttled(estimate, context)
    result = _run(schema, document, operation, values, context)
    return _told(result, estimate, context, debug)


def _run(schema: Any, document: Any, operation: OperationDefinitionNode, values: dict[str, Any], context: Context) -> ExecutionResult:
    try:
        result = execute(
            schema, document, None, context, values, operation.name.value if operation.name else None,
            field_resolver=announcing(wrapped(resolve)), type_resolver=type_of,
        )
    except RecursionError:
        return ExecutionResult(None, [GraphQLError("too deep")])
    assert isinstance(result, ExecutionResult)
    return result


def _told(result: ExecutionResult, estimate: Estimate, context: Context, debug: bool) -> Body:
    actual = estimate.actual(result.data)
    context.app.bucket.spend(actual)
    body: Body = {"errors": [executed(one, context.now) for one in result.errors]} if result.errors else {}
    body["data"] = result.data
    body["extensions"] = {"cost": _cost(estimate.requested, actual, context)}
    if debug:
        body["extensions"]["cost"]["fields"] = estimate.fields()
    if context.warnings:
        body["extensions"]["search"] = context.warnings
    return body


def _cost(requested: int, actual: int | None, context: Context) -> Body:
    return {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": context.app.bucket.status()}


def _throttled(estimate: Estimate, context: Context) -> Body:
    error = {"message": "Throttled", "extensions": {"code": "THROTTLED", "documentation": LIMIT_DOCS}}
    return {"errors": [error], "extensions": {"cost": _cost(estimate.requested, None, context)}}


def _too_dear(cost: int, limit: int) -> Body:
    text = (
        f"Query cost is {cost}, which exceeds the single query max cost limit ({limit}).\n\n"
        "See https://shopify.dev/concepts/about-apis/rate-limits for more information on how the cost of a query is calculated."
    )
    extensions = {"code": "MAX_COST_EXCEEDED", "cost": cost, "maxCost": limit, "documentation": LIMIT_DOCS}
    return {"errors": [{"message": text, "extensions": extensions}]}


