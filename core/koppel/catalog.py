"""Find the installed plugins, check them, and remember what is wrong with them."""

from __future__ import annotations

import difflib
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any

import pluggy

from koppel.errors import ConfigurationError
from koppel.hookspecs import HOOKS, PROJECT, CatalogHooks, EndpointHooks
from koppel.manifest import Manifest
from koppel.records import RunSummary

GROUP = "koppel.plugins"


@dataclass(frozen=True)
class Plugin:
    """An installed plugin that works. `version` is its distribution's."""

    key: str
    module: Any
    manifest: Manifest
    version: str = ""

    @property
    def is_system(self) -> bool:
        """Whether it connects a system; else it is a site override."""
        return self.manifest.connector is not None


@dataclass(frozen=True)
class Problem:
    """Something wrong with a plugin, to be seen by people; its flows are not started."""

    plugin: str
    message: str
    resolution: str = "Upgrade or remove it with pip; flows that need it rest until then."
    detail: str = ""


@dataclass
class Catalog:
    """All plugins, sorted by name, and the problems met while loading them."""

    plugins: dict[str, Plugin] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def load(cls, points: Iterable[EntryPoint] | None = None) -> Catalog:
        """Import every installed plugin; a broken one becomes a problem, never a crash."""
        catalog = cls()
        found = entry_points(group=GROUP) if points is None else points
        for point in sorted(found, key=lambda one: one.name):  # their own order is the file system's
            catalog._take(point)
        return catalog

    def add(self, key: str, module: Any, version: str = "") -> Plugin:
        """Check one plugin module and take it in. Raises ValueError with what is wrong."""
        manager = _manager()
        manager.register(module, name=key)
        _refuse_strangers(manager, module)
        answers = manager.hook.manifest()
        if len(answers) != 1 or not isinstance(answers[0], Manifest):
            raise ValueError("its manifest() gives no Manifest")
        manifest = answers[0]
        if manifest.key != key:
            raise ValueError(f"its manifest is called {manifest.key!r}, its entry point {key!r}; they must be equal")
        plugin = Plugin(key, module, manifest, version or manifest.version)
        self.plugins[key] = plugin
        return plugin

    def system(self, key: str) -> Plugin:
        """The system plugin of this name; ConfigurationError with the nearest known name."""
        plugin = self.plugins.get(key)
        if plugin and plugin.is_system:
            return plugin
        broken = next((one for one in self.problems if one.plugin == key), None)
        if broken:
            raise ConfigurationError(broken.message, resolution=broken.resolution, detail=broken.detail, field="system")
        known = [one.key for one in self.systems()]
        near = difflib.get_close_matches(key, known, 1)
        hint = f" Did you mean {near[0]!r}?" if near else f" Installed: {', '.join(known) or 'none'}."
        raise ConfigurationError(
            f"There is no plugin called {key!r}.{hint}",
            field="system",
            resolution="Write its name as `koppel plugins` does." if near else f"Install it with: pip install koppel-{key}",
        )

    def systems(self) -> list[Plugin]:
        """The plugins that connect a system."""
        return [plugin for plugin in self.plugins.values() if plugin.is_system]

    def overrides(self, flow: str, system: str, resource: str) -> list[Plugin]:
        """The site overrides whose scope covers this conversation, by sequence, then name."""
        covering = [
            plugin
            for plugin in self.plugins.values()
            if any(scope.covers(flow, system, resource) for scope in plugin.manifest.applies_to)
        ]
        return sorted(covering, key=lambda plugin: (plugin.manifest.sequence, plugin.key))

    def transforms(self) -> dict[str, Callable[..., Any]]:
        """All functions that plugins add for mapping rows, by name."""
        known: dict[str, Callable[..., Any]] = {}
        for plugin in self.plugins.values():
            for named in self._ask(plugin, "transforms") or []:
                known.update(named)
        return known

    def tell_run_finished(self, run: RunSummary) -> None:
        """Tell each plugin by itself: in one broadcast a raising plugin would silence the rest."""
        for plugin in self.plugins.values():
            self._ask(plugin, "run_finished", run=run)

    def _take(self, point: EntryPoint) -> None:
        version = point.dist.version if point.dist else ""
        try:
            self.add(point.name, point.load(), version)
        except Exception as error:  # whatever a stranger's module does, the others must go on
            why = f"{type(error).__name__}: {error}"
            message = f"The plugin {point.name!r} cannot be used ({why})."
            self.problems.append(Problem(point.name, message, detail=traceback.format_exc(limit=-4)))

    def _ask(self, plugin: Plugin, hook: str, **arguments: Any) -> Any:
        function = getattr(plugin.module, hook, None)
        if function is None or not hasattr(function, f"{PROJECT}_impl"):
            return None
        manager = _manager()
        manager.register(plugin.module, name=plugin.key)
        try:
            return getattr(manager.hook, hook)(**arguments)
        except Exception as error:  # a plugin's own fault is shown, and is no reason to stop
            message = f"The plugin {plugin.key!r} failed in {hook} ({type(error).__name__}: {error})."
            self.problems.append(Problem(plugin.key, message, detail=traceback.format_exc(limit=-4)))
            return None


def _manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(CatalogHooks)
    manager.add_hookspecs(EndpointHooks)
    return manager


def _refuse_strangers(manager: pluggy.PluginManager, module: ModuleType | Any) -> None:
    for name in dir(module):
        marked = getattr(getattr(module, name, None), f"{PROJECT}_impl", None)
        if marked and marked.get("hookwrapper"):
            raise ValueError(f"{name} is an old-style hookwrapper; write @hookimpl(wrapper=True)")
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        known = ", ".join((*HOOKS, "manifest", "transforms", "admin_views", "run_finished"))
        raise ValueError(f"{error}; the hooks are {known}") from None
