"""What every page needs to work with this installation, kept on the Flask app."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from flask_login import current_user  # type: ignore[import-untyped]
from koppel.site import Site

from koppel_admin.comparer import Comparer
from koppel_admin.starter import Starter

EXTENSION = "koppel"


@dataclass(frozen=True)
class Desk:
    """The installation, the one who starts runs by hand, and the one who compares shop and books."""

    site: Site
    starter: Starter
    comparer: Comparer


def desk() -> Desk:
    """The desk of the current app."""
    found: Desk = current_app.extensions[EXTENSION]
    return found


def site() -> Site:
    """The installation of the current app."""
    return desk().site


def person() -> str:
    """Who is at the desk, as it is written beside what they do; empty when nobody is."""
    return str(getattr(current_user, "title", ""))
