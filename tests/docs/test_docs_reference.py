"""The reference pages tell of everything there is, with the live signature."""

import dataclasses
import inspect
import re
from pathlib import Path

import pytest
from koppel import errors
from koppel.cli import koppel
from koppel.config import Config
from koppel.hookspecs import CatalogHooks, EndpointHooks
from koppel.manifest import Manifest
from koppel.runner.policy import Policy

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
HOOKS = [
    (name, function)
    for spec in (CatalogHooks, EndpointHooks)
    for name, function in vars(spec).items()
    if inspect.isfunction(function)
]


def page(name):
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "function"), HOOKS, ids=[name for name, _ in HOOKS])
def test_every_hook_has_a_heading_with_its_signature_and_a_docstring(name, function):
    signature = str(inspect.signature(function)).replace("'", "")
    assert f"### {name}{signature}\n" in page("reference/hooks.md")
    assert len(inspect.getdoc(function) or "") > 40


@pytest.mark.parametrize(
    "name", [name for name, one in vars(errors).items() if inspect.isclass(one) and issubclass(one, errors.KoppelError)]
)
def test_every_error_is_told_in_the_page_and_in_the_tree(name):
    assert f"| `{name}` |" in page("reference/errors.md")
    assert name in (errors.__doc__ or "")


@pytest.mark.parametrize(
    ("kind", "where"),
    [(Manifest, "reference/manifest.md"), (Policy, "reference/flows.md"), (Config, "reference/commands.md")],
)
def test_every_field_is_told(kind, where):
    missing = [one.name for one in dataclasses.fields(kind) if f"`{one.name}`" not in page(where)]
    assert missing == []


def test_every_command_is_told():
    told = set(re.findall(r"^\| `koppel (\w+)", page("reference/commands.md"), re.M))
    assert told == set(koppel.list_commands(None))
    assert told == set(re.findall(r"^\| `koppel (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.M))


def test_the_code_shown_is_the_code_installed():
    shown = re.findall(r"```python\n(.*?)```", page("howto/override.md"), re.S)
    code = (DOCS / "examples/acme/koppel_acme/plugin.py").read_text(encoding="utf-8")
    for block in shown:
        lines = [line.removeprefix("   ").rstrip() for line in block.splitlines()]
        assert "\n".join(lines).strip() in code


def test_links_between_pages_lead_somewhere():
    for file in DOCS.rglob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", file.read_text(encoding="utf-8")):
            assert (file.parent / target).exists(), f"{file.name} → {target}"
