"""VIES, the register of VAT numbers that the member states of the European Union keep together.

Asked by its REST API, as https://ec.europa.eu/taxation_customs/vies/#/technical-information describes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from koppel.connections.http import CallMeter, open_client, read_json
from koppel.errors import ConfigurationError, KoppelError, TransientError

TITLE = "VIES"
_TIMEOUT = httpx.Timeout(20.0, connect=5.0)
_UNTOLD = "---"
"""What a member state that does not tell names (Germany, Spain) answers in their place."""
_LONGEST = {"request": 60, "told_at": 40, "name": 255}


@dataclass(frozen=True)
class Answer:
    """What VIES told of one number. `request` is its proof that it was asked, only given to who tells the own
    number; `told_at` the moment as VIES writes it; `name` and `address` empty where the member state keeps them."""

    valid: bool
    request: str = ""
    told_at: str = ""
    name: str = ""
    address: str = ""


def compact(number: str) -> str:
    """The number with nothing but capitals and digits: country (EL for Greece), then the number itself."""
    return "".join(sign for sign in number.upper() if sign.isalnum())


def ask(base_url: str, number: str, requester: str = "") -> Answer:
    """Whether this VAT number is registered; `requester` is the own number.

    TransientError when VIES or the member state does not answer now; ConfigurationError when it refuses the own number."""
    asked, own = compact(number), compact(requester)
    body = {"countryCode": asked[:2], "vatNumber": asked[2:]}
    if own:
        body |= {"requesterMemberStateCode": own[:2], "requesterNumber": own[2:]}
    return _answer(_post(base_url, body), requester)


def _post(base_url: str, body: dict[str, str]) -> Any:
    """Whatever keeps the answer away, also a page about maintenance, is that VIES cannot be reached: asking changes nothing."""
    try:
        with open_client(base_url, title=TITLE, meter=CallMeter(keep=0), timeout=_TIMEOUT) as client:
            return read_json(client.post("check-vat-number", json=body), TITLE)
    except KoppelError as error:
        wait = error.retry_after if isinstance(error, TransientError) else None
        detail = f"{error.message} {error.detail}".strip()
        raise TransientError("VIES cannot be reached now.", retry_after=wait, cause="vies.down", detail=detail) from error


def _answer(told: Any, requester: str) -> Answer:
    said = told if isinstance(told, dict) else {}
    if isinstance(said.get("valid"), bool) and said.get("actionSucceed") is not False:
        return Answer(
            said["valid"], _text(said, "requestIdentifier", "request"), _text(said, "requestDate", "told_at"),
            _text(said, "name", "name"), _text(said, "address"),
        )  # fmt: skip
    faults = said.get("errorWrappers")
    fault = str(faults[0].get("error", "")) if isinstance(faults, list) and faults and isinstance(faults[0], dict) else ""
    if fault == "INVALID_INPUT":
        return Answer(valid=False)
    if fault == "INVALID_REQUESTER_INFO":
        raise ConfigurationError(
            f"VIES does not know the own VAT number {requester}.",
            field="own_vat_number",
            resolution="Correct the own VAT number in the flow's settings, or leave it empty.",
        )
    why = "the register of that country does not answer now" if fault.startswith("MS_") else "it does not answer now"
    raise TransientError(f"VIES cannot tell: {why}{f' ({fault})' if fault else ''}.", cause="vies.down", detail=str(told)[:500])


def _text(said: dict[str, Any], name: str, column: str = "") -> str:
    text = " ".join(str(said.get(name) or "").split())
    return "" if text == _UNTOLD else text[: _LONGEST.get(column)]
