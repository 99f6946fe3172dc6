"""The typed door to one connection: a small plugin manager with exactly the players of this conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import pluggy

from koppel.errors import PluginError
from koppel.hookspecs import PROJECT, EndpointHooks
from koppel.records import (
    Batch,
    Delivery,
    Draft,
    Failure,
    Found,
    Health,
    Lookup,
    MapStep,
    Match,
    Nudge,
    Page,
    Query,
    Receipts,
    Search,
    Verdict,
)

if TYPE_CHECKING:
    from koppel.connections.grants import Grant

T = TypeVar("T")
Player = tuple[str, object]


@dataclass(frozen=True, slots=True)
class Change:
    """One field as one player left it; `before` is None when it was not there."""

    field: str
    player: str
    before: Any
    after: Any


class Endpoint:
    """One conversation with one connection. Nobody else says `pm.hook`; each answer's type is checked."""

    def __init__(self, system: str, players: Sequence[Player]) -> None:
        self.system = system
        self.players = tuple(players)
        self._hook = _manager(self.players).hook

    def auth(self, grant: Grant) -> httpx.Auth:
        """The authentication for this connection's client."""
        return self._ask("auth", httpx.Auth, grant=grant)

    def check(self) -> Health:
        """Whose administration this is, and what is missing."""
        return self._ask("check", Health)

    def fetch(self, query: Query) -> Page:
        """One page of records."""
        return self._ask("fetch", Page, query=query)

    def map(self, step: MapStep) -> Draft:
        """One record mapped."""
        return self._ask("map", Draft, step=step)

    def find(self, lookup: Lookup) -> Found:
        """Which natural keys exist."""
        return self._ask("find", Found, lookup=lookup) if lookup.values else Found()

    def alike(self, search: Search) -> tuple[Match, ...]:
        """Who may be one of these under another name."""
        return self._ask("alike", tuple, search=search) if any(search.values.values()) else ()

    def upsert(self, batch: Batch) -> Receipts:
        """Write a batch; every write must be answered, once."""
        receipts = self._ask("upsert", Receipts, batch=batch)
        asked, answered = sorted(w.key for w in batch.writes), sorted(r.key for r in receipts.items)
        if asked != answered:
            raise PluginError(f"{self.system}.upsert answered {len(answered)} of {len(asked)} records.")
        for receipt in receipts.items:
            if not receipt.id and receipt.error is None:
                raise PluginError(f"{self.system}.upsert gave neither an id nor an error for {receipt.key}.")
        return receipts

    def on_error(self, failure: Failure) -> Verdict:
        """What happens next with a failed record."""
        return self._ask("on_error", Verdict, failure=failure)

    def receive(self, delivery: Delivery) -> tuple[Nudge, ...]:
        """The ids a webhook names."""
        return self._ask("receive", tuple, delivery=delivery)

    def explain(self, step: MapStep) -> list[Change]:
        """Which player set which field: the record is mapped with one more player at a time."""
        changes: list[Change] = []
        before: dict[str, Any] = {}
        for count in range(1, len(self.players) + 1):
            players = self.players[:count]
            if not any(hasattr(player, "map") for _, player in players):
                continue
            draft = Endpoint(self.system, players).map(step)
            after = dict(draft.fields)
            for name in sorted(after.keys() | before.keys()):
                if before.get(name) != after.get(name):
                    changes.append(Change(name, players[-1][0], before.get(name), after.get(name)))
            before = after
        return changes

    def _ask(self, hook: str, kind: type[T], **arguments: Any) -> T:
        answer = getattr(self._hook, hook)(**arguments)
        if not isinstance(answer, kind):
            raise PluginError(f"{self.system}.{hook} gave {type(answer).__name__}, wanted {kind.__name__}.")
        return answer


def _manager(players: Sequence[Player]) -> pluggy.PluginManager:
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(EndpointHooks)
    for name, player in players:  # the last registered is asked first and wraps outermost
        manager.register(player, name=name)
    return manager
