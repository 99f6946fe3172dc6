"""A back-office over two fake systems, empty and filled."""

import re

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from koppel.actions.people import add_user
from koppel_admin.app import create_app
from koppel_admin.desk import EXTENSION
from support.filled import fill
from support.pair import make_pair

PASSWORD = "een-goed-wachtwoord"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    """A browser without scripts: keeps cookies, and sends the token of the page it is on."""

    def __init__(self, app):
        self.app, self.client = app, app.test_client()

    def login(self, email="eigenaar@example.nl", password=PASSWORD):
        """Log in as this person."""
        return self.post("/login", {"email": email, "password": password}, token=self.token("/login"))

    def get(self, url, **more):
        """Read a page."""
        return self.client.get(url, **more)

    def text(self, url):
        """Read a page that must be there; gives its HTML."""
        answer = self.client.get(url)
        assert answer.status_code == 200, (url, answer.status_code, answer.text[:2000])
        return answer.text

    def token(self, url="/admin/"):
        """The token a form on that page carries."""
        found = TOKEN.search(self.client.get(url).text)
        return found[1] if found else ""

    def post(self, url, data=None, token=None, **more):
        """Send a form."""
        fields = {**(data or {}), "csrf_token": self.token() if token is None else token}
        return self.client.post(url, data=fields, **more)


@pytest.fixture(scope="session", autouse=True)
def quick(tmp_path_factory):
    """Hundreds of people and apps are made here: hash with less work, and compile each template once."""
    compiled = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": compiled})
        patch.setattr("koppel.actions.people._HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture
def pair(tmp_path):
    """A shop, a ledger and the site between them, with an owner and somebody who may only look."""
    made = make_pair(tmp_path)
    add_user(made.site, "eigenaar@example.nl", "owner", PASSWORD)
    add_user(made.site, "kijker@example.nl", "viewer", PASSWORD)
    yield made
    made.site.close()


@pytest.fixture
def app(pair):
    """The back-office of the pair."""
    made = create_app(pair.site, testing=True)
    yield made
    made.extensions[EXTENSION].starter.stop()


@pytest.fixture
def stranger(app):
    """Somebody who is not logged in."""
    return Visitor(app)


@pytest.fixture
def owner(app):
    """The owner, logged in."""
    visitor = Visitor(app)
    assert visitor.login().status_code == 302
    return visitor


@pytest.fixture
def viewer(app):
    """Somebody who may only look, logged in."""
    visitor = Visitor(app)
    assert visitor.login("kijker@example.nl").status_code == 302
    return visitor


@pytest.fixture
def filled(pair):
    """Orders that travelled, one that waits for an article, tables, choices and a secret that no page may show."""
    fill(pair)
    return pair
