"""A person logs connections in at the simulators, is refused, forgets, and logs in again; the flow goes on by itself."""

from datetime import timedelta

import httpx
import pytest
from koppel.actions.flows import save_flow
from koppel.catalog import Catalog
from koppel.cli.init import prepare
from koppel.config import Config
from koppel.connections.secrets import Vault
from koppel.demo.build import read_plan
from koppel.demo.webshop import build
from koppel.engines.embedded import EmbeddedEngine
from koppel.site import Site
from koppel.store.db import Database
from koppel.store.models import Flow, Run, Token, utcnow
from koppel.testing.serving import SandboxServer, simulator
from support.browser import Served

pytestmark = [pytest.mark.browser, pytest.mark.walk]

SYSTEMS = {"exactonline": ("Exact Online", "Client ID", "Client secret", "Administration", "3012345"),
           "accountview": ("AccountView", "API key", "API secret", "Company", "BB01")}  # fmt: skip


@pytest.fixture(scope="module")
def simulators():
    """Both bookkeeping systems, over real HTTP."""
    plan, catalog, shop = read_plan(), Catalog.load(), build()
    made = {}
    for key in SYSTEMS:
        path = catalog.system(key).manifest.sandbox
        made[key] = SandboxServer(path, simulator(path).demo_state(shop), plan.systems[key]["options"]).start()
    yield made
    for one in made.values():
        one.stop()


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A back-office in which nothing is connected yet."""
    config = Config(home=tmp_path_factory.mktemp("desk"))
    site = Site(config, Database(config.url), Vault.create(config.key_file), Catalog.load())
    prepare(site)
    served = Served(site)
    yield served
    served.stop()
    site.close()


@pytest.fixture
def here(desk, window):
    """A window on it."""
    return window(desk)


def control(server, what):
    """Let something go wrong over there."""
    httpx.post(f"{server.url}/_sandbox/{what}", timeout=60, json={}).raise_for_status()


def fill_in(here, key, server):
    """Add the connection, without knowing any number of the other system."""
    title, client, secret, _, _ = SYSTEMS[key]
    settings = read_plan().systems[key]["settings"]
    here.open("/admin/connections/new/")
    here.press(f"Choose {title}", "link")
    here.page.locator("#f-set_base_url").fill(server.url)
    here.page.get_by_label(client).fill(settings["client_id"])
    here.page.get_by_label(secret).fill(settings["client_secret"])
    here.press("Save, then log in")


def log_in(here, answer="Toestaan"):
    """Go to the other system's page, and allow or refuse there."""
    here.press("Log in", "link")
    with here.page.expect_navigation(url="**/admin/connections/**"):
        here.page.get_by_role("button", name=answer).click()


@pytest.mark.parametrize("key", SYSTEMS)
def test_a_connection_is_logged_in_from_nothing(simulators, desk, here, key):
    title, _, _, chosen, code = SYSTEMS[key]
    fill_in(here, key, simulators[key])
    assert "Log in first" in here.text
    log_in(here, "Weigeren")
    assert f"{title} did not let Koppel in." in here.text
    assert "Log in first" in here.text
    log_in(here)
    assert f"Logged in at {title}." in here.text
    assert f"{chosen} is not chosen yet." in here.text
    here.page.get_by_label(chosen).select_option(code)
    here.press("Save and test")
    assert f"Connected to {title} as Bloem & Blad" in here.text
    assert here.page.locator("h1 + .k-pill").inner_text() == "Healthy"
    assert here.said == []


def test_an_answer_with_another_word_is_refused(simulators, desk, here):
    here.open("/admin/connections/exactonline/")
    with here.page.expect_navigation(url="**/api/oauth2/auth?**"):
        here.page.get_by_role("link", name="Log in", exact=True).click()
    here.open("/oauth/callback?code=stolen&state=guessed")
    assert "This login was not begun here" in here.text
    assert "Begin again." in here.text


@pytest.mark.parametrize("key", SYSTEMS)
def test_a_login_that_ended_rests_the_flow_until_somebody_logs_in(simulators, desk, here, key):
    title, other = SYSTEMS[key][0], next(one for one in SYSTEMS if one != key)
    name = f"articles-from-{key}"
    save_flow(desk.site, name, key, other, "product", schedule="1h", settings={"since": "2090-01-01"})
    engine = EmbeddedEngine(desk.site)
    engine.tick()
    assert last_run(desk, name).outcome == "done"
    control(simulators[key], "revoke-refresh-tokens")
    control(simulators[key], "expire-tokens")
    grow_old(desk)
    due_now(desk, name)
    engine.tick()
    assert last_run(desk, name).outcome == "stopped"
    here.open("/admin/")
    assert f"{title} asks you to log in again" in here.text
    assert "Records wait until then; none is lost." in here.text
    here.open(f"/admin/flow/{name}/")
    assert "Login needed" in here.text
    count = runs(desk, name)
    due_now(desk, name)
    engine.tick()
    assert runs(desk, name) == count, "it rests"
    here.open("/admin/")
    here.press("Log in", "link")
    log_in(here)
    assert "Connected to" in here.text
    engine.tick()
    assert last_run(desk, name).outcome == "done"
    here.open("/admin/")
    assert "All is well." in here.text


def grow_old(desk):
    """Let every token be an hour old: a young one may not be renewed at Exact Online, so it is tried again later."""
    with desk.site.db.write() as session:
        session.query(Token).update({"issued_at": utcnow() - timedelta(hours=1), "expires_at": utcnow()})


def due_now(desk, name):
    """Let its moment have come."""
    with desk.site.db.write() as session:
        session.query(Flow).filter_by(name=name).one().due_at = utcnow()


def last_run(desk, name):
    """The newest run of a flow."""
    with desk.site.db.read() as session:
        return session.query(Run).filter_by(flow_id=desk.site.flow(name).id).order_by(Run.id.desc()).first()


def runs(desk, name):
    """How often it ran."""
    with desk.site.db.read() as session:
        return session.query(Run).filter_by(flow_id=desk.site.flow(name).id).count()
