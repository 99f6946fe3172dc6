"""A logged-in caller of the AccountView simulator and a small administration to call about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from koppel_accountview.sandbox import create
from koppel_accountview.sandbox.app import AccountViewSandbox

YEAR = datetime.now(UTC).year
FAR = "2999-01-01T00:00:00+00:00"
TABLES: dict[str, list[dict[str, Any]]] = {
    "LEDGER": [
        {"ACCT_NR": "1210", "ACCT_NAME": "Debiteuren", "ACCT_LINK": 2},
        {"ACCT_NR": "8000", "ACCT_NAME": "Omzet"},
        {"ACCT_NR": "1600", "ACCT_NAME": "Btw"},
    ],
    "VAT": [
        {"VAT_CODE": "1", "VAT_NAME": "Hoog", "VAT_PCT": 21, "VAT_TYPE": 1, "CALC_TYPE": 1, "VAT_ACCT": "1600", "FRM_CODE": "1A"},
        {"VAT_CODE": "2", "VAT_NAME": "Laag", "VAT_PCT": 9, "VAT_TYPE": 1, "CALC_TYPE": 1, "VAT_ACCT": "1600", "FRM_CODE": "1B"},
        {"VAT_CODE": "5", "VAT_NAME": "EU", "VAT_PCT": 0, "VAT_TYPE": 1, "CALC_TYPE": 1, "VAT_ACCT": "1600", "FRM_CODE": "3B"},
    ],
    "ISO_CNT": [{"CNT_CODE": "NL", "COUNTRY": "Nederland"}, {"CNT_CODE": "DE", "COUNTRY": "Duitsland"}],
    "PAY_COND": [{"DISC_CODE": "14", "DISC_DESC": "14 dagen", "CRED_DAYS": 14}],
    "ART_GRP": [{"AG_CODE": "PLANT", "AG_DESC": "Planten"}],
    "ARTICLE": [
        {"ART_CODE": "ROOS-1", "ART_DESC1": "Roos", "AG_CODE": "PLANT", "PX_SELL": 10, "VAT_CODE": "2", "QTY_FREE2": 50},
        {"ART_CODE": "SPADE", "ART_DESC1": "Spade", "AG_CODE": "PLANT", "PX_SELL": 24.95, "VAT_CODE": "1"},
    ],
    "CONTACT": [
        {"SUB_NR": number, "ACCT_NAME": f"Relatie {number}", "SRC_CODE": f"R{number}", "ACCT_NR": "1210", "ACCT_LINK": 2,
         "DEB_SHOW": True, "MAIL_BUS": f"r{number}@example.nl", "CNG_DATE": f"{YEAR}-01-{int(number) % 28 + 1:02d}T12:00:00"}
        for number in ("1", "2", "10", "11", "100")
    ],
}


def small_state() -> dict[str, Any]:
    """Two companies, the first with the small administration; one client with a token pair."""
    ticket = {"client_id": "app", "scope": "readaccountviewdata updateaccountviewdata", "expires_at": FAR}
    client = {"client_id": "app", "client_secret": "geheim", "redirect_uris": ["https://koppel.example/terug"]}
    return {
        "oauth": {"clients": [client], "access_tokens": [{"value": "toegang", **ticket}],
                  "refresh_tokens": [{"value": "ververs", **ticket}]},
        "companies": [
            {"Id": "501", "Code": "VB01", "Description": "Voorbeeld BV", "tables": deepcopy(TABLES)},
            {"Id": "502", "Code": "VB02", "Description": "Tweede BV"},
        ],
    }


class Api:
    """Calls the simulator as a logged-in application would."""

    def __init__(self, state: Mapping[str, Any] | None = None, **options: Any) -> None:
        self.sandbox: AccountViewSandbox = create(small_state() if state is None else state, options)
        self.http = httpx.Client(
            transport=httpx.WSGITransport(app=self.sandbox.wsgi_app), base_url="https://www.accountview.net",
            headers={"Authorization": "Bearer toegang", "x-company": "501"},
        )

    def read(self, business_object: str, **params: Any) -> httpx.Response:
        """GET /accountviewdata."""
        return self.http.get("/api/v3/accountviewdata", params={"BusinessObject": business_object, **params})

    def rows(self, business_object: str, **params: Any) -> list[dict[str, Any]]:
        """The rows of the first table in a good answer."""
        response = self.read(business_object, **params)
        assert response.status_code == 200, response.text
        rows: list[dict[str, Any]] = next(iter(response.json().values()))
        return rows

    def message(self, response: httpx.Response, status: int = 400) -> str:
        """The text of an AccountView error, after checking its shape."""
        assert response.status_code == status, response.text
        body = response.json()
        assert set(body) == {"ErrorType", "ErrorNumbers", "ErrorMessage"}
        assert body["ErrorType"] == "AccountViewError"
        assert body["ErrorNumbers"] is None
        return str(body["ErrorMessage"])

    def post(self, body: Mapping[str, Any]) -> httpx.Response:
        """POST /accountviewdata."""
        return self.http.post("/api/v3/accountviewdata", json=body)

    def put(self, body: Mapping[str, Any]) -> httpx.Response:
        """PUT /accountviewdata."""
        return self.http.put("/api/v3/accountviewdata", json=body)


TYPES = {
    "ORD_DATE": "T", "DEL_DATE": "T", "INV_DATE": "T", "ORD_QTY": "N", "ART_PX": "N", "PD_AMT": "N", "DISC_PCT": "N",
    "DISC_AMT": "N", "PX_SELL": "N", "CRED_DAYS": "N", "VAT_PCT": "N", "VAT_TYPE": "N", "CALC_TYPE": "N", "BLK_SP": "L",
    "CRED_LIM": "I", "AMOUNT": "N", "VAT_AMT": "N", "BASE_AMT": "N", "TRN_DATE": "T", "PERIOD": "N", "GROSS_FLG": "L",
}


def definition(table: str, names: Sequence[str]) -> dict[str, Any]:
    """A table definition with the FieldTypes this installation wants."""
    return {"Name": table, "Fields": [{"Name": name, "FieldType": TYPES.get(name, "C")} for name in names]}


def write_body(business_object: str, table: str, row: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A body that writes one row without lines."""
    return {
        "BookDate": "", "BusinessObject": business_object,
        "Table": {"Definition": definition(table, list(row))},
        "TableData": {"Data": {"Rows": [{"Values": list(row.values())}]}}, **more,
    }


def order_body(header: Mapping[str, Any], *lines: Mapping[str, Any]) -> dict[str, Any]:
    """A body that writes one sales order; every line must have the same columns."""
    return document_body("SO1", ("SO_HDR", "SO_LINE"), header, *lines)


def document_body(business_object: str, tables: tuple[str, str], header: Mapping[str, Any], *lines: Mapping[str, Any]) -> dict[str, Any]:
    """A body that writes one header with its lines; every line must have the same columns."""
    body = write_body(business_object, tables[0], {"RowId": "1", **header})
    names = ["RowId", "HeaderId", *lines[0]]
    body["Table"]["DetailDefinitions"] = [definition(tables[1], names)]
    rows = [{"Values": [str(number), "1", *line.values()]} for number, line in enumerate(lines, 1)]
    body["TableData"]["DetailData"] = [{"Rows": rows}]
    return body


class Bodies:
    """The body builders as one fixture, since these tests are no package to import from."""

    write = staticmethod(write_body)
    order = staticmethod(order_body)
    document = staticmethod(document_body)
    definition = staticmethod(definition)
    state = staticmethod(small_state)
    year = YEAR


@pytest.fixture
def open_api() -> Callable[..., Api]:
    """Opens a simulator: open_api(state=None, **options)."""
    return Api


@pytest.fixture
def installed() -> Callable[..., Api]:
    """Opens one of the two installations, logged in: installed(plain_state(), **options)."""

    def opened(state: dict[str, Any], **options: Any) -> Api:
        client = state["oauth"]["clients"][0]["client_id"]
        ticket = {"client_id": client, "scope": "readaccountviewdata updateaccountviewdata", "expires_at": FAR}
        state["oauth"]["access_tokens"] = [{"value": "toegang", **ticket}]
        api = Api(state, **options)
        api.http.headers["x-company"] = state["companies"][0]["Id"]
        return api

    return opened


@pytest.fixture
def api() -> Api:
    """A simulator with the small administration and the strict defaults."""
    return Api()


@pytest.fixture
def bodies() -> type[Bodies]:
    """Builders of request bodies and of the small state."""
    return Bodies
