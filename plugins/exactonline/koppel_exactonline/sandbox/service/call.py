"""One admitted call: the request, the place it is about, the caller and a desk to work at."""

from __future__ import annotations

from dataclasses import dataclass

from koppel_exactonline.sandbox.resources.desk import Desk
from koppel_exactonline.sandbox.service.address import Place
from koppel_exactonline.sandbox.service.request import Request
from koppel_exactonline.sandbox.store.grants import Client, Grant
from koppel_exactonline.sandbox.store.state import State
from koppel_exactonline.sandbox.switches import Switches


@dataclass(frozen=True)
class Call:
    """Everything a handler needs."""

    request: Request
    place: Place
    state: State
    desk: Desk
    client: Client
    grant: Grant

    @property
    def switches(self) -> Switches:
        """The simulator's options."""
        return self.desk.switches

    @property
    def root(self) -> str:
        """The address that entity addresses start with."""
        own = self.place.division
        return f"{self.request.host}/api/v1" + ("" if own is None else f"/{own}")
