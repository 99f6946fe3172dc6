"""Writing the state down so that `load` finds it again as it was."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from koppel_accountview.sandbox.store.installation import Administration, Company, Installation
from koppel_accountview.sandbox.store.rows import dump_table


def dump(installation: Installation) -> dict[str, Any]:
    """The whole state as JSON-ready values."""
    return {
        "oauth": installation.logins.dump(),
        "dictionary": installation.custom,
        "objects": {code: None if one is None else dict(one) for code, one in installation.objects.items()},
        "companies": [_company(one) for one in installation.companies],
    }


def _company(one: Company) -> dict[str, Any]:
    return {
        "Id": one.id, "Code": one.code, "Description": one.description, "COC_NR": one.coc_number,
        "VAT_NR": one.vat_number, "offline": one.offline,
        "administrations": [_administration(year) for year in one.administrations],
    }


def _administration(one: Administration) -> dict[str, Any]:
    return {
        "ADM_CODE": one.code, "ADM_DESC": one.description, "ATS_YEAR": str(one.year), "ADM_ARCH": one.archived,
        "BLCK_USER": one.locked_by, "BLCK_DATE": one.locked_at, "closed": one.closed,
        "last_record_id": one.last_record_id, "settings": asdict(one.settings),
        "tables": {name: dump_table(records) for name, records in one.tables.items() if len(records)},
    }
