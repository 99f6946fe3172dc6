"""Every page, wide and narrow, light and dark: a silent console, nothing cut off, no fault that axe can find."""

import pytest
from koppel.actions.people import add_user
from support.axe import axe_source, violations
from support.browser import CLASHES, PASSWORD, VIEWER, WIDER, Window

pytestmark = pytest.mark.browser

MAPPING = "/admin/mapper/ledger/outbound/sales_order"
FLOW = "flow=sales-order-shop"
PAGES = {
    "dashboard": "/admin/", "problems": "/admin/problems/", "problem": "/admin/problems/3/", "solved": "/admin/problems/1/",
    "activity": "/admin/activity/", "found-nothing": "/admin/activity/?q=zzz", "delivered": "/admin/activity/order/1/?why=reference",
    "waiting": "/admin/activity/order/4/", "flows": "/admin/flow/", "flow": "/admin/flow/sales-order-shop/",
    "new-flow": "/admin/flow/new/", "runs": "/admin/run/", "run": "/admin/run/1/", "mapper": "/admin/mapper/",
    "mapping": f"{MAPPING}/?{FLOW}", "row": f"{MAPPING}/row/?target=reference&{FLOW}", "new-row": f"{MAPPING}/row/",
    "remove-row": f"{MAPPING}/change/?target=reference&act=remove", "tables": "/admin/tables/",
    "table": "/admin/tables/vat_code/?connection=ledger&missing.rate=6&missing.country=BE",
    "debtors": "/admin/debtors/?connection=ledger", "debtor": "/admin/debtors/edit/?connection=ledger&id=2",
    "remove-debtor": "/admin/debtors/remove/?connection=ledger&id=2", "connections": "/admin/connections/",
    "systems": "/admin/connections/new/", "new-connection": "/admin/connections/new/?system=shop",
    "connection": "/admin/connections/shop/", "told": "/admin/connections/ledger/", "plugins": "/admin/plugins/", "reconcile": "/admin/reconcile/", "doubles": "/admin/doubles/", "preview": "/admin/preview/", "not-there": "/admin/flow/nothing/", "login": "/login",
}  # fmt: skip


@pytest.fixture(scope="module")
def visitors(garden, chromium):
    """A window for the owner and one for a stranger, by the page they go to."""
    owner, stranger = Window(chromium, garden), Window(chromium, garden, email="")
    yield lambda name: stranger if name == "login" else owner
    owner.close()
    stranger.close()


@pytest.fixture(scope="module", params=PAGES)
def shown(visitors, request):
    """A page, opened once for all that is asked of it."""
    here = visitors(request.param)
    here.said.clear()
    here.size(1400)
    here.page.emulate_media(color_scheme="light")
    here.open(PAGES[request.param])
    return here


def test_a_page_is_silent_and_fits_wide_and_narrow(shown):
    assert shown.page.locator("h1").count() == 1
    for width in (360, 1400):
        shown.size(width)
        assert shown.page.evaluate(WIDER) == [], width
        assert shown.page.evaluate(CLASHES) == [], width
    assert [one for one in shown.said if "404" not in one] == []


def test_axe_finds_no_fault_in_light_and_dark(shown):
    shown.page.evaluate(axe_source())
    assert violations(shown.page) == []
    shown.page.emulate_media(color_scheme="dark")
    assert violations(shown.page, ["color-contrast"]) == []
    shown.size(360)
    assert violations(shown.page, ["color-contrast", "target-size", "scrollable-region-focusable"]) == []


def test_what_is_not_for_a_role_is_a_sentence(garden, window):
    add_user(garden.site, VIEWER, "viewer", PASSWORD)
    here = window(garden, email=VIEWER)
    page = here.open("/admin/debtors/remove/?connection=ledger&id=2")
    assert "not for your role" in here.text
    assert page.evaluate(WIDER) == []
