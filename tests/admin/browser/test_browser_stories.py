"""What people do, by clicks: mend a problem, pause and run a flow, change a mapping, connect, and take things away."""

import pytest
from koppel.errors import ConfigurationError
from koppel.hookspecs import hookimpl
from koppel.store.models import DebtorRule, Incoming, Run, TableRow
from koppel.testing.fakes import FakeConnector
from support.browser import OWNER, PASSWORD
from support.filled import add_debtors

pytestmark = pytest.mark.browser

FLOW = "/admin/flow/sales-order-shop/"


def stored(served, model, **where):
    """Rows of the database."""
    with served.site.db.read() as session:
        return session.query(model).filter_by(**where).all()


def test_log_in_see_the_problem_choose_the_code_and_it_is_gone(fresh, window):
    here = window(fresh, email="")
    page = here.open("/admin/")
    page.get_by_label("E-mail address").fill(OWNER)
    page.get_by_label("Password").fill("vergeten")
    here.press("Log in")
    assert "do not belong together" in here.text
    assert page.get_by_label("E-mail address").input_value() == OWNER
    page.get_by_label("Password").fill(PASSWORD)
    here.press("Log in")
    assert "2 things need you." in here.text
    row = page.get_by_role("listitem").filter(has_text="There is no VAT code for BE, 6%.")
    here.follow(row.get_by_role("link", name="Choose the VAT code"))
    amber = page.locator("tr.k-missing")
    assert amber.get_by_label("VAT rate (%)").input_value() == "6"
    assert amber.get_by_label("Country").input_value() == "BE"
    amber.get_by_label("VAT code, row").select_option("1")
    here.press("Save")
    assert "One record that waited goes again." in here.text
    assert "wait for these values" not in here.text
    assert stored(fresh, TableRow, value="1")[0].conditions == {"rate": "6", "country": "BE"}
    here.open("/admin/problems/")
    assert "VAT code" not in here.text
    assert here.said == ["Failed to load resource: the server responded with a status of 401 (UNAUTHORIZED)"]


def test_retry_what_was_mended_over_there_and_the_problem_closes(fresh, window):
    fresh.pair.ledger.add("product", sku="TULP-9", name="Tulp")
    here = window(fresh)
    page = here.open("/admin/problems/4/")
    here.press("Retry")
    assert "This problem is solved" in here.text
    here.open(FLOW)
    here.press("Run now")
    fresh.app.extensions["koppel"].starter.wait(20)
    page.reload()
    assert stored(fresh, Incoming, label="#1004")[0].state == "done"
    assert "by eigenaar" in here.text
    here.open("/admin/activity/order/4/")
    assert "Delivered" in here.text
    assert "Sent again by eigenaar." in here.text


def test_pause_and_resume_a_flow(fresh, window):
    here = window(fresh)
    here.open(FLOW)
    here.press("Pause")
    assert "Paused by eigenaar" in here.text
    here.open("/admin/")
    assert "Paused by eigenaar" in here.text
    here.open(FLOW)
    here.press("Resume")
    assert "Paused by" not in here.text


def test_a_double_click_runs_once(fresh, window):
    here = window(fresh)
    page = here.open(FLOW)
    here.follow(page.get_by_role("button", name="Run now"), clicks=2)
    fresh.app.extensions["koppel"].starter.wait(20)
    assert len(stored(fresh, Run)) == 2, "the one that filled the site, and the one asked for"


def test_a_double_click_adds_one_rule(fresh, window):
    here = window(fresh)
    page = here.open("/admin/debtors/edit/?connection=ledger")
    page.get_by_label("Debtor number").fill("9001")
    here.follow(page.get_by_role("button", name="Save"), clicks=2)
    assert [one.debtor for one in stored(fresh, DebtorRule)] == ["9001"]


def test_change_a_mapping_row_and_see_the_result_for_a_real_record(fresh, window):
    here = window(fresh)
    page = here.open("/admin/mapper/")
    half = page.get_by_role("region", name="Ledger").locator("div").filter(has_text="What goes to it")
    here.follow(half.get_by_role("link", name="Orders"))
    here.follow(page.get_by_role("navigation", name="For which flow").get_by_role("link", name="sales-order-shop"))
    here.press("reference", "link")
    page.get_by_label("Take it from").fill("")
    page.get_by_label("Or compute it").fill("'WEB-' ~ record.reference")
    page.get_by_label("Try it on").fill("#1001")
    here.press("Try")
    assert "WEB-#1001" in page.get_by_role("region", name="Result for #1001").inner_text()
    page.get_by_label("Or compute it").fill("'WEB-' ~ record.reference)")
    here.press("Save row")
    assert page.get_by_label("Or compute it").get_attribute("aria-invalid") == "true"
    page.get_by_label("Or compute it").fill("'WEB-' ~ record.reference")
    here.press("Save row")
    assert "WEB-#1004" in here.text
    assert "This flow" in here.text


def test_a_wrong_secret_is_named_and_a_right_one_connects(fresh, window, monkeypatch):
    @hookimpl
    def check(self):
        if self.settings.text("world") != "goed":
            raise ConfigurationError("Ledger does not know this word.", field="world", resolution="Copy it once more.")
        return known(self)

    known = FakeConnector.check
    monkeypatch.setattr(FakeConnector, "check", check)
    here = window(fresh)
    page = here.open("/admin/connections/")
    here.press("Add a connection", "link")
    here.press("Choose Ledger", "link")
    page.get_by_label("Short name").fill("tweede")
    page.get_by_label("World").fill("fout")
    here.press("Save and test")
    assert page.get_by_label("World").get_attribute("aria-invalid") == "true"
    assert "Copy it once more." in here.text
    page.get_by_role("alert").get_by_role("link", name="World").click()
    page.get_by_label("World").fill("goed")
    here.press("Save and test")
    assert "Connected to Ledger as goed." in here.text


def test_taking_a_rule_away_asks_first(fresh, window):
    add_debtors(fresh.pair)
    here = window(fresh)
    page = here.open("/admin/debtors/?connection=ledger")
    here.follow(page.get_by_role("link", name="Remove the rule for 9001"))
    assert "Remove the rule for debtor 9001?" in here.text
    assert "iDEAL" in here.text
    here.press("Keep it", "link")
    assert len(stored(fresh, DebtorRule)) == 3
    here.follow(page.get_by_role("link", name="Remove the rule for 9001"))
    here.press("Remove")
    assert "Removed." in here.text
    assert "9001" not in [one.debtor for one in stored(fresh, DebtorRule)]


def test_what_was_typed_in_a_page_of_an_earlier_session_is_kept(fresh, window):
    here = window(fresh)
    page = here.open("/admin/debtors/edit/?connection=ledger")
    page.get_by_label("Debtor number").fill("9001 🌷")
    here.context.clear_cookies()
    here.press("Save")
    assert "You were logged out meanwhile" in here.text
    here.context.add_cookies([fresh.cookie(OWNER)])
    here.press("Send it now")
    assert "What you filled in is kept." in here.text
    here.press("Send it now")
    assert "9001 🌷" in here.text
    assert [one.debtor for one in stored(fresh, DebtorRule)] == ["9001 🌷"]
