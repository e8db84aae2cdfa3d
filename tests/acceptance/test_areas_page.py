"""A warning's area on the map while it is looked at: its card and its label stay where they are."""

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.desk import panel, warn
from tests.servers import Muster

ELSEWHERE = "39.8,115.9 39.8,116.8 40.2,116.8 40.2,115.9 39.8,115.9"
SOON = 6000  # ms in which the page follows the log

# How many labels stood on the map at most since it was asked to count.
COUNT = """() => {
    const pane = document.querySelector(".leaflet-labels-pane");
    const count = () => pane.querySelectorAll(".area-label").length;
    window.most = count();
    new MutationObserver(() => (window.most = Math.max(window.most, count())))
        .observe(pane, { childList: true, subtree: true, characterData: true });
}"""

pytestmark = [pytest.mark.browser, pytest.mark.nats, pytest.mark.timeout(120)]


def test_a_card_that_is_read_stays_open_while_warnings_come_and_change(
    page: Page, muster: Muster
) -> None:
    first = warn(muster, "read-1", colour="yellow")
    panel(page, "warnings", "暴雪黄色预警").get_by_role("button", name="暴雪").click(timeout=SOON)
    card = page.locator(".leaflet-popup")
    expect(card).to_contain_text("暴雪黄色预警")
    card.evaluate("card => (card.dataset.same = 'yes')")

    gale = warn(muster, "other-1", hazard=("大风", "Gale"), polygon=ELSEWHERE)
    expect(page.locator("path.area")).to_have_count(2, timeout=SOON)
    expect(card).to_have_attribute("data-same", "yes")
    expect(card).to_contain_text("暴雪黄色预警")

    last = warn(muster, "read-2", colour="orange", follows=first)
    expect(card.last).to_contain_text("暴雪橙色预警", timeout=SOON)
    expect(card).to_have_count(1)
    page.get_by_role("button", name="English").click()
    expect(card).to_contain_text("Yanqing issues orange warning: blizzard")

    warn(muster, "other-2", follows=gale, cancels=True, hazard=("大风", "Gale"), polygon=ELSEWHERE)
    expect(page.locator("path.area")).to_have_count(1, timeout=SOON)
    expect(card).to_contain_text("Yanqing issues orange warning: blizzard")
    warn(muster, "read-3", follows=last, cancels=True)
    expect(page.locator("path.area")).to_have_count(0, timeout=SOON)
    expect(card).to_have_count(0)


def test_an_area_has_one_label_whatever_changes(page: Page, muster: Muster) -> None:
    last = warn(muster, "label-1", colour="blue")
    label = page.locator(".area-label")
    expect(label).to_have_text("暴雪 · 蓝色", timeout=SOON)
    # Its area is named once in each language: by the even-odd rule the two would leave a hole.
    expect(page.locator("path.area")).to_have_attribute("fill-rule", "nonzero")
    page.evaluate(COUNT)
    page.get_by_role("button", name="English").click()
    expect(label).to_have_text("Blizzard · blue")
    last = warn(muster, "label-2", colour="red", follows=last)
    expect(label).to_have_text("Blizzard · red", timeout=SOON)
    page.get_by_role("button", name="中文").click()
    expect(label).to_have_text("暴雪 · 红色")
    assert page.evaluate("window.most") == 1
    warn(muster, "label-3", follows=last, cancels=True)
    expect(label).to_have_count(0, timeout=SOON)


def test_a_small_area_is_named_when_one_comes_near_enough_to_see_it(
    page: Page, muster: Muster
) -> None:
    ground = "40.535,115.79 40.535,115.81 40.55,115.81 40.55,115.79 40.535,115.79"
    small = warn(muster, "small-1", colour="orange", polygon=ground)
    label = page.locator(".area-label")
    expect(label).to_have_text("暴雪 · 橙色", timeout=SOON)
    expect(label).to_be_hidden()  # it is eight pixels wide, and a venue's name stands on it
    panel(page, "warnings", "暴雪橙色预警").get_by_role("button", name="暴雪").click(timeout=SOON)
    closer = page.locator(".leaflet-control-zoom-in")
    expect(closer).to_be_visible()
    while "leaflet-disabled" not in (closer.get_attribute("class") or "") and label.is_hidden():
        closer.click()
    expect(label).to_be_visible()
    warn(muster, "small-2", follows=small, cancels=True, polygon=ground)
    expect(label).to_have_count(0, timeout=SOON)
