"""By keyboard alone: skip the menu, open and close it, see where one is, switch light and dark."""

import pytest

pytestmark = pytest.mark.browser

FOCUS = "() => document.activeElement.textContent.trim() || document.activeElement.getAttribute('aria-label') || document.activeElement.id"
SEEN = """() => {
  const here = document.activeElement, style = getComputedStyle(here), bar = document.querySelector(".k-bar").getBoundingClientRect();
  const name = here.textContent.trim() || here.getAttribute("aria-label") || here.id;
  const free = !here.closest("main") || here.getBoundingClientRect().top >= bar.bottom - 1;
  return { name, out: here === document.body, ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, free };
}"""


def test_the_first_tab_skips_to_the_content(garden, window):
    page = window(garden).open("/admin/problems/")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS) == "Skip to the content"
    assert page.locator(".k-skip").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1


def test_the_menu_of_a_phone_opens_and_closes(garden, window):
    page = window(garden, width=360).open("/admin/")
    menu = page.get_by_role("navigation", name="Main menu")
    assert not menu.is_visible()
    page.get_by_role("button", name="Menu").focus()
    page.keyboard.press("Enter")
    assert menu.is_visible()
    box = menu.bounding_box()
    assert (box["x"], box["y"]) == (0, 0)
    page.keyboard.press("Escape")
    assert not menu.is_visible()
    assert page.evaluate(FOCUS) == "Menu"
    page.get_by_role("button", name="Menu").click()
    menu.get_by_role("link", name="Tables").click()
    page.wait_for_url("**/admin/tables/")
    assert not menu.is_visible()


def test_what_has_the_focus_is_seen_and_not_under_the_bar(garden, window):
    page = window(garden).open("/admin/flow/sales-order-shop/")
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        told = page.evaluate(SEEN)
        if told["out"]:
            break
        assert told["ring"], told
        assert told["free"], told
        seen.add(told["name"])
    assert {"Pause", "Run now", "Save"} <= seen


def test_light_and_dark_change_at_once_and_stay(garden, window):
    here = window(garden)
    page = here.open("/admin/")
    ink = "() => getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ink)
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate(ink) != light
    here.open("/admin/flow/")
    assert page.evaluate(ink) != light
    assert here.said == []
