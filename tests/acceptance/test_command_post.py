"""The command post's page in a real browser: what is done with people, not only seen of them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.acceptance.crew import WORDS, live_a_day
from tests.acceptance.desk import (
    FINGER,
    PHONE,
    VENUE,
    VENUE_ZH,
    Desk,
    incident,
    panel,
    picture,
    send,
)
from tests.servers import Muster

pytestmark = [pytest.mark.browser, pytest.mark.nats, pytest.mark.timeout(120)]


@pytest.fixture(autouse=True)
def quiet(muster: Muster) -> Iterator[None]:
    """Close the roll calls that a test has left open."""
    yield
    for row in picture(muster)["roll_calls"]:
        if row["closed_at"] is None:
            send(muster, f"roll-calls/{row['id']}/close", {})


@pytest.fixture(scope="module")
def a_day(muster: Muster) -> None:
    live_a_day(muster)


def roll_call(page: Page, id: str) -> Locator:
    """Return the row of one roll call."""
    return page.locator(f'#roll-calls [data-row="rollcall {id}"]')


def test_a_roll_call_is_opened_in_two_taps_and_everyone_gets_a_standing(
    page: Page, muster: Muster
) -> None:
    page.get_by_role("button", name="点名", exact=True).click()
    with page.expect_response("**/api/v1/roll-calls") as opened:
        page.get_by_role("dialog").get_by_role("button", name=VENUE_ZH).click()

    call = roll_call(page, opened.value.json()["id"])
    expect(call).to_contain_text(VENUE_ZH, timeout=5000)
    expect(call).to_contain_text("未确认 3")
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
    id = send(muster, "roll-calls", {"role": "competition"})["id"]
    send(muster, "reports", {"id": "found-p1", "kind": "safety", "person": "p1", "answer": "safe"})
    call = roll_call(page, id)
    call.get_by_role("button", name="结束点名").click()
    expect(call).to_contain_text("将记录：安全 1、需要帮助 0、免答 0、未确认 2")
    call.get_by_role("textbox", name="结束说明（可不填）").fill("雪停了")
    call.get_by_role("button", name="结束点名").last.click()
    expect(call).to_contain_text("结束时：安全 1、需要帮助 0、免答 0、未确认 2", timeout=5000)
    expect(call).to_contain_text("雪停了")

    found = {"id": "found-p3", "kind": "safety", "person": "p3", "answer": "safe"}
    send(muster, "reports", found)
    call.get_by_role("button", name="后来找到 1").click()
    expect(call.locator(".people")).to_contain_text("欧阳静", timeout=5000)
    expect(call.locator(".people")).to_contain_text("在结束之后")

    call.get_by_role("button", name="重新开始").click()
    call.get_by_role("textbox", name="为何重新开始").fill("又下雪了")
    call.get_by_role("button", name="重新开始").last.click()
    expect(call).to_contain_text("安全 2", timeout=5000)
    shown = picture(muster)["roll_calls"]
    assert [row["id"] for row in shown if row["closed_at"] is None] == [id]


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


def test_a_venue_opens_its_board(page: Page) -> None:
    page.get_by_role("button", name=re.compile(f"^{VENUE_ZH} · ")).press("Enter")
    board = page.locator("#board")
    expect(board.get_by_role("heading")).to_contain_text(VENUE_ZH)
    expect(board.get_by_role("button", name=re.compile("^在岗 "))).to_be_visible()
    board.get_by_role("button", name=re.compile("^在岗 ")).click()
    post = board.locator('[data-post="p1"]')
    expect(post).to_contain_text("钟雪哲")
    expect(post).to_contain_text(re.compile(r"\d\d:\d\d–\d\d:\d\d"))
    board.get_by_role("button", name="关闭看板").click()
    expect(board).to_have_count(0)


def test_an_answer_that_comes_late_does_not_take_the_place_of_a_newer_one(
    page: Page, muster: Muster
) -> None:
    path = f"{muster.url}/api/v1/board?venue={VENUE}"
    old = httpx.get(path, headers=muster.headers).json()
    old["boards"][0]["counts"]["on"] = 77
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/api/v1/board?*", hold_the_first)
    page.get_by_role("button", name=re.compile(f"^{VENUE_ZH} · ")).press("Enter")
    incident(muster, "board-moves", text="看板要更新")
    on = page.locator("#board").get_by_role("button", name=re.compile("^在岗 "))
    expect(on).to_be_visible()
    with page.expect_response("**/api/v1/board?*"):
        held[0].fulfill(json=old)
    page.evaluate("new Promise((done) => setTimeout(done, 200))")
    assert on.inner_text() != "在岗 77"


def test_the_numbers_on_top_list_whom_they_count(page: Page, muster: Muster) -> None:
    page.locator('[data-count="people"]', has_text="在岗").click()
    expect(page.locator("#in-state option:checked")).to_have_text("在岗")
    shown = page.locator("#people tbody tr")
    expect(shown.first).to_be_visible()
    expect(shown.locator("td strong", has_not_text="在岗")).to_have_count(0)
    page.locator("#in-state").select_option("")
    call = send(muster, "roll-calls", {"venue": VENUE})["id"]
    send(muster, f"roll-calls/{call}/walk-ups", {"name": "滑雪教练老赵"})
    everybody = picture(muster)["people"]
    expect(page.locator("#people tbody")).to_contain_text("滑雪教练老赵")
    expect(shown).to_have_count(len(everybody))


@pytest.mark.usefixtures("a_day")
def test_who_is_on_the_road_checks_in_or_swaps_is_seen(page: Page) -> None:
    coach = panel(page, "journeys", "学院路校区")
    expect(coach).to_contain_text("超时未到", timeout=8000)
    expect(coach).to_contain_text("晚到 1 小时")
    expect(coach.locator("details")).to_contain_text("吴泽宁")
    expect(page.locator("#journeys")).to_have_attribute("data-tone", "bad")

    swap = panel(page, "swaps", "欧阳静 替 吴泽宁")
    expect(swap).to_contain_text("等待 欧阳静 同意")
    expect(swap).to_contain_text(VENUE_ZH)

    day = page.locator("#days .row")
    expect(day).to_contain_text("已报 2 / 应报 3", timeout=8000)
    day.get_by_text("未报 1 人").click()
    expect(day).to_contain_text("欧阳静")
    expect(day).to_contain_text("从未打卡")

    page.locator("#reach summary").click()
    expect(page.locator("#reach .people")).to_contain_text("没有登记任何渠道")
    page.get_by_role("button", name="立即测试").click()
    expect(page.get_by_role("status").filter(has_text="发出测试")).to_be_visible()
    assert WORDS not in page.content()


def test_of_many_people_the_server_finds_those_who_are_meant(page: Page) -> None:
    def cut(route: Route) -> None:
        whole = route.fetch()
        if whole.status != httpx.codes.OK:
            return route.fulfill(response=whole)
        many = {**whole.json(), "people": [], "people_total": 45_000}
        return route.fulfill(response=whole, json=many)

    page.route("**/api/v1/picture", cut)
    page.reload()
    people = page.locator("#people")
    expect(people).to_contain_text("共 45000 人，请用姓名或场馆查找")
    people.get_by_role("searchbox").fill("Wu ze")
    expect(people.locator("[data-person]")).to_have_count(1)
    expect(people.locator('[data-person="p2"]')).to_contain_text("吴泽宁")


def test_a_roll_call_can_be_started_from_wherever_a_phone_is_scrolled(
    chromium: Browser, muster: Muster
) -> None:
    context = chromium.new_context(viewport=PHONE, locale="en", has_touch=True)
    page = Desk(context, muster).page
    page.locator("#people").scroll_into_view_if_needed()
    button = page.get_by_role("button", name="Roll call", exact=True)
    expect(button).to_be_in_viewport()
    button.tap()
    everyone = page.get_by_role("dialog").get_by_role("button", name="Everyone")
    expect(everyone).to_be_in_viewport()
    box = everyone.bounding_box()
    assert box is not None
    assert box["height"] >= FINGER
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    everyone.tap()
    expect(panel(page, "roll-calls", "everyone")).to_be_in_viewport(timeout=5000)
    context.close()


CARE = {"id": "care-1", "lane": "mental-health", "site": "yanqing", "why": "talk"}


def answer_care(page: Page) -> None:
    """Answer for the requests, which the server makes at the next full ten minutes: not in a test.

    What somebody said is read from the real one.
    """
    request = {
        **CARE,
        "asked_at": datetime.now(UTC).isoformat(),
        "person": "p2",
        "name": "吴泽宁",
        "taken_by": None,
    }
    left = [request]

    def change(route: Route) -> None:
        request["taken_by"] = "p9"
        if route.request.url.endswith("/end"):
            left.clear()
        route.fulfill(json={"status": "accepted"})

    page.route("**/api/v1/care", lambda route: route.fulfill(json={"requests": left}))
    page.route("**/api/v1/care/care-1/*", change)


def test_headquarters_sees_how_many_ask_for_care_and_never_who(page: Page) -> None:
    counts = {"mental-health": {"waiting": {"1h": 2}, "taken": {"4h": 1}}}
    page.route(
        "**/api/v1/care", lambda route: route.fulfill(json={"requests": [], "counts": counts})
    )
    care = page.locator("#care")
    care.get_by_role("button", name="关怀请求数").click()
    expect(care).to_contain_text("心理等待 2")
    expect(care).to_contain_text("心理有人负责 1")
    care.get_by_role("button", name="收起").click()
    expect(care).not_to_contain_text("心理")


@pytest.mark.usefixtures("a_day")
def test_only_the_lane_opens_what_was_said_and_says_what_for(
    context: BrowserContext, muster: Muster
) -> None:
    said = {"role": "responder", "name": "p9", "person": "p9", "lanes": ["mental-health"]}
    desk = Desk(context, muster, send(muster, "tokens", said)["token"])
    answer_care(desk.page)
    theirs = desk.page.locator("#care")
    expect(theirs).not_to_contain_text("吴泽宁")
    theirs.get_by_role("button", name="打开关怀请求").click()
    request = theirs.locator(".row")
    expect(request).to_contain_text("吴泽宁")
    expect(request).to_contain_text("想私下谈谈")
    request.get_by_role("button", name="查看打卡内容").click()
    expect(request).not_to_contain_text(WORDS)  # a purpose is asked for
    request.get_by_role("textbox", name="为何查看（会被记录）").fill("准备谈话")
    request.get_by_role("button", name="查看打卡内容").click()
    expect(request).to_contain_text(WORDS)
    request.get_by_role("button", name="我来处理").click()
    expect(request).to_contain_text("由 张宁 负责")
    request.get_by_role("button", name="已完成").click()
    expect(theirs).to_contain_text("没有等待处理的关怀请求")

    theirs.get_by_role("button", name="今日打卡内容（心理）").click()
    theirs.get_by_text("想私下谈谈 1").click()
    expect(theirs).to_contain_text(WORDS)
    kept = """[location.href, document.title,
        ...Object.values(sessionStorage), ...Object.values(localStorage)]"""
    assert not [one for one in desk.page.evaluate(kept) if WORDS in one or "吴泽宁" in one]
    desk.check()
