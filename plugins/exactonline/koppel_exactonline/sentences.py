"""The business errors of Exact Online, in its languages, classed by what a bookkeeper does about them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from koppel import RejectedError

from koppel_exactonline.captions import field_of
from koppel_exactonline.translations import MORE, UNKNOWN, said

_GENERIC = re.compile(
    r"a problem has occurred|er is een (fout|probleem) opgetreden|un probl[eè]me (est survenu|s.est produit)"
    r"|time-?out|deadlock|object reference not set|internal server error",
    re.IGNORECASE,
)
"""Texts that say nothing about the record; whether it was written is then not known."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of refusal: how to know it, and what to say. `{0}` is what the service named."""

    cause: str
    pattern: re.Pattern[str]
    message: str
    resolution: str


def _kind(cause: str, pattern: str, message: str, resolution: str) -> Kind:
    return Kind(cause, re.compile(pattern, re.IGNORECASE), message, resolution)


_INVALID = r"^(?:Ongeldige?|Invalid|Non valide|Invalide)\s*:?\s*"
_SAID = "Exact Online says: {text}"

KINDS = (
    _kind(
        "period", r"period[e]?\b.*(?:afgesloten|closed|gesloten)|(?:afgesloten|closed)\s*:.*period|p[ée]riode.*(?:cl[oô]tur|ferm)",
        "The period is closed in Exact Online.",
        "Open the period in Exact Online for a moment, or give the document a date in an open period; then retry.",
    ),
    _kind(
        "fiscal_year", r"(?:Onbekend|Unknown|Inconnue?)\s*:\s*(?:Boekjaar|Fiscal year|Exercice)",
        "The date falls in a fiscal year that does not exist in Exact Online.",
        "Make the fiscal year and its periods in Exact Online, or correct the date; then retry.",
    ),
    _kind(
        "reference", r"^(?:Ongeldige referentie|Invalid reference|R[ée]f[ée]rence (?:invalide|non valide|incorrecte))\s*:\s*(.+)",
        "Exact Online does not know what is filled in for “{0}”.",
        "Make it in Exact Online, or choose one that exists in the value table or the entity mapping; then retry.",
    ),
    _kind(
        "mandatory", r"^(?:Verplicht|Mandatory|Required|Obligatoire)\s*:\s*(.+)",
        "Exact Online wants “{0}” to be filled in.",
        "Fill it in in the source, or give the field a value in the entity mapping; then retry.",
    ),
    _kind(
        "exists", r"bestaa?t? (?:reeds|al)|already exists|existe(?:nt)? d[ée]j[aà]",
        "A record with the same number or code is in Exact Online already.",
        "Look it up in Exact Online. If it is the same, correct its e-mail address, code or reference, so that it is recognised.",
    ),
    _kind(
        "in_use", r"^(?:In gebruik|In use|Utilis[ée]e?|En cours d'utilisation)\s*:\s*(.+)",
        "“{0}” is in use already in Exact Online.",
        "Choose another number, or leave the field out so that Exact Online gives one; then retry.",
    ),
    _kind(
        "callback", r"(?:callback|rappel).*?(\d{3}.*)$",
        "Exact Online cannot reach the address for webhooks: it got {0}.",
        "Make the back-office reachable from the internet at that address, over HTTPS; then test the connection again.",
    ),
    _kind(
        "callback_address", _INVALID + r"((?:Callback|URL de rappel).*)",
        "Exact Online does not accept the address for webhooks.",
        "It must begin with https:// and be on the domain of the redirect address of your app.",
    ),
    _kind(
        "vat", _INVALID + r"((?:Btw|VAT|TVA|Code TVA|Pourcentage de TVA).*)",
        "Exact Online does not accept the VAT on a line ({0}).",
        "Open the table VAT codes and choose a code that is valid for sales on this date; then retry.",
    ),
    _kind(
        "email", _INVALID + r"((?:E-?mail|Adresse e-?mail|Courriel).*)",
        "Exact Online does not accept the e-mail address ({0}).",
        "Correct the e-mail address in the source; then retry.",
    ),
    _kind(
        "journal", _INVALID + r"((?:Dagboek|Journal).*)",
        "The journal is of the wrong kind for this document ({0}).",
        "Choose a sales journal; then retry.",
    ),
    _kind(
        "customer", _INVALID + r"((?:Klant|Customer|Client|Besteld door|Ordered by).*)",
        "Exact Online does not accept this account as a customer ({0}).",
        "Give the account the status “customer” in Exact Online; then retry.",
    ),
    _kind(
        "blocked", r"^(?:Geblokkeerd|Blocked|Bloqu[ée]e?)\s*:\s*(.+)",
        "“{0}” is blocked in Exact Online.",
        "Release it in Exact Online; then retry.",
    ),
    _kind(
        "completed", r"(?:voltooid|completed|is complete|termin[ée]e?|is verwerkt|is processed|est trait[ée]e?)\b",
        "The document is completed in Exact Online and cannot be changed.",
        "Change it in Exact Online by hand where needed, then skip this record.",
    ),
    _kind(
        "fixed", r"^(?:Niet toegestaan te wijzigen|Not allowed to change|Modification non autoris[ée]e)\s*:\s*(.+)",
        "Exact Online does not allow to change “{0}”.",
        "Set the row of the entity mapping to “only when new”; then retry.",
    ),
    _kind(
        "edition", r"Not allow(?:ed)? to update in|^(?:Not available|Niet beschikbaar|Non disponible)\s*:",
        "Your edition of Exact Online does not have this. " + _SAID,
        "Switch off the row of the entity mapping that fills it, or change the edition; then retry.",
    ),
    _kind(
        "length", r"^(?:Te lang|Too long|Trop long)\s*:\s*(.+)",
        "The text for “{0}” is too long for Exact Online.",
        "Shorten it in the source, or let the entity mapping cut it; then retry.",
    ),
    _kind(
        "value", _INVALID + r"(.+)",
        "Exact Online does not accept {0}.",
        "Correct the value in the source, or the row of the entity mapping that makes it; then retry.",
    ),
)  # fmt: skip
"""In the order they are tried; the texts seen are in the reference (Create / update / delete)."""


def is_generic(text: str) -> bool:
    """Whether the text is the service's own apology, which says nothing about the record."""
    return _GENERIC.search(text) is not None


def refused(text: str, language: str = "en") -> RejectedError:
    """The refusal these sentences mean, told in the language of the installation; several come on lines of their own.
    A text nobody knows is kept as it is."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for kind in KINDS:
        for line in lines:
            if found := kind.pattern.search(line):
                return _known(kind, found, lines, language)
    told = " ".join(lines) or "–"
    message, resolution = said(language, UNKNOWN)
    return RejectedError(
        message.format(text=told), resolution=resolution, cause=f"rejected:{told[:120]}", code=told[:200], detail=text
    )


def _known(kind: Kind, found: re.Match[str], lines: list[str], language: str) -> RejectedError:
    named = found.group(1).strip() if found.re.groups and found.group(1) else ""
    line, more = found.string, [one for one in lines if one != found.string]
    sentence, resolution = said(language, kind.cause, (kind.message, kind.resolution))
    message = sentence.format(named or line, text=line)
    if more:
        message += said(language, MORE)[0].format(text=" ".join(more))
    return RejectedError(
        message, resolution=resolution, cause=f"rejected.{kind.cause}:{named[:80]}", code=line[:200], field=field_of(named)[:80],
        detail="\n".join(lines),
    )  # fmt: skip
