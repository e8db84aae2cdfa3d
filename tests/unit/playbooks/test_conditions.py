from pathlib import Path

import pytest
from cel_expr_python import cel

from services.playbooks.conditions import Condition, ConditionError, Expression, Known, Template
from services.playbooks.playbook import PlaybookError, load_playbook, load_playbooks

BOOK = """
playbook: p
version: 1
name: {zh: 预案, en: Playbook}
on: [incident.reported]
when: incident.severity == "severe"
once: [incident.id]
steps:
  - name: tell
    severity: incident.severity
    title: {zh: "${incident.text}", en: "${incident.text}"}
    body: {zh: 内容, en: Body}
    way_up:
      - {to: [leads], answer_within_s: 60}
"""


def test_a_condition_asks_about_what_is_known_and_the_rest_is_empty() -> None:
    condition = Condition('incident.venue == "" && !warning.live && size(warning.venues) == 0')
    assert condition.holds(Known({}))
    assert not condition.holds(Known({"incident.venue": "alpine"}))
    assert not condition.holds(Known({"warning.live": True}))


@pytest.mark.parametrize(
    "source",
    ["1 + 1", '"yes"', "nothing.at.all", "incident.severity ==", "", "incident.severity > 3"],
)
def test_what_is_no_condition_is_refused_when_it_is_read(source: str) -> None:
    with pytest.raises(ConditionError):
        Condition(source)


def test_an_error_is_never_taken_for_no() -> None:
    with pytest.raises(ConditionError):
        Condition('warning.venues[3] == "x"').holds(Known({"warning.venues": []}))


@pytest.mark.parametrize("text", ["", "雪", "a\0b", "${incident.id}", '"; true', "🚑", "x" * 4000])
def test_what_people_wrote_is_text_and_nothing_else(text: str) -> None:
    assert Template("a ${incident.text} b").fill(Known({"incident.text": text})) == f"a {text} b"


def test_a_text_may_choose_its_words() -> None:
    template = Template(
        '${venue.name_zh == "" ? "位置不明" : venue.name_zh}：${incident.category_zh}'
    )
    assert template.fill(Known({"incident.category_zh": "火情"})) == "位置不明：火情"
    assert Expression('"a" + "b"', cel.Type.STRING).evaluate(Known({})) == "ab"


def test_the_playbooks_that_come_with_muster_can_be_read() -> None:
    assert [book.playbook for book in load_playbooks()] == [
        "call-for-help",
        "call-handed-on",
        "feed-silent",
        "journey-overdue",
        "measured-weather",
        "serious-incident",
        "severe-weather-ahead",
        "severe-weather",
    ]


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("version: 1", "version: 0", "version"),
        ("incident.reported", "moon.risen", "on"),
        ('incident.severity == "severe"', "incident.text", "when|not BOOL|is STRING"),
        ("incident.severity\n", "incident.colour\n", "incident.colour"),
        ("${incident.text}", "${nope}", "nope"),
        ("steps:", "stages:", "steps"),
        ("[leads]", "[]", "to"),
        ("[leads]", '["lane:moon"]', "to"),
        ("answer_within_s: 60", "answer_within_s: 0", "answer_within_s"),
        ("playbook: p", "playbook: [", "book.yaml"),
        ("name: tell", "name: a.b", "name"),
    ],
)
def test_a_playbook_that_cannot_be_used_says_what_is_wrong(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    assert old in BOOK
    (tmp_path / "book.yaml").write_text(BOOK.replace(old, new), encoding="utf-8")
    with pytest.raises(PlaybookError, match=named):
        load_playbooks(tmp_path)


def test_two_files_of_one_name_and_two_steps_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(BOOK, encoding="utf-8")
    with pytest.raises(PlaybookError, match="two files"):
        load_playbooks(tmp_path)
    step = BOOK[BOOK.index("  - name") :]
    (tmp_path / "twice.yaml").write_text(BOOK + step, encoding="utf-8")
    with pytest.raises(PlaybookError, match="same name"):
        load_playbook(tmp_path / "twice.yaml")
