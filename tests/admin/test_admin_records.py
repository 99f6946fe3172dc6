"""Records and problems: finding, telling, explaining, retrying and skipping."""

from koppel.store.models import Activity
from koppel_admin.desk import EXTENSION
from support.pair import an_order


def parked(pair):
    return pair.rows(state="parked")


def test_the_dashboard_says_what_needs_a_person(filled, owner):
    html = owner.text("/admin/")
    assert "One thing needs you" in html
    assert "2 records wait for an answer" in html
    assert "SKU TULP-9 is not in Ledger" in html


def test_an_empty_dashboard_says_what_comes_next(pair, owner):
    assert "Now choose what travels" in owner.text("/admin/")


def test_all_is_well_when_nothing_waits(pair, owner):
    pair.run(pair.flow("product"))
    assert "All is well" in owner.text("/admin/")


def test_the_list_is_read_by_key(pair, owner):
    for number in range(60):
        pair.shop.add("product", sku=f"S-{number:03}", name="x")
    pair.run(pair.flow("product"))
    first = owner.text("/admin/activity/?status=done")
    assert "S-059" in first
    assert "S-005" not in first
    more = next(part for part in first.split('"') if "after=" in part).replace("&amp;", "&")
    assert "status=done" in more
    second = owner.text(more)
    assert "S-009" in second
    assert "S-000" in second
    assert "S-010" not in second


def test_search_goes_to_the_one_that_is_meant(filled, owner):
    answer = owner.get("/admin/search/?q=1001")
    assert answer.headers["Location"] == f"/admin/activity/order/{filled.rows(label='#1001')[0].id}/"
    answer = owner.get("/admin/search/?q=100")
    assert answer.headers["Location"] == "/admin/activity/?q=100"
    html = owner.text("/admin/activity/?q=100")
    assert all(f"#100{number}" in html for number in (1, 2, 3, 4))
    assert "Nothing found" in owner.text("/admin/activity/?q=zzz")
    assert owner.get("/admin/search/?q=").status_code == 302


def test_the_timeline_tells_what_came_in_and_what_was_made(filled, owner):
    html = owner.text(f"/admin/activity/order/{filled.rows(label='#1001')[0].id}/")
    assert "Read from Shop" in html
    assert "What came in" in html
    assert "What was made of it" in html
    assert "c1001@example.nl" in html


def test_repeats_are_told_once(filled, owner):
    row = filled.rows(label="#1001")[0]
    with filled.site.db.write() as session:
        for _ in range(5):
            session.add(Activity(flow_id=row.flow_id, incoming_id=row.id, kind="retry", text="Ledger does not answer."))
    html = owner.text(f"/admin/activity/order/{row.id}/")
    assert html.count("Ledger does not answer.") == 1
    assert "tried 4 more times" in html


def test_a_field_is_explained(filled, owner):
    row = filled.rows(label="#1001")[0]
    html = owner.text(f"/admin/activity/order/{row.id}/?why=reference")
    assert "the default of the plugin" in html
    assert "Open this rule" in html
    assert "#1001</strong>" in html
    assert "Open this rule" not in owner.text(f"/admin/activity/order/{row.id}/?why=nonsense")


def test_names_with_markup_are_only_text(pair, owner):
    pair.ledger.add("product", sku="ROOS-1", name="Roos")
    pair.shop.add("sales_order", **an_order("<script>alert(1)</script>"))
    pair.run(pair.flow("sales_order"))
    row = pair.rows()[0]
    for url in ("/admin/activity/", f"/admin/activity/order/{row.id}/", "/admin/search/?q=%3Cscript%3E", "/admin/run/1/"):
        assert "<script>alert" not in owner.get(url, follow_redirects=True).text, url


def test_ticked_records_go_again(filled, owner):
    first, second = parked(filled)
    answer = owner.post(f"/admin/problems/{first.id}/act/", {"id": [first.id], "act": "retry"}, follow_redirects=True)
    assert "One record goes again" in answer.text
    assert [row.label for row in parked(filled)] == [second.label]
    filled.ledger.add("product", sku="TULP-9", name="Tulp")
    filled.run("sales-order-shop")
    assert filled.rows(label=first.label)[0].state == "done"
    assert "eigenaar" in owner.text(f"/admin/activity/order/{first.id}/")


def test_why_records_wait_is_said_once_where_it_is_the_same_and_by_each_where_it_is_not(filled, owner):
    first, second = parked(filled)
    url = f"/admin/problems/{first.id}/"
    assert first.reason == second.reason
    assert owner.text(url).count(first.reason) == 1
    with filled.site.db.write() as session:
        session.get(type(second), second.id).reason = "SKU TULP-9 is not in Ledger any more."
    page = owner.text(url)
    assert ("SKU TULP-9 is not in Ledger any more." in page, first.reason in page, ">Why</th>" in page) == (True, True, True)


def test_all_of_a_cause_go_again(filled, owner):
    answer = owner.post(f"/admin/problems/{parked(filled)[0].id}/act/", {"act": "all"}, follow_redirects=True)
    assert "2 records go again" in answer.text
    assert "This problem is solved" in answer.text
    assert parked(filled) == []


def test_skipping_asks_why_and_keeps_the_ticks(filled, owner):
    first, second = parked(filled)
    url = f"/admin/problems/{first.id}/act/"
    html = owner.post(url, {"id": [second.id], "act": "skip", "why": " "}).text
    assert "Say in a few words why" in html
    assert f'value="{second.id}" checked' in html
    assert f'value="{first.id}" checked' not in html
    assert len(parked(filled)) == 2
    assert "Tick at least one" in owner.post(url, {"act": "retry"}).text
    owner.post(url, {"id": [second.id], "act": "skip", "why": "double"})
    assert filled.rows(label=second.label)[0].state == "skipped"
    assert "Skipped (double) by eigenaar" in owner.text(f"/admin/activity/order/{second.id}/")


def test_one_record_is_sent_again(filled, owner):
    row = parked(filled)[0]
    url = f"/admin/activity/order/{row.id}/"
    assert "Send again" in owner.text(url)
    answer = owner.post(f"{url}again/", follow_redirects=True)
    assert "goes again with the next run" in answer.text
    done = filled.rows(label="#1001")[0]
    assert "Send again" not in owner.text(f"/admin/activity/order/{done.id}/")
    answer = owner.post(f"/admin/activity/order/{done.id}/again/", follow_redirects=True)
    assert "nothing to send again" in answer.text


def test_a_run_is_started_in_the_background(filled, owner):
    filled.shop.add("sales_order", **an_order(1005))
    answer = owner.post("/admin/run-now/", {"flow": "sales-order-shop"}, follow_redirects=True)
    assert "The run has begun" in answer.text
    owner.app.extensions[EXTENSION].starter.wait(60)
    assert filled.rows(label="#1005")[0].state == "done"
    assert "by eigenaar" in owner.text("/admin/flow/sales-order-shop/")


def test_a_run_that_cannot_begin_says_why(filled, owner):
    owner.post("/admin/connections/ledger/pause/", {"paused": "yes"})
    answer = owner.post("/admin/run-now/", {"flow": "sales-order-shop"}, follow_redirects=True)
    assert "The connection Ledger is paused" in answer.text
    assert owner.post("/admin/run-now/", {"flow": "nothing"}).status_code == 404
