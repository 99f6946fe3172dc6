"""Debtors arrive whole: a company with its contact, or a person, with a delivery address where that differs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from koppel import Batch, ConfigurationError, Draft, Lookup, Query, Receipt, RejectedError, TransientError, Write
from koppel.documents import Address, Contact, Party
from koppel.documents.base import read_document
from koppel_accountview.connector import AccountViewConnector

Connect = Callable[..., AccountViewConnector]


def _firm(**more: Any) -> Party:
    values: dict[str, Any] = {
        "kind": "company", "name": "Bloem & Blad BV", "email": "Inkoop@Bloem.example", "phone": "0201234567", "vat_number": "NL 8000.00.001.B01",
        "contacts": [Contact(first_name="Jan", last_name="de Vries", email="jan@bloem.example")],
        "billing": Address(line="Kerkstraat 12", line2="bus 3", postcode="1012ab", city="Amsterdam", country="NL"),
    }  # fmt: skip
    return Party(**values | more)


def _write(mapping: Any, party: Party, id: str | None = None, **more: Any) -> Batch:
    fields, _ = mapping("outbound", "customer").run(party.view(), "update" if id else "create")
    return Batch("customer", (Write("k1", Draft("customer", fields), id, **more),))


def _one(connector: AccountViewConnector, batch: Batch) -> Receipt:
    return connector.upsert(batch).items[0]


def test_a_company_gets_its_contact_underneath(fake: Any, connect: Connect, mapping: Any) -> None:
    receipt = _one(connect(), _write(mapping, _firm()))
    assert (receipt.id, receipt.number, receipt.action, receipt.error) == ("9001", "9001", "created", None)
    debtor, person, tie = fake.rows["CONTACT"][0], fake.rows["PEOPLE"][0], fake.rows["CON_PP"][0]
    assert (debtor["ACCT_NAME"], debtor["SRC_CODE"], debtor["ACCT_NR"]) == ("Bloem & Blad BV", "BLOEMBLADB", "1210")
    assert (debtor["ADDRESS1"], debtor["POST_CODE"], debtor["MAIL_BUS"]) == ("Kerkstraat 12, bus 3", "1012 AB", "inkoop@bloem.example")
    assert debtor["VAT_NR"] == "NL800000001B01"
    assert (person["FST_NAME"], person["LST_NAME"], person["MAIL_BUS"]) == ("Jan", "de Vries", "jan@bloem.example")
    assert (tie["SUB_NR"], tie["PP_CODE"]) == ("9001", person["PP_CODE"])


def test_the_number_is_left_to_accountview(fake: Any, connect: Connect, mapping: Any) -> None:
    _one(connect(), _write(mapping, _firm(code="123456789012345")))
    names = [field["Name"] for field in fake.sent()[0]["Table"]["Definition"]["Fields"]]
    assert "SUB_NR" not in names
    assert names[0] == "RowId"


def test_a_person_is_a_debtor_by_full_name_without_contacts(fake: Any, connect: Connect, mapping: Any) -> None:
    person = Party(kind="person", name="Zoë Bakker", email="zoe@x.example", contacts=[Contact(last_name="Bakker")])
    assert _one(connect(), _write(mapping, person)).action == "created"
    assert fake.rows["CONTACT"][0]["ACCT_NAME"] == "Zoë Bakker"
    assert fake.rows["PEOPLE"] == []


def test_without_persons_records_the_contact_stands_on_the_debtor(fake: Any, connect: Connect, mapping: Any) -> None:
    fake.closed = {"PP1"}
    assert _one(connect(), _write(mapping, _firm())).error is None
    assert fake.rows["CONTACT"][0]["MAIN_CONT"] == "Jan de Vries"
    assert fake.rows["CONTACT"][0]["MC_MAILB"] == "jan@bloem.example"
    assert fake.rows["PEOPLE"] == []


def test_writing_the_same_again_changes_nothing(fake: Any, connect: Connect, mapping: Any) -> None:
    connector = connect()
    _one(connector, _write(mapping, _firm()))
    count = len(fake.calls)
    assert _one(connector, _write(mapping, _firm(), "9001")).action == "unchanged"
    assert not [one for one in fake.calls[count:] if one.method != "GET"]
    assert (len(fake.rows["CONTACT"]), len(fake.rows["PEOPLE"]), len(fake.rows["CON_PP"])) == (1, 1, 1)


def test_a_change_is_sent_with_the_key(fake: Any, connect: Connect, mapping: Any) -> None:
    connector = connect()
    _one(connector, _write(mapping, _firm()))
    receipt = _one(connector, _write(mapping, _firm(phone="0699"), "9001"))
    assert receipt.action == "updated"
    assert fake.rows["CONTACT"][0]["TEL_BUS"] == "0699"
    assert fake.sent("PUT")[0]["id"] == "9001"


def test_a_lost_answer_half_way_is_made_good_without_doubles(fake: Any, connect: Connect, mapping: Any) -> None:
    lost = {"POST LNCP": 1}

    def breaks(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and b'"LNCP"' in request.content and lost["POST LNCP"]:
            lost["POST LNCP"] = 0
            raise httpx.ReadTimeout("gone")
        return None

    fake.before = breaks
    with pytest.raises(TransientError):
        connect().upsert(_write(mapping, _firm()))
    connector = connect()
    found = connector.find(Lookup("customer", "email", ("inkoop@bloem.example",)))
    match = found.matches["inkoop@bloem.example"][0]
    assert _one(connector, _write(mapping, _firm(), match.id, current=match.data)).action == "updated"
    assert (len(fake.rows["CONTACT"]), len(fake.rows["PEOPLE"]), len(fake.rows["CON_PP"])) == (1, 1, 1)


def test_another_delivery_address_is_made_once(fake: Any, connect: Connect, mapping: Any) -> None:
    there = Address(name="Magazijn", line="Havenweg 3", postcode="3011 AA", city="Rotterdam", country="NL")
    connector = connect()
    _one(connector, _write(mapping, _firm(shipping=there)))
    _one(connector, _write(mapping, _firm(shipping=there), "9001"))
    assert [(row["SUB_NR"], row["DEL_NAME"], row["ADDRESS1"]) for row in fake.rows["DEL_ADDR"]] == [("9001", "Magazijn", "Havenweg 3")]


def test_the_own_address_is_no_delivery_address(fake: Any, connect: Connect, mapping: Any) -> None:
    same = Address(line="KERKSTRAAT 12", line2="bus 3", postcode="1012 AB", city="Amsterdam", country="NL")
    _one(connect(), _write(mapping, _firm(shipping=same)))
    assert fake.rows["DEL_ADDR"] == []


def test_a_debtor_that_is_gone_is_told(connect: Connect, mapping: Any) -> None:
    receipt = _one(connect(), _write(mapping, _firm(), "4711"))
    assert isinstance(receipt.error, RejectedError)
    assert "4711 is no longer among the debtors" in receipt.error.message


def test_without_a_control_account_the_setting_is_named(fake: Any, connect: Connect, mapping: Any) -> None:
    fake.rows["LEDGER"] = []
    with pytest.raises(ConfigurationError) as caught:
        connect().upsert(_write(mapping, _firm()))
    assert caught.value.field == "control_account"
    assert connect(control_account="1200").upsert(_write(mapping, _firm())).items[0].error is None
    assert fake.rows["CONTACT"][0]["ACCT_NR"] == "1200"


def test_what_had_to_be_cut_is_told(fake: Any, connect: Connect) -> None:
    draft = Draft("customer", {"ACCT_NAME": "x" * 41, "SRC_CODE": "X", "X15_SHOE": 43})
    receipt = connect().upsert(Batch("customer", (Write("k", draft),))).items[0]
    assert receipt.data["warnings"] == [
        "ACCT_NAME was shortened to 40 characters.", "CONTACT has no field X15_SHOE in this AccountView; it was left out.",
    ]  # fmt: skip


@pytest.mark.parametrize(("key", "asked", "stored"), [
    ("email", "info@oz.example", "Info@oz.example"), ("email", "INFO@oz.example", "info@oz.example"), ("code", "ab1", "AB1"),
    ("email", "y" * 60 + "@x.example", "y" * 50), ("vat_number", "nl800000001b01", "NL800000001B01"),
])  # fmt: skip
def test_a_debtor_is_recognised_as_accountview_keeps_it(
    fake: Any, connect: Connect, key: str, asked: str, stored: str
) -> None:
    field = {"email": "MAIL_BUS", "code": "SUB_NR", "vat_number": "VAT_NR"}[key]
    fake.rows["CONTACT"] = [{"SUB_NR": "1", "ACCT_NAME": "A", "MAIL_BUS": "other@x.example", "VAT_NR": ""}]
    fake.rows["CONTACT"].append({"SUB_NR": "2", "ACCT_NAME": "B", "MAIL_BUS": "", "VAT_NR": "", field: stored})
    found = connect().find(Lookup("customer", key, (asked, "nobody@x.example")))
    assert [match.data["ACCT_NAME"] for match in found.matches[asked]] == ["B"]
    assert "nobody@x.example" not in found.matches


def test_the_usable_one_of_two_comes_first(fake: Any, connect: Connect) -> None:
    fake.rows["CONTACT"] = [
        {"SUB_NR": "1", "ACCT_NAME": "A", "MAIL_BUS": "a@x.example", "REC_BLK": True},
        {"SUB_NR": "2", "ACCT_NAME": "B", "MAIL_BUS": "a@x.example", "REC_BLK": False},
    ]
    found = connect().find(Lookup("customer", "email", ("a@x.example",)))
    assert [match.number for match in found.matches["a@x.example"]] == ["2", "1"]


def test_many_are_looked_up_in_few_calls(fake: Any, connect: Connect) -> None:
    fake.rows["CONTACT"] = [{"SUB_NR": str(n), "ACCT_NAME": f"N{n}", "MAIL_BUS": f"m{n}@x.example"} for n in range(60)]
    connector = connect()
    found = connector.find(Lookup("customer", "code", tuple(str(n) for n in range(0, 120, 2))))
    assert sorted(found.matches, key=int) == [str(n) for n in range(0, 60, 2)]
    assert len(fake.reads("AR1")) <= 2 + 5 + 1


def test_an_or_that_is_not_honoured_never_makes_a_double(fake: Any, connect: Connect) -> None:
    fake.or_works = False
    fake.rows["CONTACT"] = [{"SUB_NR": str(n), "ACCT_NAME": f"N{n}", "MAIL_BUS": ""} for n in range(5)]
    assert sorted(connect().find(Lookup("customer", "code", ("1", "3", "9"))).matches) == ["1", "3"]


def test_a_debtor_is_read_with_all_that_belongs_to_it(fake: Any, connect: Connect, mapping: Any) -> None:
    firm = _firm(shipping=Address(name="Magazijn", line="Havenweg 3", postcode="3011 AA", city="Rotterdam", country="NL"))
    _one(connect(), _write(mapping, firm))
    page = connect().fetch(Query("customer"))
    record = page.records[0]
    assert (record.id, record.label) == ("9001", "Bloem & Blad BV")
    fields, _ = mapping("inbound", "customer").run(record.data, "create")
    party = read_document(Party, fields)
    assert (party.kind, party.name, party.code) == ("company", "Bloem & Blad BV", "9001")
    assert [contact.name for contact in party.contacts] == ["Jan de Vries"]
    assert (party.billing.street, party.billing.house_number, party.billing.postcode) == ("Kerkstraat", "12", "1012 AB")
    assert party.shipping is not None
    assert party.shipping.city == "Rotterdam"


def test_ids_are_read_alone_and_leave_the_cursor(fake: Any, connect: Connect) -> None:
    fake.rows["CONTACT"] = [{"SUB_NR": str(n), "ACCT_NAME": f"N{n}"} for n in range(9)]
    page = connect().fetch(Query("customer", ids=("7", "99", "3")))
    assert [record.id for record in page.records] == ["7", "3"]
    assert (page.cursor, page.more) == (None, False)


def test_a_flow_can_choose_by_any_field(fake: Any, connect: Connect) -> None:
    fake.rows["CONTACT"] = [{"SUB_NR": str(n), "ACCT_NAME": f"N{n}", "CNT_CODE": "BE" if n % 3 else "NL"} for n in range(9)]
    page = connect().fetch(Query("customer", filters={"cnt_code": "nl"}))
    assert [record.id for record in page.records] == ["0", "3", "6"]
    with pytest.raises(ConfigurationError, match="CONTACT.X9_NO"):
        connect().fetch(Query("customer", filters={"X9_NO": "1"}))


def test_a_long_list_is_read_page_by_page(fake: Any, connect: Connect) -> None:
    fake.rows["CONTACT"] = [{"SUB_NR": str(n), "ACCT_NAME": f"N{n}"} for n in range(1, 48)]
    connector, cursor, seen = connect(), None, list[str]()
    for _ in range(9):
        page = connector.fetch(Query("customer", cursor, limit=20))
        cursor, seen = page.cursor, seen + [record.id for record in page.records]
        if not page.more:
            break
    assert seen == sorted(map(str, range(1, 48)))


def test_a_person_is_read_with_first_and_last_name(fake: Any, connect: Connect, mapping: Any) -> None:
    fake.rows["CONTACT"] = [{"SUB_NR": "1", "ACCT_NAME": "Jan-Willem van den Berg", "MAIL_BUS": "JW@x.example", "CNT_CODE": "BE"}]
    fields, _ = mapping("inbound", "customer").run(connect().fetch(Query("customer")).records[0].data, "create")
    party = read_document(Party, fields)
    assert (party.kind, party.first_name, party.last_name, party.email) == ("person", "Jan-Willem", "van den Berg", "jw@x.example")
    assert party.billing.country == "BE"
