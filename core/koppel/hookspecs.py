"""Every place a plugin can take part: signatures and what they mean, nothing else.

`None` always means "I have no answer, ask the next one". Where "nothing" is a valid answer its type has a
value for it: an empty Page, an empty Found, an empty tuple. Raise the errors of `koppel.errors`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import pluggy

from koppel.manifest import Manifest
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
    RunSummary,
    Search,
    Verdict,
)

if TYPE_CHECKING:
    import httpx

    from koppel.connections.grants import Grant
    from koppel.connections.memory import Memory
    from koppel.settings import Settings

PROJECT = "koppel"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
first = hookspec(firstresult=True)
every = hookspec


class CatalogHooks:
    """Asked of every installed plugin."""

    @every
    def manifest(self) -> Manifest:
        """Say who you are. Asked once, when plugins are loaded; `key` must equal the entry point's name."""
        raise NotImplementedError

    @every
    def transforms(self) -> Mapping[str, Callable[..., Any]]:
        """Name functions that mapping rows may call as a step of their `transform`.

        Each takes the value, then the row's arguments; it must be pure and raise ValueError with a sentence."""
        raise NotImplementedError

    @every
    def admin_views(self) -> Iterable[Any]:
        """Give the back-office views to add. Only the back-office asks; import Flask inside the function."""
        raise NotImplementedError

    @every
    def run_finished(self, run: RunSummary) -> None:
        """Hear that a run ended. Told plugin by plugin; an error here is noted and hurts nobody else."""
        raise NotImplementedError


class EndpointHooks:
    """Asked of one connection and of the overrides that cover it: one value in, one value out."""

    @first
    def auth(self, grant: Grant) -> httpx.Auth:
        """Give the authentication of this connection's HTTP client. Asked once per opened endpoint.

        The core answers for OAuth2 from the manifest; answer only where that does not fit."""
        raise NotImplementedError

    @first
    def check(self) -> Health:
        """Prove that the settings work and say whose administration this is ("Test connection").

        Raise AuthError, or ConfigurationError with the `field` that is wrong."""
        raise NotImplementedError

    @first
    def fetch(self, query: Query) -> Page:
        """Read one page. Never a generator: a wrapper could not see an error on a lazy page two.

        The cursor is inclusive: rather give a record twice than lose one; the core drops doubles."""
        raise NotImplementedError

    @first
    def map(self, step: MapStep) -> Draft:
        """Turn one record into a draft. The core applies the mapping rows; wrap this to change a field.

        Raise MappingError naming the field."""
        raise NotImplementedError

    @first
    def find(self, lookup: Lookup) -> Found:
        """Say which of many natural keys exist already, in as few calls as possible.

        Asked for records that have no link yet, and always before a write whose last answer got lost."""
        raise NotImplementedError

    @first
    def alike(self, search: Search) -> tuple[Match, ...]:
        """Give the records that may be one of the wanted ones under another name, in as few calls as possible.

        Asked only about customers that would be made. The core answers "none" for a system that cannot look so."""
        raise NotImplementedError

    @first
    def upsert(self, batch: Batch) -> Receipts:
        """Create or change these records and answer for each; a refused one carries its own error.

        Raise only when the fate of none is known: everything in the batch is then looked up before it is
        sent again."""
        raise NotImplementedError

    @first
    def on_error(self, failure: Failure) -> Verdict | None:
        """Decide what happens with a failed record. None: no opinion, the core decides by error class."""
        raise NotImplementedError

    @first
    def receive(self, delivery: Delivery) -> tuple[Nudge, ...]:
        """Verify a webhook and name the ids to fetch; return fast. Raise AuthError for a bad signature."""
        raise NotImplementedError


HOOKS = tuple(name for name in vars(EndpointHooks) if not name.startswith("_"))


class Connector(EndpointHooks):
    """One conversation with one connection; system plugins subclass this and mark hooks with @hookimpl.

    `settings` are this connection's, secrets included; `http` is ready to use: base URL, login, time-outs
    and call budget are the core's business. Make no client of your own."""

    system: ClassVar[str] = ""
    memory: Memory | None = None
    """What was kept of earlier runs about records over there; None where there is no place to keep it."""
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    """The resources that the flows of this connection read here and write here, so that `check` can name the rights
    that these need; empty while there are no flows."""
    language: str = "en"
    """The language of the installation, for sentences that the connector can give in it."""

    def __init__(self, settings: Settings, http: httpx.Client) -> None:
        self.settings = settings
        self.http = http

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in HOOKS:
            method = vars(cls).get(name)
            if method is not None and not hasattr(method, f"{PROJECT}_impl"):
                raise TypeError(f"{cls.__name__}.{name} has a hook's name but no @hookimpl")
