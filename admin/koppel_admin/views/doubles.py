"""Double debtors: two customers side by side, and what a person says about them."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import ngettext
from koppel.actions.doubles import decisions, keep_apart, link, undo, waiting
from koppel.actions.merging import Double, apart, ledger_doubles, merge
from koppel.errors import KoppelError
from koppel.parties.sides import beside

from koppel_admin.access import DECIDERS, REPAIRERS
from koppel_admin.desk import person, site
from koppel_admin.forms import whole
from koppel_admin.reading.connections import cards
from koppel_admin.views.base import Answer, Page, tell, warn

MOST = 50


class DoublePages(Page):
    """Who waits, who is double in a ledger, and what was decided. Everything is in its address, so that it can be mailed."""

    reads, writes = REPAIRERS, DECIDERS

    @expose("/")
    def index(self) -> Answer:
        """The customers that wait; with a connection all its debtors that are alike, read anew."""
        name = request.args.get("connection", "")
        found: tuple[Double, ...] | None = None
        if name:
            try:
                found = ledger_doubles(site(), name)
            except KoppelError as error:
                warn(error)
        return self.render(
            "koppel/doubles/index.html",
            waiting=waiting(site()), ledgers=_ledgers(), chosen=name, found=found, most=MOST, decided=decisions(site()),
            beside=beside, words=_words(), said=_said(),
        )  # fmt: skip

    @expose("/<int:number>/decide/", methods=["POST"])
    def decide(self, number: int) -> Answer:
        """It is this one, or they are kept apart."""
        act: Callable[..., int] = link if request.form.get("act") == "link" else keep_apart
        try:
            count = act(site(), number, request.form.get("debtor", ""), person())
        except KoppelError as error:
            warn(error)
        else:
            tell(ngettext("One record goes again with the next run.", "%(num)s records go again with the next run.", count))
        return redirect(url_for("doubles.index"))

    @expose("/merge/", methods=["POST"])
    def merge(self) -> Answer:
        """Two debtors of one ledger: one stays, or they are two."""
        name, one, other = (request.form.get(key, "") for key in ("connection", "one", "other"))
        act = request.form.get("act", "")
        try:
            if act == "apart":
                apart(site(), name, one, other, person())
                tell(_("Kept apart. They are not told of again."))
            else:
                keep, gone = (one, other) if act == "one" else (other, one)
                done = merge(site(), name, keep, gone, request.form.get("block") == "yes", person())
                moved = ngettext("One customer is booked on it now.", "%(num)s customers are booked on it now.", done.moved)
                tell(f"{moved} {_('The other is blocked.') if done.blocked else ''} {done.left}".replace("  ", " "))
        except KoppelError as error:
            warn(error)
        return redirect(url_for("doubles.index", connection=name, _anchor="there"))

    @expose("/undo/", methods=["POST"])
    def undo(self) -> Answer:
        """Take a decision back."""
        gone = undo(site(), whole(request.form.get("id")))
        tell(_("Taken back. The pair is asked about again.") if gone else _("That was taken back already."))
        return redirect(url_for("doubles.index"))


def _ledgers() -> list[tuple[str, str, str, bool]]:
    """Name, title and system of the connections that keep debtors, and whether these can be blocked."""
    found = []
    for card in cards(site()):
        debtors = card.manifest.resource("customer") if card.manifest else None
        if debtors is not None and debtors.number_field:
            found.append((card.row.name, card.row.title, card.row.system, bool(debtors.block)))
    return found


def _words() -> dict[str, str]:
    return {
        "code": _("Number"), "name": _("Name"), "email": _("E-mail"), "phone": _("Telephone"), "vat_number": _("VAT number"),
        "coc_number": _("Chamber of commerce"), "street": _("Street"), "postcode": _("Postcode"), "city": _("City"),
        "country": _("Country"), "contacts": _("Contacts"),
    }  # fmt: skip


def _said() -> dict[str, str]:
    return {"same": _("It is this one"), "apart": _("Kept apart"), "merged": _("Merged into")}
