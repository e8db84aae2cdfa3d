"""The page on a volunteer's phone, in a real browser: answering, checking in, saying where."""

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.acceptance.desk import FINGER, PHONE, VENUE, VENUE_ZH, eventually, picture, send
from tests.acceptance.phone import Dial, Phone, mine, person, token
from tests.servers import Muster

pytestmark = [pytest.mark.browser, pytest.mark.nats, pytest.mark.timeout(120)]

SOON = 8000  # ms: less than the 20 s after which a phone asks by itself


def stands(phone: Phone, wanted: dict[str, str]) -> None:
    """Everything has arrived, and this is what the server says of where they are."""
    expect(phone.page.locator(".unsent")).to_have_text("全部已送达")

    def found() -> dict[str, Any]:
        now = mine(phone.muster, phone.token)["whereabouts"]
        return {name: now[name] for name in wanted}

    eventually(phone.page, found, wanted)


def test_a_persons_link_leads_to_their_own_page(dial: Dial, muster: Muster) -> None:
    phone = dial()
    page = phone.page
    assert page.url == f"{muster.url}/me"
    expect(page).to_have_title("Muster · 我的页面")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"林晓雨{phone.id}")
    expect(page.locator("#shifts .rows li")).to_have_count(1)
    expect(page.locator("#shifts")).to_contain_text(VENUE_ZH)
    expect(page.locator(".unsent")).to_have_text("全部已送达")
    assert [url for url in phone.requests if not url.startswith(muster.url)] == []
    assert [url for url in phone.requests[1:] if phone.token in url] == []


def test_an_answer_that_comes_before_the_first_frame_is_shown(dial: Dial, muster: Muster) -> None:
    phone = dial()
    page = phone.open_busy()
    expect(page.locator("#where")).to_be_attached(timeout=8000)


def test_an_open_page_finds_what_an_earlier_one_could_not_send(dial: Dial) -> None:
    phone = dial()
    phone.page.route("**/reports", lambda route: route.abort())
    phone.button("我在路上").click()
    expect(phone.page.locator(".unsent")).to_have_text("未发出 1 条")
    expect(phone.page.locator("#where .state")).to_contain_text("在途")
    phone.page.unroute("**/reports")
    phone.page.reload()
    stands(phone, {"whereabouts": "on-the-way"})
    assert phone.unsent() == 0


def test_i_am_here_and_i_have_left_are_evidence_at_the_venue_of_the_shift(dial: Dial) -> None:
    phone = dial()
    state = phone.page.locator("#where .state")
    expect(phone.page.get_by_label("场馆")).to_have_value(VENUE)
    for button, word, value in (
        ("我到了", "在岗", "present"),
        ("我在休息", "休息", "resting"),
        ("我离开了", "已离开", "left"),
    ):
        phone.button(button).click()
        expect(state).to_contain_text(f"{word} · {VENUE_ZH}")
        stands(phone, {"whereabouts": value, "venue": VENUE, "method": "self"})


def test_a_posts_code_opens_in_a_new_window_and_checks_in(dial: Dial, muster: Muster) -> None:
    phone = dial()
    scanned = phone.open(f"/#check-in={VENUE}")
    card = scanned.locator("#scanned")
    expect(card).to_contain_text(VENUE_ZH, timeout=10_000)
    card.get_by_role("button", name="我到了").click()
    expect(card).to_have_count(0)
    expect(scanned.locator("#where .state")).to_contain_text("在岗")
    expect(scanned.locator(".unsent")).to_have_text("全部已送达")
    assert scanned.url == f"{muster.url}/me"
    stands(phone, {"method": "post-code"})


def test_a_lead_says_who_is_here_by_their_code(dial: Dial, muster: Muster) -> None:
    found, lead = person(muster), dial("p1")
    scanned = lead.open(f"/#person={found}")
    card = scanned.locator("#scanned")
    expect(card).to_contain_text(f"林晓雨{found}", timeout=10_000)
    expect(card.get_by_label("场馆")).to_have_value(VENUE)
    card.get_by_role("button", name="本人在此").click()
    expect(card).to_contain_text("已登记")
    expect(scanned.locator(".unsent")).to_have_text("全部已送达")

    def seen() -> list[tuple[str, str]]:
        rows = picture(muster)["people"]
        return [(row["whereabouts"], row["method"]) for row in rows if row["id"] == found]

    eventually(scanned, seen, [("present", "person-code")])


def test_who_leads_nobody_is_told_so(dial: Dial, muster: Muster) -> None:
    found, phone = person(muster), dial()
    scanned = phone.open(f"/#person={found}")
    expect(scanned.locator("#scanned")).to_contain_text("只有负责人", timeout=10_000)
    expect(scanned.get_by_role("button", name="本人在此")).to_have_count(0)


def test_a_roll_call_is_answered_in_one_tap(dial: Dial, muster: Muster) -> None:
    phone = dial()
    opened = send(muster, "roll-calls", {"venue": VENUE})["id"]
    phone.page.reload()
    asks = phone.page.locator("#roll-call")
    expect(asks).to_contain_text("你还没有答复", timeout=8000)
    phone.button("我安全").click()
    expect(asks).to_contain_text("已答复：安全", timeout=8000)
    expect(phone.button("我安全")).to_have_count(0)
    path = f"{muster.url}/api/v1/roll-calls/{opened}?standing=safe"
    answer = httpx.get(path, headers=muster.headers)
    assert phone.id in [row["id"] for row in answer.json()["people"]]
    send(muster, f"roll-calls/{opened}/close", {})


def test_what_was_just_taken_in_is_shown_though_the_first_answer_did_not_know_it(
    dial: Dial, muster: Muster
) -> None:
    phone = dial()
    opened = send(muster, "roll-calls", {"venue": VENUE})["id"]
    phone.page.reload()
    asks = phone.page.locator("#roll-call")
    expect(asks).to_contain_text("你还没有答复")
    old = mine(muster, phone.token)
    answers: list[Route] = []

    def be_late_once(route: Route) -> None:
        answers.append(route)
        if len(answers) == 1:
            route.fulfill(json=old)
        else:
            route.continue_()

    phone.page.route("**/api/v1/me", be_late_once)
    with phone.page.expect_response("**/api/v1/me"):
        phone.button("我安全").click()
    expect(asks).to_contain_text("“我安全”已送达")
    expect(asks).not_to_contain_text("你还没有答复")
    expect(asks).to_contain_text("已答复：安全", timeout=SOON)
    phone.page.unroute("**/api/v1/me")
    send(muster, f"roll-calls/{opened}/close", {})


def test_what_is_said_at_a_check_in_leaves_the_phone_with_the_receipt(
    dial: Dial, muster: Muster
) -> None:
    phone = dial()
    page = phone.page
    form = page.locator("#check-in")
    expect(form).to_contain_text("只有心理支持人员能看")
    phone.context.set_offline(True)
    form.get_by_label("想私下聊聊").check()
    form.get_by_label("体温").fill("37.8")
    form.get_by_label("想说的话").fill("昨晚没睡着")
    form.get_by_role("button", name="提交签报").click()
    expect(form).to_contain_text("待发送")
    assert "昨晚没睡着" in phone.whole_storage()
    phone.context.set_offline(False)
    expect(form).to_contain_text(re.compile(r"\d\d:\d\d 已签报"), timeout=8000)
    kept = phone.whole_storage()
    assert "昨晚没睡着" not in kept
    assert "37.8" not in kept
    assert "talk" not in kept
    assert "昨晚没睡着" not in page.content()
    assert not any(word in page.url + page.title() for word in ("昨晚", "37.8", "talk"))
    assert mine(muster, phone.token)["check_in"]["given_at"] is not None


def test_a_swap_that_is_asked_for_is_answered(dial: Dial, muster: Muster) -> None:
    taker, giver = person(muster, channels=[]), person(muster, channels=[])
    swap = send(muster, "swaps", {"giver": giver, "shift": f"{giver}-day", "taker": taker})["id"]
    phone = dial(taker)
    row = phone.page.locator(f'[data-swap="{swap}"]')
    expect(row).to_contain_text(f"与 林晓雨{giver} 换班")
    expect(row).to_contain_text(VENUE_ZH)
    row.get_by_role("button", name="不同意").click()
    expect(row).to_have_count(0, timeout=8000)
    path = f"{muster.url}/api/v1/swaps?ended=true&person={taker}"
    shown = httpx.get(path, headers=muster.headers).json()["swaps"]
    assert [one["status"] for one in shown] == ["declined"]


def test_messages_prove_the_page_once_they_are_opened(dial: Dial, muster: Muster) -> None:
    phone = dial()
    box = phone.page.locator("#messages")
    box.get_by_role("button", name="给我发一条测试").click()
    expect(box).to_contain_text("已向 1 个渠道发出测试")
    expect(box).to_contain_text("有新消息", timeout=8000)
    box.get_by_role("button", name="打开消息").click()
    expect(box.locator("[data-message]")).to_have_count(1)
    expect(box).not_to_contain_text("有新消息", timeout=8000)


def test_what_the_server_does_not_take_is_told_until_it_was_read(dial: Dial) -> None:
    phone = dial()
    reason = {"zh": "没有场馆", "en": "no such venue"}
    refused = {"status": "rejected", "code": "x", "field": "venue", "reason": reason}
    phone.page.route("**/reports", lambda route: route.fulfill(status=422, json=refused))
    phone.button("我到了").click()
    alert = phone.page.locator(".refused")
    expect(alert).to_contain_text("“我在哪里”未被接受：没有场馆")
    expect(phone.page.locator(".unsent")).to_have_text("全部已送达")
    phone.page.reload()
    expect(alert).to_contain_text("没有场馆")
    phone.button("知道了").click()
    expect(alert).to_have_count(0)
    assert phone.unsent() == 0


def test_a_token_that_is_taken_back_leaves_what_was_not_sent(dial: Dial, muster: Muster) -> None:
    phone = dial()
    phone.page.route("**/reports", lambda route: route.abort())
    phone.button("我在路上").click()
    expect(phone.page.locator(".unsent")).to_have_text("未发出 1 条")
    listed = httpx.get(f"{muster.url}/api/v1/tokens", headers=muster.headers).json()["tokens"]
    (old,) = [one["id"] for one in listed if one["person"] == phone.id]
    httpx.delete(f"{muster.url}/api/v1/tokens/{old}", headers=muster.headers)
    phone.page.unroute("**/reports")
    phone.button("现在重发").click()
    expect(phone.page.get_by_label("令牌")).to_be_visible(timeout=8000)
    assert phone.unsent() == 1
    phone.page.get_by_label("令牌").fill(token(muster, phone.id))
    phone.button("进入").click()
    expect(phone.page.locator(".unsent")).to_have_text("全部已送达", timeout=8000)
    assert phone.unsent() == 0


def test_another_person_on_the_same_phone_reports_for_themselves(
    dial: Dial, muster: Muster
) -> None:
    phone, other = dial(), person(muster)
    page = phone.open(f"/?token={token(muster, other)}")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"林晓雨{other}", timeout=10_000)
    page.get_by_role("button", name="我到了").click()
    expect(page.locator(".unsent")).to_have_text("全部已送达")
    assert mine(muster, phone.token)["whereabouts"]["whereabouts"] == "planned"


def test_the_language_is_chosen_and_remembered(dial: Dial) -> None:
    phone = dial()
    phone.button("English").click()
    expect(phone.page.locator("html")).to_have_attribute("lang", "en")
    expect(phone.button("I need help")).to_be_visible()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text(f"Lin Xiaoyu {phone.id}")
    phone.page.reload()
    expect(phone.button("I need help")).to_be_visible()
    phone.button("中文").click()
    expect(phone.button("我需要帮助")).to_be_visible()


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_a_thumb_reaches_everything_and_nothing_scrolls_sideways(
    dial: Dial, muster: Muster, language: str
) -> None:
    phone = dial(locale=language)
    page = phone.page
    _is_usable(page)
    page.locator("#need-help").click()
    _is_usable(page)
    page.locator(".countdown .help").click()
    expect(page.locator(".call")).to_be_visible()
    _is_usable(page)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator(".unsent")).to_be_in_viewport()


def _is_usable(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    found = page.eval_on_selector_all(
        "button, select, summary, textarea, a[href], label.answer, input:not([type=radio])",
        """found => found.filter((one) => one.checkVisibility() && !one.matches(".skip"))
            .filter((one) => one.getBoundingClientRect().height < least
                || (!one.textContent.trim() && !one.ariaLabel && !one.labels?.length))
            .map((one) => one.outerHTML.slice(0, 90))""".replace("least", str(FINGER)),
    )
    assert found == []


def test_the_command_post_keeps_its_own_page(dial: Dial, muster: Muster) -> None:
    page = dial().open(f"/?token={token(muster, 'p2', 'responder')}")
    expect(page.locator(".badge").first).to_be_visible(timeout=15_000)
    assert page.url == f"{muster.url}/"
    page.goto(f"{muster.url}/me?token={muster.token}")
    expect(page.get_by_role("main")).to_contain_text("这不是个人令牌")
