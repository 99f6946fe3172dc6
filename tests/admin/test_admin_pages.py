"""Every page, on an empty and on a filled database: it answers, has one h1, and shows no secret."""

import re

from koppel.store.models import Activity, Incoming, Run

SECRET = "shpat_geheim_1234567890"
PLAIN = [
    "/admin/", "/admin/activity/", "/admin/activity/?q=%23100", "/admin/problems/", "/admin/flow/", "/admin/flow/new/",
    "/admin/run/", "/admin/connections/", "/admin/connections/new/", "/admin/connections/new/?system=shop",
    "/admin/connections/shop/", "/admin/mapper/", "/admin/mapper/ledger/outbound/sales_order/",
    "/admin/mapper/ledger/outbound/sales_order/row/", "/admin/mapper/ledger/outbound/sales_order/row/?target=reference",
    "/admin/tables/", "/admin/tables/vat_code/", "/admin/tables/vat_code/?connection=shop", "/admin/debtors/",
    "/admin/debtors/edit/?connection=ledger", "/admin/plugins/",
]  # fmt: skip
FILLED = [
    "/admin/flow/sales-order-shop/", "/admin/mapper/ledger/outbound/sales_order/?flow=sales-order-shop",
    "/admin/mapper/shop/inbound/sales_order/?flow=sales-order-shop",
    "/admin/mapper/ledger/outbound/sales_order/row/?target=reference&flow=sales-order-shop",
    "/admin/activity/?status=parked&flow=sales-order-shop",
]  # fmt: skip
FIRST_LINE = re.compile(r"\b(park(ed)?|payload|cursor|endpoint|webhook|HTTP|JSON|401)\b")


def sound(html, url):
    """What holds for every page."""
    assert html.count("<h1") == 1, url
    assert SECRET not in html, url
    assert not re.search(r'(src|href)="http:', html), url
    assert "<main" in html, url
    assert 'lang="en"' in html, url
    assert not re.search(r"\sstyle=|\son[a-z]+=", html), url
    for table in re.findall(r"<th\b[^>]*>", html):
        assert "scope=" in table, (url, table)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), (url, sorted(one for one in ids if ids.count(one) > 1))
    for heading in re.findall(r"<h1[^>]*>(.*?)</h1>", html, re.S):
        assert not FIRST_LINE.search(heading), url


def test_pages_answer_on_an_empty_database(owner):
    for url in PLAIN:
        sound(owner.text(url), url)


def test_pages_answer_on_a_filled_database(filled, owner):
    for url in (*PLAIN, *FILLED):
        sound(owner.text(url), url)


def test_every_record_problem_and_run_has_its_page(filled, owner):
    with filled.site.db.read() as session:
        records = session.query(Incoming).all()
        runs = session.query(Run).all()
        assert any(SECRET in str(step.data) for step in session.query(Activity)), "the secret must be there to be hidden"
    assert len(records) == 4
    for row in records:
        url = f"/admin/activity/order/{row.id}/"
        html = owner.text(url)
        sound(html, url)
        assert row.label in html
        assert "•••" in html or row.label != "#1003"
    for row in (one for one in records if one.state == "parked"):
        sound(owner.text(f"/admin/problems/{row.id}/"), "problem")
    for run in runs:
        sound(owner.text(f"/admin/run/{run.id}/"), "run")


def test_labels_are_tied_to_their_inputs(filled, owner):
    for url in (*PLAIN, *FILLED):
        html = owner.text(url)
        ids = set(re.findall(r'\sid="([^"]+)"', html))
        for wanted in re.findall(r'\sfor="([^"]+)"', html) + re.findall(r'aria-labelledby="([^"]+)"', html):
            assert wanted in ids, (url, wanted)
        for described in re.findall(r'aria-describedby="([^"]+)"', html):
            assert set(described.split()) <= ids, (url, described)
        for tag in re.findall(r"<(?:input|select|textarea)\b[^>]*>", html):
            named = re.search(r'\sid="([^"]+)"', tag)
            labelled = "aria-label=" in tag or f"<label>{tag}" in html or (named and f'for="{named[1]}"' in html) or 'type="hidden"' in tag
            assert labelled, (url, tag)


def test_missing_things_are_a_page_of_our_own(owner):
    for url in ("/admin/flow/nothing/", "/admin/connections/nothing/", "/admin/activity/order/99/", "/admin/run/99/",
                "/admin/problems/99/", "/admin/tables/nothing/", "/nowhere", "/admin/mapper/shop/sideways/product/"):  # fmt: skip
        answer = owner.get(url)
        assert answer.status_code == 404, url
        assert "There is nothing here" in answer.text
        assert "Traceback" not in answer.text


def test_a_bug_shows_no_traceback(owner, monkeypatch):
    def broken(*_args):
        raise RuntimeError("secret inner words")

    owner.app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("koppel_admin.views.plugins.site", broken)
    answer = owner.get("/admin/plugins/")
    assert answer.status_code == 500
    assert "secret inner words" not in answer.text
    assert "nothing is lost" in answer.text


def test_a_record_is_only_at_its_own_address(filled, owner):
    row = filled.rows()[0]
    assert owner.get(f"/admin/activity/order/{row.id}/").status_code == 200
    assert owner.get(f"/admin/activity/customer/{row.id}/").status_code == 404
