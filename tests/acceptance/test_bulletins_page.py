"""What the public is told, on the page, in a real browser: a warning becomes a bulletin in its
issuer's words, a second person reads it and agrees, and two people take it back.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.acceptance.desk import DESK, FINGER, PHONE, Desk, incident, panel, picture, send, warn
from tests.servers import Muster

SOON = 8000  # ms in which the page follows the log

pytestmark = [pytest.mark.browser, pytest.mark.nats, pytest.mark.timeout(120)]


def token(muster: Muster, role: str, name: str, *sites: str, person: str | None = None) -> str:
    """Return a new token, which may be a person's own."""
    said = {"role": role, "name": name, "sites": list(sites)}
    made = send(muster, "tokens", said | ({"person": person} if person else {}))
    return str(made["token"])


@contextmanager
def desk(
    chromium: Browser, muster: Muster, token: str, *, locale: str, viewport: ViewportSize = DESK
) -> Iterator[Page]:
    """Yield the page of one person; afterwards nothing went wrong in it but what was refused."""
    context = chromium.new_context(
        viewport=viewport, locale=locale, timezone_id="Asia/Shanghai", has_touch=viewport == PHONE
    )
    opened = Desk(context, muster, token)
    opened.provoked = r"status of (409|422) "
    yield opened.page
    opened.check()
    context.close()


def picture_of(page: Page, name: str) -> None:
    """Keep what the page shows, where somebody asks for it."""
    if (folder := os.environ.get("MUSTER_SHOTS")) is not None:
        page.screenshot(path=Path(folder) / f"bulletins-{name}.png")


def bulletin(page: Page, words: str) -> Locator:
    return page.locator("#bulletins > .rows > .row", has_text=words)


def public(muster: Muster) -> str:
    """Return the feed that the public follows."""
    answer = httpx.get(f"{muster.url}/api/v1/cap/feed.atom", headers=muster.headers)
    assert answer.is_success
    return answer.text


def test_a_severe_warning_is_told_and_taken_back_by_two_people(
    chromium: Browser, muster: Muster
) -> None:
    last = warn(muster, "storm-1", colour="orange")
    zh, en = "延庆区气象台发布暴雪橙色预警", "Yanqing issues orange warning: blizzard"
    first, second = (token(muster, "commander", id, person=id) for id in ("p1", "p2"))
    with (
        desk(chromium, muster, first, locale="zh-CN") as theirs,
        desk(chromium, muster, second, locale="en-GB") as other,
    ):
        expect(theirs.locator("#bulletins")).to_have_count(0)
        warning = panel(theirs, "warnings", zh)
        warning.get_by_role("button", name="拟写公告").click()
        row = bulletin(theirs, zh)
        expect(row).to_contain_text("待另一人批准 · 首次发布", timeout=SOON)
        expect(warning.get_by_role("button", name="公告：待另一人批准")).to_be_visible()
        expect(theirs.locator(".notice")).to_contain_text("草稿 1 已写")
        assert "storm" not in public(muster)
        row.get_by_role("button", name="阅读并决定").click()
        row.get_by_role("button", name="批准并发布草稿 1").click()
        expect(row.get_by_role("alert")).to_have_text("批准公告：草稿 1 由本人拟写，须由另一人批准")
        picture_of(theirs, "refused-zh")
        assert zh not in public(muster)

        waits = bulletin(other, en)
        expect(waits).to_contain_text("waits for another person · new", timeout=SOON)
        waits.get_by_role("button", name="Read and decide").focus()
        other.keyboard.press("Enter")
        text = waits.locator(".bulletin-text")
        expect(text.locator("[lang=zh-CN]")).to_contain_text(zh)
        expect(text.locator("[lang=en]")).to_contain_text(en)
        expect(text.locator(".signal")).to_have_text("orange")
        expect(text.locator(".severity")).to_have_text("severe")
        expect(text).to_contain_text("National Alpine Skiing Centre")
        expect(text).to_contain_text(re.compile(r"until \d"))
        picture_of(other, "decide-en")
        approve = waits.get_by_role("button", name="Approve draft 1: it goes out")
        approve.focus()
        other.keyboard.press("Enter")
        expect(other.locator(".notice")).to_contain_text("It is out", timeout=SOON)
        for page, words, status in ((theirs, zh, "已发布"), (other, en, "told")):
            row = bulletin(page, words)
            expect(row.locator(".status").first).to_have_text(status, timeout=SOON)
        picture_of(theirs, "published-zh")
        assert zh in public(muster)

        warn(muster, "storm-2", colour="orange", follows=last, cancels=True)
        row = bulletin(theirs, zh)
        expect(row.locator(".ask")).to_have_text("来源已结束：解除公告？", timeout=SOON)
        take_back(theirs, other, zh, en)
        picture_of(other, "cancelled-en")
    assert "Cancelled: Yanqing" in public(muster)


def take_back(theirs: Page, other: Page, zh: str, en: str) -> None:
    """One person asks for the end, with why; the other one agrees, and it is gone."""
    row = bulletin(theirs, zh)
    row.get_by_role("button", name="解除", exact=True).click()
    expect(row.get_by_label("解除理由（中文，可不填）")).to_be_focused()
    row.get_by_label("解除理由（中文，可不填）").fill("降雪已停。")
    row.get_by_label("解除理由（英文，可不填）").fill("The snow has stopped.")
    row.get_by_role("button", name="解除公告").click()
    expect(row).to_contain_text("待另一人批准 · 解除", timeout=SOON)
    expect(row).to_contain_text("先前发布的仍生效")
    waits = bulletin(other, f"Cancelled: {en}")
    expect(waits).to_contain_text("waits for another person · cancellation", timeout=SOON)
    expect(waits.locator(".ask")).to_have_text("source ended: cancel?")
    waits.get_by_role("button", name="Read and decide").click()
    expect(waits.locator(".bulletin-text").first).to_contain_text("The snow has stopped.")
    waits.get_by_role("button", name="Approve draft 2: it goes out").click()
    for page in (theirs, other):
        expect(page.locator("#bulletins > .rows")).to_have_count(0, timeout=SOON)
    expect(theirs.locator("#bulletins")).to_contain_text("没有生效的公告，也没有待批准的草稿。")
    other.locator("#bulletins summary", has_text="Earlier (1)").click()
    expect(other.locator("#bulletins .earlier .row")).to_contain_text("cancelled")


def test_only_what_the_source_does_not_say_is_asked_for(chromium: Browser, muster: Muster) -> None:
    sent = datetime.now(UTC).replace(microsecond=0)
    body = f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>ice-1</identifier><sender>Yanqing</sender><sent>{sent.isoformat()}</sent>
  <status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
  <info><language>zh-CN</language><category>Met</category><event>道路结冰</event>
    <urgency>Expected</urgency><severity>Severe</severity><certainty>Likely</certainty>
    <expires>{(sent + timedelta(hours=3)).isoformat()}</expires>
    <headline>道路结冰橙色预警</headline><description>路面有冰，缓行。</description>
    <area><areaDesc>延庆区</areaDesc>
      <polygon>40.53,115.60 40.53,116.00 40.80,116.00 40.80,115.60 40.53,115.60</polygon></area>
  </info>
</alert>"""
    send(muster, "cap", content=body.encode(), headers={"Content-Type": "application/cap+xml"})
    person = token(muster, "commander", "third")
    with desk(chromium, muster, person, locale="en-GB", viewport=PHONE) as page:
        warning = panel(page, "warnings", "道路结冰橙色预警")
        warning.get_by_role("button", name="Draft a bulletin").click()
        form = warning.get_by_role("form")
        expect(form).to_contain_text("The source does not say these.", timeout=SOON)
        labels = [f"{name}, in English" for name in ("Event", "Headline", "Description")]
        expect(form.locator("label")).to_have_text(labels)
        expect(form.locator("q")).to_have_text(["道路结冰", "道路结冰橙色预警", "路面有冰，缓行。"])
        expect(form.get_by_label(labels[0])).to_be_focused()
        form.scroll_into_view_if_needed()
        picture_of(page, "missing-phone")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        words = ("Road icing", "Orange road icing warning", "Ice on the roads: drive slowly.")
        form.get_by_role("button").click()  # nothing is filled in yet
        expect(form).to_be_visible()
        for label, said in zip(labels, words, strict=True):
            form.get_by_label(label).fill(said)
        form.get_by_role("button", name="Write the draft").click()
        row = bulletin(page, words[1])
        expect(row).to_contain_text("waits for another person", timeout=SOON)
        row.get_by_role("button", name="Read and decide").click()
        text = row.locator(".bulletin-text")
        expect(text.locator("[lang=zh-CN]")).to_contain_text("路面有冰，缓行。")
        expect(text.locator("[lang=en]")).to_contain_text(words[2])
        row.scroll_into_view_if_needed()
        picture_of(page, "read-phone")
        small = page.eval_on_selector_all(
            "#bulletins :is(button, input, summary)",
            """found => found.map((one) => one.getBoundingClientRect())
                .filter(({ height }) => height > 0 && height < least).length""".replace(
                "least", str(FINGER)
            ),
        )
        assert small == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_draft_that_gave_way_is_not_approved_unread_and_is_declined_with_a_reason(
    chromium: Browser, muster: Muster
) -> None:
    incident(muster, "fog", category="weather", severity="severe", text="能见度不足百米")
    author = token(muster, "commander", "author")
    with desk(chromium, muster, author, locale="zh-CN") as page:
        alert = panel(page, "alerts", "能见度不足百米")
        alert.get_by_role("button", name="拟写公告").click()
        headline = alert.locator(".pick").inner_text()
        expect(bulletin(page, headline)).to_contain_text("待另一人批准", timeout=SOON)
    reader = token(muster, "commander", "reader")
    with desk(chromium, muster, reader, locale="zh-CN") as page:
        row = bulletin(page, headline)
        row.get_by_role("button", name="阅读并决定").click()
        expect(row.get_by_role("button", name="批准并发布草稿 1")).to_be_visible()
        [id] = [
            one["id"]
            for one in httpx.get(f"{muster.url}/api/v1/bulletins", headers=muster.headers).json()[
                "bulletins"
            ]
            if one["headline"]["zh"] == headline
        ]
        send(muster, f"bulletins/{id}/update", {"content": {"colour": "red"}, "draft": 1})
        expect(row).to_contain_text("已有新草稿 2", timeout=SOON)
        expect(row.get_by_role("button", name=re.compile("批准"))).to_have_count(0)
        row.get_by_role("button", name="阅读草稿 2").click()
        expect(row.locator(".bulletin-text .signal")).to_have_text("红色")
        row.get_by_role("button", name="否决", exact=True).click()
        row.get_by_label("理由（会记录）").fill("红色未经确认")
        row.get_by_role("button", name="否决草稿").click()
        earlier = page.locator("#bulletins .earlier")
        expect(earlier.locator(".row", has_text=headline)).to_have_count(1, timeout=SOON)
        earlier.locator("summary").first.click()
        declined = earlier.locator(".row", has_text=headline)
        expect(declined).to_contain_text("已否决")
        declined.get_by_role("button", name="阅读全文").click()
        expect(declined.locator(".judged")).to_contain_text("红色未经确认")


def test_a_mild_one_goes_out_after_a_second_look_and_gets_another_end(
    chromium: Browser, muster: Muster
) -> None:
    warn(muster, "wind-1", colour="blue", hazard=("大风", "Gale"))
    with desk(chromium, muster, token(muster, "commander", "fifth"), locale="en-GB") as page:
        warning = panel(page, "warnings", "Yanqing issues blue warning: gale")
        warning.get_by_role("button", name="Draft a bulletin").click()
        expect(warning.get_by_role("form")).to_contain_text("it goes out at once")
        assert "gale" not in public(muster), "nothing goes out by one tap"
        warning.get_by_role("button", name="Tell the public now").click()
        row = bulletin(page, "blue warning: gale")
        expect(row.locator(".status").first).to_have_text("told", timeout=SOON)
        assert "gale" in public(muster)

        end = (datetime.now(UTC) + timedelta(hours=8 + 12)).strftime("%Y-%m-%dT%H:%M")
        row.get_by_role("button", name="Update", exact=True).click()
        send_it = row.get_by_role("button", name="Write this draft")
        expect(send_it).to_be_disabled()
        row.locator("details > summary", has_text="The words").click()
        picture_of(page, "update-en")
        row.get_by_label("Until (Beijing time)").fill(end)
        send_it.click()
        until = f"until {int(end[5:7])}/{int(end[8:10])}, {end[11:]}"
        expect(row.locator(".standing")).to_contain_text(until, timeout=SOON)
        page.locator("#bulletins").scroll_into_view_if_needed()
        picture_of(page, "updated-en")


@pytest.mark.parametrize(("role", "sites", "reads"), [
    ("responder", (), True), ("commander", ("yanqing",), False), ("monitor", (), False),
])  # fmt: skip
def test_whoever_may_not_tell_the_public_is_not_offered_it(
    chromium: Browser, muster: Muster, role: str, sites: tuple[str, ...], reads: bool
) -> None:
    warn(muster, "snow-1", colour="red", hazard=("暴雪", "Snow"))
    send(muster, "bulletins", {"from": {"kind": "warning", "id": of(muster, "snow-1")}})
    name = f"looks-on-{role}"
    with desk(chromium, muster, token(muster, role, name, *sites), locale="en-GB") as page:
        expect(panel(page, "warnings", "red warning: snow")).to_have_count(1, timeout=SOON)
        row = bulletin(page, "red warning: snow")
        expect(row).to_have_count(1 if reads else 0, timeout=SOON)
        expect(page.locator(".tell")).to_have_count(0)
        if reads:
            row.get_by_role("button", name="Read it").click()
            expect(row.locator(".bulletin-text")).to_be_visible(timeout=SOON)
            expect(row.get_by_role("button")).to_have_count(1)


def of(muster: Muster, identifier: str) -> str:
    """Return the warning that a message belongs to."""
    [id] = [row["id"] for row in picture(muster)["warnings"] if row["identifier"] == identifier]
    return str(id)
