"""The command post's page in a real browser: what is done with people, not only seen of them."""

import re
import shutil
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.acceptance.desk import VENUE, VENUE_ZH, Desk, panel, populate, send
from tests.servers import Muster

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
DESK = ViewportSize(width=1440, height=900)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.nats,
    pytest.mark.timeout(120),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH: install chromium"),
]


@pytest.fixture(scope="module")
def muster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Muster]:
    with Muster(tmp_path_factory.mktemp("post")) as running:
        populate(running)
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, muster: Muster) -> Iterator[Page]:
    desk = Desk(context, muster)
    yield desk.page
    assert desk.troubles == []


def test_a_roll_call_is_opened_in_two_taps_and_everyone_gets_a_standing(
    page: Page, muster: Muster
) -> None:
    page.get_by_role("button", name="点名", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=VENUE_ZH).click()

    call = panel(page, "roll-calls", VENUE_ZH)
    expect(call).to_contain_text("未确认 3", timeout=5000)
    expect(call).to_be_in_viewport()
    expect(page.get_by_role("status").filter(has_text="应到 3 人")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    seen = call.locator('[data-missing="p1"]')
    expect(seen).to_contain_text(re.compile("1 小时 1[2-5] 分前"))
    expect(seen).to_contain_text(VENUE_ZH)
    expect(seen).to_contain_text("刷卡")

    seen.get_by_role("button", name="安全").click()
    expect(call).to_contain_text("安全 1", timeout=5000)
    away = call.locator('[data-missing="p2"]')
    away.get_by_role("button", name="免答").click()
    away.get_by_role("button", name="另有任务").click()
    expect(call).to_contain_text("免答 1", timeout=5000)
    call.get_by_role("button", name="免答 1").click()
    expect(call.locator(".people")).to_contain_text("吴泽宁")
    expect(call.locator(".people")).to_contain_text("另有任务")

    call.get_by_role("button", name="补入人员").click()
    call.get_by_role("textbox", name="姓名，或花名册中的人").fill("路过的王医生")
    call.get_by_role("button", name="补入，安全").click()
    expect(call).to_contain_text("补入 1", timeout=5000)
    expect(call).to_contain_text("安全 2")
    call.get_by_role("button", name="立即催答").click()
    expect(call).to_contain_text("已催答 1 次", timeout=5000)


def test_a_roll_call_is_closed_with_a_summary_opened_again_and_says_who_was_found(
    page: Page, muster: Muster
) -> None:
    [shown] = open_roll_calls(muster)
    call = panel(page, "roll-calls", VENUE_ZH)
    call.get_by_role("button", name="结束点名").click()
    expect(call).to_contain_text("将记录：安全 2、需要帮助 0、免答 1、未确认 1")
    call.get_by_role("textbox", name="结束说明（可不填）").fill("雪停了")
    call.get_by_role("button", name="结束点名").last.click()
    expect(call).to_contain_text("结束时：安全 2、需要帮助 0、免答 1、未确认 1", timeout=5000)
    expect(call).to_contain_text("雪停了")

    found = {"id": "found-p3", "kind": "safety", "person": "p3", "answer": "safe"}
    send(muster, "reports", found)
    call.get_by_role("button", name="后来找到 1").click()
    expect(call.locator(".people")).to_contain_text("欧阳静", timeout=5000)
    expect(call.locator(".people")).to_contain_text("在结束之后")

    call.get_by_role("button", name="重新开始").click()
    call.get_by_role("textbox", name="为何重新开始").fill("又下雪了")
    call.get_by_role("button", name="重新开始").last.click()
    expect(call).to_contain_text("安全 3", timeout=5000)
    assert [row["id"] for row in open_roll_calls(muster)] == [shown["id"]]


def test_a_call_for_help_is_taken_with_one_tap_and_shows_who_has_it(
    page: Page, context: BrowserContext, muster: Muster
) -> None:
    call = {"kind": "need-help", "person": "p3", "venue": VENUE, "text": "脚扭伤了"}
    send(muster, "reports", {"id": "help-p3", **call})
    row = panel(page, "need-help", "欧阳静")
    expect(row).to_contain_text("已等待", timeout=5000)
    expect(row).to_contain_text(re.compile(r"已通知 [1-9]\d* 人"))
    token = send(muster, "tokens", {"role": "responder", "name": "p1", "person": "p1"})["token"]
    theirs = Desk(context, muster, token).page
    panel(theirs, "need-help", "欧阳静").get_by_role("button", name="我来处理").click()
    expect(panel(theirs, "need-help", "欧阳静")).to_contain_text("由 钟雪哲 负责", timeout=5000)
    expect(row).to_contain_text("由 钟雪哲 负责", timeout=5000)
    expect(row.get_by_role("button", name="我来处理")).to_have_count(0)


def open_roll_calls(muster: Muster) -> list[dict[str, str]]:
    """Return the roll calls that are open now."""
    shown = httpx.get(f"{muster.url}/api/v1/picture", headers=muster.headers).json()
    return [row for row in shown["roll_calls"] if row["closed_at"] is None]
