"""Whatever is typed, sent twice, sent late or asked for: a sentence, never a traceback, and nothing half done."""

import html as html_module
import re

from koppel.store.models import Connection, DebtorRule, Flow, Rule, TableRow

HUGE = "n" * 40_000
SCRIPT = "<script>alert('x')</script>"
EMOJI = "Bloem & Blad 🌷🇳🇱 ‮ ﷽"
TOO_LARGE = 99_999_999_999_999_999_999
DEBTOR = "/admin/debtors/edit/?connection=ledger"
TABLE = "/admin/tables/vat_code/?connection=ledger"


def sentence(answer, *codes):
    """What the page says; it must be one of ours."""
    text = html_module.unescape(answer.text)
    assert answer.status_code in codes, (answer.status_code, text[:500])
    assert "Traceback" not in text
    assert "does not understand" not in text
    assert "<h1" in text
    return text


def all_of(pair, model):
    """The rows of a table."""
    with pair.site.db.read() as session:
        return session.query(model).all()


def test_forty_kilobytes_in_a_rule_are_refused_and_kept(pair, owner):
    for field in ("debtor", "country", "channel", "payment_method", "condition"):
        text = sentence(owner.post(DEBTOR, {"debtor": "9001", field: HUGE}), 200)
        assert 'aria-invalid="true"' in text, field
        assert HUGE in text, field
    assert all_of(pair, DebtorRule) == []


def test_forty_kilobytes_as_a_name_are_refused(pair, owner):
    flow = {"name": "new-flow", "source": "shop", "target": "ledger", "resource": "product", "sequence": "10"}
    for field in ("name", "title", "schedule", "sequence"):
        assert 'aria-invalid="true"' in sentence(owner.post("/admin/flow/new/", {**flow, field: HUGE}), 200), field
    typed = {"conn_name": "nieuw", "conn_title": "Nieuw", "set_world": "w"}
    for field in ("conn_name", "conn_title"):
        answer = owner.post("/admin/connections/new/?system=shop", {**typed, field: HUGE})
        assert 'aria-invalid="true"' in sentence(answer, 200), field
    assert len(all_of(pair, Flow)) == 0
    assert len(all_of(pair, Connection)) == 2


def test_forty_kilobytes_in_a_table_or_a_row_are_refused(pair, owner):
    text = sentence(owner.post(TABLE, {"row-1-on-rate": HUGE, "row-1-value": "2"}), 200)
    assert "too long" in text
    text = sentence(owner.post(TABLE, {"row-1-on-rate": "21", "row-1-value": HUGE}), 200)
    assert "too long" in text
    assert all_of(pair, TableRow) == []
    before = len(all_of(pair, Rule))
    row = "/admin/mapper/ledger/outbound/product/row/"
    sentence(owner.post(row, {"target": HUGE, "from": "sku", "act": "save"}), 200)
    sentence(owner.post(row, {"target": "x", "expr": "1+" * 20_000 + "1", "act": "save"}), 200)
    sentence(owner.post(row, {"target": "x", "from": "sku", "transform": "cut: 5\n" * 8000, "act": "save"}), 200)
    assert len(all_of(pair, Rule)) == before


def test_strange_names_are_shown_as_they_are(pair, owner):
    for number, name in enumerate((SCRIPT, EMOJI, "a\r\nb", "{{ 7*7 }}", "' OR 1=1 --"), 1):
        assert owner.post(DEBTOR, {"debtor": name, "channel": name, "enabled": "yes"}).status_code == 302
        typed = {"conn_name": f"nieuw-{number}", "conn_title": name, "set_world": name}
        assert owner.post("/admin/connections/new/?system=shop", typed).status_code == 302
        owner.post(TABLE, {"row-1-on-rate": name, "row-1-value": name})
        for url in ("/admin/debtors/?connection=ledger", f"/admin/connections/nieuw-{number}/", TABLE, "/admin/flow/new/"):
            answer = owner.get(url)
            sentence(answer, 200)
            assert "<script>alert" not in answer.text
        assert " ".join(name.split()) in " ".join(html_module.unescape(owner.text(f"{DEBTOR}&id={number}")).split())


NOWHERE = [
    f"/admin/problems/{TOO_LARGE}/", f"/admin/run/{TOO_LARGE}/", f"/admin/activity/order/{TOO_LARGE}/", "/admin/problems/-1/",
    "/admin/run/x/", "/admin/activity/order/0/", "/admin/flow/%F0%9F%8C%B7/", "/admin/connections/..%2F..%2Fetc/",
    f"/admin/connections/{'n' * 3000}/", "/admin/connections/new/?system=nothing", "/admin/debtors/?connection=nothing",
    "/admin/debtors/edit/?connection=ledger&id=7", "/admin/debtors/remove/?connection=ledger", "/admin/tables/vat_code/?connection=x",
    "/admin/mapper/nothing/outbound/product/", "/admin/mapper/ledger/outbound/product/row/?target=none",
    "/admin/mapper/ledger/outbound/product/?flow=none", "/admin/mapper/ledger/outbound/product/change/?target=sku&act=x",
]  # fmt: skip


def test_wrong_numbers_and_names_in_an_address_are_not_found(filled, owner):
    for url in NOWHERE:
        sentence(owner.get(url), 404)


NOTHING = [
    f"/admin/activity/?after={TOO_LARGE}&run={TOO_LARGE}", "/admin/activity/?run=²&after=-5&status=nothing&flow=nothing",
    f"/admin/run/?after={TOO_LARGE}", f"/admin/run/1/?after={TOO_LARGE}", f"/admin/problems/3/?after={TOO_LARGE}",
    f"/admin/activity/?q={'q' * 3000}", f"/admin/search/?q={SCRIPT}",
]  # fmt: skip


def test_wrong_filters_find_nothing_and_say_so(filled, owner):
    for url in NOTHING:
        sentence(owner.get(url, follow_redirects=True), 200)


def test_a_nul_is_refused_before_a_database_meets_it(filled, owner):
    for url in ("/admin/activity/?q=%00", "/admin/flow/a%00b/", "/admin/debtors/?connection=%00"):
        sentence(owner.get(url), 400)
    sentence(owner.post(DEBTOR, {"debtor": "9\x001"}), 400)


def test_numbers_of_rows_that_are_none_are_left_out(filled, owner):
    answer = owner.post("/admin/problems/3/act/", {"act": "retry", "id": [str(TOO_LARGE), "²", "-1", "x"]})
    assert "Tick at least one record." in sentence(answer, 200)
    text = sentence(owner.post(TABLE, {"row-1-number": str(TOO_LARGE), "row-1-on-rate": "9", "row-1-value": "1"}, follow_redirects=True), 200)
    assert "Saved." in text


def test_what_is_sent_twice_is_there_once(pair, owner):
    for _ in range(2):
        assert owner.post(DEBTOR, {"debtor": "9001", "country": "NL", "enabled": "yes"}).status_code == 302
        assert owner.post(TABLE, {"row-1-on-rate": "21", "row-1-value": "2"}).status_code == 302
    assert len(all_of(pair, DebtorRule)) == 1
    assert len(all_of(pair, TableRow)) == 1
    flow = {"name": "twee", "source": "shop", "target": "ledger", "resource": "product"}
    assert owner.post("/admin/flow/new/", flow).status_code == 302
    assert "There is a flow of this name already." in sentence(owner.post("/admin/flow/new/", flow), 200)
    assert len(all_of(pair, Flow)) == 1


def late(visitor, url, fields):
    """Send a form whose token is of an earlier session, as a browser would."""
    here = {"Origin": "http://localhost"}
    return visitor.client.post(url, data={**fields, "csrf_token": "of-yesterday"}, headers=here)


def test_a_late_form_keeps_what_was_typed_but_no_secret(pair, owner):
    fields = {"debtor": "9001", "channel": '"><script>alert(1)</script>', "password": "een-geheim"}
    text = late(owner, DEBTOR, fields)
    assert text.status_code == 400
    assert "What you filled in is kept." in text.text
    assert "een-geheim" not in text.text
    assert "<script>alert" not in text.text
    kept = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text.text))
    assert html_module.unescape(kept["channel"]) == fields["channel"]
    assert all_of(pair, DebtorRule) == []
    again = owner.client.post(DEBTOR, data={**{name: html_module.unescape(one) for name, one in kept.items()}, "enabled": "yes"})
    assert again.status_code == 302
    assert [(one.debtor, one.channel) for one in all_of(pair, DebtorRule)] == [("9001", fields["channel"])]


def test_another_sites_words_are_not_offered_for_sending(pair, owner):
    for headers in ({"Origin": "https://evil.example"}, {}):
        answer = owner.client.post(DEBTOR, data={"debtor": "666", "csrf_token": "x"}, headers=headers)
        assert answer.status_code == 400
        assert "666" not in answer.text
        assert "cannot be used any more" in answer.text


def test_a_late_login_form_asks_for_the_password_once_more(pair, stranger):
    answer = late(stranger, "/login", {"email": "eigenaar@example.nl", "password": "een-goed-wachtwoord"})
    assert answer.status_code == 400
    assert "once more" in answer.text
    assert 'value="eigenaar@example.nl"' in answer.text
    assert "een-goed-wachtwoord" not in answer.text


def test_too_much_at_once_is_refused(pair, owner):
    answer = owner.post(DEBTOR, {"debtor": "n" * 5_000_000})
    assert "too much at once" in sentence(answer, 413)
