"""What a target that keeps books has to say of itself, declared and read in one place: how prices go in, how it rounds
VAT, and where it pays its VAT."""

from __future__ import annotations

from typing import Literal, cast

from koppel.errors import ConfigurationError
from koppel.manifest import Setting
from koppel.settings import Settings

Basis = Literal["incl", "excl"]
Rounded = Literal["line", "document"]
_HOME = "NL"


def book_settings(title: str, *, prices: str, about_prices: str, rounded: Rounded) -> tuple[Setting, Setting, Setting]:
    """These three questions on a connection's form. `title` is what people call the system, `prices` and `about_prices`
    are the label and the help of its prices, `rounded` is how it usually rounds."""
    return (
        Setting("price_basis", prices, kind="choice", default="incl", choices=("incl", "excl"), help=about_prices),
        Setting(
            "vat_rounding", "VAT is rounded", kind="choice", default=rounded, choices=("line", "document"),
            help=f"Only for prices without VAT: whether {title} rounds the VAT of every line, or once per VAT code.",
        ),
        Setting(
            "home_country", "Country of the books", default=_HOME,
            help="The two letters of the country where this administration pays its VAT.",
        ),
    )  # fmt: skip


def basis_of(settings: Settings) -> Basis:
    """Whether prices go with VAT or without; with it where nothing was said. ConfigurationError names the setting."""
    return cast(Basis, _one_of(settings.text("price_basis", "incl"), ("incl", "excl"), "price_basis", "The price basis is"))


def rounding_of(settings: Settings) -> Rounded | None:
    """How the target rounds the VAT that it adds; None where prices go with VAT, or where nobody knows."""
    said = settings.text("vat_rounding")
    if not said or settings.text("price_basis", "incl") != "excl":
        return None
    return cast(Rounded, _one_of(said, ("line", "document"), "vat_rounding", "VAT is rounded"))


def home_of(settings: Settings) -> str:
    """The country where the books pay their VAT."""
    return settings.text("home_country", _HOME)


def _one_of(said: str, words: tuple[str, str], field: str, what: str) -> str:
    if said not in words:
        raise ConfigurationError(f"{what} {said!r}.", field=field, resolution=f"Choose {' or '.join(words)} on the connection.")
    return said
