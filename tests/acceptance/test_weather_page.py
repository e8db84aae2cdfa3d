"""The weather on the page, in a real browser: one living warning on the map from its first message
to its last, what comes, what will be, and what nobody can know because a feed is silent.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import combinations
from threading import Thread
from typing import Self

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.desk import (
    FINGER,
    PHONE,
    VENUE_ZH,
    Desk,
    cap,
    eventually,
    panel,
    picture,
    send,
    warn,
)
from tests.servers import Muster

HOUR = timedelta(hours=1)
BEIJING = "39.8,115.9 39.8,116.8 40.2,116.8 40.2,115.9 39.8,115.9"
SOON = 6000  # ms in which the page follows the log
AREAS_KEPT = "import('./static/app/store.js').then(({ get }) => get().geometries.size)"

pytestmark = [pytest.mark.browser, pytest.mark.nats, pytest.mark.timeout(120)]


@pytest.fixture(autouse=True)
def calm(muster: Muster) -> Iterator[None]:
    """Lift whatever a test has left in force."""
    yield
    shown = picture(muster)
    for row in (*shown["warnings"], *shown["coming"]):
        last = row["identifier"], datetime.fromisoformat(row["sent"])
        warn(muster, f"{row['identifier']}-end", follows=last, cancels=True)


def stands(page: Page, colour: str, zh: str) -> None:
    """One warning, on the map and in the list, in one colour and no other."""
    row = page.locator("#warnings > .rows > .row", has_text="暴雪")
    expect(row).to_have_count(1)
    expect(row.locator(f'.signal[data-colour="{colour}"]')).to_have_text(zh, timeout=SOON)
    expect(page.locator("path.area")).to_have_count(1)
    area = page.locator(f"path.area-{colour}")
    expect(area).to_have_count(1, timeout=SOON)
    expect(area).to_have_attribute("fill", f"url(#hatch-{colour})")
    expect(page.locator(".area-label")).to_have_count(1)  # the last one fades out
    expect(page.locator(".area-label")).to_have_text(f"暴雪 · {zh}")
    badge = page.locator(".badge", has_text=VENUE_ZH)
    expect(badge).to_have_attribute("data-signal", colour)


def test_a_blizzard_rises_from_blue_to_orange_and_is_lifted_as_one_warning(
    desk: Desk, muster: Muster
) -> None:
    page = desk.page
    began = datetime.now(UTC) - 10 * timedelta(minutes=1)
    expect(page.locator("path.area")).to_have_count(0)
    last = warn(muster, "blizzard-1", colour="blue", sent=began)
    stands(page, "blue", "蓝色")
    row = page.locator("#warnings > .rows > .row", has_text="暴雪")
    expect(row.locator(".severity")).to_contain_text("一般")
    expect(row).to_contain_text("没有签名")
    expect(row).to_contain_text("1 个场馆，现有 1 人在岗")

    for n, (colour, zh, severity) in enumerate(
        (("yellow", "黄色", "较重"), ("orange", "橙色", "严重")), 1
    ):
        sent = began + n * timedelta(minutes=2)
        last = warn(muster, f"blizzard-{n + 1}", colour=colour, follows=last, sent=sent)
        stands(page, colour, zh)
        expect(row.locator(".severity")).to_contain_text(severity)
        expect(row).to_contain_text(f"已更新 {n} 次")
        expect(row.locator(".changes b")).to_contain_text("级别")

    row.locator("summary").click()
    messages = row.locator(".messages li")
    expect(messages).to_have_count(3)
    expect(messages.locator(".signal")).to_have_text(["蓝色", "黄色", "橙色"])
    with page.expect_download() as saved:
        messages.nth(0).get_by_role("button", name="原始文件").click()
    kept = saved.value.path().read_text(encoding="utf-8")
    assert "<identifier>blizzard-1</identifier>" in kept
    desk.provoked = "ERR_FAILED"
    page.route("**/documents/*", lambda route: route.abort())
    messages.nth(1).get_by_role("button", name="原始文件").click()
    expect(messages.nth(1).get_by_role("alert")).to_contain_text("无法连接")

    strip = page.locator("#ahead [data-venues]", has_text=VENUE_ZH)
    expect(strip.get_by_role("img")).to_have_attribute("aria-label", re.compile("橙色、严重"))
    shape = page.locator("path.area-orange").bounding_box()
    assert shape is not None
    assert min(shape["width"], shape["height"]) > 20

    warn(muster, "blizzard-9", colour="orange", follows=last, cancels=True)
    expect(page.locator("#warnings")).to_contain_text("本地没有生效的预警", timeout=SOON)
    expect(page.locator("path.area")).to_have_count(0)
    expect(page.locator(".area-label")).to_have_count(0)
    assert page.evaluate(AREAS_KEPT) == 0
    expect(page.locator("#ahead")).to_contain_text("未来 24 小时各场馆均无预警")
    badge = page.locator(".badge", has_text=VENUE_ZH)
    expect(badge).not_to_have_attribute("data-signal", re.compile("."))


def test_what_comes_is_listed_and_shown_on_the_map_as_it_will_be(
    page: Page, muster: Muster
) -> None:
    warn(
        muster,
        "cold-1",
        colour="yellow",
        begins=5 * HOUR,
        lasts=4 * HOUR,
        hazard=("寒潮", "Cold wave"),
        polygon=BEIJING,
    )
    coming = page.locator("#coming .row", has_text="寒潮")
    expect(coming).to_contain_text("4 小时 59 分后生效", timeout=SOON)
    expect(page.locator("path.area")).to_have_count(0)
    strip = page.locator("#ahead [data-venues]", has_text="国家速滑馆").locator(".strip-part")
    expect(strip).to_have_count(3)
    expect(strip.nth(1)).to_have_attribute("data-colour", "yellow")

    slider = page.get_by_role("slider", name="前后 24 小时")
    slider.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^\+6 小时 · "))
    expect(page.locator(".future")).to_contain_text("正在查看未来")
    expect(page.locator(".map-frame")).to_have_attribute("data-future", "true")
    expect(page.locator("path.area-yellow")).to_have_count(1)
    expect(page.locator(".badge", has_text="国家速滑馆")).to_have_attribute("data-signal", "yellow")
    expect(page.locator(".badge .badge-count")).to_have_count(0)  # nobody knows who will be there
    expect(page.locator("#warnings h2")).to_contain_text("届时生效的预警")
    mark = page.get_by_role("button", name=re.compile("^国家速滑馆 · "))
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup")).to_contain_text("寒潮黄色预警")
    expect(page.locator(".leaflet-popup .then")).to_contain_text("预计")

    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator("path.area")).to_have_count(0)  # over by then
    page.locator(".future").get_by_role("button", name="返回实时").click()
    expect(page.locator(".future")).to_have_count(0)
    expect(page.locator(".badge .badge-count").first).to_be_visible()


def test_the_same_control_goes_back_to_what_was_in_force(page: Page, muster: Muster) -> None:
    gale = ("大风", "Gale")
    first = warn(muster, "gale-1", colour="red", hazard=gale, polygon=BEIJING)
    row = panel(page, "warnings", "大风红色预警")
    expect(row).to_be_visible(timeout=SOON)
    then = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
    eventually(page, lambda: datetime.now(UTC) > then, wanted=True)
    warn(muster, "gale-2", follows=first, cancels=True, hazard=gale, polygon=BEIJING)
    expect(row).to_have_count(0, timeout=SOON)
    expect(page.locator("path.area-red")).to_have_count(0)

    page.locator("#as-of").fill((then + 8 * HOUR).strftime("%Y-%m-%dT%H:%M:%S"))
    expect(page.locator(".past")).to_contain_text("正在查看过去")
    expect(page.locator("path.area-red")).to_have_count(1, timeout=SOON)
    expect(row).to_be_visible()
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^−1 小时 · "))
    expect(page.locator("path.area-red")).to_have_count(0)  # nobody had warned yet
    expect(page.locator("#warnings")).to_contain_text("本地没有生效的预警", timeout=SOON)
    page.get_by_role("button", name="现在", exact=True).click()
    expect(page.locator(".past")).to_have_count(0)
    expect(page.locator(".connection")).to_contain_text("实时")


def test_a_card_on_the_map_says_it_in_the_language_that_is_read(page: Page, muster: Muster) -> None:
    warn(muster, "snow-1", colour="red")
    page.get_by_role("button", name="English").click()
    row = panel(page, "warnings", "Yanqing issues red warning: blizzard")
    expect(row).to_be_visible(timeout=SOON)
    expect(row.locator(".signal")).to_have_text("red")
    expect(row).to_contain_text("not signed")
    row.get_by_role("button", name="Yanqing issues").click()
    card = page.locator(".leaflet-popup")
    expect(card).to_contain_text("Yanqing issues red warning: blizzard")
    expect(card).to_contain_text("National Alpine Skiing Centre")
    expect(card).to_contain_text("1 present")
    expect(card).to_contain_text(re.compile(r"from .+ until "))
    expect(page.locator(".area-label")).to_have_text("Blizzard · red")
    expect(page.locator("#ahead [role=img]").first).to_have_attribute(
        "aria-label", re.compile("red, extreme")
    )


def test_on_a_phone_the_weather_fits_and_fingers_find_it(chromium: Browser, muster: Muster) -> None:
    warn(muster, "phone-1", colour="orange", begins=2 * HOUR)
    context = chromium.new_context(viewport=PHONE, locale="zh-CN", has_touch=True)
    desk = Desk(context, muster)
    page = desk.page
    expect(page.locator("#coming .row")).to_have_count(1, timeout=SOON)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    slider = page.get_by_role("slider").bounding_box()
    assert slider is not None
    assert slider["height"] >= FINGER
    desk.check()
    context.close()


def test_whoever_is_on_shift_there_reads_it_on_their_phone(
    chromium: Browser, muster: Muster
) -> None:
    warn(muster, "own-1", colour="orange", lasts=8 * HOUR)
    grant = {"role": "reporter", "name": "p2", "sites": [], "person": "p2"}
    token = send(muster, "tokens", grant)["token"]
    context = chromium.new_context(viewport=PHONE, locale="zh-CN", has_touch=True)
    page = context.new_page()
    page.goto(f"{muster.url}/me?token={token}")
    card = page.locator("#warnings .warning")
    expect(card).to_contain_text("暴雪橙色预警", timeout=SOON)
    expect(card).to_contain_text("橙色")
    expect(card).to_contain_text("严重")
    expect(card).to_contain_text(VENUE_ZH)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    context.close()


class Source:
    """A feed on loopback that says what the test lets it, or nothing that can be read."""

    def __init__(self) -> None:
        self.status, self.body = 200, b""
        source = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(source.status)
                self.send_header("Content-Length", str(len(source.body)))
                self.end_headers()
                self.wfile.write(source.body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/cap.xml"

    def __enter__(self) -> Self:
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def test_a_feed_that_fails_turns_grey_with_all_it_brought_and_comes_back(
    page: Page, muster: Muster
) -> None:
    with Source() as source:
        source.body = cap("feed-1", colour="yellow").encode()
        name = {"zh": "延庆气象", "en": "Yanqing weather"}
        feed = {"id": "yanqing", "name": name, "adapter": "cap", "url": source.url}
        send(muster, "feeds", {**feed, "interval_s": 5, "private": True})
        row = page.locator('[data-feed="yanqing"]')
        expect(row).to_have_attribute("data-state", "ok", timeout=15_000)
        expect(row).to_contain_text("收下 1")
        brought = panel(page, "warnings", "暴雪黄色预警")
        expect(brought).to_be_visible(timeout=SOON)
        expect(page.locator("path.area-yellow:not(.area-stale)")).to_have_count(1, timeout=SOON)

        source.status, source.body = 503, b""
        expect(row).to_have_attribute("data-state", "failed", timeout=40_000)
        expect(row).to_have_css("filter", "grayscale(1)")
        alarm = page.locator("#warnings .feed-alarms")
        expect(alarm).to_contain_text("延庆气象")
        expect(alarm).to_contain_text("预警可能不全")
        expect(brought).to_contain_text("可能不是最新")
        expect(page.locator("path.area-stale")).to_have_count(1)

        source.status, source.body = 200, cap("feed-1", colour="yellow").encode()
        expect(row).to_have_attribute("data-state", "ok", timeout=40_000)
        expect(row).to_contain_text("恢复")
        expect(alarm).to_have_count(0)
        expect(page.locator("path.area-stale")).to_have_count(0)
        httpx.delete(f"{muster.url}/api/v1/feeds/yanqing", headers=muster.headers)


def settled_boxes(page: Page) -> list[list[float]]:
    """Return the edges of the badges with words, once the map stands still."""
    look = """found => found.map((one) => one.getBoundingClientRect())
        .map(({ left, right, top, bottom }) => [left, right, top, bottom])"""
    last: list[list[float]] = []
    while True:
        now = page.eval_on_selector_all('.badge:not([data-level="2"])', look)
        if now == last:
            return last
        last = now
        page.wait_for_timeout(400)  # longer than the map moves


def test_of_sixty_venues_no_badge_with_words_covers_another(page: Page, muster: Muster) -> None:
    for n in range(50):
        lat, lon = 40 + (n % 3) * 0.4 + (n * 7 % 11) / 50, 115.5 + (n * 5 % 13) / 20
        name = {"zh": f"第{n}号场馆", "en": f"Venue number {n}"}
        send(muster, "venues", {"id": f"v{n}", "site": "hq", "name": name, "lat": lat, "lon": lon})
    expect(page.locator(".badge")).to_have_count(60, timeout=10_000)
    page.get_by_role("button", name="显示全部场馆").click()
    boxes = settled_boxes(page)
    assert len(boxes) >= 15
    covered = [
        (one, other)
        for one, other in combinations(boxes, 2)
        if one[0] < other[1] - 1
        and other[0] < one[1] - 1
        and one[2] < other[3] - 1
        and other[2] < one[3] - 1
    ]
    assert covered == []
