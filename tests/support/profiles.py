"""How much is tried: little in every run, all of it at night (HYPOTHESIS_PROFILE=nightly)."""

import os

NIGHTLY = 20_000


def nightly() -> bool:
    """Whether this is the run at night."""
    return os.environ.get("HYPOTHESIS_PROFILE") == "nightly"


def sample(rows, every):
    """Every so manieth of them; at night all."""
    return rows if nightly() else rows[::every]


def examples(usual: int) -> int:
    """With how many examples a property is tried in this run."""
    return NIGHTLY if nightly() else usual
