"""What the page's tests do to Muster, and the browser window they look at it through."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from playwright.sync_api import BrowserContext, Locator, Page, ViewportSize, expect

from tests.servers import Muster

VENUE, VENUE_ZH = "alpine-ski-centre", "国家高山滑雪中心"
DESK = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
FINGER = 44  # pixels a finger needs


def send(muster: Muster, path: str, body: Any = None, **options: Any) -> Any:
    """Post as the administrator, and return what was answered; it must be taken."""
    options["headers"] = {**muster.headers, **options.get("headers", {})}
    if body is not None:
        options["json"] = body
    answer = httpx.post(f"{muster.url}/api/v1/{path}", **options)
    assert answer.is_success, answer.text
    return answer.json()


def populate(muster: Muster) -> None:
    """Put a lead and two volunteers on shift at the ski centre; one of them has come."""
    now = datetime.now(UTC)
    people = [
        ("p1", "钟雪哲", "Zhong Xuezhe", [VENUE]),
        ("p2", "吴泽宁", "Wu Zening", []),
        ("p3", "欧阳静", "Ouyang Jing", []),
    ]
    for id, name, latin, leads in people:
        person = {"id": id, "site": "yanqing", "name": name, "latin": latin}
        send(muster, "volunteers", {**person, "role": "competition", "leads": leads})
        times = {"starts_at": now - timedelta(hours=3), "ends_at": now + timedelta(hours=5)}
        shift = {"shift": f"{id}-day", "venue": VENUE}
        shift |= {name: moment.isoformat() for name, moment in times.items()}
        send(muster, f"volunteers/{id}/shifts", shift)
    came = {"kind": "presence", "person": "p1", "venue": VENUE, "whereabouts": "present"}
    at = (now - timedelta(minutes=72)).isoformat()
    send(muster, "reports", {**came, "id": "came-p1", "method": "badge", "at": at})


class Desk:
    """A browser window on the page, whom it asked, and everything that went wrong in it."""

    def __init__(self, context: BrowserContext, muster: Muster, token: str | None = None) -> None:
        self.muster = muster
        self.page = context.new_page()
        self.requests: list[str] = []
        self.troubles: list[str] = []
        self.provoked: str | None = None
        """A pattern of what a test makes go wrong itself."""
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("console", lambda said: self._heard(said.type, said.text))
        self.page.goto(f"{muster.url}/?token={token or muster.token}")
        expect(self.page.locator(".badge").first).to_be_visible(timeout=15_000)

    def _heard(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.troubles.append(text)

    def check(self) -> None:
        """Nothing went wrong in it but what was provoked, and no other server was asked."""
        self.page.unroute_all(behavior="ignoreErrors")
        expected = re.compile(self.provoked or r"(?!)")
        assert [said for said in self.troubles if not expected.search(said)] == []
        ours = (self.muster.url, "data:")
        assert [url for url in self.requests if not url.startswith(ours)] == []


def eventually(
    page: Page, look: Callable[[], object], wanted: object, within_s: float = 8.0
) -> None:
    """Look until it is as wanted; what was taken in shows in an answer a moment later."""
    for _ in range(int(within_s / 0.05)):
        if look() == wanted:
            return
        page.wait_for_timeout(50)
    assert look() == wanted


def incident(muster: Muster, id: str, **fields: Any) -> str:
    """Report an incident and return its id."""
    report = {"id": id, "kind": "incident", "category": "equipment", "severity": "minor"}
    answer = send(
        muster, "reports", {**report, "text": "记录台打印机坏了", "venue": VENUE, **fields}
    )
    return str(answer["incident"])


def picture(muster: Muster) -> Any:
    """Return the picture as the administrator gets it."""
    return httpx.get(f"{muster.url}/api/v1/picture", headers=muster.headers).json()


def panel(page: Page, id: str, text: str) -> Locator:
    """Return the rows of a list that have these words."""
    return page.locator(f"#{id} .row", has_text=text)


COLOURS = {
    "blue": ("蓝色", "Minor"),
    "yellow": ("黄色", "Moderate"),
    "orange": ("橙色", "Severe"),
    "red": ("红色", "Extreme"),
}
SENDER = "Yanqing_Meteorological_Observatory"
SQUARE = "40.53,115.60 40.53,116.00 40.80,116.00 40.80,115.60 40.53,115.60"
"""Round the ski centre, as CAP has a polygon."""


def cap(
    identifier: str,
    *,
    colour: str = "orange",
    follows: tuple[str, datetime] | None = None,
    cancels: bool = False,
    sent: datetime | None = None,
    begins: timedelta = timedelta(),
    lasts: timedelta = timedelta(hours=6),
    hazard: tuple[str, str] = ("暴雪", "Blizzard"),
    polygon: str = SQUARE,
) -> str:
    """Return a warning of a square around the ski centre, in the form of China's.

    `follows` names the message before it, which it updates or cancels.
    """
    sent = (sent or datetime.now(UTC)).replace(microsecond=0)
    effective = sent + begins
    expires = effective + lasts
    zh, severity = COLOURS[colour]
    move = "Alert" if follows is None else "Cancel" if cancels else "Update"
    references = (
        ""
        if follows is None
        else f"<references>{SENDER},{follows[0]},{_second(follows[1])}</references>"
    )
    done_zh, done_en = ("解除", "lifts") if cancels else ("发布", "issues")
    infos = "".join(
        f"""<info>
    <language>{language}</language><category>Met</category><event>{event}</event>
    <urgency>Expected</urgency><severity>{severity}</severity><certainty>Likely</certainty>
    <effective>{effective.isoformat()}</effective><expires>{expires.isoformat()}</expires>
    <headline>{headline}</headline>
    <area><areaDesc>延庆区</areaDesc><polygon>{polygon}</polygon></area>
  </info>"""
        for language, event, headline in (
            ("zh-CN", hazard[0], f"延庆区气象台{done_zh}{hazard[0]}{zh}预警"),
            ("en-US", hazard[1], f"Yanqing {done_en} {colour} warning: {hazard[1].lower()}"),
        )
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>{identifier}</identifier><sender>{SENDER}</sender>
  <sent>{sent.isoformat()}</sent><status>Actual</status><msgType>{move}</msgType>
  <scope>Public</scope>{references}
  {infos}
</alert>"""


def _second(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat()


def warn(muster: Muster, identifier: str, **options: Any) -> tuple[str, datetime]:
    """Send a warning of `cap`; return what the next message of its chain follows."""
    sent = options.pop("sent", None) or datetime.now(UTC)
    body = cap(identifier, sent=sent, **options).encode()
    send(muster, "cap", content=body, headers={"Content-Type": "application/cap+xml"})
    return identifier, sent
