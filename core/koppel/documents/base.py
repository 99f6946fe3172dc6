"""What every paper has in common."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from koppel.errors import MappingError


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(UTC)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError(f"{name[:40]!r} is no time zone such as Europe/Amsterdam") from None
    return name


Moment = Annotated[datetime, AfterValidator(_aware)]
Text = Annotated[str, StringConstraints(strip_whitespace=True)]
Zone = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_known_zone)]
Country = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^([A-Z]{2})?$")]
Currency = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^([A-Z]{3})?$")]


class Part(BaseModel):
    """A piece of a paper. Unknown field names are refused, so a mapping row with a typo is seen."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)


class Document(Part):
    """A paper as it travels.

    `source_id` is its id where it came from; `external_id` its id where it goes to, filled in by the
    runner once known; `custom` carries further fields that a mapping adds by hand."""

    source_id: Text = ""
    external_id: Text = ""
    custom: dict[str, Any] = Field(default_factory=dict)

    def key(self, name: str) -> str:
        """The value of natural key `name`, empty when it has none."""
        value = getattr(self, name, "") or self.custom.get(name, "")
        return str(value).strip()

    @property
    def label(self) -> str:
        """What people call this record."""
        return self.source_id

    def view(self) -> dict[str, Any]:
        """The paper as plain values, with what it computes of itself: what outbound mapping reads."""
        return self.model_dump()


def clean(value: Any) -> Any:
    """The same value without NUL characters, which no database keeps."""
    if isinstance(value, str):
        return value.replace("\x00", "") if "\x00" in value else value
    if isinstance(value, dict):
        return {clean(key): clean(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(one) for one in value]
    return value


NAMES = {
    "SalesOrder": "order", "Invoice": "invoice", "CreditNote": "credit note", "Party": "customer",
    "Product": "article", "Category": "category", "StockLevel": "stock figure", "Shipment": "shipment",
    "Payment": "payment", "OrderStatus": "order status",
}  # fmt: skip

D = TypeVar("D", bound="Document")


def read_document(kind: type[D], fields: dict[str, Any]) -> D:
    """Build and validate a paper; MappingError naming the first field that is wrong and why."""
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        why = str(first["msg"]).removeprefix("Value error, ")
        if not where:  # the fields are fine, what they say together is not
            raise MappingError(
                f"The {NAMES.get(kind.__name__, kind.__name__)} does not add up: {why}.",
                cause="document.sums",
                resolution="Compare it in the source, correct it there, or map the line that is missing; then retry.",
                detail=str(error),
            ) from None
        raise MappingError(
            f"The {NAMES.get(kind.__name__, kind.__name__)} cannot be read: {where}: {why}.",
            field=where,
            cause="document",
            detail=str(error),
        ) from None
