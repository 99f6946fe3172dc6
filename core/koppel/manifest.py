"""What a plugin says about itself: data that the forms, the catalogue and the documentation are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from koppel.records import Scope
from koppel.settings import Settings

if TYPE_CHECKING:
    from koppel.hookspecs import Connector


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of a connection's form. `secret` values are stored encrypted and never shown again;
    `choices_from` names a live list of the connection (e.g. "division") to pick from, `several` of them with commas
    between; `link` explains."""

    name: str
    label: str
    help: str = ""
    kind: Literal["text", "url", "number", "flag", "choice", "several"] = "text"
    default: str = ""
    required: bool = True
    secret: bool = False
    choices: tuple[str, ...] = ()
    choices_from: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class LineFields:
    """What the lines of a paper are called in a draft: the list itself, in each line the ledger account (empty: the
    article's own counts) and the VAT code, and the list of what is booked as a charge beside them."""

    field: str
    account: str = ""
    vat_code: str = ""
    charges: str = ""


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of record this system can exchange.

    `natural_keys` are the keys `find` understands, the default first; `batch_size` is how many records one
    `upsert` takes; `keys`: a Query may ask for ids with their moments of change alone; `limits` are lengths of target fields; `variants`: one product here holds
    its variants, else each is an article of its own; `price_decimals` is how exact a unit price is kept;
    `needs_articles`: each line names an article of this system, as a booking on ledger accounts does not;
    `own_vat`: VAT is sent with each line instead of being reckoned over there from its code;
    `owned` are fields that the books keep: a record that is there does not get them, unless a person releases the field;
    `number_field` is the field in which a new record's number can be chosen; `block` are the fields that block a record;
    `line_forms` are the ways in which its lines can be booked: on an `article`, on a `ledger` account, or as a
    `charge` beside the lines; `cancels`: an order that is cancelled in its source can be cancelled here as well; `list` marks a live list of choices; `lines` names the lines of a paper in its draft, for a
    preview of what is booked."""

    name: str
    title: str
    reads: bool = False
    writes: bool = False
    natural_keys: tuple[str, ...] = ()
    batch_size: int = 1
    page_size: int = 60
    keys: bool = False
    limits: Mapping[str, int] = field(default_factory=dict)
    variants: bool = False
    price_decimals: int = 2
    needs_articles: bool = True
    own_vat: bool = False
    owned: tuple[str, ...] = ()
    number_field: str = ""
    block: Mapping[str, Any] = field(default_factory=dict)
    line_forms: tuple[str, ...] = ("article",)
    cancels: bool = False
    list: bool = False
    note: str = ""
    lines: LineFields | None = None


@dataclass(frozen=True, slots=True)
class OAuth:
    """How this system gives tokens. Paths are relative to the `base_url` setting.

    `refresh_not_before`: seconds after which an access token may be refreshed at the earliest;
    `lifetime`: used where the answer has no `expires_in`, in seconds; `scopes_of` gives the scopes by the settings of
    a connection where they are not always the same, put together with `scope_separator`; `exchange_fields` go along
    with the code of a login; `proof` looks at everything that came back with that code and raises AuthError when it
    is not the other system's own word."""

    grant: Literal["authorization_code", "client_credentials"]
    token_path: str
    authorize_path: str = ""
    scopes: tuple[str, ...] = ()
    lifetime: int = 3600
    refresh_not_before: int = 0
    header: str = "Authorization"
    scheme: str = "Bearer"
    scope_separator: str = " "
    scopes_of: Callable[[Settings], Sequence[str]] | None = None
    exchange_fields: Mapping[str, str] = field(default_factory=dict)
    proof: Callable[[Mapping[str, str], Settings], None] | None = None

    def scope_text(self, settings: Settings) -> str:
        """The scopes as they are asked for; empty when none are."""
        return self.scope_separator.join(self.scopes_of(settings) if self.scopes_of else self.scopes)


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

    `oauth` is how it gives tokens; where there are several ways, `logins` has them by the value of the setting
    `login`, and `oauth` is for the other values. `sandbox` is the dotted path ("package.module:create") of the simulator; `badge` a background colour
    for a white letter; `docs` links per subject; `languages` plain notes shown in the capability matrix."""

    key: str
    title: str
    connector: type[Connector] | None = None
    version: str = ""
    resources: tuple[Resource, ...] = ()
    settings: tuple[Setting, ...] = ()
    oauth: OAuth | None = None
    logins: Mapping[str, OAuth] = field(default_factory=dict)
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

    def login_for(self, settings: Settings) -> OAuth | None:
        """How a connection with these settings gets its tokens."""
        return self.logins.get(settings.text("login")) or self.oauth
