"""What a person reads when a page cannot be shown; never a traceback."""

from __future__ import annotations

import logging

from flask import Flask, render_template
from flask_babel import gettext as _
from koppel.errors import ConfigurationError, KoppelError
from werkzeug.exceptions import HTTPException

logger = logging.getLogger(__name__)
Answer = tuple[str, int]
_NAMES = ("flow", "connection", "system")


def install(app: Flask) -> None:
    """Answer every error with a page of our own."""
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(KoppelError, _understood)
    app.register_error_handler(Exception, _bug)


def page(status: int, title: str, text: str, resolution: str = "") -> Answer:
    """One refusal: what, why, and what to do."""
    return render_template("koppel/refusal.html", title=title, text=text, resolution=resolution, status=status), status


def _refused(error: HTTPException) -> Answer:
    code = error.code or 500
    title, text = _WORDS.get(code, _other)()
    return page(code, title, text)


def _missing() -> tuple[str, str]:
    return _("There is nothing here"), _("The address is misspelt, or what it showed has been removed.")


def _forbidden() -> tuple[str, str]:
    return _("This is not for your role"), _("Ask the owner of this installation to do it, or to change your role.")


def _too_large() -> tuple[str, str]:
    return _("That is too much at once"), _("Nothing was changed. Send less at a time.")


def _other() -> tuple[str, str]:
    return _("This cannot be done"), _("Nothing was changed. Go back and try again.")


_WORDS = {403: _forbidden, 404: _missing, 413: _too_large}


def _understood(error: KoppelError) -> Answer:
    missing = isinstance(error, ConfigurationError) and error.field in _NAMES
    title = _("There is nothing here") if missing else _("This cannot be done now")
    return page(404 if missing else 409, title, error.message, error.resolution)


def _bug(error: Exception) -> Answer:
    logger.exception("A page failed")
    return page(
        500,
        _("Koppel met something it does not understand"),
        _("The page could not be made. Flows go on, and nothing is lost."),
        _("Try again; if it stays so, send the log of the server to your supplier."),
    )
