"""The simulator promises nothing that the real schema does not have, and knows nothing of the connector."""

from __future__ import annotations

import ast
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import koppel_shopify.sandbox
import pytest
from graphql import GraphQLEnumType, GraphQLSchema, GraphQLUnionType, build_schema
from koppel_shopify.sandbox.registry import RESOLVERS
from koppel_shopify.sandbox.schema import schema_for

REAL = Path(__file__).resolve().parents[5] / "shared/reference/shopify_admin_schema.graphql.gz"
ROOM = Path(koppel_shopify.sandbox.__file__).parent


def differences(own: GraphQLSchema, real: GraphQLSchema) -> Iterator[str]:
    """Whatever `own` declares and `real` does not."""
    for name, kind in own.type_map.items():
        if name.startswith("__"):
            continue
        other: Any = real.type_map.get(name)
        if type(other) is not type(kind):
            yield f"{name} is {type(kind).__name__}, really {type(other).__name__}"
        elif isinstance(kind, GraphQLEnumType):
            yield from (f"{name}.{value}" for value in kind.values if value not in known(other, "values"))
        elif isinstance(kind, GraphQLUnionType):
            yield from (f"{name} = {one.name}" for one in kind.types if one.name not in {two.name for two in known(other, "types")})
        else:
            yield from field_differences(name, kind, other)


def known(kind: Any, attribute: str) -> Any:
    """What the real type lists."""
    return getattr(kind, attribute)


def field_differences(name: str, kind: Any, other: Any) -> Iterator[str]:
    """Fields, their types and their arguments."""
    for field, declared in getattr(kind, "fields", {}).items():
        really = other.fields.get(field)
        if really is None or str(really.type) != str(declared.type):
            yield f"{name}.{field}: {declared.type}, really {really.type if really else 'absent'}"
            continue
        for argument, given in getattr(declared, "args", {}).items():
            taken = really.args.get(argument)
            if taken is None or str(taken.type) != str(given.type):
                yield f"{name}.{field}({argument}: {given.type})"
        missing = [one for one, given in getattr(really, "args", {}).items() if str(given.type).endswith("!") and one not in declared.args]
        yield from (f"{name}.{field} lacks the required argument {one}" for one in missing)


@pytest.mark.skipif(not REAL.is_file(), reason="the published Admin schema is not here")
def test_every_declaration_exists_in_the_published_schema() -> None:
    real = build_schema(gzip.decompress(REAL.read_bytes()).decode(), assume_valid=True)
    assert list(differences(schema_for("2026-10"), real)) == []


def test_every_resolver_belongs_to_a_declared_field() -> None:
    known = schema_for("2026-10").type_map
    assert [place for place in RESOLVERS if place[1] not in getattr(known.get(place[0]), "fields", {})] == []


def test_every_mutation_has_its_resolver() -> None:
    mutation = schema_for("2026-10").mutation_type
    assert mutation is not None
    assert [name for name in mutation.fields if ("Mutation", name) not in RESOLVERS] == []


def test_old_versions_show_their_own_arguments() -> None:
    def fields(version: str) -> set[str]:
        return set(schema_for(version).type_map["InventoryQuantityInput"].fields)  # type: ignore[attr-defined]

    assert fields("2026-01") - fields("2026-04") == {"compareQuantity"}
    assert fields("unstable") == fields("2026-10")
    assert schema_for("2025-10").get_directive("idempotent") is None
    assert schema_for("2026-01").get_directive("idempotent") is not None


def test_the_simulator_never_imports_the_connector() -> None:
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                if name.startswith("koppel"):
                    assert name.startswith(("koppel_shopify.sandbox", "koppel.testing.sandbox", "koppel.demo.webshop")), f"{path.name} imports {name}"
