"""What all pages share: who may see them, who may change things, and going elsewhere after a form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from flask import abort, flash, redirect, request, url_for
from flask_admin import BaseView
from flask_babel import gettext as _
from flask_login import current_user  # type: ignore[import-untyped]
from koppel.errors import KoppelError
from werkzeug.wrappers import Response

from koppel_admin.access import EVERYBODY, KEEPERS
from koppel_admin.forms import whole

Answer = str | Response | tuple[str, int]
SAFE = ("GET", "HEAD", "OPTIONS")


class Page(BaseView):
    """A page of the back-office. `reads` and `writes` are the roles that may look and act."""

    reads: ClassVar[frozenset[str]] = EVERYBODY
    writes: ClassVar[frozenset[str]] = KEEPERS

    def __init__(self, name: Any, endpoint: str, icon: str, category: Any = None, url: str | None = None) -> None:
        super().__init__(
            name=name, category=category, endpoint=endpoint, url=url or endpoint, menu_icon_value=icon,
            menu_class_name=endpoint,
        )  # fmt: skip

    def is_accessible(self) -> bool:
        """Whether who asks may do so; this guards every route of the page, and its menu entry."""
        if not current_user.is_authenticated or current_user.role not in self.reads:
            return False
        return request.method in SAFE or self.may_act()

    def may_act(self) -> bool:
        """Whether who asks may change things here; templates leave out the buttons otherwise."""
        return bool(current_user.is_authenticated and current_user.role in self.writes)

    def confirm(
        self, heading: str, button: str, back: str, text: str, *, act: str = "", touched: Sequence[tuple[str, Any]] = (),
        crumbs: Sequence[tuple[str, str]] = (),
    ) -> Answer:  # fmt: skip
        """Ask before something is taken away: what it is, what follows, and the way back. Yes posts to this address."""
        if not self.may_act():
            return self.inaccessible_callback("confirm")  # type: ignore[no-any-return]
        return self.render(
            "koppel/confirm.html",
            heading=heading, button=button, back=back, text=text, act=act, touched=touched, crumbs=crumbs,
        )  # fmt: skip

    def _handle_view(self, view: str, /, **kwargs: Any) -> Any:
        # positional only: our addresses have a part called name, as the library's argument is
        return None if self.is_accessible() else self.inaccessible_callback(view)

    def inaccessible_callback(self, name: Any, **kwargs: Any) -> Any:
        """To the door when nobody is logged in, else no."""
        if not current_user.is_authenticated:
            back = request.full_path if request.method in SAFE else None
            return redirect(url_for("door.login", next=back))
        return abort(403)

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        # the library calls a view again when it raises a TypeError, which would do everything twice
        return fn(self, *args, **kwargs)


def tell(text: str) -> None:
    """Say on the next page what was done."""
    flash(text, "ok")


def warn(error: KoppelError) -> None:
    """Say on the next page what could not be done and why."""
    flash(f"{error.message} {error.resolution}".strip(), "bad")


def told(count: int, one: str, many: str) -> str:
    """A sentence about one or several records."""
    return _(one) if count == 1 else _(many, number=count)


def ticked(name: str = "id") -> list[int]:
    """The numbers of the rows that were ticked."""
    return [number for text in request.form.getlist(name) if (number := whole(text))]
