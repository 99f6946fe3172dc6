"""What the frame of every page shows: the menu's figures, the theme, icons, and how values are written."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, request, url_for
from flask_babel import get_locale
from flask_login import current_user  # type: ignore[import-untyped]
from koppel.store.models import Incoming, utcnow

from koppel_admin import charts, writing
from koppel_admin.desk import person, site
from koppel_admin.words import CONNECTION, FLOW, KINDS, RECORD, RUN

THEMES = ("light", "dark")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_CLASS = re.compile(r"[a-z0-9_-]{1,40}")


def install(app: Flask) -> None:
    """Give templates their words, figures and filters."""
    app.jinja_env.filters.update(writing.FILTERS)
    app.jinja_env.globals.update(
        asset=asset, charts=charts, person=person, record_states=RECORD, run_states=RUN, connection_states=CONNECTION,
        flow_states=FLOW, kinds=KINDS, badge=badge, record_url=record_url, now=utcnow,
    )  # fmt: skip
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # a global, because what a base template imports is not seen inside its blocks
    app.jinja_env.globals["icons"] = app.jinja_env.get_template("koppel/parts/icons.html").module
    app.context_processor(_context)
    app.add_url_rule("/badges.css", "badges", badge_sheet)


def asset(name: str) -> str:
    """The address of one of our own files; it changes when the file does, so that browsers may keep it."""
    return url_for("static", filename=name, v=_print(name))


def badge(system: str) -> tuple[str, str, str]:
    """The letter, the title and the style class of a system's badge."""
    plugin = site().catalog.plugins.get(system)
    title = plugin.manifest.title if plugin else system
    return title[:1].upper(), title, f"k-badge-{system}" if plugin else "k-badge-other"


def record_url(row: Incoming, **more: Any) -> str:
    """The page of one record."""
    kind = KINDS.get(row.flow.resource, row.flow.resource)
    return url_for("activity.one", kind=kind, number=row.id, **more)


def problem_count() -> int:
    """How many groups of records wait for a person."""
    groups = sa.select(Incoming.flow_id, Incoming.cause).where(Incoming.state == "parked").distinct().limit(100)
    with site().db.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(groups.subquery())) or 0


def _context() -> dict[str, Any]:
    theme = request.cookies.get("theme", "")
    locale = get_locale()
    return {
        "theme_name": theme if theme in THEMES else "",
        "lang": str(locale).replace("_", "-") if locale else "en",
        "problem_count": problem_count,
        "logged_in": bool(getattr(current_user, "is_authenticated", False)),
    }


@lru_cache(maxsize=64)
def _print(name: str) -> str:
    file = Path(__file__).with_name("static") / name
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def badge_sheet() -> Response:
    """The badge colours that plugins bring, as a style sheet: the policy allows no inline styles."""
    rules = []
    for plugin in site().catalog.systems():
        if _COLOUR.fullmatch(plugin.manifest.badge) and _CLASS.fullmatch(plugin.key):
            rules.append(f".k-badge-{plugin.key} {{ background: {plugin.manifest.badge}; }}")
    return Response("\n".join(rules) + "\n", mimetype="text/css")
