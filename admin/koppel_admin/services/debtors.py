"""Default debtors: rules in order, the first that fits decides."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
import sqlalchemy.orm as so
from flask_babel import gettext as _
from koppel.documents import PAPERS
from koppel.errors import ConfigurationError, KoppelError
from koppel.mapping import Expression
from koppel.site import Site
from koppel.store.models import DebtorRule, Flow, utcnow

from koppel_admin.forms import Choice, Field, refuse_long

STEP = 10
TEXTS = ("country", "channel", "payment_method", "customer", "condition", "debtor")


def rules(site: Site, connection_id: int) -> list[DebtorRule]:
    """The rules of a connection in the order in which they are asked."""
    with site.db.read() as session:
        return list(session.scalars(_ordered(connection_id)))


def rule(site: Site, number: int) -> DebtorRule | None:
    """One rule."""
    with site.db.read() as session:
        return session.get(DebtorRule, number)


def fields(site: Site, connection_id: int, row: DebtorRule | None, form: Mapping[str, str] | None) -> list[Field]:
    """A rule as a form; what was typed stays when a form is given."""

    def value(name: str) -> str:
        return form.get(name, "") if form is not None else str(getattr(row, name, "") or "") if row else ""

    kinds: list[Choice] = [("person", _("Person")), ("company", _("Company")), ("guest", _("Guest"))]
    flow = value("flow") if form is not None else _flow_name(site, row)
    on = form.get("enabled", "") if form is not None else "yes" if row is None or row.enabled else ""
    return [
        Field("debtor", _("Debtor number"), value("debtor"), required=True, help=_("As the bookkeeping knows it.")),
        Field("country", _("Country of delivery"), value("country"), help=_("Two letters, such as NL. Empty: every country.")),
        Field("channel", _("Sales channel"), value("channel"), help=_("As the shop calls it. Empty: every channel.")),
        Field("payment_method", _("Payment method"), value("payment_method"), help=_("As the shop calls it. Empty: all.")),
        Field("customer", _("Kind of customer"), value("customer"), "choice", choices=kinds, help=_("Empty: every kind.")),
        Field("flow", _("Flow"), flow, "choice", choices=_flows(site, connection_id), help=_("Empty: all flows.")),
        Field("condition", _("Further condition"), value("condition"), "lines", rows=2,
              help=_("An expression on the order, such as record.total > 500. Empty: none.")),
        Field("enabled", _("In use"), on, "flag"),
    ]  # fmt: skip


def save(site: Site, connection_id: int, number: int, form: Mapping[str, str], by: str) -> None:
    """Make or change a rule. ConfigurationError names the field that is wrong."""
    values = {name: form.get(name, "").strip() for name in TEXTS}
    _refuse_wrong(values)
    flow_id = site.flow(form["flow"]).id if form.get("flow") else None
    with site.db.write() as session:
        row = session.get(DebtorRule, number) if number else _same(session, connection_id, values, flow_id)
        if row is None or row.connection_id != connection_id:
            row = DebtorRule(connection_id=connection_id, position=_last(session, connection_id) + STEP)
            session.add(row)
        for name, text in values.items():
            setattr(row, name, text)
        row.flow_id, row.enabled = flow_id, form.get("enabled") == "yes"
        row.changed_by, row.changed_at = by, utcnow()


def told(site: Site, row: DebtorRule) -> list[tuple[str, str]]:
    """What a rule says, field by field; empty ones are left out."""
    shown = [one for one in fields(site, row.connection_id, row, None) if one.kind != "flag"]
    return [(one.label, dict(one.choices).get(one.value, one.value)) for one in shown if one.value]


def remove(site: Site, number: int) -> None:
    """Take a rule away."""
    with site.db.write() as session:
        session.execute(sa.delete(DebtorRule).where(DebtorRule.id == number))


def move(site: Site, number: int, up: bool) -> None:
    """Ask a rule one place earlier or later."""
    with site.db.write() as session:
        row = session.get(DebtorRule, number)
        if row is None:
            return
        found = list(session.scalars(_ordered(row.connection_id)))
        at = found.index(row)
        to = max(0, min(len(found) - 1, at - 1 if up else at + 1))
        found.insert(to, found.pop(at))
        for index, one in enumerate(found, 1):
            one.position = index * STEP


def flow_titles(site: Site) -> dict[int, str]:
    """What flows are called, by id."""
    with site.db.read() as session:
        return {one.id: one.title for one in session.scalars(sa.select(Flow))}


def _ordered(connection_id: int) -> sa.Select[tuple[DebtorRule]]:
    return (
        sa.select(DebtorRule)
        .where(DebtorRule.connection_id == connection_id)
        .order_by(DebtorRule.position, DebtorRule.id)
    )


def _same(session: so.Session, connection_id: int, values: Mapping[str, str], flow_id: int | None) -> DebtorRule | None:
    """A rule that says exactly this already, as when a form is sent twice."""
    return session.scalars(_ordered(connection_id).filter_by(**values, flow_id=flow_id)).first()


def _last(session: so.Session, connection_id: int) -> int:
    query = sa.select(sa.func.max(DebtorRule.position)).where(DebtorRule.connection_id == connection_id)
    return session.scalar(query) or 0


def _refuse_wrong(values: Mapping[str, str]) -> None:
    refuse_long(values, [name for name in TEXTS if name != "condition"])
    if not values["debtor"]:
        raise ConfigurationError(_("The debtor number is empty."), field="debtor", resolution=_("Fill it in."))
    if values["country"] and not (len(values["country"]) == 2 and values["country"].isalpha()):
        raise ConfigurationError(
            _("%(text)s is no country code.", text=values["country"]), field="country", resolution=_("Write two letters, such as NL.")
        )  # fmt: skip
    if values["condition"]:
        try:
            Expression(values["condition"])
        except KoppelError as error:
            raise ConfigurationError(error.message, field="condition", resolution=_("Correct it.")) from None


def _flows(site: Site, connection_id: int) -> list[Choice]:
    query = (
        sa.select(Flow).where(Flow.target_id == connection_id, Flow.resource.in_(list(PAPERS))).order_by(Flow.sequence)
    )
    with site.db.read() as session:
        return [(one.name, one.title) for one in session.scalars(query)]


def _flow_name(site: Site, row: DebtorRule | None) -> str:
    if row is None or row.flow_id is None:
        return ""
    with site.db.read() as session:
        flow = session.get(Flow, row.flow_id)
    return flow.name if flow else ""
