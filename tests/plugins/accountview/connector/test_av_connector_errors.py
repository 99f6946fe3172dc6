"""Each way of saying no becomes a sentence that a bookkeeper understands, and the right thing happens next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from koppel import (
    AuthError,
    Batch,
    ConfigurationError,
    Draft,
    KoppelError,
    Lookup,
    PluginError,
    Query,
    RejectedError,
    TransientError,
    Write,
)
from koppel_accountview.connector import AccountViewConnector
from koppel_accountview.errors import refusal, text_of

Connect = Callable[..., AccountViewConnector]
ARTICLE = Batch("product", (Write("k1", Draft("product", {"ART_CODE": "A-1", "ART_DESC1": "Pot"})),))


def _own(text: str) -> dict[str, Any]:
    return {"ErrorType": "AccountViewError", "ErrorNumbers": None, "ErrorMessage": text}


SAID = [
    ("Administratie VB24 is geblokkeerd door gebruiker JAN.", TransientError, "accountview.locked"),
    ("De administratie is in gebruik.", TransientError, "accountview.locked"),
    ("De communicatieservice van AccountView is niet bereikbaar.", TransientError, "accountview.offline"),
    ("AccountView is not running", TransientError, "accountview.offline"),
    ("Het token is verlopen.", AuthError, "accountview.login"),
    ("U heeft onvoldoende rechten voor deze bewerking.", ConfigurationError, "accountview.right"),
    ("Toevoegen aan bedrijfsobject SO1 is niet toegestaan.", ConfigurationError, "accountview.right"),
    ("Onderneming '9' is onbekend of u heeft er geen toegang toe.", ConfigurationError, "accountview.company"),
    ("Administratie VB19 is gearchiveerd.", ConfigurationError, "accountview.archived"),
    ("Bedrijfsobject 'SO1' bestaat niet.", ConfigurationError, "accountview.object"),
    ("Boekjaar 2019 is afgesloten; mutaties zijn niet mogelijk.", RejectedError, "accountview.year"),
    ("Artikel 'A-1' bestaat al.", RejectedError, "accountview.exists"),
    ("Veld AG_CODE (Artikelgroep) is verplicht.", RejectedError, "accountview.mandatory"),
    ("Veld ART_DESC1: de tekst is langer dan 40 tekens.", RejectedError, "accountview.length"),
    ("Debiteur '1001' is geblokkeerd voor orders.", RejectedError, "accountview.blocked"),
    ("Veld VAT_CODE: BTW-code '7' bestaat niet.", RejectedError, "accountview.reference"),
    ("Iets heel anders ging mis met dit record.", RejectedError, "rejected"),
]


@pytest.mark.parametrize(("text", "kind", "cause"), SAID)
@pytest.mark.parametrize("status", [200, 400])
def test_a_refused_write_says_what_and_keeps_the_text(status: int, text: str, kind: type[KoppelError], cause: str) -> None:
    error = refusal(status, _own(text), writing=True)
    assert type(error) is kind
    assert error.cause == cause
    assert text in error.message
    assert error.resolution
    assert "AccountView" in error.message
    assert text in error.detail


def test_the_field_that_is_wrong_is_named() -> None:
    error = refusal(400, _own("Veld SO_HDR.VAT_CODE: BTW-code '7' bestaat niet."), writing=True)
    assert isinstance(error, RejectedError)
    assert error.field == "VAT_CODE"


@pytest.mark.parametrize("value", ["TOKEN is verlopen", "OFFLINE", "geen rechten", "company onbekend"])
def test_somebody_s_value_in_the_text_says_nothing_about_the_kind(value: str) -> None:
    error = refusal(400, _own(f"Artikel '{value}' bestaat niet."), writing=True)
    assert type(error) is RejectedError
    assert error.cause == "accountview.reference"


@pytest.mark.parametrize(("status", "writing", "kind"), [
    (401, False, AuthError), (401, True, AuthError), (403, False, ConfigurationError), (403, True, ConfigurationError),
    (500, False, TransientError), (500, True, TransientError), (400, False, ConfigurationError), (400, True, RejectedError),
    (409, True, RejectedError), (422, True, RejectedError),
])  # fmt: skip
def test_an_unknown_text_is_judged_by_its_status(status: int, writing: bool, kind: type[KoppelError]) -> None:
    for body in (_own("Wat dan ook."), {"Message": "Wat dan ook."}, None):
        assert type(refusal(status, body, writing=writing)) is kind


def test_a_known_business_text_under_500_is_a_refusal_not_a_lost_answer() -> None:
    assert type(refusal(500, _own("Artikel 'A' bestaat al."), writing=True)) is RejectedError


def test_an_answer_is_no_error() -> None:
    assert refusal(200, {"CONTACT": [{"SUB_NR": "1"}]}, writing=False) is None
    assert refusal(201, {"CONTACT": []}, writing=True) is None
    assert text_of({"ErrorMessage": None, "CONTACT": []}) == ""
    assert text_of([1]) == ""


def test_an_error_without_words_still_says_something() -> None:
    assert "AccountViewError 17" in str(refusal(200, {"ErrorType": "AccountViewError", "ErrorNumbers": 17}, writing=True))


PAGE = "<html><body><h1>Service Unavailable</h1></body></html>"


@pytest.mark.parametrize(("answer", "kind"), [
    (httpx.Response(401, json=_own("Token ongeldig")), AuthError),
    (httpx.Response(403, text="Forbidden"), ConfigurationError),
    (httpx.Response(404, text=PAGE), ConfigurationError),
    (httpx.Response(404, json={"Message": "No HTTP resource was found"}), ConfigurationError),
    (httpx.Response(429, headers={"Retry-After": "7"}), TransientError),
    (httpx.Response(500, text=PAGE), TransientError),
    (httpx.Response(502, text=PAGE), TransientError),
    (httpx.Response(503), TransientError),
    (httpx.Response(504), TransientError),
    (httpx.Response(200, text=PAGE), TransientError),
    (httpx.Response(200, text='{"CONTACT": [{"SUB_'), TransientError),
    (httpx.Response(200, text=""), TransientError),
    (httpx.Response(200, json=[1, 2]), TransientError),
    (httpx.Response(200, json=_own("De communicatieservice is niet bereikbaar")), TransientError),
    (httpx.Response(302, headers={"Location": "https://elsewhere.test/"}), ConfigurationError),
])  # fmt: skip
@pytest.mark.parametrize("what", ["fetch", "find"])
def test_every_bad_answer_to_a_question_is_understood(
    fake: Any, connect: Connect, answer: httpx.Response, kind: type[KoppelError], what: str
) -> None:
    connector = connect()
    fake.before = lambda request: answer if request.url.path.endswith("/accountviewdata") else None
    ask: dict[str, Callable[[], Any]] = {"fetch": lambda: connector.fetch(Query("product")), "find": lambda: connector.find(Lookup("product", "sku", ("A-1",)))}  # fmt: skip
    with pytest.raises(kind) as caught:
        ask[what]()
    assert type(caught.value) is kind
    assert "AccountView" in caught.value.message


def test_the_wait_that_is_asked_for_is_kept(fake: Any, connect: Connect) -> None:
    fake.before = lambda request: httpx.Response(429, headers={"Retry-After": "7"})
    with pytest.raises(TransientError) as caught:
        connect().fetch(Query("product"))
    assert caught.value.retry_after == 7


def test_not_found_may_be_said_with_404(fake: Any, connect: Connect) -> None:
    connector = connect()
    not_found = httpx.Response(404, json=_own("Geen gegevens gevonden"))
    fake.before = lambda request: not_found if request.url.path.endswith("/accountviewdata") else None
    assert connector.find(Lookup("product", "sku", ("A-1",))).matches == {}


@pytest.mark.parametrize("answer", [
    httpx.Response(500, text=PAGE), httpx.Response(502), httpx.Response(504), httpx.Response(200, text=PAGE),
    httpx.Response(200, text='{"ARTICLE": ['), httpx.Response(200), httpx.Response(204), httpx.Response(200, json={"ARTICLE": []}),
    httpx.Response(200, json={"ARTICLE": [{"ART_DESC1": "Pot"}]}), httpx.Response(200, json=[]),
])  # fmt: skip
def test_a_write_without_a_clear_answer_is_never_called_done_or_refused(
    fake: Any, connect: Connect, answer: httpx.Response
) -> None:
    connector = connect()
    fake.before = lambda request: answer if request.method == "POST" else None
    with pytest.raises(TransientError):
        connector.upsert(ARTICLE)


@pytest.mark.parametrize("broken", [httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.ConnectError, httpx.ReadError])
def test_a_line_that_breaks_during_a_write_leaves_its_fate_open(fake: Any, connect: Connect, broken: Any) -> None:
    connector = connect()

    def breaks(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST":
            raise broken("gone")
        return None

    fake.before = breaks
    with pytest.raises(TransientError):
        connector.upsert(ARTICLE)


def test_a_refused_record_carries_its_own_error(fake: Any, connect: Connect) -> None:
    connector = connect()
    no = httpx.Response(200, json=_own("Veld AG_CODE (Artikelgroep) is verplicht."))
    fake.before = lambda request: no if request.method == "POST" else None
    receipt = connector.upsert(ARTICLE).items[0]
    assert isinstance(receipt.error, RejectedError)
    assert receipt.error.field == "AG_CODE"
    assert receipt.id == ""


@pytest.mark.parametrize("call", [
    lambda c: c.fetch(Query("invoice")), lambda c: c.find(Lookup("invoice", "x", ("1",))),
    lambda c: c.upsert(Batch("stock", (Write("k", Draft("stock")),))),
])  # fmt: skip
def test_what_it_cannot_do_is_said(connect: Connect, call: Callable[[AccountViewConnector], Any]) -> None:
    with pytest.raises(PluginError, match="AccountView cannot"):
        call(connect())
