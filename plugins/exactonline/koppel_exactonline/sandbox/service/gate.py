"""Who comes in: token, division, scope, error block and call limits, in this order."""

from __future__ import annotations

from koppel_exactonline.sandbox.errors import ApiError
from koppel_exactonline.sandbox.schema.model import Entity
from koppel_exactonline.sandbox.service.request import Request
from koppel_exactonline.sandbox.store.division import Division
from koppel_exactonline.sandbox.store.grants import Client, Grant
from koppel_exactonline.sandbox.store.state import State

_VERBS = {"GET": "read", "POST": "create", "PUT": "update", "DELETE": "delete"}


def grant_of(request: Request, state: State) -> Grant | None:
    """The grant behind the token, also when the token is too old to be let in; None for a strange one."""
    token = state.register.access_tokens.get(request.bearer)
    return state.register.grants.get(token.grant) if token else None


def check_token(request: Request, state: State, now: float) -> tuple[Grant, Client]:
    """A 401 unless the bearer token is one of ours and still alive."""
    grant = grant_of(request, state)
    token = state.register.access_tokens.get(request.bearer)
    client = state.register.clients.get(grant.client_id) if grant else None
    if grant is None or token is None or client is None or token.expires <= now or grant.user not in state.users:
        raise ApiError(401, "Authentication Required", (("Reason", "Authentication Required"),))
    return grant, client


def check_division(code: int, grant: Grant, state: State) -> Division:
    """A 403 for a division that is not there or outside the consent."""
    division = state.divisions.get(code)
    if division is None or code not in grant.divisions:
        raise ApiError(403, "Forbidden", (("Reason", "NoDivisionAccess"),))
    return division


def check_scope(entity: Entity, client: Client, method: str) -> None:
    """A 403 when the app's registration lacks the endpoint's scope (reference: Hosts and OAuth2)."""
    if client.scopes is not None and entity.scope and entity.scope not in client.scopes:
        raise ApiError(403, f"Forbidden - Application Scope Violated. Cannot {_VERBS.get(method, 'read')}")
