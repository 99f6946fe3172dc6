"""A hand-written AccountView behind a mock transport, and the connector's own mapping rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import httpx
import koppel_accountview.plugin as plugin
import pytest
import simplejson
from koppel import Settings
from koppel.catalog import Catalog
from koppel.connections.http import open_client
from koppel.mapping.compile import CompiledMapping, compile_mapping
from koppel.mapping.rules import parse_rule
from koppel.mapping.tables import TableEntry, Tables
from koppel.mapping.transforms import TRANSFORMS
from koppel.seeds import read_seeds
from koppel_accountview.connector import AccountViewConnector

Row = dict[str, Any]
COMPANIES = [
    {"Id": "777", "Description": "Voorbeeld B.V.", "Code": "VB01"},
    {"Id": "778", "Description": "Ander B.V.", "Code": "AN01"},
]
# name: (type, length, capitals)
FIELDS: dict[str, dict[str, tuple[str, int, bool]]] = {
    "CONTACT": {
        "SUB_NR": ("C", 10, True), "ACCT_NAME": ("C", 40, False), "SRC_CODE": ("C", 10, True), "ACCT_NR": ("C", 10, True),
        "ADDRESS1": ("C", 80, False), "POST_CODE": ("C", 10, True), "CITY": ("C", 35, False), "CNT_CODE": ("C", 2, True),
        "MAIL_BUS": ("C", 50, False), "TEL_BUS": ("C", 20, False), "VAT_NR": ("C", 14, True), "COMMENT1": ("M", 4, False),
        "MAIN_CONT": ("C", 40, False), "MC_MAILB": ("C", 50, False), "BLK_SP": ("L", 1, False), "CRED_LIM": ("I", 4, False),
        "CNG_DATE": ("T", 8, False),
    },
    "PEOPLE": {
        "PP_CODE": ("C", 10, True), "FST_NAME": ("C", 30, False), "LST_NAME": ("C", 40, False), "MAIL_BUS": ("C", 50, False),
    },
    "CON_PP": {"REC_ID": ("C", 10, True), "SUB_NR": ("C", 10, True), "PP_CODE": ("C", 10, True)},
    "DEL_ADDR": {
        "REC_ID": ("C", 10, True), "SUB_NR": ("C", 10, True), "DEL_NAME": ("C", 40, False), "ADDRESS1": ("C", 80, False),
        "POST_CODE": ("C", 10, True), "CITY": ("C", 35, False), "CNT_CODE": ("C", 2, True),
    },
    "ARTICLE": {
        "ART_CODE": ("C", 15, True), "ART_DESC1": ("C", 40, False), "AG_CODE": ("C", 5, True), "PX_SELL": ("Y", 8, False),
        "QTY_AVAIL": ("N", 12, False), "QTY_TECH": ("N", 12, False), "VAT_CODE": ("C", 2, True), "X1_EAN": ("C", 13, False),
        "CNG_DATE": ("T", 8, False),
    },
    "SO_HDR": {
        "ORD_NR": ("C", 10, False), "RPL_INV": ("C", 10, True), "RPL_DEL": ("C", 10, True), "DEL_CODE": ("C", 10, True),
        "ORD_DATE": ("T", 8, False), "DEL_DATE": ("T", 8, False), "COMMENT1": ("C", 40, False), "A8_INV_NR": ("C", 20, False),
        "TO_EMAIL": ("C", 50, False), "X1_TOT": ("Y", 8, False), "CNG_DATE": ("T", 8, False),
    },
    "DJ_PAGE": {
        "PAGE_NRD": ("C", 13, True), "DJ_CODE": ("C", 3, True), "HDR_DESC": ("C", 40, False), "SUB_NR": ("C", 10, True),
        "INV_NR": ("C", 12, True), "TRN_DATE": ("D", 8, False), "GROSS_FLG": ("L", 1, False), "COMMENT1": ("M", 4, False),
    },
    "DJ_LINE": {
        "ACCT_NR": ("C", 10, True), "AMOUNT": ("Y", 8, False), "VAT_CODE": ("C", 2, True), "VAT_AMT": ("Y", 8, False),
        "BASE_AMT": ("Y", 8, False), "TRN_DESC": ("C", 40, False),
    },
    "SO_LINE": {"DEL_DATE": ("T", 8, False), "ART_CODE": ("C", 15, True), "ORD_QTY": ("N", 12, False), "ART_PX": ("N", 15, False), "VAT_CODE": ("C", 2, True)},
}  # fmt: skip
LABELS = {"X1_EAN": "EAN-code", "X1_TOT": "Totaal inclusief btw"}
TABLES = {
    "AR1": "CONTACT", "PP1": "PEOPLE", "LNCP": "CON_PP", "ADDR": "DEL_ADDR", "AK1": "ARTICLE", "AG1": "ART_GRP",
    "SO1": "SO_HDR", "VA1": "VAT", "GL1": "LEDGER", "PT1": "PAY_COND", "DJ1": "DAILY", "CC1": "COST", "IL1": "ISO_CNT",
    "SI1": "SOI_HDR", "DJ2": "DJ_PAGE", "RE1": "OPENITEM",
}  # fmt: skip
KEYS = {
    "CONTACT": "SUB_NR", "PEOPLE": "PP_CODE", "CON_PP": "REC_ID", "DEL_ADDR": "REC_ID", "ARTICLE": "ART_CODE",
    "SO_HDR": "ORD_NR", "ART_GRP": "AG_CODE", "VAT": "VAT_CODE", "LEDGER": "ACCT_NR", "DAILY": "DJ_CODE",
    "COST": "COST_CODE", "DJ_PAGE": "PAGE_NRD", "OPENITEM": "SUB_INV", "SOI_HDR": "INV_NR",
}  # fmt: skip


class FakeAccountView:
    """Answers in the shapes of the reference; `before` may answer a call in its place or raise."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {table: [] for table in TABLES.values()}
        self.fields = {table: dict(fields) for table, fields in FIELDS.items()}
        self.closed: set[str] = set()
        self.or_works = True
        self.calls: list[httpx.Request] = []
        self.before: Callable[[httpx.Request], httpx.Response | None] = lambda request: None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One request answered."""
        self.calls.append(request)
        answer = self.before(request)
        if answer is not None:
            return answer
        path, params = request.url.path.lower(), dict(request.url.params)
        if path.endswith("/companies"):
            return httpx.Response(200, json=COMPANIES)
        if path.endswith("businessobjects"):
            return httpx.Response(200, json=[_object(code, code not in self.closed) for code in TABLES])
        if path.endswith("systemdata"):
            return httpx.Response(200, json={"DCT_FILE": [], "DCT_FLD": self._dictionary(params), "DCT_TAG": []})
        if request.method == "GET":
            return self._read(params)
        return self._write(request.method, simplejson.loads(request.content, use_decimal=True))

    def sent(self, method: str = "POST") -> list[Row]:
        """The bodies that were written with this method."""
        return [simplejson.loads(one.content, use_decimal=True) for one in self.calls if one.method == method]

    def reads(self, code: str) -> list[httpx.Request]:
        """The questions about one business object."""
        return [one for one in self.calls if one.method == "GET" and one.url.params.get("BusinessObject") == code]

    def _dictionary(self, params: Row) -> list[Row]:
        wanted = params["FilterValue1"]
        fields = [(table, name, what) for table, all_ in self.fields.items() if wanted in table for name, what in all_.items()]
        return [
            {"FIELD_NAME": name, "DBF_NAME": table, "FIELD_TYPE": kind, "FIELD_LEN": length, "FLD_DESC": LABELS.get(name, name),
             "INP_MAND": False, "FLD_FMT": "!" if capitals else "", "DCT_FLD_Id": number}
            for number, (table, name, (kind, length, capitals)) in enumerate(fields)
        ]  # fmt: skip

    def _read(self, params: Row) -> httpx.Response:
        table = TABLES[params["BusinessObject"]]
        key = KEYS.get(table, "")
        rows = sorted((row for row in self.rows[table] if self._fits(params, row)), key=lambda row: str(row.get(key)))
        rows = [row for row in rows if not params.get("LastKey") or str(row[key]) > params["LastKey"]]
        return httpx.Response(200, content=answer_of(table, rows[: int(params["PageSize"])]))

    def _fits(self, params: Row, row: Row) -> bool:
        tests = []
        for number in range(1, 100):
            field = params.get(f"FilterControlSource{number}")
            if field is None:
                break
            value, held = params[f"FilterValue{number}"], row.get(field)
            if params[f"FilterOperator{number}"] == "DateOnOrAfterDate":
                tests.append(str(held).replace("T", " ") >= value.strip("{^}"))
            else:
                tests.append(str(held) == value)
        any_ = params.get("matchAnyFilter") == "true" and self.or_works
        return not tests or (any(tests) if any_ else all(tests))

    def _write(self, method: str, body: Row) -> httpx.Response:
        table, values = body["Table"]["Definition"]["Name"], _stored(by_name(body)[0])
        key, kept = KEYS[table], self.rows[table]
        if method == "PUT":
            row = next(row for row in kept if str(row[key]) == body["id"])
            row.update(values)
        else:
            row = {**dict.fromkeys(self.fields.get(table, {}), ""), **values}
            row[key] = row.get(key) or str(9001 + len(kept))
            if table == "SO_HDR":
                row["SO_LINE"] = [_stored(line) for line in by_name(body)[1]]
                row["X1_TOT"] = sum(one["ORD_QTY"] * one["ART_PX"] for one in row["SO_LINE"])
            kept.append(row)
        return httpx.Response(200, content=answer_of(table, [row]))


def by_name(body: Row) -> tuple[Row, list[Row]]:
    """The values of a write by field name: the header's, and each line's."""

    def names(definition: Row) -> list[str]:
        return [field["Name"] for field in definition["Fields"]]

    table, data = body["Table"], body["TableData"]
    header = dict(zip(names(table["Definition"]), data["Data"]["Rows"][0]["Values"], strict=True))
    lines = [
        dict(zip(names(definition), row["Values"], strict=True))
        for definition, detail in zip(table.get("DetailDefinitions") or [], data.get("DetailData") or [], strict=True)
        for row in detail["Rows"]
    ]
    for one in (header, *lines):
        one.pop("RowId", None)
        one.pop("HeaderId", None)
    return header, lines


def _stored(values: Row) -> Row:
    """Moments come back without milliseconds and zone (reference: 2.5 Value types)."""
    return {name: value[:19] if isinstance(value, str) and value.endswith(".000Z") else value for name, value in values.items()}


def answer_of(table: str, rows: list[Row]) -> bytes:
    """A flattened data set: children beside their parents, tied by the parent's place."""
    parents, children = [], []
    for place, row in enumerate(rows):
        parents.append({**{k: v for k, v in row.items() if k != "SO_LINE"}, "EXT_KEY": place + 1, f"{table}_Id": place})
        children += [{**line, f"{table}_Id": place, "SO_LINE_Id": number} for number, line in enumerate(row.get("SO_LINE", []))]
    body = {table: parents, ("SO_LINE" if table == "SO_HDR" else "USR_LINK"): children}
    return simplejson.dumps(body, use_decimal=True).encode()


def _object(code: str, open_: bool) -> Row:
    return {"Code": code, "Description": code, "InsertAllowed": open_, "UpdateAllowed": open_, "DeleteAllowed": False}


@pytest.fixture
def fake() -> FakeAccountView:
    """An AccountView with the basics and no relations."""
    made = FakeAccountView()
    made.rows["LEDGER"] = [{"ACCT_NR": "1210", "ACCT_NAME": "Debiteuren"}, {"ACCT_NR": "8000", "ACCT_NAME": "Omzet"}]
    made.rows["VAT"] = [{"VAT_CODE": "1", "VAT_PCT": 21}, {"VAT_CODE": "2", "VAT_PCT": 9}]
    made.rows["DAILY"] = [{"DJ_CODE": "VEK", "DJ_NAME": "Verkoopboek"}]
    made.rows["ART_GRP"] = [{"AG_CODE": "POT", "AG_DESC": "Potten"}]
    return made


Connect = Callable[..., AccountViewConnector]


@pytest.fixture
def connect(fake: FakeAccountView) -> Iterator[Connect]:
    """Open a connector on the fake, with settings of one's own."""
    clients = []

    def opened(**settings: str) -> AccountViewConnector:
        values = {one.name: one.default for one in plugin.manifest().settings} | {"company": "VB01"} | settings
        client = open_client("http://accountview.test", title="AccountView", transport=httpx.MockTransport(fake))
        clients.append(client)
        return AccountViewConnector(Settings(values), client)

    yield opened
    for client in clients:
        client.close()


TABLE_ROWS = Tables([
    TableEntry("vat_code", {"rate": "21"}, "1"), TableEntry("vat_code", {"rate": "9"}, "2"),
    TableEntry("vat_code", {"rate": "0"}, "0"), TableEntry("payment_term", {}, "30"),
])  # fmt: skip


@pytest.fixture(scope="session")
def mapping() -> Callable[[str, str], CompiledMapping]:
    """The plugin's own rows of one direction and resource, compiled."""
    seeds = list(read_seeds(Catalog().add("accountview", plugin)))

    def compiled(direction: str, resource: str) -> CompiledMapping:
        rows = [parse_rule(s.target, s.spec) for s in seeds if (s.direction, s.resource) == (direction, resource)]
        return compile_mapping(rows, transforms={**TRANSFORMS, **plugin.transforms()}, tables=TABLE_ROWS)

    return compiled


def money(text: str) -> Decimal:
    """An amount."""
    return Decimal(text)


def as_json(value: Any) -> Any:
    """What a value is after a trip over the wire."""
    return json.loads(json.dumps(value, default=str))
