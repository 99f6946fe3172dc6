"""What the service tells about companies, objects and fields (reference: 1.6 List of companies, 2.6 System data)."""

from __future__ import annotations

from typing import Any

from koppel_accountview.sandbox.desk import bearer, company_of, object_of, sit_down, visible
from koppel_accountview.sandbox.errors import AccountViewError
from koppel_accountview.sandbox.query.answer import shape
from koppel_accountview.sandbox.query.reading import read_rows
from koppel_accountview.sandbox.query.selection import own_tables
from koppel_accountview.sandbox.store.installation import Installation
from koppel_accountview.sandbox.web import Call, Response, answer, whole_number

_DICTIONARY = ("DCT_FILE", "DCT_FLD", "DCT_TAG")


def companies(installation: Installation, call: Call) -> Response:
    """The companies the user has access to, as a bare array."""
    bearer(installation, call)
    return answer([{"Id": one.id, "Description": one.description, "Code": one.code} for one in visible(installation)])


def system_data(installation: Installation, call: Call) -> Response:
    """Rows of a system object: FLD, DBF or ADL."""
    bearer(installation, call, "readaccountviewdata")
    company = company_of(installation, call)
    if not object_of(installation, call.params.get("BusinessObject", "")).system:
        raise AccountViewError("Dit bedrijfsobject bevat geen systeemgegevens.")
    desk = sit_down(installation, company, call.params["BusinessObject"], call.params.get("BookDate", ""))
    told = shape(desk, *read_rows(desk, call.params))
    empty: dict[str, Any] = {name: [] for name in _DICTIONARY} if desk.table.name in _DICTIONARY else {}
    return answer({**empty, **told})


def business_objects(installation: Installation, call: Call) -> Response:
    """All object codes with the rights on them."""
    bearer(installation, call, "readaccountviewdata")
    company_of(installation, call)
    return answer([
        {"Code": one.code, "Description": one.name, "InsertAllowed": one.insert, "UpdateAllowed": one.update,
         "DeleteAllowed": one.delete}
        for one in installation.dictionary.objects.values()
    ])


def fields(installation: Installation, call: Call) -> Response:
    """The fields of one object; the real answer's shape is unknown, this one resembles the other lists."""
    bearer(installation, call, "readaccountviewdata")
    company_of(installation, call)
    one = object_of(installation, call.params.get("BusinessObject", ""))
    size = whole_number(call.params, "PageSize", installation.switches.default_page_size)
    rows = [
        {"TableName": table.name, "FieldName": field.name, "Description": field.label, "FieldType": field.kind,
         "FieldLength": field.length, "Mandatory": field.mandatory}
        for table in own_tables(installation.dictionary, one) for field in table.shown.values()
    ]
    return answer(rows[:size] if installation.switches.fields_answer == "rows" else {"FIELDS": rows[:size]})
