"""A simulator of the Exact Online REST API, built from its documentation and never from the connector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from koppel.testing.sandbox import Clock, Sandbox

from koppel_exactonline.sandbox.app import ExactSandbox
from koppel_exactonline.sandbox.demo import demo_state
from koppel_exactonline.sandbox.demo.basics import with_basics
from koppel_exactonline.sandbox.service.complete import complete
from koppel_exactonline.sandbox.store.grants import BadState
from koppel_exactonline.sandbox.store.state import load
from koppel_exactonline.sandbox.switches import switches_from

__all__ = ["create", "demo_state"]


def create(state: Mapping[str, Any] | None, options: Mapping[str, Any]) -> Sandbox:
    """Start a simulator; ValueError for an unknown option or a state that does not fit.

    What a hand-written state leaves out (app, user, division, the ledger's lists) is filled in.
    """
    switches = switches_from(options)
    clock = Clock()
    given = with_basics(state or {})
    ahead = given.get("clock", {})
    if not isinstance(ahead, Mapping) or not isinstance(ahead.get("ahead", 0), int | float):
        raise BadState('clock: wants {"ahead": seconds}')
    clock.advance(ahead.get("ahead", 0))
    loaded = load(given, clock.now())
    complete(loaded, switches, clock.now())
    return ExactSandbox(loaded, switches, clock)
