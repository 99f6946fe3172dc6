"""The door for other systems: they tell by themselves what changed, and the connector proves who they are."""

from __future__ import annotations

import logging

from flask import Blueprint, request
from koppel.actions.hooks import receive
from koppel.errors import AuthError, ConfigurationError, KoppelError
from koppel.records import Delivery

from koppel_admin.desk import site

blueprint = Blueprint("hooks", __name__, url_prefix="/hooks")
logger = logging.getLogger(__name__)
Told = tuple[str, int]


@blueprint.route("/<name>", methods=["POST"])
@blueprint.route("/<name>/<path:topic>", methods=["POST"])
def told(name: str, topic: str = "") -> Told:
    """Take a message in: 200 when it was noted or known, 401 when nobody vouches for it, 404 for an unknown connection,
    503 when it should be sent again later."""
    headers = {key.lower(): value for key, value in request.headers.items()}
    try:
        receive(site(), name, Delivery(request.get_data(), headers, topic))
    except AuthError as error:
        return _refuse(name, error, 401)
    except ConfigurationError as error:
        return _refuse(name, error, 404)
    except KoppelError as error:
        return _refuse(name, error, 503)
    return "", 200


def _refuse(name: str, error: KoppelError, status: int) -> Told:
    logger.warning("a message for %s was refused: %s", name[:60], error.message)
    return "", status
