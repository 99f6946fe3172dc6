"""One real browser for all of these tests; a small site to look at, and fresh ones to act on."""

from pathlib import Path

import pytest
from support.browser import ARGUMENTS, CHROMIUM, Served, Window
from support.filled import add_debtors, fill, wait_for_vat
from support.pair import make_pair


@pytest.fixture(scope="session")
def chromium():
    """The browser; without it these tests are skipped."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not Path(CHROMIUM).exists():
        pytest.skip(f"chromium is not at {CHROMIUM}")
    with api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def _serve(folder):
    pair = make_pair(folder)
    fill(pair)
    wait_for_vat(pair)
    served = Served(pair.site)
    served.pair = pair
    return served


@pytest.fixture(scope="package")
def garden(tmp_path_factory):
    """A filled site that is only looked at."""
    served = _serve(tmp_path_factory.mktemp("garden"))
    add_debtors(served.pair)
    yield served
    served.stop()
    served.site.close()


@pytest.fixture
def fresh(tmp_path):
    """A filled site that a story may change."""
    served = _serve(tmp_path)
    yield served
    served.stop()
    served.site.close()


@pytest.fixture
def window(chromium):
    """Open windows on a served back-office; they are closed afterwards."""
    made = []

    def open_(served, **more):
        made.append(Window(chromium, served, **more))
        return made[-1]

    yield open_
    for one in made:
        one.close()
