"""Who gets in: passwords, guessing, sessions, forged forms, roles, and headers."""

import re
from datetime import UTC, datetime

import pytest
from koppel.store.models import User
from koppel_admin.access import EVERYBODY
from koppel_admin.throttle import PER_PERSON, WINDOW, Throttle

FILL = {
    "name": "shop", "number": "1", "kind": "order", "system": "ledger", "direction": "outbound", "resource": "product",
    "filename": "koppel.js", "topic": "orders", "form": "json",
}  # fmt: skip
OPEN = {"door.login", "static", "badges", "root", "door.theme", "door.logout", "door.callback"}


def addresses(app, method):
    """Every address of ours that takes this method, with its names filled in."""
    for rule in app.url_map.iter_rules():
        if method in rule.methods:
            yield rule.endpoint, rule.rule, re.sub(r"<(?:int:|path:)?(\w+)>", lambda found: FILL[found[1]], rule.rule)


def test_no_page_without_login(filled, app, stranger):
    for endpoint, _rule, url in addresses(app, "GET"):
        if endpoint in OPEN:
            continue
        answer = stranger.get(url)
        assert answer.status_code == 302, url
        assert answer.headers["Location"].startswith("/login"), url


def test_no_form_without_login_or_token(filled, app, stranger, owner, viewer):
    before = snapshot(filled)
    posts = [(endpoint, url) for endpoint, _rule, url in addresses(app, "POST") if not endpoint.startswith("hooks.")]
    assert len(posts) >= 18
    for endpoint, url in posts:
        assert owner.post(url, token="forged").status_code == 400, url
        assert owner.client.post(url).status_code == 400, url
        if endpoint in ("door.login", "door.logout", "door.theme"):
            continue
        answer = stranger.post(url, token=stranger.token("/login"))
        assert answer.status_code == 302, url
        assert answer.headers["Location"].startswith("/login"), url
        assert viewer.post(url).status_code == 403, url
    assert snapshot(filled) == before


def snapshot(pair):
    """Everything a form could change."""
    from koppel.store.models import Connection, DebtorRule, Flow, Rule, Run, TableRow

    with pair.site.db.read() as session:
        found = []
        for table in (Connection, Flow, Rule, TableRow, DebtorRule, Run):
            for row in session.query(table).order_by(table.id):
                found.append({column.key: getattr(row, column.key) for column in table.__table__.columns})
    return found + [(row.id, row.state) for row in pair.rows()]


def test_a_viewer_sees_no_buttons_that_would_refuse(filled, viewer):
    for url in ("/admin/connections/", "/admin/connections/shop/", "/admin/flow/", "/admin/tables/vat_code/",
                "/admin/mapper/ledger/outbound/product/", "/admin/debtors/", "/admin/problems/4/"):  # fmt: skip
        html = viewer.text(url)
        main = html[html.index("<main") :]
        assert 'method="post"' not in main or "<button" not in main[main.index('method="post"') :], url
    assert viewer.get("/admin/connections/shop/login/").status_code == 403


def test_login_keeps_the_address_and_not_the_password(stranger):
    answer = stranger.login(password="verkeerd")
    assert answer.status_code == 401
    assert "do not belong together" in answer.text
    assert "eigenaar@example.nl" in answer.text
    assert "verkeerd" not in answer.text
    assert stranger.get("/admin/").status_code == 302


def test_guessing_is_slowed_down_also_with_the_right_word(stranger):
    for _ in range(PER_PERSON):
        assert stranger.login(password="verkeerd").status_code == 401
    assert stranger.login().status_code == 429


def test_the_throttle_counts_a_quarter_of_an_hour():
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    for _ in range(PER_PERSON):
        assert throttle.wait("A@x.nl", "1.2.3.4") == 0
        throttle.wrong("a@x.nl", "1.2.3.4")
    assert throttle.wait("a@x.nl", "1.2.3.4") == pytest.approx(WINDOW)
    assert throttle.wait("a@x.nl", "5.6.7.8") == 0
    assert throttle.wait("b@x.nl", "1.2.3.4") == 0
    now[0] = WINDOW + 1
    assert throttle.wait("a@x.nl", "1.2.3.4") == 0
    throttle.wrong("a@x.nl", "1.2.3.4")
    throttle.right("a@x.nl", "1.2.3.4")
    assert throttle.wait("a@x.nl", "1.2.3.4") == 0


def test_login_goes_back_to_our_own_pages_only(app, stranger):
    for target, wanted in (("/admin/flow/", "/admin/flow/"), ("//evil.example/", "/admin/"), ("https://evil.example", "/admin/"),
                           ("/\\evil.example", "/admin/"), ("javascript:alert(1)", "/admin/")):  # fmt: skip
        fields = {"email": "eigenaar@example.nl", "password": "een-goed-wachtwoord"}
        answer = stranger.post("/login", fields, token=stranger.token("/login"), query_string={"next": target})
        assert answer.headers["Location"] == wanted, target
        stranger.post("/logout")


def test_logging_out_ends_the_session(owner):
    assert owner.post("/logout").status_code == 302
    assert owner.get("/admin/").status_code == 302


def test_a_new_session_key_or_a_barred_person_ends_all_sessions(pair, owner, viewer):
    with pair.site.db.write() as session:
        session.query(User).filter_by(role="owner").one().session_key = "x" * 64
        session.query(User).filter_by(role="viewer").one().active = False
    assert owner.get("/admin/").status_code == 302
    assert viewer.get("/admin/").status_code == 302
    assert viewer.login("kijker@example.nl").status_code == 401


def test_who_comes_in_is_seen(pair, owner):
    with pair.site.db.read() as session:
        seen = session.query(User).filter_by(role="owner").one().last_seen_at
    assert (datetime.now(UTC) - seen).total_seconds() < 60


def test_cookies_and_headers(stranger):
    answer = stranger.get("/login")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    safe = stranger.app.test_client().get("/login", base_url="https://koppel.example")
    assert "Secure" in safe.headers["Set-Cookie"]
    policy = answer.headers["Content-Security-Policy"]
    nonce = re.search(r"script-src 'nonce-([^']+)'", policy)[1]
    assert re.findall(r'<script[^>]*nonce="([^"]+)"', answer.text) == [nonce]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert stranger.get("/login").headers["Content-Security-Policy"] != policy


def test_roles_are_those_that_people_can_have():
    assert frozenset({"owner", "admin", "bookkeeper", "operator", "viewer"}) == EVERYBODY


def test_the_theme_works_without_scripts(owner):
    answer = owner.post("/theme", {"theme": "dark", "next": "/admin/flow/"})
    assert answer.headers["Location"] == "/admin/flow/"
    assert 'data-theme="dark"' in owner.text("/admin/")
    owner.post("/theme", {"theme": '"><script>', "next": "/admin/"})
    assert 'data-theme="dark"' in owner.text("/admin/")
