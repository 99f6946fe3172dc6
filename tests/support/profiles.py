"""How many examples a property is tried with: few in every run, 20,000 at night (HYPOTHESIS_PROFILE=nightly)."""

import os

NIGHTLY = 20_000


def examples(usual: int) -> int:
    """The number of this run."""
    return NIGHTLY if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else usual
