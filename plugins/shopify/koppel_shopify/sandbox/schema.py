"""The sandbox's own schema: the part of the Admin schema that it can answer, one object per version's behaviour."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_schema

from koppel_shopify.sandbox import scalars
from koppel_shopify.sandbox.versions import FIRST_IDEMPOTENT, IDEMPOTENT_REQUIRED, behaves_as

_FOLDER = Path(__file__).with_name("declarations")
_IDEMPOTENT = "directive @idempotent(key: String!) on FIELD\n"
_COMPARE = """
extend input InventoryQuantityInput { compareQuantity: Int }
extend input InventorySetQuantitiesInput { ignoreCompareQuantity: Boolean }
"""
_NOT_STOCKED = "extend enum InventorySetQuantitiesUserErrorCode { ITEM_NOT_STOCKED_AT_LOCATION }\n"
STOCKED_ANYWHERE = "2026-10"
FIRST_COLLECTION_ARGUMENT = "2026-07"


@lru_cache(maxsize=1)
def text() -> str:
    """The declarations of the newest version."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(_FOLDER.glob("*.graphql")))


def schema_for(version: str) -> GraphQLSchema:
    """The schema that `version` shows (reference: section 1, breaking differences)."""
    behaviour = behaves_as(version)
    return _built(behaviour >= FIRST_IDEMPOTENT, behaviour < IDEMPOTENT_REQUIRED, behaviour < STOCKED_ANYWHERE,
                  behaviour >= FIRST_COLLECTION_ARGUMENT)


@cache
def _built(idempotent: bool, compare: bool, not_stocked: bool, collections: bool) -> GraphQLSchema:
    declared = text() + (_COMPARE if compare else "") + (_IDEMPOTENT if idempotent else "") + (_NOT_STOCKED if not_stocked else "")
    schema = build_schema(declared, assume_valid=True)
    scalars.install(schema)
    if not collections:
        _without_2026_07(schema.type_map)
    return schema


def _without_2026_07(types: Any) -> None:
    """Take out what came with that version."""
    del types["Customer"].fields["taxSettings"]
    for name in ("collectionCreate", "collectionUpdate"):
        del types["Mutation"].fields[name].args["collection"]
