"""The search box: one exact hit goes to the record, else to the list."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask_admin import expose

from koppel_admin.desk import site
from koppel_admin.frame import record_url
from koppel_admin.reading.records import exact
from koppel_admin.views.base import Answer, Page


class SearchPage(Page):
    """Takes a number, e-mail address or SKU."""

    def is_visible(self) -> bool:
        """The box in the bar is its menu."""
        return False

    @expose("/")
    def index(self) -> Answer:
        """Go where it is."""
        text = request.args.get("q", "").strip()
        found = exact(site(), text) if text else []
        if len(found) == 1:
            return redirect(record_url(found[0]))
        return redirect(url_for("activity.index", q=text))
