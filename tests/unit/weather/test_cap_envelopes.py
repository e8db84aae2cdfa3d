"""Alerts in an envelope that says whether they are meant: EDXL-DE, alone, nested and in others."""

from html import escape
from typing import Any

import pytest

from services.weather.cap import read_cap
from services.weather.convert import move_of
from services.weather.formats import read_any
from services.weather.trial import judge
from tests.unit.weather.documents import ALERT, changed

BARE = ALERT.partition("?>")[2]
STRICTER = ["envelope-not-actual", "status-not-actual"]


def edxl(inside: str, status: str = "Exercise", version: str = "1.0") -> bytes:
    """A distribution element round `inside`."""
    if version == "2.0":
        status = f"<StatusKindDefault>{status}</StatusKindDefault>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<EDXLDistribution xmlns="urn:oasis:names:tc:emergency:EDXL:DE:{version}">
  <distributionID>x-1</distributionID><senderID>duty@weather.example</senderID>
  <dateTimeSent>2022-02-13T08:00:00+08:00</dateTimeSent>
  <distributionStatus>{status}</distributionStatus>
  <distributionType>Report</distributionType>
  <contentObject><xmlContent><embeddedXMLContent>{inside}</embeddedXMLContent></xmlContent>
  </contentObject>
</EDXLDistribution>""".encode()


def judged(body: bytes) -> tuple[str, bool, list[str]]:
    """Return the status of the one warning in a body, whether it would live, and what is odd."""
    found: dict[str, Any] = judge(body)
    assert found["taken"], found["reason"]
    warning = found["warning"]
    odd = [one["code"] for one in found["deviations"]]
    return warning["status"], warning["live"], sorted(set(odd) - {"wrapped-document"})


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Exercise", "Exercise"), ("Test", "Test"), ("System", "System"), ("Draft", "Draft"),
        ("exercise", "Exercise"), (" TEST ", "Test"), ("Drill", "Exercise"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "form", [BARE, escape(BARE), f"<![CDATA[{BARE}]]>"], ids=["xml", "escaped", "cdata"]
)
def test_what_is_carried_by_an_exercise_never_lives(
    version: str, said: str, status: str, form: str
) -> None:
    assert judged(edxl(form, said, version)) == (status, False, STRICTER)


@pytest.mark.parametrize("said", ["Actual", "", "Unknown", "something of their own"])
def test_what_is_not_called_unmeant_stays_as_it_says_itself(said: str) -> None:
    assert judged(edxl(BARE, said)) == ("Actual", True, [])


def test_an_alert_that_is_stricter_than_its_envelope_keeps_what_it_says() -> None:
    test = changed(("Actual", "Test")).decode().partition("?>")[2]
    assert judged(edxl(test, "Actual")) == ("Test", False, ["status-not-actual"])
    assert judged(edxl(test, "Exercise")) == ("Test", False, ["status-not-actual"])


def test_of_nested_envelopes_one_is_enough() -> None:
    inner = edxl(BARE, "Actual").decode().partition("?>")[2]
    assert judged(edxl(inner, "Exercise"))[:2] == ("Exercise", False)
    inner = edxl(BARE, "Exercise").decode().partition("?>")[2]
    assert judged(edxl(inner, "Actual"))[:2] == ("Exercise", False)


def test_only_what_an_envelope_carries_is_its_exercise() -> None:
    real = BARE.replace("A1", "A2")
    drill = edxl(BARE, "Exercise").decode().partition("?>")[2]
    found = read_cap(f"<bundle>{real}{drill}{BARE.replace('A1', 'A3')}</bundle>".encode())
    assert [(one.identifier, one.status) for one in found] == [
        ("A2", "Actual"), ("A1", "Exercise"), ("A3", "Actual"),
    ]  # fmt: skip


def test_an_exercise_in_a_feed_does_not_live_either() -> None:
    drill = edxl(BARE, "Exercise").decode().partition("?>")[2]
    feed = f"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>x</title>
      <content type="text/xml">{drill}</content></entry></feed>""".encode()
    [message] = read_any(feed, feeds=True).messages
    assert message.status == "Exercise"
    assert "envelope-not-actual" in {one.code for one in message.deviations}


def test_a_cancellation_in_an_exercise_ends_nothing_real() -> None:
    cancel = changed(("<msgType>Alert", "<msgType>Cancel")).decode().partition("?>")[2]
    [message] = read_cap(edxl(cancel, "Exercise"))
    assert (move_of(message), message.status) == ("cancel", "Exercise")
