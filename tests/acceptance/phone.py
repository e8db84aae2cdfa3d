"""Somebody with a phone: a person of the roster, a token of their own, and the page they open."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
from playwright.sync_api import Browser, Locator, Page, expect

from tests.acceptance.desk import PHONE, VENUE, send
from tests.servers import Muster

NO_FRAMES = """requestAnimationFrame = () => 0;
const soon = setTimeout;
setTimeout = (what, ms, ...more) => soon(what, ms > 0 && ms <= 100 ? 30_000 : ms, ...more);"""
"""A busy phone: no frame is drawn for half a minute, nor is what waits for one done sooner."""
_PROVOKED = re.compile(r"net::ERR_(INTERNET_DISCONNECTED|FAILED)|status of (401|422) ")
"""What the tests make go wrong themselves: no network, a lost answer, a refusal."""
_numbers = count(1)


def person(muster: Muster, **fields: Any) -> str:
    """Put somebody new on the roster, on shift at the ski centre, and return their id."""
    id = f"v{next(_numbers)}"
    body = {"id": id, "site": "yanqing", "name": f"林晓雨{id}", "latin": f"Lin Xiaoyu {id}"}
    defaults = {"role": "competition", "lead": "p1", "channels": ["page"]}
    send(muster, "volunteers", {**body, **defaults, **fields})
    shift(muster, id)
    return id


def shift(muster: Muster, id: str) -> None:
    """Plan a shift at the ski centre, from an hour ago on."""
    now = datetime.now(UTC)
    times = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=5)}
    said = {"shift": f"{id}-day", "venue": VENUE}
    send(
        muster,
        f"volunteers/{id}/shifts",
        said | {name: at.isoformat() for name, at in times.items()},
    )


def token(muster: Muster, id: str, role: str = "reporter", **more: Any) -> str:
    """Make a token that is a person's own."""
    said = {"role": role, "name": f"phone of {id}", "person": id, **more}
    return str(send(muster, "tokens", said)["token"])


class Phone:
    """A phone with the page of a person, and everything that went wrong on it."""

    def __init__(
        self,
        chromium: Browser,
        muster: Muster,
        id: str,
        *,
        role: str = "reporter",
        clock: bool = False,
        **options: Any,
    ) -> None:
        """`clock` lets a test move the phone's time on."""
        self.muster, self.id = muster, id
        options = {"locale": "zh-CN", "has_touch": True, "is_mobile": True, **options}
        self.context = chromium.new_context(viewport=PHONE, **options)
        if clock:
            self.context.clock.install()
        self.troubles: list[str] = []
        self.requests: list[str] = []
        self.token = token(muster, id, role)
        self.page = self.open(f"/?token={self.token}")
        expect(self.page.locator("#where")).to_be_visible(timeout=15_000)

    def open(self, address: str) -> Page:
        """Open a window of its own, as scanning a code does."""
        page = self.context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda said: self._heard(said.type, said.text))
        page.goto(f"{self.muster.url}{address}")
        return page

    def open_busy(self) -> Page:
        """Open their page in a window that draws no frame for half a minute."""
        page = self.context.new_page()
        page.add_init_script(NO_FRAMES)
        page.goto(f"{self.muster.url}/me?token={self.token}")
        return page

    def _heard(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not _PROVOKED.search(text):
            self.troubles.append(text)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def unsent(self) -> int:
        """How many reports the phone keeps."""
        look = "Object.keys(localStorage).filter((key) => key.startsWith('muster:unsent:')).length"
        return int(self.page.evaluate(look))

    def whole_storage(self) -> str:
        """Everything that is kept in the browser, as text."""
        look = "JSON.stringify([{...localStorage}, {...sessionStorage}])"
        return str(self.page.evaluate(look))

    def close(self) -> None:
        """Put it away; nothing may have gone wrong on it but what was provoked."""
        self.page.unroute_all(behavior="ignoreErrors")
        self.context.close()
        assert self.troubles == []


Dial = Callable[..., Phone]
"""Opens the phone of a person, by id, or of somebody new; options are those of `Phone`."""


def mine(muster: Muster, own: str) -> Any:
    """Return what a person's own token reads of what is theirs."""
    headers = {"Authorization": f"Bearer {own}"}
    answer = httpx.get(f"{muster.url}/api/v1/me", headers=headers)
    assert answer.is_success, answer.text
    return answer.json()
