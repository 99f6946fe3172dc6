"""The first page: is all well, what needs you, and what moved today."""

from __future__ import annotations

from flask_admin import expose
from flask_babel import lazy_gettext as _

from koppel_admin.desk import site
from koppel_admin.reading import connections, dashboard
from koppel_admin.views.base import Answer, Page
from koppel_admin.views.cures import cure


class Dashboard(Page):
    """The dashboard."""

    def __init__(self) -> None:
        super().__init__(_("Dashboard"), "admin", "home", url="/admin")

    @expose("/")
    def index(self) -> Answer:
        """The dashboard."""
        morning = dashboard.read(site())
        return self.render(
            "koppel/dashboard/index.html",
            morning=morning,
            worst=[(one, cure(one)) for one in dashboard.worst(morning)],
            connections=connections.cards(site()),
            today=dashboard.start_of_day(site()),
        )
