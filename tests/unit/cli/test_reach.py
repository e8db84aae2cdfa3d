"""`muster reach` and `muster messages`."""

import re
from typing import Any

from projections import terms
from services.cli import reach_words as words
from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import Fake, no, ok


def places(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


CHANNELS: list[dict[str, Any]] = [
    {"channel": "sms", "proven": True, "proof_age_s": 61.0, "proof_at": "2022-02-04T00:00:00Z"},
    {"channel": "chat", "proven": False, "proof_age_s": 9e4, "proof_at": "2022-02-03T00:00:00Z"},
    {"channel": "page", "proven": False, "proof_age_s": None, "proof_at": None},
]  # fmt: skip
LISTED: dict[str, Any] = {
    "total": 3,
    "unreachable": 1,
    "tests": [
        {
            "site": "yanqing",
            "day": "2022-02-04",
            "tested": 40,
            "prove_by": "2022-02-04T01:00:00Z",
            "judged_at": "2022-02-04T01:00:00Z",
            "unproven": 3,
            "unreachable": 1,
            "shifts": 1,
        }
    ],
    "people": [
        {
            "id": "v1",
            "name": "王芳",
            "shift": {"starts_at": "2022-02-04T03:00:00Z", "venue": "alpine"},
            "channels": CHANNELS,
        }
    ],
}


def test_who_cannot_be_reached_is_listed(muster: Muster, fake: Fake) -> None:
    fake.on("GET /reachability", ok(LISTED))
    ended = muster("reach", "--site", "yanqing")
    assert ended.code == 0
    assert fake.asked[0].query == {"site": "yanqing"}
    assert "yanqing: 40 tested on 2022-02-04, 3 with fewer than two" in ended.out
    assert "3 people, of whom 1 have none" in ended.out
    assert "王芳" in ended.out
    assert "and 2 more" in ended.out
    assert muster("reach", "--json").json == LISTED


def test_when_everyone_can_be_reached_it_says_so(muster: Muster, fake: Fake) -> None:
    fake.on("GET /reachability", ok({"total": 0, "unreachable": 0, "tests": [], "people": []}))
    assert "everyone on shift" in muster("reach").out


def test_a_test_is_begun_or_goes_on(muster: Muster, fake: Fake) -> None:
    rows = [
        {"site": "hq", "begun": True, "people": 3},
        {"site": "yanqing", "begun": False, "people": 9},
    ]
    fake.on("POST /reachability/test", ok({"tests": rows}))
    ended = muster("reach", "test")
    assert ended.out == "hq: testing 3 people\nyanqing: a test is going on\n"
    assert fake.asked[0].json == {}
    muster("reach", "test", "--site", "hq")
    assert fake.asked[1].json == {"site": "hq"}


def test_one_person_is_tested(muster: Muster, fake: Fake) -> None:
    fake.on("POST /people/v1/test-message", ok({"id": "m1", "channels": ["sms", "page"]}))
    assert muster("reach", "test", "--person", "v1").out == "test sent to v1 (m1), by sms, page\n"


def test_a_test_of_nobody_ends_with_one(muster: Muster, fake: Fake) -> None:
    fake.on("POST /reachability/test", no(409, "nobody-to-test", "没有人", "nobody has a shift"))
    ended = muster("reach", "test")
    assert ended.code == 1
    assert "nobody has a shift" in ended.err


def test_what_a_person_was_told_and_how_it_went(muster: Muster, fake: Fake) -> None:
    told = {
        "id": "m1",
        "at": "2022-02-04T00:00:00Z",
        "purpose": "roll-call",
        "text": {"zh": "你还好吗？", "en": "are you all right?"},
        "drill": True,
        "channels": [
            {
                "channel": "sms",
                "stage": "failed",
                "reason": {"zh": "演练", "en": "drill"},
                "confirmed_at": None,
            },
            {"channel": "page", "stage": "delivered", "confirmed_at": "2022-02-04T00:01:00Z"},
        ],
    }
    fake.on("GET /messages", ok({"person": "v1", "channels": CHANNELS, "messages": [told]}))
    ended = muster("messages", "v1")
    assert ended.code == 0
    assert fake.asked[0].query == {"person": "v1"}
    lines = ended.out.splitlines()
    assert lines[:4] == [
        "channels of v1",
        "  sms: proven 1m01s ago",
        "  chat: proven 1d01h ago, too long",
        "  page: never proven",
    ]
    assert lines[5].endswith("DRILL roll call  are you all right?  m1")
    assert lines[6:] == ["  sms: not sent (drill)", "  page: sent, confirmed"]


def test_somebody_nobody_can_tell_anything(muster: Muster, fake: Fake) -> None:
    fake.on("GET /messages", ok({"person": "v1", "channels": [], "messages": []}))
    assert muster("messages", "v1").out == "v1 has no channels\n\nno messages lately\n"


def test_the_purposes_are_called_as_in_the_picture() -> None:
    said = {key: (word.zh, word.en) for key, word in words.PURPOSE.items()}
    assert said == {key: (word.zh, word.en) for key, word in terms.PURPOSE.items()}


def test_both_languages_say_the_same() -> None:
    said = {
        f"{name}[{key}]": word
        for name, value in vars(words).items()
        if name.isupper()
        for key, word in (value.items() if isinstance(value, dict) else [("", value)])
    }
    assert len(said) > 30
    assert [name for name, word in said.items() if places(word.zh) != places(word.en)] == []
    assert [name for name, word in said.items() if word.zh == word.en] == []
