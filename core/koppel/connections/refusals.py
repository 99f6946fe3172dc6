"""Why a call has to wait, and the sentence about it when the wait is long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from koppel.connections.windows import Figures
from koppel.errors import ConfigurationError, TransientError
from koppel.manifest import CallWindow

_STRETCHES = {1: "this second", 60: "this minute", 3600: "this hour", 86400: "today"}


@dataclass(frozen=True, slots=True)
class Wait:
    """A call has to wait so many seconds; `error` is what to raise when that is too long."""

    seconds: float
    error: TransientError


def window_full(title: str, window: CallWindow, figures: Figures, now: datetime, margin: float) -> Wait:
    """The window has no calls left, or only its reserve."""
    stretch = _STRETCHES.get(window.seconds, f"this window ({window.name})")
    if figures.remaining > 0:
        calls = "call is" if figures.remaining == 1 else "calls are"
        text = f"{figures.remaining} {calls} left to {title} {stretch}, kept for what is urgent"
    else:
        text = f"The calls to {title} {stretch} are used up"
        text = f"Today's calls to {title} are used up" if stretch == "today" else text
    return _wait(text, figures.reset_at, now, margin, "calls")


def errors_full(title: str, window: CallWindow, errors: int, until: datetime, now: datetime, margin: float) -> Wait:
    """So many error answers that one more might get the connection blocked."""
    minutes = max(1, window.seconds // 60)
    text = f"{title} refused {errors} calls within {minutes} minutes and would block us after more"
    return _wait(text, until, now, margin, "errors")


def other_workers(title: str) -> TransientError:
    """Every time a call came free another worker had it."""
    return TransientError(f"All calls to {title} are in use by other work.", retry_after=60, cause="calls")


def stopping() -> TransientError:
    """Koppel is being stopped while a call waited."""
    return TransientError("Koppel is stopping; the work goes on after the start.", retry_after=0, cause="stopping")


def connection_gone() -> ConfigurationError:
    """The connection was removed while it was in use."""
    return ConfigurationError("The connection was removed while it was in use.")


def _wait(text: str, until: datetime, now: datetime, margin: float, cause: str) -> Wait:
    seconds = max(0.0, (until - now).total_seconds()) + margin
    error = TransientError(
        f"{text}; Koppel continues at {_moment(until, now)}.", retry_after=seconds, cause=cause, until=until.isoformat()
    )
    return Wait(seconds, error)


def _moment(until: datetime, now: datetime) -> str:
    """The time on the wall where Koppel runs, with the date when it is more than a day ahead."""
    return f"{until.astimezone():{'%H:%M' if until - now <= timedelta(days=1) else '%d-%m %H:%M'}}"
