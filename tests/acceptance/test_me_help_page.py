"""Calling for help on the page of a volunteer's phone, in a real browser: it arrives, and once."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.acceptance.desk import eventually, picture, send
from tests.acceptance.phone import Dial
from tests.servers import Muster

pytestmark = [pytest.mark.browser, pytest.mark.nats, pytest.mark.timeout(120)]

COUNTDOWN_MS = 3000  # in which somebody may think better of a call
ASKED_MS = 4500  # who waits for help asks every 4 s how it stands


def incidents_of(muster: Muster, id: str) -> list[Any]:
    return [row for row in picture(muster)["incidents"] if row["person"] == id]


def one_call_comes(page: Page, muster: Muster, id: str) -> None:
    eventually(page, lambda: len(incidents_of(muster, id)), 1)


def test_a_call_made_without_a_network_goes_out_once_when_it_is_back(
    dial: Dial, muster: Muster
) -> None:
    phone = dial(clock=True)
    page = phone.page
    phone.context.set_offline(True)
    phone.button("我需要帮助").click()
    expect(phone.button("立即发出")).to_be_focused()
    call = page.locator(".call")
    expect(call).to_contain_text("正在发出", timeout=6000)
    expect(page.locator(".unsent")).to_have_text("未发出 1 条")
    assert phone.unsent() == 1
    call.get_by_label("补充一句").fill("左脚扭伤了")
    call.get_by_role("button", name="补充").click()
    expect(page.locator(".unsent")).to_have_text("未发出 2 条")

    phone.context.set_offline(False)
    expect(call).to_contain_text("指挥部已收到", timeout=8000)
    expect(call).to_contain_text("钟雪哲", timeout=8000)
    expect(page.locator(".unsent")).to_have_text("全部已送达")
    assert phone.unsent() == 0
    (incident,) = incidents_of(muster, phone.id)
    assert incident["needs_help"] is True
    eventually(page, lambda: [row["notes"] for row in incidents_of(muster, phone.id)], [1])

    send(muster, f"incidents/{incident['id']}/take")
    page.clock.fast_forward(ASKED_MS)
    expect(call).to_contain_text("已接手")
    expect(page.locator(".call")).to_have_count(1)


def test_a_call_is_sent_at_once_or_taken_back_in_time(dial: Dial, muster: Muster) -> None:
    phone = dial(clock=True)
    sent: list[str] = []
    phone.page.on("request", lambda request: sent.append(request.method))
    phone.button("我需要帮助").click()
    expect(phone.button("立即发出")).to_be_visible()
    phone.button("取消").click()
    expect(phone.button("我需要帮助")).to_be_visible()
    phone.page.clock.run_for(COUNTDOWN_MS + 500)
    assert ("POST" in sent, phone.unsent(), incidents_of(muster, phone.id)) == (False, 0, [])

    phone.page.clock.pause_at(phone.page.evaluate("Date.now() / 1000 + 1"))
    phone.button("我需要帮助").click()
    phone.page.clock.run_for(COUNTDOWN_MS - 500)
    expect(phone.button("立即发出")).to_be_visible()  # and in half a second it would go by itself
    phone.button("立即发出").click()
    expect(phone.page.locator(".call")).to_contain_text("指挥部已收到")
    one_call_comes(phone.page, muster, phone.id)


def test_a_phone_that_is_put_away_sends_what_was_begun(dial: Dial, muster: Muster) -> None:
    phone = dial()
    phone.button("我需要帮助").click()
    expect(phone.button("立即发出")).to_be_visible()
    phone.page.goto("about:blank")
    one_call_comes(phone.page, muster, phone.id)


def test_a_busy_phone_that_is_put_away_at_once_sends_what_was_begun(
    dial: Dial, muster: Muster
) -> None:
    phone = dial()
    page = phone.open_busy()
    expect(page.locator("#where")).to_be_attached(timeout=8000)
    page.evaluate("document.getElementById('need-help').click(); location.href = 'about:blank'")
    one_call_comes(page, muster, phone.id)


def test_a_call_whose_answer_was_lost_is_the_same_call(dial: Dial, muster: Muster) -> None:
    phone = dial()
    ids: list[str] = []

    def lose_the_first(route: Route) -> None:
        ids.append(json.loads(route.request.post_data or "{}")["id"])
        if len(ids) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    phone.page.route("**/reports", lose_the_first)
    phone.button("我需要帮助").click()
    phone.button("立即发出").click()
    expect(phone.page.locator(".call")).to_contain_text("指挥部已收到", timeout=8000)
    expect(phone.page.locator(".unsent")).to_have_text("全部已送达", timeout=8000)
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert len(incidents_of(muster, phone.id)) == 1
