"""What the AccountView simulator tells about itself: objects, dictionary, administrations, companies."""

from __future__ import annotations

from typing import Any

PATH = "/api/v3/accountviewsystemdata"


def dictionary(api: Any, table: str, **more: Any) -> list[dict[str, Any]]:
    params = {"businessobject": "fld", "pagesize": 256, "FilterControlSource1": "DBF_NAME", "FilterOperator1": "Contains",
              "FilterValueType1": "C", "FilterValue1": table, **more}
    body = api.http.get(PATH, params=params).json()
    assert set(body) == {"DCT_FILE", "DCT_FLD", "DCT_TAG"}
    assert body["DCT_FILE"] == body["DCT_TAG"] == []
    rows: list[dict[str, Any]] = body["DCT_FLD"]
    return rows


def test_the_dictionary_describes_every_field_of_a_table(api: Any) -> None:
    fields = {row["FIELD_NAME"]: row for row in dictionary(api, "CONTACT ")}
    number = fields["SUB_NR"]
    assert (number["FIELD_TYPE"], number["FIELD_LEN"], number["INP_MAND"], number["FLD_FMT"]) == ("C", 10, True, "!")
    assert fields["CNG_DATE"]["COM_BLK"] is True
    assert fields["CNG_DATE"]["CNG_DATE"] == ""
    assert set(api.rows("AR1")[0]) == {*fields, "EXT_KEY", "CONTACT_Id"}


def test_added_fields_are_marked(api: Any) -> None:
    custom = {row["FIELD_NAME"] for row in dictionary(api, "ARTICLE ") if row["REC_CUST"]}
    assert custom == {"A8_EAN", "A8_WEIGHT"}


def test_the_dictionary_is_paged_by_its_own_numbers(api: Any) -> None:
    whole = api.rows("FLD", PageSize=1000)
    seen: list[dict[str, Any]] = []
    while page := api.rows("FLD", PageSize=50, **({"LastKey": seen[-1]["DCT_FLD_Id"]} if seen else {})):
        seen += page
    assert [row["DBF_NAME"] for row in seen] == sorted(row["DBF_NAME"] for row in seen)
    assert seen == whole
    assert len(seen) > 150
    assert "LastKey" in api.message(api.read("FLD", LastKey="veel"))


def test_tables_name_their_object_and_rights(api: Any) -> None:
    tables = {row["DBF_NAME"]: row for row in api.http.get(PATH, params={"BusinessObject": "DBF"}).json()["DCT_FILE"]}
    assert tables["SO_HDR"]["TBL_CHILD"] == "SO_LINE"
    assert tables["SO_LINE"]["TBL_HDR"] == "SO_HDR"
    assert tables["CONTACT"]["OBJ_CODE"] == "AR1"
    assert tables["CONTACT"]["NO_XML_UPD"] is False
    assert tables["LEDGER"]["NO_INSERT"] is True
    assert tables["LEDGER"]["NO_XML_UPD"] is True


def test_administrations_are_told_per_year(api: Any, bodies: Any) -> None:
    body = api.http.get(PATH, params={"BusinessObject": "adl"}).json()
    assert [(row["ATS_YEAR"], row["ADM_ARCH"], row["BLCK_DATE"]) for row in body["ADM_LIST"]] == [(str(bodies.year), False, None)]


def test_only_system_objects_are_system_data(api: Any) -> None:
    assert "systeemgegevens" in api.message(api.http.get(PATH, params={"BusinessObject": "AR1"}))
    assert "BusinessObject" in api.message(api.http.get(PATH))


def test_a_company_nests_its_administrations(api: Any, bodies: Any) -> None:
    row = api.rows("CMP1")[0]
    assert (row["COMP_ID"], row["COMP_DESC"]) == ("VB01", "Voorbeeld BV")
    assert [line["ATS_YEAR"] for line in row["COMP_LN"]] == [str(bodies.year)]


def test_objects_tell_their_rights(api: Any) -> None:
    objects = {one["Code"]: one for one in api.http.get("/api/v3/accountviewsystembusinessobjects").json()}
    assert objects["SO1"] == {"Code": "SO1", "Description": "Verkooporders", "InsertAllowed": True, "UpdateAllowed": True, "DeleteAllowed": False}
    assert objects["GL1"]["InsertAllowed"] is False
    assert {"AR1", "ADDR", "PP1", "LNCP", "AK1", "AG1", "PT1", "VA1", "DJ1", "CC1", "IL1", "CU1"} <= set(objects)


def test_the_fields_of_an_object_are_listed(api: Any) -> None:
    rows = api.http.get("/api/v3/accountviewfields", params={"BusinessObject": "so1", "PageSize": 500}).json()
    assert {(one["TableName"], one["FieldName"]) for one in rows} >= {("SO_HDR", "RPL_INV"), ("SO_LINE", "ART_PX")}
    assert len(api.http.get("/api/v3/accountviewfields", params={"BusinessObject": "so1", "PageSize": 5}).json()) == 5
