"""Forms: flows, connections, tables and default debtors; wrong input is refused beside the field and kept."""

import dataclasses
import html as html_module
import itertools
import re
import typing

import pytest
from koppel.documents import Line
from koppel.finance.vat import Treatment
from koppel.manifest import OAuth
from koppel.runner.policy import Policy
from koppel.store.models import Choice, Connection, DebtorRule, Incoming, TableRow
from koppel_admin.services.flow_questions import GROUPS, NAMES
from koppel_admin.words import CONDITIONS
from support.filled import SECRET, wait_for_vat

FLOW = {"name": "new-flow", "source": "shop", "target": "ledger", "resource": "product", "schedule": "5m", "sequence": "10"}


def wrong_fields(text):
    """The inputs that are marked as wrong."""
    return re.findall(r'name="([^"]+)"[^>]*aria-invalid="true"', text)


def values(text, prefix=""):
    """What the inputs hold; a box without its tick holds nothing."""
    text = re.sub(r'<input type="checkbox" name="[^"]+" value="[^"]*">', "", text)
    found = re.findall(r'name="([^"]+)"[^>]*? value="([^"]*)"', text)
    return {name: html_module.unescape(value) for name, value in found if name.startswith(prefix)}


def connection(pair, name="shop"):
    with pair.site.db.read() as session:
        return session.query(Connection).filter_by(name=name).one()


def test_every_setting_of_a_flow_is_on_its_form():
    assert set(NAMES) == {one.name for one in dataclasses.fields(Policy)}
    assert len(set(NAMES)) == len(list(itertools.chain(*GROUPS.values()))), "each stands under one heading"


def test_every_value_that_a_condition_can_have_has_its_word():
    kinds = typing.get_args(Line.model_fields["kind"].annotation)
    assert set(CONDITIONS["kind"]) == set(kinds)
    assert set(CONDITIONS["treatment"]) == set(typing.get_args(Treatment)) - {""}


def test_a_condition_with_few_values_is_chosen_not_typed(filled, owner):
    html = owner.get("/admin/tables/vat_code/?connection=ledger&missing.treatment=export").text
    chosen = re.search(r'<select name="row-\d+-on-treatment".*?<option value="export" selected>Outside the EU', html, re.S)
    assert chosen
    assert "eu_business, eu_consumer" not in html


def test_a_flow_is_made(pair, owner):
    answer = owner.post("/admin/flow/new/", {**FLOW, "title": "Artikelen"}, follow_redirects=True)
    assert "Artikelen" in answer.text
    flow = pair.site.flow("new-flow")
    assert (flow.schedule, flow.sequence, flow.resource) == ("5m", 10, "product")


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": "Ongeldige Naam"}, "name"), ({"name": "new"}, "name"), ({"name": "sales-order-shop"}, "name"),
     ({"schedule": "soms"}, "schedule"), ({"sequence": "eerst"}, "sequence")],
)  # fmt: skip
def test_a_wrong_flow_is_refused_and_kept(filled, owner, change, field):
    answer = owner.post("/admin/flow/new/", {**FLOW, **change, "title": "Mijn titel"})
    assert wrong_fields(answer.text) == [field]
    kept = values(answer.text)
    assert kept["title"] == "Mijn titel"
    assert kept[field] == change[field]


def test_flow_settings_are_saved_and_read_back(filled, owner):
    typed = {"schedule": "10m", "release": "paid, partially_paid", "shipping_sku": "VERZENDEN", "update": "no",
             "since": "2026-01-31", "settle_seconds": "30", "filters": "status: open\nlimit: 5", "pass_on": "yes"}  # fmt: skip
    assert owner.post("/admin/flow/sales-order-shop/settings/", typed).status_code == 302
    flow = filled.site.flow("sales-order-shop")
    assert flow.settings == {
        "release": ["paid", "partially_paid"], "shipping_sku": "VERZENDEN", "update": False, "since": "2026-01-31",
        "settle_seconds": 30.0, "filters": {"status": "open", "limit": 5}, "pass_on": True,
    }  # fmt: skip
    text = owner.text("/admin/flow/sales-order-shop/")
    assert values(text)["release"] == "paid, partially_paid"
    assert "status: open" in text
    owner.post("/admin/flow/sales-order-shop/settings/", values(text) | {"update": "no", "pass_on": "yes", "filters": "status: open\nlimit: 5"})
    assert filled.site.flow("sales-order-shop").settings == flow.settings


@pytest.mark.parametrize(
    ("field", "typed"), [("schedule", "elke dag"), ("since", "gisteren"), ("settle_seconds", "lang"), ("filters", "- a")]
)
def test_wrong_flow_settings_are_refused_and_kept(filled, owner, field, typed):
    before = filled.site.flow("sales-order-shop").settings
    answer = owner.post("/admin/flow/sales-order-shop/settings/", {"shipping_sku": "VERZENDEN", field: typed})
    assert wrong_fields(answer.text) == [field]
    assert typed in answer.text
    assert values(answer.text)["shipping_sku"] == "VERZENDEN"
    assert filled.site.flow("sales-order-shop").settings == before


def test_a_flow_is_paused_by_somebody(filled, owner):
    owner.post("/admin/flow/sales-order-shop/pause/", {"paused": "yes"})
    assert "Paused by eigenaar" in owner.text("/admin/flow/")
    owner.post("/admin/flow/sales-order-shop/pause/", {"paused": "no"})
    assert not filled.site.flow("sales-order-shop").paused


def test_a_connection_is_made_and_tested(pair, owner):
    typed = {"conn_name": "winkel-2", "conn_title": "Winkel 2", "set_world": "elders", "set_base_url": "http://127.0.0.1:9", "act": "test"}
    answer = owner.post("/admin/connections/new/?system=shop", typed, follow_redirects=True)
    assert "Connected to Shop as elders" in answer.text
    assert connection(pair, "winkel-2").title == "Winkel 2"


@pytest.mark.parametrize("name", ["shop", "new", "Fout!"])
def test_a_connection_does_not_take_the_name_of_another(pair, owner, name):
    typed = {"conn_name": name, "conn_title": "Mijn winkel", "set_world": "elders"}
    answer = owner.post("/admin/connections/new/?system=ledger", typed)
    assert wrong_fields(answer.text) == ["conn_name"]
    assert values(answer.text)["set_world"] == "elders"
    assert connection(pair).system == "shop"


def test_an_empty_mandatory_setting_is_named(pair, owner):
    answer = owner.post("/admin/connections/shop/", {"set_world": "", "set_base_url": "http://127.0.0.1:8"})
    assert wrong_fields(answer.text) == ["set_world"]
    assert values(answer.text)["set_base_url"] == "http://127.0.0.1:8"
    assert connection(pair).settings["world"] != ""


def test_a_test_that_fails_says_so_at_the_field(filled, owner):
    filled.shop.down = True
    answer = owner.post("/admin/connections/shop/test/")
    assert answer.status_code == 200
    assert wrong_fields(answer.text) == ["set_base_url"]
    assert "The fake system cannot be reached" in answer.text


def with_secret(pair):
    """Let the shop's manifest have a secret, an OAuth login and a setting from a live list."""
    from koppel.manifest import Setting

    plugin = pair.site.catalog.plugins["shop"]
    settings = (*plugin.manifest.settings, Setting("password", "Password", secret=True, required=False),
                Setting("client_id", "Client", required=False), Setting("client_secret", "Key", secret=True, required=False),
                Setting("division", "Administration", choices_from="administration", required=False),
                Setting("channels", "Sales channels", "Where it is sold.", "several", required=False, choices_from="channel"))  # fmt: skip
    oauth = OAuth("authorization_code", token_path="/token", authorize_path="/authorize", scopes=("read",))
    manifest = dataclasses.replace(plugin.manifest, settings=settings, oauth=oauth)
    pair.site.catalog.plugins["shop"] = dataclasses.replace(plugin, manifest=manifest)


def test_a_secret_is_never_shown_and_an_empty_one_is_kept(pair, owner):
    with_secret(pair)
    owner.post("/admin/connections/shop/", {"set_world": "w", "set_password": SECRET})
    text = owner.text("/admin/connections/shop/")
    assert SECRET not in text
    assert "saved – leave empty to keep" in text
    owner.post("/admin/connections/shop/", {"set_world": "w2", "set_password": ""})
    row = connection(pair)
    assert pair.site.vault.unseal(row.secrets)["password"] == SECRET
    assert row.settings["world"] == "w2"
    wrong = owner.post("/admin/connections/shop/", {"set_world": "", "set_password": "a-new-secret-word"})
    assert "a-new-secret-word" not in wrong.text


def test_a_live_list_becomes_a_choice(pair, owner):
    with_secret(pair)
    with pair.site.db.write() as session:
        session.add(Choice(connection_id=connection(pair).id, list="administration", code="402118", title="Bloem & Blad"))
    text = owner.text("/admin/connections/shop/")
    assert re.search(r'<select id="f-set_division".*?Bloem &amp; Blad \(402118\)', text, re.S)


def test_several_of_a_live_list_are_ticked_and_what_is_no_longer_listed_stays_until_it_is_unticked(pair, owner):
    with_secret(pair)
    owner.post("/admin/connections/shop/", {"set_world": "w", "set_channels": "web, gone"})
    assert re.search(r'<input id="f-set_channels"[^>]*value="web, gone"', owner.text("/admin/connections/shop/"))
    with pair.site.db.write() as session:
        session.add_all(Choice(connection_id=connection(pair).id, list="channel", code=code, title=code.title()) for code in ("web", "pos"))
    text = owner.text("/admin/connections/shop/")
    boxes = dict(re.findall(r'name="set_channels" value="([^"]+)"( checked)?>', text))
    assert boxes == {"web": " checked", "pos": "", "gone": " checked"}
    owner.post("/admin/connections/shop/", {"set_world": "w", "set_channels": ["web", "pos"]})
    assert connection(pair).settings["channels"] == "web, pos"
    owner.post("/admin/connections/shop/", {"set_world": "w"})
    assert connection(pair).settings["channels"] == ""


def test_a_login_goes_there_with_a_word_of_its_own(pair, owner, monkeypatch):
    with_secret(pair)
    owner.post("/admin/connections/shop/", {"set_world": "w", "set_client_id": "app-1", "set_client_secret": SECRET})
    answer = owner.get("/admin/connections/shop/login/")
    address = answer.headers["Location"]
    assert address.startswith("http://127.0.0.1:9/authorize?")
    assert "redirect_uri=http%3A%2F%2Flocalhost%2Foauth%2Fcallback" in address
    state = re.search(r"state=([^&]+)", address)[1]
    forged = owner.get("/oauth/callback?code=abc&state=forged", follow_redirects=True)
    assert "was not begun here" in forged.text
    replayed = owner.get(f"/oauth/callback?code=abc&state={state}", follow_redirects=True)
    assert "was not begun here" in replayed.text, "a forged answer uses the word up"


def test_the_code_of_a_login_is_exchanged(pair, owner, monkeypatch):
    with_secret(pair)
    taken = []
    monkeypatch.setattr("koppel.connections.tokens.TokenKeeper.exchange", lambda self, code, uri, came_back: taken.append((code, uri)))
    owner.post("/admin/connections/shop/", {"set_world": "w", "set_client_id": "app-1", "set_client_secret": SECRET})
    state = re.search(r"state=([^&]+)", owner.get("/admin/connections/shop/login/").headers["Location"])[1]
    with pair.site.db.write() as session:
        session.query(Connection).filter_by(name="shop").one().state = "login"
    answer = owner.get(f"/oauth/callback?code=abc&state={state}", follow_redirects=True)
    assert taken == [("abc", "http://localhost/oauth/callback")]
    assert "Connected to Shop as w" in answer.text
    assert connection(pair).state == "active"


def test_a_connection_without_login_says_so(pair, owner):
    answer = owner.get("/admin/connections/shop/login/", follow_redirects=True)
    assert "needs no login" in answer.text


def grid(text):
    """The rows of a grid as it would be sent back."""
    fields = values(text, "row-")
    for name, body in re.findall(r'<select name="(row-[^"]+)".*?>(.*?)</select>', text, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        fields[name] = chosen[1] if chosen else ""
    return {name: value for name, value in fields.items() if not name.endswith(("force", "remove"))}


def test_a_missing_value_is_chosen_once_and_its_records_go(filled, owner):
    wait_for_vat(filled)
    problem = owner.text("/admin/problems/")
    link = html_module.unescape(re.search(r'href="(/admin/tables/vat_code/[^"]+)"', problem)[1])
    text = owner.text(link)
    fields = grid(text)
    row = next(name[: -len("on-rate")] for name, value in fields.items() if name.endswith("on-rate") and value == "6")
    assert fields[f"{row}on-country"] == "BE"
    assert "Laag" in text
    answer = owner.post("/admin/tables/vat_code/?connection=ledger", {**fields, f"{row}value": "1"}, follow_redirects=True)
    assert "One record that waited goes again" in answer.text
    assert filled.rows(label="#1003")[0].state == "new"
    with filled.site.db.read() as session:
        found = session.query(TableRow).filter_by(table="vat_code").order_by(TableRow.id).all()
    assert [(one.conditions, one.value, one.changed_by) for one in found] == [
        ({"rate": "21"}, "2", ""), ({"rate": "6", "country": "BE"}, "1", "eigenaar"),
    ]  # fmt: skip


def test_what_is_still_missing_keeps_waiting(filled, owner):
    wait_for_vat(filled)
    text = owner.text("/admin/tables/vat_code/?connection=ledger")
    assert "Records wait for these values" in text
    owner.post("/admin/tables/vat_code/?connection=ledger", {**grid(text), "row-9-on-rate": "9", "row-9-value": "1"})
    assert filled.rows(label="#1003")[0].state == "parked"


def test_a_row_without_a_value_is_refused_and_kept(filled, owner):
    fields = grid(owner.text("/admin/tables/vat_code/?connection=ledger"))
    answer = owner.post("/admin/tables/vat_code/?connection=ledger", {**fields, "row-3-on-rate": "6", "row-3-on-country": "BE"})
    assert "Choose a value" in answer.text
    assert wrong_fields(answer.text) == ["row-3-value"]
    assert values(answer.text)["row-3-on-country"] == "BE"
    with filled.site.db.read() as session:
        assert session.query(TableRow).count() == 1


def test_rows_are_changed_removed_and_contradictions_told(filled, owner):
    url = "/admin/tables/vat_code/?connection=ledger"
    fields = grid(owner.text(url))
    assert fields["row-1-value"] == "2"
    added = {"row-2-on-country": "BE", "row-2-value": "1", "row-3-value": "2"}
    text = owner.post(url, {**fields, **added}, follow_redirects=True).text
    assert "fits the same records" in text
    fields = grid(text)
    gone = {"row-2-remove": "yes", "row-3-remove": "yes", "row-1-force": "yes"}
    owner.post(url, {**fields, **gone})
    with filled.site.db.read() as session:
        found = session.query(TableRow).filter_by(table="vat_code").one()
    assert (found.conditions, found.force) == ({"rate": "21"}, True)


def test_rows_of_another_connection_stay_out_of_reach(filled, owner):
    with filled.site.db.read() as session:
        number = session.query(TableRow).one().id
    owner.post("/admin/tables/vat_code/?connection=shop", {"row-1-number": str(number), "row-1-on-rate": "21", "row-1-value": "hijack"})
    with filled.site.db.read() as session:
        assert [one.value for one in session.query(TableRow)] == ["2"]


def test_debtor_rules_are_kept_in_order(pair, owner):
    base = "/admin/debtors/edit/?connection=ledger"
    for debtor, country in (("9001", "NL"), ("9002", "BE"), ("9003", "")):
        assert owner.post(base, {"debtor": debtor, "country": country, "enabled": "yes"}).status_code == 302

    def order():
        with pair.site.db.read() as session:
            return [(one.debtor, one.id) for one in session.query(DebtorRule).order_by(DebtorRule.position)]

    assert [name for name, _ in order()] == ["9001", "9002", "9003"]
    last = order()[2][1]
    owner.post(f"/admin/debtors/move/?connection=ledger&id={last}", {"to": "up"})
    owner.post(f"/admin/debtors/move/?connection=ledger&id={last}", {"to": "up"})
    owner.post(f"/admin/debtors/move/?connection=ledger&id={last}", {"to": "up"})
    assert [name for name, _ in order()] == ["9003", "9001", "9002"]
    owner.post(f"/admin/debtors/edit/?connection=ledger&id={last}", {"debtor": "9004", "condition": "record.total > 500"})
    text = owner.text("/admin/debtors/?connection=ledger")
    assert "9004" in text
    assert "Not in use" in text
    owner.post(f"/admin/debtors/remove/?connection=ledger&id={last}")
    assert [name for name, _ in order()] == ["9001", "9002"]
    assert owner.get("/admin/debtors/edit/?connection=shop&id=1").status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [({"debtor": ""}, "debtor"), ({"country": "Nederland"}, "country"), ({"condition": "record.total >"}, "condition"),
     ({"condition": "__import__('os')"}, "condition")],
)  # fmt: skip
def test_a_wrong_debtor_rule_is_refused_and_kept(pair, owner, change, field):
    answer = owner.post("/admin/debtors/edit/?connection=ledger", {"debtor": "9001", "channel": "web", **change})
    assert wrong_fields(answer.text) == [field]
    assert values(answer.text)["channel"] == "web"
    with pair.site.db.read() as session:
        assert session.query(DebtorRule).count() == 0


@pytest.mark.parametrize(("table", "title"), [
    ("payment_term", "Payment terms"), ("payment_method", "Payment methods"), ("shipping_method", "Shipping methods"),
])
def test_fin_05_the_problem_opens_the_table_with_the_method_that_it_lacks_filled_in(filled, owner, table, title):
    with filled.site.db.write() as session:
        row = session.query(Incoming).filter_by(label="#1003").one()
        row.cause, row.reason = f"table.{table}:Klarna", "There is no value for Klarna."
        row.facts = {"table": table, "keys": {"method": "Klarna"}}
    link = html_module.unescape(re.search(rf'href="(/admin/tables/{table}/[^"]+)"', owner.text("/admin/problems/"))[1])
    text = owner.text(link)
    assert title in text
    fields = grid(text)
    row = next(name[: -len("on-method")] for name, value in fields.items() if name.endswith("on-method") and value == "Klarna")
    answer = owner.post(f"/admin/tables/{table}/?connection=ledger", {**fields, f"{row}value": "KL"}, follow_redirects=True)
    assert "One record that waited goes again" in answer.text
    assert filled.rows(label="#1003")[0].state == "new"


def test_kinds_of_lines_are_ticked_and_match_keys_chosen_in_turn(pair, owner):
    name = pair.flow("sales_order", on_ledger="tip, fee")
    page = owner.get(f"/admin/flow/{name}/").text
    ticks = re.findall(r'name="on_ledger" value="(\w+)"( checked)?> ([^<]+)<', page)
    assert ("tip", " checked", "Tip") in ticks
    assert ("custom", "", "Article without a SKU") in ticks
    assert {code for code, checked, _ in ticks if checked} == {"tip", "fee"}
    given = {"on_ledger": ["shipping", "custom"], "person_match_keys": ["", "code", "", "email"], "schedule": "5m"}
    assert owner.post(f"/admin/flow/{name}/settings/", given).status_code == 302
    kept = pair.site.flow(name).settings
    assert (kept["on_ledger"], kept["person_match_keys"]) == (["shipping", "custom"], ["code", "email"])
    page = owner.get(f"/admin/flow/{name}/").text
    chosen = re.findall(r'<select name="person_match_keys".*?</select>', page, re.S)
    assert [re.findall(r'value="(\w+)" selected', one) for one in chosen][:3] == [["code"], ["email"]]
    assert owner.post(f"/admin/flow/{name}/settings/", {"schedule": "5m"}).status_code == 302
    assert "on_ledger" not in pair.site.flow(name).settings


def test_a_kind_or_key_that_is_not_among_the_choices_stays_until_it_is_taken_off(pair, owner):
    name = pair.flow("sales_order", company_match_keys=["debtor_code", "email"])
    page = owner.get(f"/admin/flow/{name}/").text
    assert '<option value="debtor_code" selected>debtor_code</option>' in page
