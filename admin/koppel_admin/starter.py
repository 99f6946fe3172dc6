"""Start a run by hand: in the background, so that the page answers at once."""

from __future__ import annotations

import logging
import threading

from koppel.errors import KoppelError
from koppel.runner.flow import Options, run_flow
from koppel.runner.lease import Busy
from koppel.site import Site

logger = logging.getLogger(__name__)


class Starter:
    """Runs flows in threads of its own; `stopping` is shared with the engine, so that all stop together."""

    def __init__(self, site: Site, stopping: threading.Event | None = None) -> None:
        self.site = site
        self.stopping = stopping or threading.Event()
        self._threads: dict[str, threading.Thread] = {}
        self._refused: dict[str, KoppelError] = {}
        self._lock = threading.Lock()

    def start(self, flow: str, by: str) -> bool:
        """Begin a run of this flow; False when it was started here and is still going."""
        with self._lock:
            going = self._threads.get(flow)
            if self.stopping.is_set() or (going is not None and going.is_alive()):
                return False
            self._refused.pop(flow, None)
            thread = threading.Thread(target=self._run, args=(flow, by), name=f"koppel-run-{flow}")
            self._threads[flow] = thread
            thread.start()
        return True

    def going(self, flow: str) -> bool:
        """Whether a run that was started here has not ended."""
        thread = self._threads.get(flow)
        return thread is not None and thread.is_alive()

    def refused(self, flow: str) -> KoppelError | None:
        """Why the last run that was asked for here did not begin; told once."""
        return self._refused.pop(flow, None)

    def wait(self, seconds: float | None = None) -> None:
        """Return when every run started here has ended."""
        for thread in list(self._threads.values()):
            thread.join(seconds)

    def stop(self) -> None:
        """Let every run finish the record in hand, then return."""
        self.stopping.set()
        self.wait()

    def _run(self, flow: str, by: str) -> None:
        try:
            run_flow(self.site, flow, Options(trigger="hand", by=by, stop=self.stopping))
        except Busy:
            logger.info("%s runs already", flow)
        except KoppelError as error:
            self._refused[flow] = error
        except Exception:  # the page has been answered long ago; the log is the only place left
            logger.exception("%s failed", flow)
            self._refused[flow] = KoppelError(
                "The run ended in a way Koppel does not understand.",
                resolution="Send the log of the server to your supplier. Nothing is lost.",
            )
