"""What alembic runs for each component; the connection comes from `upgrade`."""

from typing import Any

from alembic import context
from koppel.store.models import Base
from koppel.store.models.base import UtcDateTime

component = context.config.attributes["component"]
connection = context.config.attributes["connection"]


def include(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Leave tables of other distributions alone."""
    if kind != "table":
        return True
    if component.prefix:
        return bool(name and name.startswith(component.prefix))
    return not reflected or name in Base.metadata.tables


def render(kind: str, item: Any, _: Any) -> str | bool:
    """Scripts name plain types only, so that they outlive our own."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    version_table=component.version_table,
    include_object=include,
    render_item=render,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
