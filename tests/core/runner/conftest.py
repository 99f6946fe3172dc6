"""A shop and a ledger in memory, with a site between them."""

import pytest
from support.pair import make_pair


@pytest.fixture
def pair(tmp_path):
    """Two fake systems and the site between them."""
    return make_pair(tmp_path)
