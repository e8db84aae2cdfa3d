import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import subjects

TOKEN_CHARACTERS = string.ascii_letters + string.digits + "_-"
tokens = st.text(st.sampled_from(TOKEN_CHARACTERS), min_size=1, max_size=64)
BAD = ["", "a.b", "*", ">", "a b", "a\n", "a" * 65, "阿", "ev.>"]


@given(tokens, tokens, tokens, tokens)
def test_a_subject_taken_apart_is_what_it_was_made_of(
    site: str, kind: str, id: str, type: str
) -> None:
    subject = subjects.event(site, kind, id, type)
    assert subjects.parse(subject) == (site, kind, id, type)
    assert subject.startswith(subjects.aggregate(site, kind, id).removesuffix(">"))


@given(st.text())
def test_what_is_no_subject_is_refused_and_what_is_read_can_be_built(text: str) -> None:
    try:
        address = subjects.parse(text)
    except ValueError:
        return
    assert subjects.event(*address) == text


@pytest.mark.parametrize(
    "subject",
    ["", "ev", "ev.a.b.c", "ev.a.b.c.d.e", "xx.a.b.c.d", "ev.a.b.c.", "ev.a.b.*.d", "ev.a.b.c d.e"],
)
def test_it_refuses_to_parse(subject: str) -> None:
    with pytest.raises(ValueError, match="parse subject"):
        subjects.parse(subject)


BUILDERS: list[Callable[[str], str]] = [
    lambda bad: subjects.event(bad, "k", "i", "t"),
    lambda bad: subjects.event("s", bad, "i", "t"),
    lambda bad: subjects.event("s", "k", bad, "t"),
    lambda bad: subjects.event("s", "k", "i", bad),
    lambda bad: subjects.aggregate(bad, "k", "i"),
    lambda bad: subjects.aggregate("s", bad, "i"),
    lambda bad: subjects.aggregate("s", "k", bad),
    subjects.of_kind,
    subjects.report,
    lambda bad: subjects.command(bad, "k"),
    lambda bad: subjects.command("s", bad),
    lambda bad: subjects.alert(bad, "v", "severe"),
    lambda bad: subjects.alert("s", "v", bad),
]


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("build", BUILDERS)
def test_a_part_that_may_not_stand_in_a_subject_is_refused(
    build: Callable[[str], str], bad: str
) -> None:
    with pytest.raises(ValueError, match="build subject"):
        build(bad)


@pytest.mark.parametrize("bad", [bad for bad in BAD if bad])
def test_an_alert_has_a_venue_or_none(bad: str) -> None:
    assert subjects.alert("yanqing", "track", "severe") == "alert.yanqing.track.severe"
    assert subjects.alert("yanqing", None, "severe") == "alert.yanqing._.severe"
    with pytest.raises(ValueError, match="build subject"):
        subjects.alert("yanqing", bad, "severe")


def test_the_filters() -> None:
    assert subjects.of_kind("incident") == "ev.*.incident.*.*"
    assert subjects.of_kind("alert", "deadline-set", "hq") == "ev.hq.alert.*.deadline-set"
    assert subjects.aggregate("hq", "alert", "a1") == "ev.hq.alert.a1.>"
    assert subjects.report("hq") == "report.hq"
    assert subjects.command("hq", "alert") == "cmd.hq.alert"
