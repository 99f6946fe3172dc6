"""What a flow asks: its settings by heading, in the words of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from koppel.documents import CREDITS
from koppel.documents.order import KINDS
from koppel.runner.policy import CUSTOM, DOCUMENTS
from koppel.site import Site
from koppel.store.models import Flow

from koppel_admin.forms import Choice
from koppel_admin.reading.connections import manifest_of
from koppel_admin.words import CONDITIONS, key, one

Questions = dict[str, tuple[str, str, str, Sequence[Choice]]]
"""By setting: label, kind, help and choices."""
GROUPS: Mapping[str, tuple[str, ...]] = {
    "reading": ("since", "overlap", "nightly", "release", "minimum_age", "condition", "filters"),
    "matching": ("match_key", "match_field", "update", "when_missing", "pass_on", "settle_seconds"),
    "customers": ("customer_match_key", "customer_update", "company_match_keys", "person_match_keys"),
    "debtors": ("doubles", "debtor_numbers"),
    "booking": (
        "document", "per", "bundles", "discounts", "zero_orders", "tolerance", "oss_since", "shipping_vat", "gift_cards", "service_groups",
        "booking_date", "undated", "closed_period", "vies", "own_vat_number",
    ),
    "later": ("hold_when", "edits", "cancellations"),
    "articles": (
        "shipping_sku", "fee_sku", "tip_sku", "gift_card_sku", "discount_sku", "adjustment_sku", "correction_sku",
        "fallback_sku", "duty_sku", "deposit_sku", "deposit_skus", "on_ledger", "as_charge",
    ),
}  # fmt: skip
NAMES = tuple(name for names in GROUPS.values() for name in names)
ORDERS_ONLY = frozenset({"release", "minimum_age", "nightly", *GROUPS["customers"], *GROUPS["booking"], *GROUPS["later"], *GROUPS["articles"]})
FOR_PAYMENTS = frozenset({"closed_period"})
"""Of these, what is asked of payments as well, where they are booked."""


def title_of(group: str) -> str:
    """The heading above a group of settings."""
    return {
        "reading": _("What is read, and when"), "matching": _("What is there already"), "customers": _("Customers of orders"),
        "debtors": _("New debtors"),
        "booking": _("How orders are booked"), "articles": _("Articles for other lines"),
        "later": _("Approval, and orders that change afterwards"),
    }[group]  # fmt: skip


def questions(site: Site, flow: Flow) -> Questions:
    """Label, kind, help and choices of every setting a flow has."""
    return {
        **_reading(), **_matching(site, flow), **_customers(site, flow), **_debtors(), **_booking(site, flow), **_later(), **_articles(),
    }  # fmt: skip


def _reading() -> Questions:
    """What is read, and when."""
    return {
        "since": (_("Read from"), "text", _("The first read begins here: 2026-01-31, or with a time after a T."), ()),
        "overlap": (_("Read again"), "number",
                    _("Minutes before the last change seen that each reading begins, so that what the source shows late is not "
                      "missed. Empty: a few minutes."), ()),
        "nightly": (_("Compare at night"), "choice",
                    _("The last days are held against what arrived, and what is missing is fetched. Empty: by number and moment of "
                      "change where the source can, else whole."),
                    [("keys", _("By number and moment of change")), ("whole", _("By whole records")), ("off", _("Do not"))]),
        "minimum_age": (_("Only orders as old as"), "number",
                        _("Minutes in which the customer may still change the order; then it goes by itself. Empty: at once."), ()),
        "release": (_("Only orders that are"), "text", _("Statuses of the source, such as paid. Empty: all orders."), ()),
        "condition": (_("Only records for which"), "text",
                      _("An expression, such as: record.total < 5000 and 'wholesale' not in record.tags"), ()),
        "filters": (_("Further filters"), "lines", _("One per line, as name: value, in the words of the source."), ()),
    }  # fmt: skip


def _matching(site: Site, flow: Flow) -> Questions:
    """What is there already."""
    keys = _keys(site, flow, flow.paper)
    return {
        "match_key": (_("Recognise by"), "choice", _proof(keys), keys),
        "match_field": (_("Field over there"), "text", _("Only when the target keeps that value in an unusual field."), ()),
        "update": (_("Change records that are there"), "choice", _("Empty: products and customers yes, orders no."), _yes_no()),
        "when_missing": (_("When it is not there yet"), "choice", _("Empty: as is usual for what travels."), _missing()),
        "pass_on": (_("Pass on what Koppel brought"), "choice",
                    _("Whether a record that reached the source through Koppel goes on from there. Empty: no."), _yes_no()),
        "settle_seconds": (_("Wait after a lost answer"), "number",
                           _("Seconds in which a record may still arrive before it is sent again. Empty: 60."), ()),
    }  # fmt: skip


def _proof(keys: Sequence[Choice]) -> str:
    """How a record is recognised where nothing is chosen."""
    told = _("The field that proves a record is there already.")
    return f"{told} {_('Empty: %(key)s.', key=keys[0][1])}" if keys else told


def _customers(site: Site, flow: Flow) -> Questions:
    """Customers of orders."""
    turn, keys = _("The next counts where the one before it is empty or finds nobody. Empty: as customers are recognised in general."), _keys(site, flow, "customer")
    return {
        "customer_match_key": (_("Recognise customers by"), "choice", _("Empty: by e-mail address."),
                               keys),
        "customer_update": (_("Change customers that are there"), "choice", _("Empty: yes."), _yes_no()),
        "company_match_keys": (_("Recognise companies by"), "turns", turn, keys),
        "person_match_keys": (_("Recognise persons by"), "turns", turn, keys),
    }  # fmt: skip


def _debtors() -> Questions:
    """New debtors."""
    return {
        "doubles": (_("When a new debtor looks like one that is there"), "choice",
                    _("Empty: it waits when they are very much alike, such as by VAT number, or by name and house."),
                    [("hold", _("It waits, also when they may be the same")), ("make", _("It is made, and nothing is asked"))]),
        "debtor_numbers": (_("Numbers of new debtors"), "text",
                           _("The first and the last: 10000-19999, or W0001-W9999. Empty: the books give the number."), ()),
    }  # fmt: skip


def _booking(site: Site, flow: Flow) -> Questions:
    """How orders are booked."""
    return {
        "document": (_("Becomes"), "choice", _("What an order is made into there. Empty: the same as it is here."),
                     _papers(site, flow)),
        "per": (_("Papers"), "choice", _("Per day: one paper for all orders of a day, once it is over. Empty: one per order."),
                [("order", _("One per order")), ("day", _("One per day"))]),
        "bundles": (_("Articles sold as a bundle"), "choice", _("Empty: as the shop tells it."),
                    [("keep", _("Are one line, on the bundle's own article")), ("explode", _("Are booked in their parts"))]),
        "discounts": (_("Discounts"), "choice", _("Empty: in the price."),
                      [("price", _("In the price of each line")), ("line", _("As a line per VAT rate"))]),
        "zero_orders": (_("Orders that come to nothing"), "choice", _("Empty: they are sent."), _missing()),
        "tolerance": (_("Largest rounding difference"), "text", _("An amount such as 0.05. Empty: 0.05."), ()),
        "oss_since": (_("One-stop shop since"), "text",
                      _("From this day consumers elsewhere in the EU get the VAT treatment One-stop shop in the table VAT codes."), ()),
        "shipping_vat": (_("VAT of delivery costs"), "text",
                         _("split: over the VAT rates of the goods; or a rate such as 21. Empty: as the source taxed it."), ()),
        "gift_cards": (_("Paid with a gift card"), "choice", _("Empty: a payment."),
                       [("payment", _("Is a payment")), ("line", _("Is a line that takes it off what is owed on gift cards"))]),
        "service_groups": (_("Article groups that are services"), "text", _("With commas between them, for the VAT codes."), ()),
        "booking_date": (_("Booked on the day that it was"), "choice", _("By the shop's own clock. Empty: ordered."),
                         [("ordered", _("Ordered")), ("paid", _("Paid")), ("shipped", _("Shipped"))]),
        "undated": (_("Not paid or shipped yet"), "choice", _("Empty: it waits."),
                    [("wait", _("Wait until it is")), ("ordered", _("Take the day it was ordered"))]),
        "closed_period": (_("Day in a closed period"), "choice", _("Empty: as the books decide."),
                          [("next", _("Book it in the next open period")), ("hold", _("Put it aside and ask me"))]),
        "vies": (_("Check VAT numbers in VIES"), "choice",
                 _("Of companies elsewhere in the EU that pay no VAT. A number that is not registered waits for you. Empty: not checked."),
                 [("hold", _("Yes; while VIES is down the order waits and is tried again")),
                  ("accept", _("Yes; while VIES is down the order goes on, with a note"))]),
        "own_vat_number": (_("Your own VAT number"), "text",
                           _("Told to VIES, which then gives a request number as proof: NL123456782B90."), ()),
    }  # fmt: skip


def _later() -> Questions:
    """Approval, and orders that change afterwards."""
    return {
        "hold_when": (_("Wait for approval when"), "text",
                      _("An expression, such as: record.total > 5000. Such an order waits until somebody approves it."), ()),
        "edits": (_("Orders changed after they were booked"), "choice", _("Empty: they wait, with what changed."),
                  [("hold", _("Put them aside and ask me")), ("keep", _("Leave them as they were booked")),
                   ("update", _("Change them there")), ("rebook", _("Credit them and book them anew"))]),
        "cancellations": (_("Orders cancelled after they were booked"), "choice",
                          _("Empty: they wait; with a flow of credit notes that flow takes care of them."),
                          [("hold", _("Put them aside and ask me")), ("keep", _("Leave them as they were booked")),
                           ("credit", _("Credit them")), ("cancel", _("Cancel them there, if they came from here")),
                           ("cancel_all", _("Cancel them there, whoever took them in"))]),
    }  # fmt: skip


def _articles() -> Questions:
    """Lines that are no article of the source."""
    forms = _("Instead of on an article. The account comes from the table Revenue accounts.")
    kinds = [*((kind, str(CONDITIONS["kind"][kind])) for kind in KINDS[1:]), (CUSTOM, _("Article without a SKU"))]
    article = _("The article code in the target for such a line.")
    return {
        "shipping_sku": (_("Article for delivery costs"), "text", article, ()),
        "fee_sku": (_("Article for fees"), "text", article, ()),
        "tip_sku": (_("Article for tips"), "text", article, ()),
        "gift_card_sku": (_("Article for gift cards"), "text", article, ()),
        "discount_sku": (_("Article for discounts"), "text", _("Only when discounts become lines."), ()),
        "adjustment_sku": (_("Article for amounts given back"), "text", _("Of a refund, besides goods and delivery costs."), ()),
        "correction_sku": (_("Article for rounding differences"), "text",
                           _("Where the books add VAT themselves. Empty: an order that would be a cent off waits for you."), ()),
        "fallback_sku": (_("Article for lines without one"), "text", _("Empty: such an order waits for you."), ()),
        "duty_sku": (_("Article for import duties"), "text", _("Empty: the one for fees."), ()),
        "deposit_sku": (_("Article for deposits"), "text", article, ()),
        "deposit_skus": (_("Articles that are deposits"), "text", _("Their codes, with commas between them."), ()),
        "on_ledger": (_("Booked on a ledger account"), "ticks", forms, kinds),
        "as_charge": (_("Booked as a charge"), "ticks", _("Beside the lines. The charge comes from the table Order charges."), kinds),
    }  # fmt: skip


def _yes_no() -> list[Choice]:
    return [("yes", _("Yes")), ("no", _("No"))]


def _missing() -> list[Choice]:
    return [("create", _("Make it")), ("skip", _("Leave it out")), ("park", _("Put it aside and ask me"))]


def _papers(site: Site, flow: Flow) -> list[Choice]:
    taken = {each.name for each in site.catalog.system(flow.target.system).manifest.resources if each.writes}
    wanted = CREDITS if flow.resource in CREDITS else DOCUMENTS
    return [(name, one(name)) for name in wanted if name in taken]


def _keys(site: Site, flow: Flow, resource: str) -> list[Choice]:
    manifest = manifest_of(site, flow.target.system)
    found = manifest.resource(resource) if manifest else None
    return [(name, key(name)) for name in (found.natural_keys if found else ())]
