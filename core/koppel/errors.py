"""What can go wrong, classed by what happens next.

KoppelError
├── ConfigurationError      a person must change a setting    the flow stops
│   ├── AuthError           a person must log in again        the connection pauses, resumes by itself
│   └── BookedWrong         what was booked came out wrong    the flow is paused until a person resumes it
├── TransientError          the other side is busy or gone    tried again later, nothing is lost
├── RecordError             this record only                  it waits with its reason, the next goes on
│   ├── MappingError        our own rules cannot make the paper
│   ├── RejectedError       the other system said no
│   ├── ConflictError       two answers are possible and a person must choose
│   └── LeftOut             the other system keeps this by itself; the record is skipped
└── PluginError             a hook broke its contract         the flow stops and names the plugin

Anything else is a bug: the record waits with the traceback, and the flow stops after five in a row.
"""

from __future__ import annotations

import inspect
from typing import Any, ClassVar


class KoppelError(Exception):
    """Something went wrong that Koppel understands.

    `message` is a sentence for an operator that names the thing; `resolution` says what to do or what
    Koppel does by itself; `cause` groups records that fail for the same reason into one problem
    ("article.missing"); `facts` are the values in the sentence; `detail` is for the supplier.
    """

    resolution_default: ClassVar[str] = ""
    cause_default: ClassVar[str] = "error"

    def __init__(
        self, message: str = "", *, resolution: str = "", cause: str = "", detail: str = "", **facts: Any
    ) -> None:
        self.message = message or (inspect.getdoc(type(self)) or type(self).__name__).splitlines()[0]
        self.resolution = resolution or self.resolution_default
        self.cause = cause or self.cause_default
        self.detail = detail
        self.facts = facts
        super().__init__(self.message)


class ConfigurationError(KoppelError):
    """A setting has to be changed before this flow can run; `field` names the setting."""

    cause_default = "configuration"
    resolution_default = "Open the connection, correct the setting and test it."

    def __init__(self, message: str = "", *, field: str = "", **more: Any) -> None:
        super().__init__(message, **more)
        self.field = field


class AuthError(ConfigurationError):
    """The other system no longer accepts our login; someone has to log in again."""

    cause_default = "login"
    resolution_default = "Log in again on the connection's page. Records wait until then; none is lost."


class BookedWrong(ConfigurationError):
    """What was just booked came out otherwise than it was sent, so a setting must be wrong; `field` names it.

    The flow is paused, since every further run would book one more record wrong. The record itself is found again."""

    cause_default = "booked_wrong"
    resolution_default = "Correct what was booked, and the setting; then resume the flow."


class TransientError(KoppelError):
    """The other system did not answer, or asked us to come back later.

    `retry_after` is in seconds; None leaves the wait to Koppel.
    """

    cause_default = "unreachable"
    resolution_default = "You need do nothing: Koppel tries again by itself."

    def __init__(self, message: str = "", *, retry_after: float | None = None, **more: Any) -> None:
        super().__init__(message, **more)
        self.retry_after = retry_after


class RecordError(KoppelError):
    """This record cannot be sent as it is."""

    cause_default = "record"
    resolution_default = "Open the record, read what is wrong, and retry it afterwards."


class MappingError(RecordError):
    """A mapping rule could not make its field; `field` is the target, `rule` what it said, `lacking` every row that
    the record lacks in value tables, this one among them."""

    cause_default = "mapping"
    resolution_default = "Open the entity mapping of this flow and correct the rule."

    def __init__(self, message: str = "", *, field: str = "", rule: str = "", **more: Any) -> None:
        super().__init__(message, **more)
        self.field = field
        self.rule = rule
        self.lacking: tuple[MappingError, ...] = ()


class RejectedError(RecordError):
    """The other system refused this record; `code` and `field` as it named them."""

    cause_default = "rejected"
    resolution_default = "Correct the record in the source, or the rule that makes the field, and retry."

    def __init__(self, message: str = "", *, code: str = "", field: str = "", **more: Any) -> None:
        super().__init__(message, **more)
        self.code = code
        self.field = field


class ConflictError(RecordError):
    """More than one answer is possible, and only a person can choose."""

    cause_default = "conflict"
    resolution_default = "Choose which record it is, correct the other, and retry."


class LeftOut(RecordError):
    """The other system keeps this by itself, so there is nothing to send."""

    cause_default = "left_out"
    resolution_default = "You need do nothing."


class PluginError(KoppelError):
    """A plugin broke its contract with Koppel."""

    cause_default = "plugin"
    resolution_default = "Tell the supplier of the plugin; upgrade or remove it with pip."
