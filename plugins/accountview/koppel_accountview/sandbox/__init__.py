"""A simulator of the AccountView.net web API, for demo, tests and integrators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from koppel_accountview.sandbox.app import AccountViewSandbox
from koppel_accountview.sandbox.demo.installations import measured_state, plain_state
from koppel_accountview.sandbox.demo.shop import bare_state, demo_state
from koppel_accountview.sandbox.store.load import load
from koppel_accountview.sandbox.switches import Switches, read_switches


def create(state: Mapping[str, Any] | None, options: Mapping[str, Any]) -> AccountViewSandbox:
    """The simulator with `state` (None = one company without relations) and `options`, see `Switches`.

    Raises ValueError for an unknown option, naming the nearest, and for a state that cannot be read.
    """
    switches = read_switches(options)
    return AccountViewSandbox(load(bare_state() if state is None else state, switches))


__all__ = ["AccountViewSandbox", "Switches", "create", "demo_state", "measured_state", "plain_state"]
