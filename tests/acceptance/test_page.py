"""The live page in a real browser, served by a real Muster: what a duty officer sees and does."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.acceptance.desk import (
    FINGER,
    PHONE,
    VENUE,
    VENUE_ZH,
    Desk,
    cap,
    incident,
    panel,
    picture,
    populate,
    send,
)
from tests.servers import Muster

STALE_MS = 16_000  # the page turns grey after 15 s without a word
ASKED_MS = 6000  # it asks after 5 s of silence, and once more after half a second
OTHER_ZH = "国家速滑馆"
SPANS = """import('./static/app/time.js').then(({ spanText }) =>
    [59, 3599, 3600, 43500, 172800, 262800].map(spanText))"""

pytestmark = [pytest.mark.browser, pytest.mark.nats, pytest.mark.timeout(120)]


def test_the_page_shows_who_is_where(page: Page, muster: Muster) -> None:
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator(".connection")).to_contain_text("实时")
    expect(page.locator(".badge")).to_have_count(10)
    expect(page.locator(".badge", has_text=VENUE_ZH).locator(".badge-count")).to_have_text("1")
    came = page.locator('[data-person="p1"]')
    expect(came).to_contain_text("在岗")
    expect(came).to_contain_text(re.compile("1 小时 1[2-5] 分前"))
    expect(page.locator('[data-person="p2"]')).to_contain_text("未到岗")
    assert page.url == f"{muster.url}/"


def test_an_alert_moves_in_by_itself_and_is_acknowledged(page: Page, muster: Muster) -> None:
    page.evaluate("window.untouched = true")
    words = "缆车<img src=x onerror=alert(1)>停在3号塔"
    incident(muster, "lift", category="transport", severity="severe", text=words)
    row = panel(page, "alerts", words)
    expect(row).to_be_visible(timeout=5000)
    expect(row.locator("svg.shape-severe")).to_have_count(1)
    expect(row).to_contain_text("严重")
    expect(row).to_contain_text("内须确认")
    expect(page).to_have_title(re.compile(r"^\(\d+\) "))
    assert page.locator("main img[src=x]").count() == 0

    row.get_by_role("textbox").fill("已派人")
    row.get_by_role("button", name="确认").click()
    answered = page.locator("#alerts .answered", has_text="已派人")
    expect(answered).to_be_visible(timeout=5000)
    assert page.evaluate("window.untouched") is True
    alert = next(a for a in picture(muster)["alerts"] if a["comment"] == "已派人")
    assert alert["status"] == "acknowledged"


def test_a_refusal_is_told_in_words_and_the_comment_stays(desk: Desk, muster: Muster) -> None:
    page, desk.provoked = desk.page, "ERR_FAILED|status of 409 "
    incident(muster, "gate", category="crowd", severity="severe", text="东门拥挤")
    row = panel(page, "alerts", "东门拥挤")
    expect(row).to_be_visible(timeout=5000)
    page.route("**/acknowledge", lambda route: route.abort())
    row.get_by_role("textbox").fill("我来处理")
    row.get_by_role("button", name="确认").click()
    expect(row.get_by_role("alert")).to_contain_text("无法连接")
    expect(row.get_by_role("textbox")).to_have_value("我来处理")

    reason = {"zh": "已由 张三 确认", "en": "Zhang San has it"}
    error = {"code": "already-acknowledged", "field": "", "reason": reason}
    page.unroute("**/acknowledge")
    page.route("**/acknowledge", lambda route: route.fulfill(status=409, json={"error": error}))
    row.get_by_role("button", name="确认").click()
    expect(row.get_by_role("alert")).to_have_text("已由 张三 确认")


def test_a_retry_after_a_lost_answer_is_the_same_command(desk: Desk, muster: Muster) -> None:
    page, desk.provoked = desk.page, "ERR_FAILED"
    incident(muster, "smoke", category="fire", severity="severe", text="配电间有烟")
    row = panel(page, "alerts", "配电间有烟")
    expect(row).to_be_visible(timeout=5000)
    keys: list[str | None] = []
    # The picture would say that it is acknowledged, and take the button away.
    page.route("**/picture", lambda route: route.fulfill(status=304))

    def lose_the_first(route: Route) -> None:
        keys.append(route.request.header_value("Idempotency-Key"))
        if len(keys) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    # The picture is held back, or it would show that the first one got through.
    page.route("**/picture", lambda route: route.abort())
    page.route("**/acknowledge", lose_the_first)
    row.get_by_role("button", name="确认").click()
    expect(row.get_by_role("alert")).to_be_visible()
    row.get_by_role("button", name="确认").click()
    expect(row).to_contain_text("已确认并记录")
    assert len(keys) == 2
    assert keys[0] is not None
    assert keys[0] == keys[1]


def test_whoever_needs_help_is_on_top_and_in_red(page: Page, muster: Muster) -> None:
    send(
        muster,
        "reports",
        {"id": "help-p3", "kind": "need-help", "person": "p3", "venue": VENUE, "text": "脚扭伤了"},
    )
    first = page.locator(".column.first .panel").first
    expect(first).to_have_attribute("id", "need-help", timeout=5000)
    expect(first).to_contain_text("欧阳静")
    expect(first).to_contain_text("脚扭伤了")
    count = page.locator('[data-count="need-help"]')
    expect(count).to_have_text(re.compile("1"))
    expect(count).to_have_css("background-color", "rgb(196, 61, 0)")
    expect(page.locator('[data-person="p3"]')).to_contain_text("需要帮助")
    expect(page.locator(".badge-help", has_text=VENUE_ZH)).to_be_visible()


def test_a_warning_is_drawn_in_its_colour_and_opens_a_roll_call(page: Page, muster: Muster) -> None:
    xml = {"Content-Type": "application/cap+xml"}
    send(muster, "cap", content=cap("page-orange-1").encode(), headers=xml)
    row = panel(page, "warnings", "暴雪橙色预警")
    expect(row).to_be_visible(timeout=5000)
    expect(row.locator('.signal[data-colour="orange"]')).to_have_text("橙色")
    expect(row.locator(".severity")).to_contain_text("严重")
    area = page.locator("path.area-orange")
    expect(area).to_have_count(1)
    expect(page.locator(".area-label")).to_have_text("暴雪 · 橙色")
    call = page.locator("#roll-calls .row", has_text=VENUE_ZH)
    expect(call).to_contain_text("吴泽宁", timeout=5000)
    [waits] = [row["unaccounted_count"] for row in picture(muster)["roll_calls"]]
    expect(call).to_contain_text(f"未确认 {waits}")
    expect(panel(page, "runs", "恶劣天气影响场馆")).to_contain_text("开始点名")

    send(muster, "reports", {"id": "safe-p2", "kind": "safety", "person": "p2", "answer": "safe"})
    expect(call).to_contain_text("安全 1", timeout=5000)
    expect(call).to_contain_text(f"未确认 {waits - 1}")


def test_a_row_pans_the_map_and_a_mark_finds_its_row_by_keyboard(
    page: Page, muster: Muster
) -> None:
    incident(muster, "printer", text="打印机缺纸", place={"lat": 40.1, "lon": 116.1})
    button = panel(page, "incidents", "打印机缺纸").get_by_role("button")
    expect(button).to_be_visible(timeout=5000)
    button.press("Enter")
    expect(page.locator(".leaflet-popup", has_text="打印机缺纸")).to_be_visible()

    mark = page.get_by_role("button", name=re.compile(f"^{OTHER_ZH} · "))
    mark.press("Enter")
    expect(page.locator(".leaflet-popup h3", has_text=OTHER_ZH)).to_be_visible()
    chosen = page.locator('#venues .row[data-chosen="true"]')
    expect(chosen).to_contain_text(OTHER_ZH)
    expect(chosen).to_be_in_viewport()
    expect(page.locator("#at-venue option:checked")).to_have_text(OTHER_ZH)


def test_people_are_found_by_either_name(page: Page) -> None:
    search = page.get_by_role("searchbox")
    for wanted in ("ouyang", "欧阳", "OuyangJing"):
        search.fill(wanted)
        expect(page.locator("[data-person]")).to_have_count(1)
        expect(page.locator("[data-person]")).to_contain_text("Ouyang Jing")


def test_the_language_is_chosen_and_remembered(page: Page) -> None:
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    incidents = page.get_by_role("heading", name=re.compile(r"^Incidents"))
    expect(incidents).to_be_visible()
    assert page.evaluate(SPANS) == ["59 s", "59 min", "1 h", "12 h 5 min", "2 d", "3 d 1 h"]
    expect(page.locator(".badge", has_text="National Alpine Skiing Centre")).to_be_visible()
    page.reload()
    expect(incidents).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", name=re.compile(r"^事件"))).to_be_visible()
    spans = ["59 秒", "59 分钟", "1 小时", "12 小时 5 分", "2 天", "3 天 1 小时"]
    assert page.evaluate(SPANS) == spans


def test_the_past_is_shown_under_a_banner_and_cannot_be_answered(
    page: Page, muster: Muster
) -> None:
    incident(muster, "heater", severity="severe", text="更衣室暖气停了")
    expect(panel(page, "alerts", "更衣室暖气停了")).to_be_visible(timeout=5000)
    before = datetime.now(UTC) - timedelta(hours=2)  # when nobody had come yet
    in_beijing = (before + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M")
    page.locator("#as-of").fill(in_beijing)
    banner = page.locator(".past")
    expect(banner).to_contain_text("正在查看过去")
    expect(banner).to_contain_text(in_beijing[-5:])
    expect(page.locator("#incidents")).to_contain_text("没有未了结的事件")
    expect(page.locator(".connection")).not_to_contain_text("实时")
    expect(page.locator("form.answer")).to_have_count(0)
    banner.get_by_role("button").click()
    expect(banner).to_have_count(0)
    expect(panel(page, "incidents", "更衣室暖气停了")).to_be_visible()


def test_who_may_only_look_is_offered_nothing_to_press(
    context: BrowserContext, muster: Muster
) -> None:
    incident(muster, "fence", severity="severe", text="围栏倒了")
    token = send(muster, "tokens", {"role": "monitor", "name": "wall", "sites": []})["token"]
    page = Desk(context, muster, token).page
    expect(panel(page, "alerts", "围栏倒了")).to_be_visible(timeout=5000)
    expect(page.locator("form.answer")).to_have_count(0)


def test_without_a_token_the_page_asks_for_one(context: BrowserContext, muster: Muster) -> None:
    page = context.new_page()
    page.goto(f"{muster.url}/?token=mst_wrong")
    expect(page.get_by_role("main")).to_contain_text("此令牌未被接受")
    page.get_by_label("令牌").fill(muster.token)
    page.get_by_role("button", name="进入").click()
    expect(page.locator(".badge").first).to_be_visible()


def test_a_phone_shows_one_column_that_fingers_can_use(chromium: Browser, muster: Muster) -> None:
    context = chromium.new_context(viewport=PHONE, locale="zh-CN", has_touch=True)
    page = Desk(context, muster).page
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    lefts = page.eval_on_selector_all(
        ".panel, .map-frame", "found => found.map((one) => one.getBoundingClientRect().left)"
    )
    assert len(set(lefts)) == 1
    small = page.eval_on_selector_all(
        "button, input, select, summary, header a[href]",
        """found => found.filter((one) => one.checkVisibility())
            .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height])
            .filter(([, height]) => height < least)""".replace("least", str(FINGER)),
    )
    assert small == []
    context.close()


def test_every_field_and_button_has_a_name_and_every_section_a_heading(page: Page) -> None:
    nameless = page.eval_on_selector_all(
        "main button, main input, main select, header button, header input",
        """found => found.filter((one) =>
            !one.textContent.trim() && !one.ariaLabel && !one.labels?.length
        ).map((one) => one.outerHTML)""",
    )
    assert nameless == []
    assert page.locator("header").count() == page.locator("main").count() == 1
    unheaded = "found => found.filter((one) => !one.querySelector('h2')?.textContent.trim()).length"
    assert page.eval_on_selector_all(".panel", unheaded) == 0
    expect(page.locator(".badge")).to_have_count(10)
    marks = page.locator(".leaflet-marker-icon")
    assert marks.count() >= 10
    assert page.locator('.leaflet-marker-icon:not([aria-label][tabindex="0"])').count() == 0


def test_a_lost_server_is_told_and_found_again_without_a_reload(
    context: BrowserContext, tmp_path: Path
) -> None:
    context.clock.install()
    with Muster(tmp_path / "data") as first:
        populate(first)
        page = Desk(context, first).page
        page.evaluate("window.untouched = true")
        first.stop()
    state = page.locator(".connection")
    expect(state).to_contain_text("正在重新连接")
    page.clock.fast_forward(STALE_MS)
    board = page.locator(".board")
    expect(board).to_have_attribute("data-stale", "true")
    expect(state).to_contain_text("上次联系")
    for _ in range(6):  # until it tries no more often than every eight seconds or so
        with page.expect_request("**/api/v1/stream"):
            page.clock.fast_forward(10_000)
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 1"))
    with Muster(first.data, "--port", str(first.port)) as second:
        page.clock.run_for(ASKED_MS)
        expect(state).to_contain_text("实时")
        page.clock.resume()
        expect(board).to_have_attribute("data-stale", "false")
        incident(second, "after", text="恢复之后的报告")
        expect(panel(page, "incidents", "恢复之后的报告")).to_be_visible(timeout=5000)
        assert page.evaluate("window.untouched") is True
