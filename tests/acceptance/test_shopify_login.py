"""Somebody of the shop logs in from the back-office; the token lives an hour and is renewed by itself."""

import re
from urllib.parse import urlsplit

import httpx
import pytest
from koppel.actions.connections import test_connection as tried
from koppel.actions.people import add_user
from koppel.store.models import Token
from koppel_admin.app import create_app
from koppel_admin.desk import EXTENSION
from support.garden import Garden, bare_plan, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk
PASSWORD = "een-goed-wachtwoord"


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """A shop of another organisation: its app gets no token without a person."""
    states = states_of(shop_of(purchase(3001, shopper(1)), purchase(3002, shopper(2))))
    for app in states["shopify"]["apps"]:
        app["sameOrganization"] = False
    made = Garden(tmp_path_factory.mktemp("login"), states, bare_plan(shopify={"login": "person"}))
    add_user(made.site, "eigenaar@example.nl", "owner", PASSWORD)
    yield made
    made.close()


@pytest.fixture(scope="module")
def owner(garden):
    """A browser of the owner."""
    app = create_app(garden.site, testing=True)
    client = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)[1]
    client.post("/login", data={"email": "eigenaar@example.nl", "password": PASSWORD, "csrf_token": token})
    yield client
    app.extensions[EXTENSION].starter.stop()


def log_in(owner):
    """Go to Shopify's page, allow Koppel in, and come back; gives the page that shows then."""
    there = owner.get("/admin/connections/shopify/login/").headers["Location"]
    assert "scope=" in there
    back = urlsplit(httpx.get(there).headers["Location"])
    return owner.get(f"{back.path}?{back.query}", follow_redirects=True)


def test_sys_09_and_ops_03_a_person_logs_in_once_and_the_token_is_renewed_by_itself(garden, owner):
    with garden.site.db.write() as session:
        session.query(Token).filter_by(connection_id=garden.site.connection("shopify").id).delete()
    refused = tried(garden.site, "shopify")
    assert (refused.ok, "log in" in refused.message) == (False, True)
    assert log_in(owner).status_code == 200
    assert tried(garden.site, "shopify").ok
    flow = garden.flow("logged-in", "shopify", "exactonline")
    assert garden.send(flow, 3001).created == 1
    first = _access(garden)
    garden.control("shopify", "clock", advance=3700)
    assert garden.send(flow, 3002).created == 1
    assert _access(garden) != first


def test_sec_an_answer_that_shopify_did_not_sign_changes_nothing(garden, owner):
    before = _access(garden)
    there = owner.get("/admin/connections/shopify/login/").headers["Location"]
    back = urlsplit(httpx.get(there).headers["Location"])
    page = owner.get(f"{back.path}?{back.query.replace('code=', 'code=0')}", follow_redirects=True)
    assert "signature" in page.text
    assert _access(garden) == before


def _access(garden):
    return garden.site.tokens_of(garden.site.connection("shopify")).access()
