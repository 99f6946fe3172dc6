"""A shop and a ledger in memory, with a site between them, on both databases."""

import pytest
from support.pair import make_pair
from support.postgres import emptied, throw_away_database


@pytest.fixture(scope="session")
def server():
    """One database on the server for all these tests."""
    yield from throw_away_database()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request):
    """Empty for SQLite in the site's folder, else the emptied database on the server."""
    return "" if request.param == "sqlite" else emptied(request.getfixturevalue("server"))


@pytest.fixture
def pair(tmp_path, database_url):
    """Two fake systems and the site between them."""
    made = make_pair(tmp_path, url=database_url)
    yield made
    made.site.close()
