"""The engine in one process: a clock that starts the flows that are due, one after another."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from koppel.actions.requests import answer_requests
from koppel.errors import KoppelError
from koppel.runner import nightly
from koppel.runner.flow import Options, Result, run_flow
from koppel.runner.lease import Busy
from koppel.runner.schedule import due_flows
from koppel.site import Site

logger = logging.getLogger(__name__)
TICK = 5


class EmbeddedEngine:
    """Looks every few seconds which flows are due and runs them in order of sequence.

    One flow at a time: two flows on one administration never disturb each other's calls."""

    def __init__(self, site: Site, tick: float = TICK) -> None:
        self.site = site
        self.stopping = threading.Event()
        self._compared: datetime | None = None
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)}, timezone=site.config.time_zone
        )
        self._scheduler.add_job(self.tick, "interval", seconds=tick, max_instances=1, coalesce=True)
        logging.getLogger("apscheduler").setLevel(logging.ERROR)

    def start(self) -> None:
        """Begin; returns at once."""
        self._scheduler.start()

    def stop(self) -> None:
        """Finish the record in hand, then stop; nothing is lost. Returns when the run has ended."""
        self.stopping.set()
        self._scheduler.shutdown(wait=True)

    def tick(self) -> None:
        """Run what is due now."""
        with self.site.db.read() as session:
            names = [flow.name for flow in due_flows(session)]
        for name in names:
            if self.stopping.is_set():
                return
            self.run(name)
        self.night()
        self.requests()

    def requests(self) -> None:
        """Do what shops asked in a person's name."""
        try:
            answer_requests(self.site)
        except Exception:  # the engine must outlive it
            logger.exception("requests in a person's name were not looked at")

    def night(self) -> None:
        """Once a night, compare the flows of orders with their sources; a machine that slept does it when it wakes."""
        night = nightly.last_night(self.site.config.time_zone)
        if self._compared == night:
            return
        with self.site.db.read() as session:
            names = nightly.uncompared(session, night)
        for name in names:
            if self.stopping.is_set():
                return
            self._outlive(name, lambda name=name: nightly.compare(self.site, name, self.stopping))  # type: ignore[misc]
        if not names:
            self._compared = night

    def run(self, name: str, trigger: str = "schedule", by: str = "") -> None:
        """Run one flow; whatever goes wrong is in the back-office and in the log, and the next flow goes on."""
        self._outlive(name, lambda: run_flow(self.site, name, Options(trigger=trigger, by=by, stop=self.stopping)))

    def _outlive(self, name: str, work: Callable[[], Result]) -> None:
        try:
            result = work()
            logger.info("%s %s: %s", name, result.summary.outcome, result.reason)
        except Busy:
            logger.info("%s runs already", name)
        except KoppelError as error:
            logger.warning("%s did not run: %s %s", name, error.message, error.resolution)
        except Exception:  # the engine must outlive any flow
            logger.exception("%s failed", name)
