"""The form of a connection, made from its plugin's manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from koppel.errors import ConfigurationError
from koppel.manifest import Manifest, Setting
from koppel.site import Site
from koppel.store.models import Connection

from koppel_admin.forms import Choice, Field
from koppel_admin.reading.connections import choices, saved_secrets

RESERVED = ("new",)
_BARE = {"choice": "text", "several": "text"}
"""How a setting is asked for while its list was not read yet."""


def fields_of(
    site: Site, manifest: Manifest, row: Connection | None, form: Mapping[str, str] | None = None
) -> list[Field]:
    """The settings as fields. A secret never gets its value; what was typed stays when a form is given."""
    lists = choices(site, row.id) if row else {}
    saved = saved_secrets(site, row) if row else {}
    settings: Mapping[str, Any] = row.settings if row else {}
    return [_field(one, _typed(one, settings, form), lists, saved) for one in manifest.settings]


def name_fields(manifest: Manifest, form: Mapping[str, str]) -> list[Field]:
    """What only a new connection asks: its names."""
    return [
        Field("conn_title", _("What people call it"), form.get("conn_title", manifest.title)),
        Field("conn_name", _("Short name"), form.get("conn_name", manifest.key), required=True,
              help=_("Small letters, digits and hyphens; it is in addresses and commands, and stays.")),
    ]  # fmt: skip


def values_of(manifest: Manifest, form: Mapping[str, str]) -> dict[str, str]:
    """What was filled in, by the names of the settings."""
    return {one.name: _given(one, form) for one in manifest.settings}


def refuse_taken(site: Site, name: str) -> None:
    """ConfigurationError when a new connection would take the place of another."""
    if name in RESERVED:
        raise ConfigurationError(
            _("This name is used by Koppel itself."), field="name", resolution=_("Choose another.")
        )
    try:
        site.connection(name)
    except ConfigurationError:
        return
    raise ConfigurationError(
        _("There is a connection of this name already."), field="name", resolution=_("Choose another name.")
    )


def field_name(setting: str) -> str:
    """The name of a setting's input; new connections have inputs of their own beside them."""
    return f"set_{setting}"


def _given(setting: Setting, form: Mapping[str, str]) -> str:
    text = form.get(field_name(setting.name), "")
    if setting.kind == "flag":
        return "yes" if text == "yes" else "no"
    return text.strip()


def _typed(setting: Setting, settings: Mapping[str, Any], form: Mapping[str, str] | None) -> str:
    if setting.secret:
        return ""
    if form is not None:
        return _given(setting, form)
    value = settings.get(setting.name, "")
    text = setting.default if value in (None, "") else str(value)
    if setting.kind == "flag":
        return "yes" if text.lower() in ("1", "true", "yes", "on", "ja") else ""
    return text


def _field(setting: Setting, value: str, lists: Mapping[str, list[Choice]], saved: Mapping[str, bool]) -> Field:
    live = lists.get(setting.choices_from, []) if setting.choices_from else []
    fixed: list[Choice] = [(one, one) for one in setting.choices]
    drawn = {"several": "ticks"}.get(setting.kind, "choice") if live or fixed else _BARE.get(setting.kind, setting.kind)
    kind = "secret" if setting.secret else drawn
    help_ = setting.help
    if setting.choices_from and not live:
        help_ = f"{help_} {_('After a test that works you choose it from a list.')}".strip()
    return Field(
        field_name(setting.name), setting.label, value, kind, help_, link=setting.link, required=setting.required,
        saved=saved.get(setting.name, False), listed=bool(live), choices=live or fixed,
    )  # fmt: skip
