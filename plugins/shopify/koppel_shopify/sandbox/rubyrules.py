"""Static validation in the words and codes of the service behind the Admin API."""

from __future__ import annotations

from typing import Any

from graphql import (
    DocumentNode,
    GraphQLInputObjectType,
    GraphQLSchema,
    Visitor,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    is_non_null_type,
    print_ast,
    visit,
)
from graphql.language import ast
from graphql.utilities import TypeInfo, TypeInfoVisitor

from koppel_shopify.sandbox.errors import static_error
from koppel_shopify.sandbox.literals import fits
from koppel_shopify.sandbox.rubypath import path_of

Errors = list[dict[str, Any]]


def place(node: ast.Node) -> tuple[int, int]:
    """Line and column of a node."""
    return (node.loc.start_token.line, node.loc.start_token.column) if node.loc else (1, 1)


class RubyRules(Visitor):
    """Collects the errors of one document (reference: section 4, static validation)."""

    def __init__(self, schema: GraphQLSchema, info: TypeInfo) -> None:
        super().__init__()
        self.schema, self.info, self.errors = schema, info, Errors()

    def _report(self, node: ast.Node, ancestors: Any, message: str, code: str, at: tuple[Any, ...] = (), **more: Any) -> None:
        path = [*path_of(ancestors, node), *at]
        self.errors.append(static_error(message, [place(node)], path, code=code, **more))

    def enter_field(self, node: ast.FieldNode, key: Any, parent: Any, path: Any, ancestors: list[Any]) -> Any:
        """A field that the type does not have, its arguments, and whether it must or may not have selections."""
        ancestors = [*ancestors, parent]
        owner, field = self.info.get_parent_type(), self.info.get_field_def()
        if owner is None:
            return self.SKIP
        name = node.name.value
        if field is None:
            text = f"Field '{name}' doesn't exist on type '{owner.name}'"
            self._report(node, ancestors, text, "undefinedField", typeName=owner.name, fieldName=name)
            return self.SKIP
        self._arguments(node, field.args, ancestors, "Field", name)
        self._selection(node, get_named_type(field.type), ancestors)
        return None

    def _selection(self, node: ast.FieldNode, kind: Any, ancestors: list[Any]) -> None:
        name = node.name.value
        if is_composite_type(kind) and node.selection_set is None:
            text = (f"Field must have selections (field '{name}' returns {kind.name} but has no selections. "
                    f"Did you mean '{name} {{ ... }}'?)")
        elif is_leaf_type(kind) and node.selection_set is not None:
            chosen = ", ".join(one.name.value for one in node.selection_set.selections if isinstance(one, ast.FieldNode))
            text = f"Selections can't be made on scalars (field '{name}' returns {kind.name} but has selections [\"{chosen}\"])"
        else:
            return
        self._report(node, ancestors, text, "selectionMismatch", nodeName=f"field '{name}'", typeName=kind.name)

    def _arguments(self, node: Any, declared: Any, ancestors: list[Any], what: str, name: str) -> None:
        given = {one.name.value for one in node.arguments or ()}
        for one in node.arguments or ():
            if one.name.value not in declared:
                text = f"{what} '{name}' doesn't accept argument '{one.name.value}'"
                self._report(one, [*ancestors, node], text, "argumentNotAccepted", name=name, typeName=what,
                             argumentName=one.name.value)
        missing = [arg for arg, kind in declared.items() if _required(kind) and arg not in given]
        if missing:
            text = f"{what} '{name}' is missing required arguments: {', '.join(missing)}"
            self._report(node, ancestors, text, "missingRequiredArguments", className=what, name=name,
                         arguments=", ".join(missing))

    def enter_argument(self, node: ast.ArgumentNode, key: Any, parent: Any, path: Any, ancestors: list[Any]) -> Any:
        """A value that does not fit its argument."""
        ancestors = [*ancestors, parent]
        argument = self.info.get_argument()
        if argument is None:
            return self.SKIP
        holder = _nearest(ancestors)
        what = "Directive" if isinstance(holder, ast.DirectiveNode) else "Field"
        self._literal(node, argument.type, what, holder, ancestors)
        return None

    def enter_object_field(self, node: ast.ObjectFieldNode, key: Any, parent: Any, path: Any, ancestors: list[Any]) -> Any:
        """A key that the input does not have, or a value that does not fit it."""
        ancestors = [*ancestors, parent]
        kind = get_named_type(self.info.get_parent_input_type()) if self.info.get_parent_input_type() else None
        if not isinstance(kind, GraphQLInputObjectType):
            return self.SKIP
        field = kind.fields.get(node.name.value)
        if field is None:
            text = f"InputObject '{kind.name}' doesn't accept argument '{node.name.value}'"
            self._report(node, ancestors, text, "argumentNotAccepted", name=kind.name, typeName="InputObject",
                         argumentName=node.name.value)
            return self.SKIP
        holder = _nearest(ancestors)
        self._literal(node, field.type, "InputObject", holder, ancestors, kind.name)
        return None

    def enter_object_value(self, node: ast.ObjectValueNode, key: Any, parent: Any, path: Any, ancestors: list[Any]) -> None:
        """Keys that an input must have."""
        ancestors = [*ancestors, parent]
        declared = self.info.get_input_type()
        kind = get_named_type(declared) if declared else None
        if not isinstance(kind, GraphQLInputObjectType):
            return
        given = {one.name.value for one in node.fields}
        for name, field in kind.fields.items():
            if _required(field) and name not in given:
                text = f"Argument '{name}' on InputObject '{kind.name}' is required. Expected type {field.type}"
                self._report(node, ancestors, text, "missingRequiredInputObjectAttribute", (name,), argumentName=name,
                             argumentType=str(field.type), inputObjectType=kind.name)

    def _literal(self, node: Any, kind: Any, what: str, holder: Any, ancestors: list[Any], named: str = "") -> None:
        """A value that does not fit is reported where its holder stands, with the path down to the argument."""
        if fits(node.value, kind):
            return
        name, value = named or holder.name.value, print_ast(node.value)
        text = f"Argument '{node.name.value}' on {what} '{name}' has an invalid value ({value}). Expected type '{kind}'."
        path = path_of(ancestors, node)
        extra = {"code": "argumentLiteralsIncompatible", "typeName": what, "argumentName": node.name.value}
        self.errors.append(static_error(text, [place(holder)], path, **extra))

    def enter_directive(self, node: ast.DirectiveNode, key: Any, parent: Any, path: Any, ancestors: list[Any]) -> Any:
        """A directive that is unknown, or not allowed here."""
        ancestors = [*ancestors, parent]
        declared = self.schema.get_directive(node.name.value)
        name = node.name.value
        if declared is None:
            self._report(node, ancestors, f"Directive @{name} is not defined", "undefinedDirective", directiveName=name)
            return self.SKIP
        self._arguments(node, declared.args, ancestors, "Directive", name)
        holder = _nearest(ancestors)
        where = _LOCATIONS.get(holder.kind, "FIELD") if not isinstance(holder, ast.OperationDefinitionNode) else (
            holder.operation.name)
        if where not in {one.name for one in declared.locations}:
            spots = ", ".join(_SPOTS.get(one.name, one.name.lower()) for one in declared.locations)
            text = f"'@{name}' can't be applied to {_SPOTS.get(where, where.lower())} (allowed: {spots})"
            self._report(node, ancestors, text, "directiveCannotBeApplied", targetName=where.lower(), name=name)
        return None

    def enter_named_type(self, node: ast.NamedTypeNode, key: Any, parent: Any, path: Any, ancestors: list[Any]) -> None:
        """A type that does not exist."""
        ancestors = [*ancestors, parent]
        name = node.name.value
        if self.schema.get_type(name) is None:
            text = f"No such type {name}, so it can't be a fragment condition"
            if any(isinstance(one, ast.VariableDefinitionNode) for one in ancestors):
                text = f"{name} isn't a defined input type (on ${_variable(ancestors)})"
            self._report(node, ancestors, text, "undefinedType", typeName=name)


_LOCATIONS = {"field": "FIELD", "fragment_spread": "FRAGMENT_SPREAD", "inline_fragment": "INLINE_FRAGMENT",
              "fragment_definition": "FRAGMENT_DEFINITION", "variable_definition": "VARIABLE_DEFINITION"}
_SPOTS = {"FIELD": "fields", "QUERY": "queries", "MUTATION": "mutations", "FRAGMENT_SPREAD": "fragment spreads",
          "INLINE_FRAGMENT": "inline fragments", "FRAGMENT_DEFINITION": "fragment definitions"}


def _nearest(ancestors: list[Any]) -> Any:
    return next(one for one in reversed(ancestors) if isinstance(one, ast.Node))


def _variable(ancestors: list[Any]) -> str:
    found = next(one for one in ancestors if isinstance(one, ast.VariableDefinitionNode))
    return found.variable.name.value


def _required(field: Any) -> bool:
    default = getattr(field, "default", None)
    node = field.ast_node.default_value if field.ast_node is not None else None
    return is_non_null_type(field.type) and node is None and default is None


def ruby_errors(schema: GraphQLSchema, document: DocumentNode) -> Errors:
    """The errors of the rules above, in the order of the document."""
    info = TypeInfo(schema)
    rules = RubyRules(schema, info)
    visit(document, TypeInfoVisitor(info, rules))
    return rules.errors


