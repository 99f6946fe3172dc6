"""What AccountView refuses, said as one of our errors with what a bookkeeper can do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from koppel import AuthError, ConfigurationError, KoppelError, RejectedError, TransientError

TITLE = "AccountView"


@dataclass(frozen=True, slots=True)
class _Kind:
    """Refusals of one kind: known by their text, because AccountView gives no numbers for them."""

    pattern: re.Pattern[str]
    error: type[KoppelError]
    cause: str
    sentence: str
    resolution: str
    setting: str = ""


def _kind(
    words: str, error: type[KoppelError], cause: str, sentence: str, resolution: str, setting: str = ""
) -> _Kind:
    return _Kind(re.compile(words, re.IGNORECASE), error, f"accountview.{cause}", sentence, resolution, setting)


_KINDS = (
    _kind(
        r"administratie\b.*(geblokkeerd|vergrendeld|in gebruik)|exclusie[fv]|administration\b.*locked",
        TransientError, "locked", "The administration is locked in AccountView: {text}",
        "Koppel tries again by itself. Ask whoever is closing a year or making a backup in AccountView to finish.",
    ),
    _kind(
        r"communicati(e|on)[ -]?(service|server|fout|error)|(geen|verbroken) verbinding|(niet|on) ?bereikbaar|\boffline\b"
        r"|niet gestart|\btime-?out\b|not (running|available|reachable)",
        TransientError, "offline", "The AccountView server in the office does not answer: {text}",
        "Koppel tries again by itself. If it stays, check that the server and its Communication Service are running.",
    ),
    _kind(
        r"\btoken\b.*(verlopen|ongeldig|expired|invalid)|sessie (is )?verlopen|session (has )?expired",
        AuthError, "login", "AccountView asks you to log in again: {text}", "",
    ),
    _kind(
        r"(geen|onvoldoende) rechten|niet (gemachtigd|bevoegd|geautoriseerd)|geen toestemming"
        r"|(toevoegen|wijzigen|bedrijfsobject)\b.*niet toegestaan|not authori[sz]ed|permission|access denied",
        ConfigurationError, "right", "The AccountView user lacks a right: {text}",
        "Give the user of this connection that right in AccountView, then test the connection.",
    ),
    _kind(
        r"(onderneming|company)\b.*(onbekend|niet gevonden|bestaat niet|ongeldig|unknown|not found)|x-company",
        ConfigurationError, "company", "AccountView does not know this company: {text}",
        "Open the connection and choose the company from the list.", "company",
    ),
    _kind(
        r"administratie\b.*gearchiveerd|administration\b.*archived",
        ConfigurationError, "archived", "The administration is archived in AccountView: {text}",
        "Take it out of the archive in AccountView, or choose another company on the connection.", "company",
    ),
    _kind(
        r"(businessobject|bedrijfsobject)\b.*(onbekend|niet gevonden|ongeldig|unknown|not found|bestaat niet)",
        ConfigurationError, "object", "This AccountView does not have that part: {text}",
        "Check that the module is installed and licensed, and that the user may use it.",
    ),
    _kind(
        r"(boekjaar|periode|fiscal|period)\b.*(gesloten|onbekend|bestaat niet|geblokkeerd|closed|unknown)",
        RejectedError, "year", "AccountView has no open fiscal year for it: {text}",
        "Open the year or the period in AccountView, or correct the date; then retry.",
    ),
    _kind(
        r"(niet|not) in (evenwicht|balans|balance)|zelf geboekt",
        RejectedError, "balance", "AccountView reads the amounts of the entry otherwise than Koppel: {text}",
        "Open the connection and change the sides, the amounts or the VAT of entries; then retry.",
    ),
    _kind(
        r"bestaat (al|reeds)|komt al voor|already exists|niet uniek|dubbel|duplicate",
        RejectedError, "exists", "AccountView has it already: {text}",
        "Retry it: Koppel looks it up first and links the two.",
    ),
    _kind(
        r"verplicht|mandatory|required|moet .*(ingevuld|gevuld)|mag niet leeg|ontbreekt",
        RejectedError, "mandatory", "AccountView misses a value: {text}",
        "Fill it in in the source, or give the mapping row of that field a default; then retry.",
    ),
    _kind(
        r"te lang|langer dan|too long|maxim(aal|um) .*(tekens|posities|characters)",
        RejectedError, "length", "A text does not fit in AccountView: {text}",
        "Shorten it in the source, or add a cut to the mapping row of that field; then retry.",
    ),
    _kind(
        r"geblokkeerd|blocked",
        RejectedError, "blocked", "It is blocked in AccountView: {text}",
        "Take the block away in AccountView, or choose another one; then retry.",
    ),
    _kind(
        r"niet gevonden|bestaat niet|onbekend|not found|does not exist|unknown|ongeldig|invalid",
        RejectedError, "reference", "AccountView does not know a value: {text}",
        "Create it in AccountView, or correct the value table or mapping row that gives it; then retry.",
    ),
)  # fmt: skip

_QUOTED = re.compile(r"""'[^']*'|"[^"]*"|“[^”]*”""")
_FIELD = re.compile(r"\b(?:[A-Z][A-Z0-9_]*\.)?([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b")


def is_own(body: Any) -> bool:
    """Whether AccountView itself says so, and not the web server before it that knows no such address."""
    return isinstance(body, Mapping) and any(str(name).lower() == "errormessage" for name in body)


def text_of(body: Any) -> str:
    """What a body says went wrong; "" when it is no error (reference: 3.3 Errors). It counts under any status."""
    if not isinstance(body, Mapping):
        return ""
    named = {str(name).lower(): value for name, value in body.items()}
    said = named.get("errormessage") or named.get("message") or named.get("error_description")
    if not said and named.get("errortype"):
        said = f"{named['errortype']} {named.get('errornumbers') or ''}"
    return " ".join(str(said).split()) if said and isinstance(said, str) else ""


def refusal(status: int, body: Any, *, writing: bool) -> KoppelError | None:
    """Our error for this answer; None when it is an answer. Unknown texts keep their text.

    A question that is refused is a wrong setting; a write that fails with an unknown text under a status of
    500 or more may have been carried out, so it counts as a lost answer."""
    text = text_of(body)
    if status < 400 and not text:
        return None
    if status == 401:
        return AuthError(f"AccountView refuses the login. {text}".strip(), detail=_detail(status, body))
    if status == 404 and not is_own(body):
        return _no_such_address(status, body)
    kind = _kind_of(text)
    if kind is not None and not (kind.error is RejectedError and not writing):
        return _known(kind, text, status, body)
    if status == 403:
        return _forbidden(text, status, body)
    if status >= 500:
        return _trouble(text, status, body)
    return _refused(text, status, body) if writing else _bad_question(text, status, body)


def in_the_office(error: TransientError) -> TransientError:
    """Trouble that the relay tells of, said as what it means: AccountView.net is there, the office is not
    (reference: 5 Quirks, architecture). Any other trouble stays what it is."""
    status = error.facts.get("status")
    if status is None:
        return error
    late = status == 504
    return TransientError(
        f"AccountView.net is there, but the AccountView in the office {'did not answer in time' if late else 'is not available now'} "
        f"(HTTP {status}){'; what was asked may have been carried out' if late else ''}.",
        retry_after=error.retry_after,
        cause=error.cause,
        resolution="Koppel tries again by itself. If it stays, check that the server in the office is on and that its "
        "Communication Service is running.",
        status=status,
    )


def _kind_of(text: str) -> _Kind | None:
    """What is quoted in the text is somebody's value and says nothing about the kind."""
    plain = _QUOTED.sub("''", text)
    return next((one for one in _KINDS if one.pattern.search(plain)), None) if text else None


def _known(kind: _Kind, text: str, status: int, body: Any) -> KoppelError:
    more: dict[str, Any] = {"resolution": kind.resolution, "cause": kind.cause, "detail": _detail(status, body)}
    if issubclass(kind.error, RejectedError):
        more |= {"field": _field(text), "code": _numbers(body)}
    elif issubclass(kind.error, ConfigurationError):
        more |= {"field": kind.setting}
    return kind.error(kind.sentence.format(text=text), **more)


def _no_such_address(status: int, body: Any) -> KoppelError:
    return ConfigurationError(
        "AccountView does not answer at this address.",
        field="base_url",
        cause="base_url",
        resolution="Correct the address of the connection: the part before /api, without a path of its own.",
        detail=_detail(status, body),
    )


def _forbidden(text: str, status: int, body: Any) -> KoppelError:
    return ConfigurationError(
        f"AccountView does not allow this user to do that. {text}".strip(),
        cause="accountview.right",
        resolution="Give the user of this connection that right in AccountView, then test the connection.",
        detail=_detail(status, body),
    )


def _trouble(text: str, status: int, body: Any) -> KoppelError:
    message = f"AccountView failed (HTTP {status}){': ' + text if text else '.'}"
    return TransientError(message, cause="answer.lost", detail=_detail(status, body))


def _refused(text: str, status: int, body: Any) -> KoppelError:
    message = f"AccountView refused it: {text}" if text else f"AccountView refused it without saying why (HTTP {status})."
    return RejectedError(message, code=_numbers(body), field=_field(text), detail=_detail(status, body))


def _bad_question(text: str, status: int, body: Any) -> KoppelError:
    return ConfigurationError(
        f"AccountView cannot answer what Koppel asks: {text or f'HTTP {status}'}",
        cause="accountview.question",
        resolution="Check the field names in the settings of the connection, then test it.",
        detail=_detail(status, body),
    )


def _field(text: str) -> str:
    found = _FIELD.search(text)
    return found[1] if found else ""


def _numbers(body: Any) -> str:
    numbers = body.get("ErrorNumbers") if isinstance(body, Mapping) else None
    if isinstance(numbers, list):
        return ", ".join(str(one) for one in numbers)
    return "" if numbers is None else str(numbers)


def _detail(status: int, body: Any) -> str:
    return f"HTTP {status} {body if body is not None else ''}"[:2000]
