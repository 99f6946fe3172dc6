"""The administrations (divisions) that a login may work in, and the test of a connection."""

from __future__ import annotations

from koppel import ConfigurationError, Health, Page, Query, Record

from koppel_exactonline.client import Row, own_fields
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.resources import preflight
from koppel_exactonline.subscriptions import subscribe

DIVISIONS = "system/Divisions"
FIELDS = ("Code", "Description", "Country", "Currency", "CustomerName", "Status", "BlockingStatus", "VATNumber")
ME = "/api/v1/current/Me"
ME_FIELDS = ("UserID", "FullName", "CurrentDivision")


def fetch(talk: Conversation, query: Query) -> Page:
    """All administrations of this login. Needs no chosen one: the service says which was opened last."""
    records = (_record(row) for row in _divisions(talk))
    return Page(tuple(one for one in records if not query.ids or one.id in query.ids))


def check(talk: Conversation) -> Health:
    """Log in, find the chosen administration, and name what is missing before the first document goes."""
    division = talk.client.division
    rows = _divisions(talk)
    mine = next((row for row in rows if bare(row.get("Code")) == str(division)), None)
    if mine is None:
        names = ", ".join(f"{bare(row.get('Description'))} ({row.get('Code')})" for row in rows[:5])
        raise ConfigurationError(
            f"Administration {division} is not among those this login may work in"
            + (f"; these are: {names}." if names else "."),
            field="division",
            resolution="Choose one from the list, or log in again and tick this administration.",
        )
    title = f"{bare(mine.get('Description'))} ({division})"
    if mine.get("BlockingStatus"):
        return Health(False, "Exact Online", title, ("the administration is locked for a backup or conversion",))
    lacks = (*preflight.missing(talk), *subscribe(talk))
    return Health(not lacks, "Exact Online", title, lacks)


def _divisions(talk: Conversation) -> list[Row]:
    me = talk.client.page("Me", ME_FIELDS, base=ME).rows
    current = bare(me[0].get("CurrentDivision")) if me else ""
    own = talk.settings.text("division")
    if not current and not own:
        raise ConfigurationError("Exact Online names no administration for this login.", field="division")
    base = f"/api/v1/{current or own}/{DIVISIONS}"
    try:
        return talk.client.rows(DIVISIONS, FIELDS, base=base)
    except ConfigurationError:
        # The one opened last may lie outside the consent (reference: Hosts and OAuth2).
        if not own or own == current:
            raise
        return talk.client.rows(DIVISIONS, FIELDS)


def _record(row: Row) -> Record:
    code, title = bare(row.get("Code")), bare(row.get("Description"))
    return Record(code, {**own_fields(row), "code": code, "title": title}, f"{code} – {title}")
