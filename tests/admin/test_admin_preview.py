"""The page that shows debit and credit before anything is booked."""

from koppel.store.models import Flow, Incoming, Rule
from support.pair import an_order


def test_the_page_asks_and_then_shows_both_sides_and_what_waits(pair, owner):
    pair.ledger.add("product", sku="ROOS-1", name="Roos")
    pair.shop.add("sales_order", **an_order(1))
    pair.shop.add("sales_order", **an_order(2, sku="WEG-1"))
    pair.flow("sales_order", name="orders")
    assert "Which period" in owner.text("/admin/preview/")
    page = owner.text("/admin/preview/?flow=orders&first=2026-10-01&last=2026-10-31")
    for word in ("One paper", "Debit equals credit", "Not booked", "WEG-1", "the article’s own"):
        assert word in page
    assert pair.ledger.records.get("sales_order", {}) == {}


def test_a_period_that_cannot_be_read_says_why(pair, owner):
    pair.flow("sales_order", name="orders")
    assert "is no day" in owner.text("/admin/preview/?flow=orders&first=gisteren&last=2026-10-31")
    assert "There is no flow called" in owner.text("/admin/preview/?flow=none&first=2026-10-01&last=2026-10-02")


def test_the_proof_of_a_record_is_downloaded_as_pdf_and_as_json(filled, owner):
    with filled.site.db.read() as session:
        row = session.query(Incoming).filter_by(state="done").join(Flow).filter(Flow.resource == "sales_order").first()
    page = owner.text(f"/admin/activity/order/{row.id}/")
    assert "In the books" in page
    for form, start in (("pdf", b"%PDF-"), ("json", b'{"record"')):
        assert f"/admin/activity/order/{row.id}/proof.{form}" in page
        answer = owner.get(f"/admin/activity/order/{row.id}/proof.{form}")
        assert answer.data.startswith(start)
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=\"proof-")
    assert owner.get(f"/admin/activity/order/{row.id}/proof.exe").status_code == 404


def test_a_value_without_a_row_is_named_once_with_a_button_to_its_table(pair, owner):
    pair.ledger.add("product", sku="ROOS-1", name="Roos")
    for number in (1, 2):
        pair.shop.add("sales_order", **an_order(number, payment_method="Riverty"))
    rule = {"from": "payment_method", "transform": {"table": "payment_term"}}
    with pair.site.db.write() as session:
        session.add(Rule(system="ledger", direction="outbound", resource="sales_order", target="term", position=99, spec=rule))
    pair.flow("sales_order", name="orders")
    page = owner.text("/admin/preview/?flow=orders&first=2026-10-01&last=2026-10-31")
    for word in ("Values without a row", "There is no payment term for Riverty.", "2 orders", "Choose the payment term", "missing.method=Riverty"):
        assert word in page
