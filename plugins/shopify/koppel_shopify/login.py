"""The login by a person: which scopes are asked for, and whether what comes back is Shopify's own word."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from koppel import AuthError, OAuth, Settings

from koppel_shopify.client import shop_domain
from koppel_shopify.scopes import OPTIONAL, wanted

HEADER = "X-Shopify-Access-Token"
TOKENS = "/admin/oauth/access_token"
LATE = 90
"""Seconds that the moment in the answer may differ from ours (reference: Ways to get a token)."""


def scopes(settings: Settings) -> Sequence[str]:
    """What the app needs for what Koppel does here, and no more; a write scope has its read scope with it."""
    asked = list(wanted(settings.text("uses")))
    extra = [one for one in OPTIONAL if one != "read_all_orders" and "read_orders" in asked]
    return [one for one in (*asked, *extra) if one.replace("read_", "write_", 1) not in asked or one.startswith("write_")]


def prove(came_back: Mapping[str, str], settings: Settings) -> None:
    """Refuse an answer that Shopify did not sign, that is of another shop, or that is old. AuthError."""
    shop, ours = came_back.get("shop", "").lower(), shop_domain(settings)
    if shop != ours:
        raise AuthError(
            f"The login was at {shop[:80] or 'no shop'}, and this connection is of {ours}.",
            cause="login.shop",
            resolution="Log in again, at the shop of this connection.",
        )
    signed = urlencode(sorted((name, value) for name, value in came_back.items() if name != "hmac"))
    digest = hmac.new(settings.need("client_secret").encode(), signed.encode(), hashlib.sha256).hexdigest()
    moment = came_back.get("timestamp", "")
    if not hmac.compare_digest(digest.encode(), came_back.get("hmac", "").encode()):
        raise AuthError(
            "The answer to the login does not carry Shopify's signature.",
            cause="login.signature",
            resolution="Check the client secret of the app, then log in again.",
        )
    if not moment.isdigit() or abs(time.time() - int(moment)) > LATE:
        raise AuthError(
            "The answer to the login is too old.",
            cause="login.late",
            resolution="Log in again; when it happens again, set the clock of this machine right.",
        )


# No scopes here: a client-credentials token has those of the installed app (reference: Authentication).
OWN_APP = OAuth(grant="client_credentials", token_path=TOKENS, lifetime=86399, header=HEADER, scheme="")
BY_PERSON = OAuth(
    grant="authorization_code",
    token_path=TOKENS,
    authorize_path="/admin/oauth/authorize",
    header=HEADER,
    scheme="",
    scope_separator=",",
    scopes_of=scopes,
    exchange_fields={"expiring": "1"},
    proof=prove,
)
