"""Plugins are found, and a broken one is a problem to be seen, not a crash."""

from types import ModuleType

import pytest
from koppel.catalog import Catalog
from koppel.errors import ConfigurationError
from koppel.hookspecs import Connector, hookimpl
from koppel.manifest import Manifest
from koppel.records import RunSummary, Scope
from koppel.testing.fakes import fake_system


class Point:
    """An entry point as importlib.metadata gives it."""

    dist = None

    def __init__(self, name, module):
        self.name, self._module = name, module

    def load(self):
        if isinstance(self._module, Exception):
            raise self._module
        return self._module


def override(key, *scopes, sequence=10, **functions):
    module = ModuleType(f"site_{key}")

    @hookimpl
    def manifest():
        return Manifest(key, key, applies_to=scopes, sequence=sequence)

    module.manifest = manifest
    for name, function in functions.items():
        setattr(module, name, function)
    return module


def test_a_plugin_that_cannot_be_imported_is_a_problem_and_the_others_work():
    catalog = Catalog.load([Point("good", fake_system("good")), Point("bad", ImportError("no module named x"))])
    assert list(catalog.plugins) == ["good"]
    assert catalog.problems[0].plugin == "bad"
    assert "no module named x" in catalog.problems[0].message


def test_a_misspelt_hook_is_a_problem_that_names_it():
    @hookimpl
    def fetchh(query):
        return None

    catalog = Catalog.load([Point("site", override("site", Scope(), fetchh=fetchh))])
    assert "fetchh" in catalog.problems[0].message


def test_an_old_style_wrapper_is_refused():
    @hookimpl(hookwrapper=True)
    def map(step):
        yield

    catalog = Catalog.load([Point("site", override("site", Scope(), map=map))])
    assert "wrapper=True" in catalog.problems[0].message


def test_a_manifest_with_another_name_is_refused():
    catalog = Catalog.load([Point("one", fake_system("two"))])
    assert "must be equal" in catalog.problems[0].message


def test_an_unknown_system_names_the_nearest_known_one():
    catalog = Catalog.load([Point("shopify", fake_system("shopify"))])
    with pytest.raises(ConfigurationError, match="Did you mean 'shopify'"):
        catalog.system("shopfy")


def test_a_broken_system_says_what_broke_it():
    catalog = Catalog.load([Point("shopify", SyntaxError("bad"))])
    with pytest.raises(ConfigurationError, match="SyntaxError: bad"):
        catalog.system("shopify")


def test_overrides_cover_by_scope_and_come_by_sequence_then_name():
    catalog = Catalog()
    for key, sequence, scope in (("b", 10, Scope()), ("a", 10, Scope(system="x")), ("c", 5, Scope(flow="web"))):
        catalog.add(key, override(key, scope, sequence=sequence))
    assert [one.key for one in catalog.overrides("web", "x", "product")] == ["c", "a", "b"]
    assert [one.key for one in catalog.overrides("web", "y", "product")] == ["c", "b"]
    assert [one.key for one in catalog.overrides("other", "y", "product")] == ["b"]


def test_a_raising_listener_does_not_silence_the_next():
    heard = []

    @hookimpl
    def run_finished(run):
        raise RuntimeError("ouch")


    catalog = Catalog()
    catalog.add("a", override("a", run_finished=run_finished))
    module = override("b")
    module.run_finished = hookimpl(lambda run: heard.append(run.flow))
    catalog.add("b", module)
    catalog.tell_run_finished(RunSummary("web", "s", "t", "product", "done"))
    assert heard == ["web"]
    assert "ouch" in catalog.problems[0].message


def test_a_connector_method_with_a_hooks_name_must_be_marked():
    with pytest.raises(TypeError, match=r"Loud\.fetch has a hook's name but no @hookimpl"):

        class Loud(Connector):
            def fetch(self, query):
                return None
