"""Plugins: what is installed, what each can exchange, and what is wrong with it."""

from __future__ import annotations

from flask_admin import expose

from koppel_admin.desk import site
from koppel_admin.views.base import Answer, Page


class PluginPages(Page):
    """The installed plugins."""

    @expose("/")
    def index(self) -> Answer:
        """What each can do."""
        plugins = list(site().catalog.plugins.values())
        return self.render("koppel/plugins/index.html", plugins=plugins, problems=site().catalog.problems)
