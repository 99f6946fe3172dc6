"""Compare shop and books in the background, so that the page answers at once, and keep what came out."""

from __future__ import annotations

import hashlib
import logging
import threading
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from koppel.actions.reconcile import reconcile, told
from koppel.errors import KoppelError
from koppel.site import Site
from koppel.store.db import dumps, loads
from koppel.store.models import utcnow

logger = logging.getLogger(__name__)
KEPT = 100
"""So many answers are kept; the oldest makes room."""


class _Stopped(Exception):
    """The server stops."""


@dataclass
class Comparison:
    """One question and how far it is: `read` records so far, then the `answer`, or the `error` that ended it."""

    read: int = 0
    answer: dict[str, Any] | None = None
    asked_at: datetime = field(default_factory=utcnow)
    error: KoppelError | None = None
    over: threading.Event = field(default_factory=threading.Event)


class Comparer:
    """Compares in threads of its own, one per question; answers are files in the home of the installation."""

    def __init__(self, site: Site, stopping: threading.Event) -> None:
        self.site, self.stopping = site, stopping
        self._going: dict[str, Comparison] = {}
        self._lock = threading.Lock()

    def start(self, flow: str, first: date, last: date) -> Comparison:
        """Begin, unless the same question is being answered already."""
        key = _key(flow, first, last)
        with self._lock:
            going = self._going.get(key)
            if going is not None and not going.over.is_set():
                return going
            made = self._going[key] = Comparison()
            threading.Thread(target=self._run, args=(key, made, flow, first, last), name=f"koppel-compare-{flow}").start()
        return made

    def found(self, flow: str, first: date, last: date) -> Comparison | None:
        """The comparison of this question that goes on, or was the last."""
        key = _key(flow, first, last)
        return self._going.get(key) or self._kept(key)

    def wait(self) -> None:
        """Return when all have ended."""
        for one in list(self._going.values()):
            one.over.wait()

    def _run(self, key: str, made: Comparison, flow: str, first: date, last: date) -> None:
        def progress(read: int) -> None:
            made.read = read
            if self.stopping.is_set():
                raise _Stopped

        try:
            made.answer = loads(dumps(told(reconcile(self.site, flow, first, last, progress))))
            self._keep(key, made)
        except KoppelError as error:
            made.error = error
        except _Stopped:
            made.error = KoppelError("The server stopped before the comparison was done.", resolution="Compare again.")
        except Exception:  # the page has been answered long ago; the log is the only place left
            logger.exception("Comparing %s failed", flow)
            made.error = KoppelError(
                "The comparison ended in a way Koppel does not understand.",
                resolution="Send the log of the server to your supplier. Nothing is lost.",
            )
        finally:
            made.over.set()

    @property
    def _place(self) -> Path:
        return self.site.config.home / "comparisons"

    def _keep(self, key: str, made: Comparison) -> None:
        self._place.mkdir(parents=True, exist_ok=True)
        (self._place / key).write_text(dumps({"at": made.asked_at.isoformat(), "answer": made.answer}), encoding="utf-8")
        for old in sorted(self._place.iterdir(), key=lambda one: one.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)

    def _kept(self, key: str) -> Comparison | None:
        try:
            kept = loads((self._place / key).read_text(encoding="utf-8"))
            made = Comparison(answer=kept["answer"], asked_at=datetime.fromisoformat(kept["at"]))
        except (OSError, ValueError, KeyError):
            return None
        made.over.set()
        return made


def _key(flow: str, first: date, last: date) -> str:
    return hashlib.sha256(f"{flow} {first} {last}".encode()).hexdigest()[:32] + ".json"
