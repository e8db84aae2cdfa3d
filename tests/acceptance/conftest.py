"""Chromium, the windows of it that tests look at pages through, and a Muster for each file."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.acceptance.desk import DESK, Desk, populate
from tests.acceptance.phone import Dial, Phone, person
from tests.servers import Muster

expect.set_options(
    timeout=10_000
)  # ms, unless a test says otherwise: two cores are shared with others

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start Chromium for a file, which takes half a second.

    Not for the whole run: no other file's event loop can run while Playwright's does.
    """
    if CHROMIUM is None:
        pytest.skip("no chromium on PATH: install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def muster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Muster]:
    """Run a Muster with the people of `populate`; a file's tests share it."""
    with Muster(tmp_path_factory.mktemp("muster")) as running:
        populate(running)
        yield running


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """Open a browser of its own that reads Chinese, on a clock that is not the venues'."""
    context = chromium.new_context(viewport=DESK, locale="zh-CN", timezone_id="Europe/Paris")
    yield context
    context.close()


@pytest.fixture
def desk(context: BrowserContext, muster: Muster) -> Iterator[Desk]:
    """Open the page; afterwards nothing may have gone wrong in it."""
    desk = Desk(context, muster)
    yield desk
    desk.check()


@pytest.fixture
def page(desk: Desk) -> Page:
    return desk.page


@pytest.fixture
def dial(chromium: Browser, muster: Muster) -> Iterator[Dial]:
    """Yield what opens the page on the phone of somebody, who is new unless they are named."""
    phones: list[Phone] = []

    def make(id: str | None = None, **options: Any) -> Phone:
        phones.append(Phone(chromium, muster, id or person(muster), **options))
        return phones[-1]

    yield make
    for phone in phones:
        phone.close()
