"""How the Admin API's own scalars are read and shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLError, GraphQLScalarType, GraphQLSchema

from koppel_shopify.sandbox import money


def instant(value: datetime) -> str:
    """A moment as GraphQL shows it: UTC, whole seconds, `Z` (reference: section 5)."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """The aware moment in `text`; without a zone it is UTC. ValueError when it is none."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _unreadable(value: Any, kind: str) -> GraphQLError:
    return GraphQLError(f"Could not coerce value {value!r} to {kind}")


def _read_amount(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _unreadable(value, "Decimal")
    try:
        return money.parse(value)
    except ValueError:
        raise _unreadable(value, "Decimal") from None


def _read_moment(value: Any) -> Any:
    try:
        return instant(moment(value))
    except (TypeError, ValueError):
        raise _unreadable(value, "DateTime") from None


def _read_text(value: Any) -> Any:
    if not isinstance(value, str):
        raise _unreadable(value, "String")
    return value


def _show_moment(value: Any) -> str:
    return instant(moment(value)) if isinstance(value, str) else instant(value)


def _same(value: Any) -> Any:
    return value


def _show_decimal(value: Any) -> str:
    return money.decimal_text(money.parse(value))


def _show_money(value: Any) -> str:
    return money.money_text(money.parse(value))


_RULES: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "DateTime": (_show_moment, _read_moment),
    "Decimal": (_show_decimal, _read_amount),
    "Money": (_show_money, _read_amount),
    "UnsignedInt64": (str, _read_text),
    "URL": (str, _read_text),
    "HTML": (str, _read_text),
    "FormattedString": (str, _read_text),
    "JSON": (_same, _same),
}


def install(schema: GraphQLSchema) -> None:
    """Give the declared scalars of `schema` their reading and showing."""
    for name, (show, read) in _RULES.items():
        kind = schema.type_map.get(name)
        if isinstance(kind, GraphQLScalarType):
            for attribute in ("coerce_output_value", "serialize"):
                setattr(kind, attribute, show)
            for attribute in ("coerce_input_value", "parse_value"):
                setattr(kind, attribute, read)
