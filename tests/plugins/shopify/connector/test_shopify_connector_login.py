"""A login by a person asks for no more than it needs, and nobody else's answer is believed."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from koppel import AuthError, ConfigurationError, Settings
from koppel_shopify.client import shop_domain
from koppel_shopify.login import prove, scopes
from koppel_shopify.manifest import MANIFEST

Make = Callable[..., Settings]
SECRET = "shpss_geheim"


def signed(secret: str = SECRET, **more: str) -> dict[str, str]:
    """What comes back with a login."""
    came = {"code": "c", "shop": "bloem.myshopify.com", "state": "s", "timestamp": str(int(time.time())), **more}
    return {**came, "hmac": hmac.new(secret.encode(), urlencode(sorted(came.items())).encode(), hashlib.sha256).hexdigest()}


def test_what_shopify_signed_is_believed(settings: Make) -> None:
    prove(signed(), settings(client_secret=SECRET))


@pytest.mark.parametrize(
    ("came", "cause"),
    [
        (signed("other"), "login.signature"),
        ({**signed(), "code": "stolen"}, "login.signature"),
        ({key: value for key, value in signed().items() if key != "hmac"}, "login.signature"),
        (signed(shop="kwaad.myshopify.com"), "login.shop"),
        (signed(shop="bloem.myshopify.com.kwaad.nl"), "login.shop"),
        (signed(timestamp="1700000000"), "login.late"),
        (signed(timestamp="gisteren"), "login.late"),
        ({}, "login.shop"),
    ],
)
def test_what_it_did_not_sign_is_refused(settings: Make, came: dict[str, str], cause: str) -> None:
    with pytest.raises(AuthError) as refused:
        prove(came, settings(client_secret=SECRET))
    assert refused.value.cause == cause
    assert refused.value.resolution


def test_the_scopes_are_those_of_what_koppel_does_here(settings: Make) -> None:
    assert set(scopes(settings(uses="orders"))) == {"read_orders", "read_payment_terms", "read_returns"}
    asked = scopes(settings(uses="stock, sales"))
    assert "write_inventory" in asked
    assert "read_inventory" not in asked  # the write scope has it


def test_the_setting_chooses_the_way_in(settings: Make) -> None:
    by_app, by_person = MANIFEST.login_for(settings()), MANIFEST.login_for(settings(login="person"))
    assert (by_app.grant, by_person.grant) == ("client_credentials", "authorization_code")
    assert by_person.exchange_fields == {"expiring": "1"}


@pytest.mark.parametrize("name", ["bloem", "Bloem", " https://bloem.myshopify.com/admin ", "bloem.myshopify.com"])
def test_a_shop_is_known_however_it_is_written(settings: Make, name: str) -> None:
    assert shop_domain(settings(shop=name)) == "bloem.myshopify.com"


@pytest.mark.parametrize("name", ["bloem.nl", "kwaad.nl/bloem", "bloem@kwaad.nl", "-bloem", "bloem kwaad", "a.b.myshopify.com", "x" * 61])
def test_a_name_that_no_shop_can_have_is_refused(settings: Make, name: str) -> None:
    with pytest.raises(ConfigurationError, match="no name of a shop"):
        shop_domain(settings(shop=name))


def test_no_shop_yet_is_no_error(settings: Make) -> None:
    assert shop_domain(settings(shop="")) == ""


def test_each_use_can_be_asked_for(settings: Make) -> None:
    every: Any = scopes(settings(uses="orders products customers stock articles debtors sales shipments status payments"))
    assert len(set(every)) == len(every)
