"""One field of a form, as the templates draw it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from flask_babel import gettext as _
from koppel.errors import ConfigurationError
from werkzeug.datastructures import MultiDict

Choice = tuple[str, str]
LONGEST = 255
_SHORT = 22
"""So many letters of what nothing chosen comes to fit in a phone's select."""


@dataclass(frozen=True)
class Field:
    """A labelled input. `saved`: a secret that is there and is not shown; `choices`: code and title.

    `kind`: text, url, number, flag, choice, ticks (any of the choices), turns (some of them, in an order), lines or
    secret; ticks and turns have their codes in `value` with commas between them. `listed`: choices are hints, other values are fine.
    Fields of one `group` stand together under that heading."""

    name: str
    label: str
    value: str = ""
    kind: str = "text"
    help: str = ""
    error: str = ""
    link: str = ""
    required: bool = False
    saved: bool = False
    listed: bool = False
    choices: Sequence[Choice] = ()
    placeholder: str = ""
    rows: int = 3
    group: str = ""

    @property
    def chosen(self) -> list[str]:
        """The codes of ticks and turns."""
        return self.value.replace(",", " ").split()

    @property
    def usual(self) -> str:
        """What the empty choice says: that nothing is chosen, and what it comes to then where that is short; "" when the help tells nothing of it."""
        _before, mark, rest = self.help.rpartition(_("Empty: "))
        if self.kind != "choice" or not mark:
            return ""
        return _("Not chosen: %(usual)s", usual=rest.removesuffix(".")) if len(rest) <= _SHORT else _("Not chosen")

    @property
    def told(self) -> str:
        """The help, without what the empty choice says itself."""
        before, _mark, rest = self.help.rpartition(_("Empty: "))
        if not self.usual:
            return self.help
        return before.strip() if len(rest) <= _SHORT else f"{before}{_('Not chosen: %(usual)s', usual=rest)}"

    @property
    def unlisted(self) -> list[str]:
        """Codes that are chosen and that there are no choices for: they stay until a person takes them off."""
        known = [code for code, _ in self.choices]
        return [code for code in self.chosen if code not in known]

    def wrong(self, message: str) -> Self:
        """The same field with what is wrong with it."""
        return replace(self, error=message)


def joined(form: MultiDict[str, str]) -> dict[str, str]:
    """What was filled in by name; inputs of one name together, with commas between them, each once."""
    return {name: ", ".join(dict.fromkeys(filter(None, form.getlist(name)))) if len(form.getlist(name)) > 1 else form[name] for name in form}


def refuse_long(form: Mapping[str, str], names: Iterable[str], most: int = LONGEST) -> None:
    """ConfigurationError at the first of these inputs that holds more than is kept of it."""
    for name in names:
        count = len(form.get(name, ""))
        if count > most:
            raise ConfigurationError(
                _("This has %(count)s characters; at most %(most)s are kept.", count=count, most=most),
                field=name, resolution=_("Shorten it."),
            )  # fmt: skip


def whole(text: str | None) -> int:
    """A row number out of an address or a form; 0 for anything that cannot be one."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def with_error(fields: Sequence[Field], name: str, message: str) -> tuple[list[Field], bool]:
    """Put a message at the field it is about; False when no field has that name."""
    known = any(field.name == name for field in fields)
    return [field.wrong(message) if field.name == name else field for field in fields], known
