"""The mapping engine: rows of data compiled to one callable; no I/O, no clock, no database."""

from koppel.mapping.compile import CompiledMapping, Explained, compile_mapping
from koppel.mapping.expressions import Expression
from koppel.mapping.rules import RuleSpec, Step, parse_rule, to_spec
from koppel.mapping.tables import KNOWN_TABLES, TableEntry, TableKind, Tables
from koppel.mapping.transforms import TRANSFORMS, Warned, describe

__all__ = [
    "KNOWN_TABLES",
    "TRANSFORMS",
    "CompiledMapping",
    "Explained",
    "Expression",
    "RuleSpec",
    "Step",
    "TableEntry",
    "TableKind",
    "Tables",
    "Warned",
    "compile_mapping",
    "describe",
    "parse_rule",
    "to_spec",
]
