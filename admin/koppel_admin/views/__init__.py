"""The pages, one file per subject."""

from __future__ import annotations

from flask_admin import BaseView
from flask_babel import lazy_gettext as _

from koppel_admin.views.activity import ActivityPages
from koppel_admin.views.connections import ConnectionPages
from koppel_admin.views.debtors import DebtorPages
from koppel_admin.views.doubles import DoublePages
from koppel_admin.views.flows import FlowPages, RunNow
from koppel_admin.views.mapper import MapperPages
from koppel_admin.views.plugins import PluginPages
from koppel_admin.views.preview import PreviewPages
from koppel_admin.views.problems import ProblemPages
from koppel_admin.views.reconcile import ReconcilePages
from koppel_admin.views.runs import RunPages
from koppel_admin.views.search import SearchPage
from koppel_admin.views.tables import TablePages


def own_views() -> list[BaseView]:
    """All pages but the dashboard, in the order of the menu."""
    working, set_up, manage = _("Working"), _("Set-up"), _("Manage")
    return [
        ProblemPages(_("Problems"), "problems", "inbox"),
        ActivityPages(_("Activity"), "activity", "clock"),
        SearchPage(_("Search"), "search", "search"),
        FlowPages(_("Flows"), "flow", "flows", working),
        RunPages(_("Runs"), "run", "play", working),
        PreviewPages(_("Preview"), "preview", "search", working),
        DoublePages(_("Double debtors"), "doubles", "person", working),
        ReconcilePages(_("Reconcile"), "reconcile", "check", working),
        RunNow(_("Run now"), "run_now", "play", url="run-now"),
        MapperPages(_("Data mapper"), "mapper", "map", set_up),
        TablePages(_("Tables"), "tables", "table", set_up),
        DebtorPages(_("Default debtors"), "debtors", "person", set_up),
        ConnectionPages(_("Connections"), "connections", "plug", set_up),
        PluginPages(_("Plugins"), "plugins", "box", manage),
    ]
