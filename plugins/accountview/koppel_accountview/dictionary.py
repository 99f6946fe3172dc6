"""What this installation really has: its tables, their fields, and the business objects it opens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from koppel import ConfigurationError

from koppel_accountview.answers import Row
from koppel_accountview.client import Ask, Client
from koppel_accountview.codepage import keepable
from koppel_accountview.filters import Filter
from koppel_accountview.paging import read_all

_FIELDS = ("FIELD_NAME", "DBF_NAME", "FIELD_TYPE", "FIELD_LEN", "FLD_DESC", "INP_MAND", "FLD_FMT", "REC_CUST")
_FILE = ("DBF_NAME", "OBJ_CODE", "DBF_BASE", "TBL_HDR", "TBL_CHILD")
_TRUE = (True, 1, "1", "t", "true", ".t.", "j", "y")

# The web API takes C, N, L and T only; the dictionary has more types (reference: 3.1 Body)
_WIRE = {"C": "C", "M": "C", "L": "L", "D": "T", "T": "T", "N": "N", "Y": "N", "I": "N", "B": "N"}


@dataclass(frozen=True, slots=True)
class Column:
    """One field. `length` in characters, 0 for a memo or where it has none; `capitals`: stored in capitals;
    `custom`: this installation's own."""

    name: str
    type: str = "C"
    length: int = 0
    label: str = ""
    mandatory: bool = False
    capitals: bool = False
    custom: bool = False

    @property
    def about(self) -> str:
        """What people call the field, and what it takes: "Naam (C 40, mandatory)"."""
        notes = [word for word, holds in (("mandatory", self.mandatory), ("own field", self.custom)) if holds]
        kind = f"{self.type} {self.length}" if self.length and self.type in "CN" else self.type
        return f"{self.label or self.name} ({', '.join([kind, *notes])})"

    @property
    def wire_type(self) -> str:
        """The type as it is written: C, N, L or T."""
        return _WIRE.get(self.type, "C")

    def held(self, text: str) -> str:
        """The text in the letters that the field can hold, at its full length."""
        kept = keepable(_printable(text, self.type == "M").strip())
        return (keepable(kept.upper()) if self.capitals else kept).strip()

    def normal(self, text: str) -> str:
        """The text as the field would hold it, cut to its length: what a look-up must ask for."""
        held = self.held(text)
        return held[: self.length].rstrip() if self.type == "C" and self.length else held


class Table(Mapping[str, Column]):
    """The fields of one table by name."""

    def __init__(self, name: str, columns: Iterable[Column]) -> None:
        self.name = name
        self._columns = {column.name: column for column in columns}

    def __getitem__(self, name: str) -> Column:
        return self._columns[name]

    def __iter__(self) -> Any:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def first(self, names: Iterable[str], labels: str = "") -> str:
        """The first of these fields that exists, else the one field whose label fits the pattern, else ""."""
        known = next((name for name in names if name in self._columns), "")
        if known or not labels:
            return known
        pattern = re.compile(labels, re.IGNORECASE)
        fitting = [column.name for column in self._columns.values() if pattern.search(column.label)]
        return fitting[0] if len(fitting) == 1 else ""


class Dictionary:
    """The installation's own dictionary, read table by table and kept for one conversation."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._tables: dict[str, Table] = {}
        self._objects: dict[str, Row] | None = None
        self._files: dict[str, list[dict[str, str]]] = {}

    def table(self, name: str) -> Table:
        """The fields of a table, empty when the installation does not have it."""
        if name not in self._tables:
            self._tables[name] = Table(name, self._read(name))
        return self._tables[name]

    def need(self, table: str, *names: str) -> Table:
        """The table with at least these fields; ConfigurationError naming those it lacks."""
        found = self.table(table)
        missing = [name for name in names if name not in found]
        if not found or missing:
            what = f"the table {table}" if not found else ", ".join(f"{table}.{name}" for name in missing)
            raise ConfigurationError(
                f"This AccountView lacks {what}, which Koppel cannot do without here.",
                cause="accountview.dictionary",
                resolution="Check the module and the rights of the user in AccountView, then test the connection.",
            )
        return found

    def tables_of(self, code: str) -> tuple[str, str] | None:
        """The tables of header and lines under a business object; None when it has no lines here."""
        pairs = [(row["DBF_NAME"], row["TBL_CHILD"]) for row in self._files_of(code) if row["TBL_CHILD"]]
        return pairs[0] if len(pairs) == 1 else None

    def base_of(self, code: str) -> str:
        """The table that answers for a business object, whether it has lines or not; "" when that is not told."""
        names = {row["DBF_BASE"] or row["DBF_NAME"] for row in self._files_of(code) if not row["TBL_HDR"]}
        return names.pop() if len(names) == 1 else ""

    def _files_of(self, code: str) -> list[dict[str, str]]:
        if code not in self._files:
            ask = Ask("DBF", "DCT_FILE", (Filter("OBJ_CODE", code, "Contains"),), size=1000, keys=("DBF_NAME",), system=True)
            rows = [{name: str(row.get(name) or "").strip().upper() for name in _FILE} for row in read_all(self._client, ask)]
            self._files[code] = [row for row in rows if row["OBJ_CODE"] == code]
        return self._files[code]

    def may(self, code: str, what: str) -> bool:
        """Whether business object `code` may be read ("read"), "insert"-ed or "update"-d here."""
        row = self.objects().get(code)
        return row is not None and (what == "read" or _flag(row.get(f"{what}allowed", False)))

    def objects(self) -> dict[str, Row]:
        """Every business object by its code, its properties in small letters."""
        if self._objects is None:
            rows = ({str(name).lower(): value for name, value in row.items()} for row in self._client.business_objects())
            self._objects = {str(row.get("code", "")).strip().upper(): row for row in rows}
        return self._objects

    def _read(self, name: str) -> list[Column]:
        # Contains, because Equal on this fixed-width field was seen to need padding (reference: 2.2 Filters)
        filters = (Filter("DBF_NAME", name, "Contains"),)
        ask = Ask("FLD", "DCT_FLD", filters, fields=_FIELDS, size=1000, keys=("DCT_FLD_Id", "FIELD_NAME"), system=True)
        rows = [row for row in read_all(self._client, ask) if str(row.get("DBF_NAME", "")).strip().upper() == name]
        return [_column(row) for row in rows if str(row.get("FIELD_NAME") or "").strip()]


def _column(row: Row) -> Column:
    return Column(
        name=str(row["FIELD_NAME"]).strip().upper(),
        type=str(row.get("FIELD_TYPE") or "C").strip().upper()[:1],
        length=_whole(row.get("FIELD_LEN")),
        label=str(row.get("FLD_DESC") or "").strip(),
        mandatory=_flag(row.get("INP_MAND")),
        capitals="!" in str(row.get("FLD_FMT") or ""),
        custom=_flag(row.get("REC_CUST")),
    )


def _printable(text: str, lines: bool) -> str:
    """Without control characters; a field of one line has a space where a line ends."""
    kept = "\n\t" if lines else ""
    return "".join(sign if sign >= " " or sign in kept else " " for sign in text.replace("\r\n", "\n"))


def _flag(value: Any) -> bool:
    return (value.strip().lower() if isinstance(value, str) else value) in _TRUE


def _whole(value: Any) -> int:
    try:
        return int(Decimal(str(value)))
    except (InvalidOperation, ValueError):
        return 0
