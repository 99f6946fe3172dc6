"""What a plugin says about itself: data that the forms, the catalogue and the documentation are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from koppel.records import Scope

if TYPE_CHECKING:
    from koppel.hookspecs import Connector


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of a connection's form. `secret` values are stored encrypted and never shown again;
    `choices_from` names a live list of the connection (e.g. "division") to pick from; `link` explains."""

    name: str
    label: str
    help: str = ""
    kind: Literal["text", "url", "number", "flag", "choice"] = "text"
    default: str = ""
    required: bool = True
    secret: bool = False
    choices: tuple[str, ...] = ()
    choices_from: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class LineFields:
    """What the lines of a paper are called in a draft: the list itself, and in each line the article, the ledger
    account (empty: the article's own counts) and the VAT code."""

    field: str
    article: str = ""
    account: str = ""
    vat_code: str = ""


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of record this system can exchange.

    `natural_keys` are the keys `find` understands, the default first; `batch_size` is how many records one
    `upsert` takes; `limits` are lengths of target fields; `variants`: one product here holds
    its variants, else each is an article of its own; `price_decimals` is how exact a unit price is kept;
    `needs_articles`: each line names an article of this system, as a booking on ledger accounts does not;
    `own_vat`: VAT is sent with each line instead of being reckoned over there from its code;
    `list` marks a live list of choices; `lines` names the lines of a paper in its draft, for a preview of what is booked."""

    name: str
    title: str
    reads: bool = False
    writes: bool = False
    natural_keys: tuple[str, ...] = ()
    batch_size: int = 1
    page_size: int = 60
    limits: Mapping[str, int] = field(default_factory=dict)
    variants: bool = False
    price_decimals: int = 2
    needs_articles: bool = True
    own_vat: bool = False
    list: bool = False
    note: str = ""
    lines: LineFields | None = None


@dataclass(frozen=True, slots=True)
class OAuth:
    """How this system gives tokens. Paths are relative to the `base_url` setting.

    `refresh_not_before`: seconds after which an access token may be refreshed at the earliest;
    `lifetime`: used where the answer has no `expires_in`, in seconds."""

    grant: Literal["authorization_code", "client_credentials"]
    token_path: str
    authorize_path: str = ""
    scopes: tuple[str, ...] = ()
    lifetime: int = 3600
    refresh_not_before: int = 0
    header: str = "Authorization"
    scheme: str = "Bearer"


@dataclass(frozen=True, slots=True)
class CallWindow:
    """A limit on calls: so many per so many seconds, and the answer headers that tell the true figures.

    `reset_unit` says how the reset header counts: epoch milliseconds or seconds, or seconds from now.
    `reserve` calls are kept for what is urgent. `counts` errors: a limit on error answers (4xx) in any
    stretch of `seconds`; Koppel stops `reserve` errors before it and goes on when the oldest is past."""

    name: str
    seconds: int
    limit: int
    limit_header: str = ""
    remaining_header: str = ""
    reset_header: str = ""
    reset_unit: Literal["epoch_ms", "epoch_s", "delta_s"] = "epoch_ms"
    reserve: int = 0
    counts: Literal["calls", "errors"] = "calls"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A plugin. A system has a `connector`; a site override has `applies_to` and `sequence` instead.

    `sandbox` is the dotted path ("package.module:create") of the simulator; `badge` a background colour
    for a white letter; `docs` links per subject; `languages` plain notes shown in the capability matrix."""

    key: str
    title: str
    connector: type[Connector] | None = None
    version: str = ""
    resources: tuple[Resource, ...] = ()
    settings: tuple[Setting, ...] = ()
    oauth: OAuth | None = None
    windows: tuple[CallWindow, ...] = ()
    webhook_topics: tuple[str, ...] = ()
    docs: Mapping[str, str] = field(default_factory=dict)
    applies_to: tuple[Scope, ...] = ()
    sequence: int = 10
    sandbox: str = ""
    badge: str = "#1b5d86"

    def resource(self, name: str) -> Resource | None:
        """The resource of this name, or None when this system does not know it."""
        return next((one for one in self.resources if one.name == name), None)
