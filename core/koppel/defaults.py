"""What the core answers when no plugin does; registered like any plugin, and asked last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from koppel.connections.grants import Grant, OAuth2Auth
from koppel.errors import (
    AuthError,
    ConfigurationError,
    KoppelError,
    LeftOut,
    MappingError,
    PluginError,
    RecordError,
    TransientError,
)
from koppel.hookspecs import hookimpl
from koppel.records import Delivery, Draft, Failure, MapStep, Match, Nudge, Search, Verdict

if TYPE_CHECKING:
    import httpx

    from koppel.mapping.compile import CompiledMapping

BACKOFF = (60.0, 120.0, 300.0, 900.0, 1800.0, 3600.0)


def backoff(attempt: int) -> float:
    """Seconds to wait before the next try, longer each time, at most an hour."""
    return BACKOFF[min(max(attempt, 1), len(BACKOFF)) - 1]


class Defaults:
    """The core's own player in every conversation. `mappings` by (direction, resource)."""

    def __init__(self, system: str, mappings: Mapping[tuple[str, str], CompiledMapping]) -> None:
        self.system = system
        self.mappings = mappings

    @hookimpl(trylast=True)
    def auth(self, grant: Grant) -> httpx.Auth:
        """OAuth2 with the tokens that are kept for this connection."""
        if grant.tokens is None:
            raise ConfigurationError(f"{self.system} gives no way to log in.", field="base_url")
        return OAuth2Auth(grant)

    @hookimpl(trylast=True)
    def map(self, step: MapStep) -> Draft:
        """Apply the mapping rows of this flow."""
        mapping = self.mappings.get((step.direction, step.resource))
        if mapping is None:
            raise MappingError(
                f"{self.system} has no {step.direction} mapping for {step.resource}.",
                cause="mapping.missing",
                resolution="Open the entity mapping and add rows, or go back to the defaults of the plugin.",
            )
        fields, warnings = mapping.run(step.record, step.action)
        return Draft(step.resource, fields, warnings)

    @hookimpl(trylast=True)
    def alike(self, search: Search) -> tuple[Match, ...]:
        """None: this system cannot be asked so."""
        return ()

    @hookimpl(trylast=True)
    def on_error(self, failure: Failure) -> Verdict:
        """Decide by the class of the error."""
        return default_verdict(failure)

    @hookimpl(trylast=True)
    def receive(self, delivery: Delivery) -> tuple[Nudge, ...]:
        """Refuse: this system sends no webhooks."""
        raise AuthError(f"{self.system} has no webhooks.")


def default_verdict(failure: Failure) -> Verdict:
    """What the error tree says happens next."""
    error = failure.error
    if not isinstance(error, KoppelError):
        return Verdict.park(
            f"Koppel met something it does not understand ({type(error).__name__}).",
            "Send the details to your supplier; retry the record after an upgrade. Nothing is lost.",
        )
    if isinstance(error, TransientError):
        wait = backoff(failure.attempt) if error.retry_after is None else error.retry_after
        return Verdict.retry(wait, error.message, error.resolution)
    if isinstance(error, (ConfigurationError, PluginError)):
        return Verdict.stop(error.message, error.resolution)
    if isinstance(error, LeftOut):
        return Verdict.skip(error.message, error.resolution)
    if isinstance(error, RecordError):
        return Verdict.park(error.message, error.resolution)
    return Verdict.park(error.message, error.resolution)
