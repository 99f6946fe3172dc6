"""Each refusal of Exact Online becomes a sentence a bookkeeper understands, with what to do about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from koppel import (
    AuthError,
    Batch,
    ConfigurationError,
    Draft,
    KoppelError,
    PluginError,
    Query,
    RejectedError,
    TransientError,
    Write,
)
from koppel_exactonline import sentences
from koppel_exactonline.errors import message_of, refusal
from koppel_exactonline.names import named
from koppel_exactonline.translations import LANGUAGES, MORE, UNKNOWN

Connect = Callable[..., Any]

BUSINESS = [
    ("Verplicht: Factuur voor", "rejected.mandatory:Factuur voor"),
    ("Mandatory: Invoice to", "rejected.mandatory:Invoice to"),
    ("Obligatoire : Facturer à", "rejected.mandatory:Facturer à"),
    ("Ongeldige referentie: Leveren aan", "rejected.reference:Leveren aan"),
    ("Invalid reference: Deliver to", "rejected.reference:Deliver to"),
    ("Référence invalide : Livrer à", "rejected.reference:Livrer à"),
    ("Gegeven bestaat reeds.", "rejected.exists:"),
    ("Data already exists", "rejected.exists:"),
    ("Les données existent déjà.", "rejected.exists:"),
    ("Ongeldig: Btw-percentage []", "rejected.vat:Btw-percentage []"),
    ("Invalid: VAT code [9]", "rejected.vat:VAT code [9]"),
    ("Non valide : Code TVA", "rejected.vat:Code TVA"),
    ("Invalid: Email []", "rejected.email:Email []"),
    ("Ongeldig: E-mail [jan@]", "rejected.email:E-mail [jan@]"),
    ("Unknown: Fiscal year (Period - date table)", "rejected.fiscal_year:"),
    ("Invalid: Journal (type)", "rejected.journal:Journal (type)"),
    ("Ongeldig: Klant (Type)", "rejected.customer:Klant (Type)"),
    ("Periode is afgesloten", "rejected.period:"),
    ("The period is closed", "rejected.period:"),
    ("La période est clôturée", "rejected.period:"),
    ("In gebruik: Boekstuknummer", "rejected.in_use:Boekstuknummer"),
    ("Not allow to update in Basic : Warehouse", "rejected.edition:"),
    ("Not available: Setting (General ledger accounts : Links - Sales invoice discounts)", "rejected.edition:"),
    ("Niet toegestaan: Verkooporder is voltooid", "rejected.completed:"),
    ("Niet toegestaan: Boeking is verwerkt", "rejected.completed:"),
    ("Not allowed: Entry is processed", "rejected.completed:"),
    ("Non autorisé : l'écriture est traitée", "rejected.completed:"),
    ("Te lang: Omschrijving", "rejected.length:Omschrijving"),
    ("Geblokkeerd: Relatie", "rejected.blocked:Relatie"),
    ("Ongeldig: Valuta [XXX]", "rejected.value:Valuta [XXX]"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "field"), [
    ("Verplicht: Besteld door", "OrderedBy"), ("Mandatory: Ordered by", "OrderedBy"), ("Obligatoire : Commandé par", "OrderedBy"),
    ("Ongeldig: Btw-percentage []", "VATCode"), ("Invalid: Email [jan@]", "Email"), ("Invalid: Journal (type)", "Journal"),
    ("Ongeldige referentie: Betalingsconditie: Verkoop", "PaymentCondition"), ("Verplicht: Iets eigens", "Iets eigens"),
])  # fmt: skip
def test_the_field_is_named_as_the_mapping_names_it(text: str, field: str) -> None:
    assert sentences.refused(text).field == field


def write(exact: Any) -> Any:
    return exact.upsert(Batch("customer", (Write("k", Draft("customer", {"Name": "x"})),)))


@pytest.mark.parametrize(("text", "cause"), BUSINESS)
def test_a_business_error_is_classed_in_three_languages(text: str, cause: str) -> None:
    error = sentences.refused(text)
    assert error.cause == cause
    assert error.resolution.endswith(".")
    assert text in error.detail
    assert text.split(":")[-1].strip(" .") in error.message or cause.endswith(":")


@pytest.mark.parametrize(("text", "cause"), BUSINESS)
@pytest.mark.parametrize("language", ["nl", "fr", "nl_BE"])
def test_koppels_own_sentence_is_in_the_language_of_the_installation(text: str, cause: str, language: str) -> None:
    english, error = sentences.refused(text), sentences.refused(text, language)
    assert (error.cause, error.field) == (cause, english.field)
    assert error.message != english.message
    assert error.resolution != english.resolution
    assert error.resolution.endswith(".")


def test_every_known_refusal_is_translated_with_the_same_places() -> None:
    for language in ("nl", "fr"):
        known = LANGUAGES[language]
        assert set(known) == {kind.cause for kind in sentences.KINDS} | {UNKNOWN, MORE}
        for kind in sentences.KINDS:
            assert re.findall(r"{\w+}", known[kind.cause][0]) == re.findall(r"{\w+}", kind.message)


def test_a_refusal_is_told_in_dutch_where_the_installation_speaks_it(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("POST", "crm/Accounts", kit.error(500, "Invalid: Email []\r\nMandatory: Name"))
    exact = connect(service)
    exact.language = "nl"
    (receipt,) = write(exact).items
    assert receipt.error.message == "Exact Online wil dat “Name” is ingevuld. Het zegt ook: Invalid: Email []"


def test_lists_are_named_as_people_call_them() -> None:
    assert [named(one) for one in ("salesorder/SalesOrders", "sync/CRM/Accounts", "vat/VATCodes", "cashflow/PaymentConditions")] == [
        "sales orders", "customers", "VAT codes", "payment conditions",
    ]  # fmt: skip


def test_several_sentences_are_all_told() -> None:
    error = sentences.refused("Verplicht: Factuur voor\r\nVerplicht: Besteld door")
    assert error.field == "InvoiceTo"
    assert "Besteld door" in error.message


@given(st.text(max_size=300))
def test_an_unknown_text_is_kept_and_never_breaks(text: str) -> None:
    error = sentences.refused(text)
    assert error.message
    assert error.resolution
    if error.cause.startswith("rejected:") and text.split():
        assert text.split()[0] in error.message


def test_a_business_refusal_comes_back_with_the_record(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("POST", "crm/Accounts", kit.error(500, "Gegeven bestaat reeds."))
    (receipt,) = write(connect(service)).items
    assert isinstance(receipt.error, RejectedError)
    assert receipt.error.cause == "rejected.exists:"


@pytest.mark.parametrize("text", [
    "A problem has occurred. The cause of this issue will be investigated as soon as possible.",
    "Er is een fout opgetreden. De oorzaak wordt zo snel mogelijk onderzocht.",
    "Timeout expired.",
])  # fmt: skip
def test_an_apology_says_nothing_about_the_record(service: Any, connect: Connect, kit: SimpleNamespace, text: str) -> None:
    service.on("POST", "crm/Accounts", kit.error(500, text))
    with pytest.raises(TransientError, match="may have been carried out"):
        write(connect(service))


@pytest.mark.parametrize(("reason", "field"), [
    ("BlockedUser", ""), ("InactiveUser", ""), ("BlockedCustomer", ""), ("LicenseExpired", ""), ("DivisionBlocked", "division"),
    ("NoDivisionAccess", "division"),
])  # fmt: skip
def test_a_refusal_with_a_reason_says_who_must_do_what(
    service: Any, connect: Connect, kit: SimpleNamespace, reason: str, field: str
) -> None:
    service.on("GET", "bulk/CRM/Accounts", kit.error(403, "Forbidden", Reason=reason))
    with pytest.raises(ConfigurationError) as caught:
        connect(service).fetch(Query("customer"))
    assert caught.value.field == field
    assert caught.value.cause == f"forbidden.{reason}"
    assert caught.value.resolution


def test_a_missing_scope_and_a_missing_right_are_told_apart(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "bulk/CRM/Accounts", kit.error(403, "Forbidden - Application Scope Violated. Cannot read"))
    with pytest.raises(ConfigurationError) as scope:
        connect(service).fetch(Query("customer"))
    service.on("GET", "bulk/CRM/Accounts", kit.error(403, "Forbidden"))
    with pytest.raises(ConfigurationError) as right:
        connect(service).fetch(Query("customer"))
    assert "scope" in scope.value.resolution
    assert "right" in right.value.resolution
    assert not isinstance(right.value, AuthError)


def test_a_refused_login_asks_to_log_in_again(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "bulk/CRM/Accounts", httpx.Response(401))
    with pytest.raises(AuthError, match="log in again"):
        connect(service).fetch(Query("customer"))


@pytest.mark.parametrize(("response", "kind"), [
    (httpx.Response(429), TransientError),
    (httpx.Response(503), TransientError),
    (httpx.Response(500, text="oops"), TransientError),
    (httpx.Response(200, text="<!DOCTYPE html><html>", headers={"Content-Type": "text/html"}), TransientError),
    (httpx.Response(200, text='{"d": {"results": [{"ID":'), TransientError),
    (httpx.Response(200, text='{"x": 1}'), TransientError),
    (httpx.Response(200, text='{"d": {"results": [1, 2]}}'), TransientError),
    (httpx.Response(200, text='{"d": "text"}'), TransientError),
    (httpx.Response(302, headers={"Location": "https://start.exactonline.nl/docs/Login.aspx"}), ConfigurationError),
    (httpx.Response(404), ConfigurationError),
    (httpx.Response(405), PluginError),
    (httpx.Response(501), PluginError),
])  # fmt: skip
def test_trouble_while_reading_is_an_error_of_ours(service: Any, connect: Connect, response: httpx.Response, kind: type[KoppelError]) -> None:
    service.on("GET", "bulk/CRM/Accounts", response)
    with pytest.raises(kind) as caught:
        connect(service).fetch(Query("customer"))
    assert type(caught.value) is kind
    assert caught.value.message
    assert caught.value.resolution


def test_a_business_text_while_reading_is_no_refusal_of_a_record(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "bulk/CRM/Accounts", kit.error(500, "Ongeldig: Periode"))
    with pytest.raises(TransientError, match="Ongeldig: Periode"):
        connect(service).fetch(Query("customer"))


@pytest.mark.parametrize(("text", "field"), [
    ("Error processing request stream. The property name 'Nickname' specified for type 'Account' is not valid.", "Nickname"),
    ("Error processing request stream. Error encountered in converting the value from request payload for property 'Parent' to type "
     "'Guid', which is the property's expected type.", "Parent"),
    ("Error processing request stream. The request should be a valid top-level resource object.", ""),
])  # fmt: skip
def test_a_field_that_exact_does_not_know_points_to_the_mapping(
    service: Any, connect: Connect, kit: SimpleNamespace, text: str, field: str
) -> None:
    service.on("POST", "crm/Accounts", kit.error(400, text))
    (receipt,) = write(connect(service)).items
    assert isinstance(receipt.error, RejectedError)
    assert receipt.error.field == field
    assert "mapping" in receipt.error.resolution


def test_a_question_that_needs_a_filter_is_our_own_fault(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "vat/VATCodes", kit.error(400, "This endpoint has mandatory filtering applied. A GET request …"))
    with pytest.raises(PluginError, match="mandatory filtering"):
        connect(service).fetch(Query("vat_code"))


@given(st.binary(max_size=200), st.sampled_from([400, 401, 403, 404, 405, 413, 414, 418, 500, 501, 505, 599]), st.booleans())
def test_no_answer_whatever_is_in_it_breaks_the_translation(content: bytes, status: int, writing: bool) -> None:
    response = httpx.Response(status, content=content)
    assert isinstance(message_of(response), str)
    error = refusal(response, "crm/Accounts", writing)
    assert isinstance(error, KoppelError)
    assert error.message


@pytest.mark.parametrize("division", ["", "abc", "12-3", "１２", "9" * 20])
def test_an_administration_that_is_no_number_names_the_setting(service: Any, connect: Connect, division: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        connect(service, division=division).fetch(Query("customer"))
    assert caught.value.field == "division"
    assert not service.calls
