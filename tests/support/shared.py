"""Where the real records are that some tests read; without them those tests are skipped, with the reason."""

import json
import os
from pathlib import Path

import pytest

HOME = Path(os.environ.get("TEST_SHARED_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")


def shared(*parts):
    """A file or folder of the real records; skips the test that asks for one that is not here."""
    place = HOME.joinpath(*parts)
    if not place.exists():
        pytest.skip(f"the real records are not at {place} (TEST_SHARED_DATA says where)")
    return place


def documents(folder):
    """Every JSON document under a folder, in the order of their names."""
    for file in sorted(folder.rglob("*.json")):
        yield json.loads(file.read_text(encoding="utf-8"), parse_float=str)
