"""Rosters as people really have them are read right, or what is wrong is named where it is."""

import re
from pathlib import Path

import pytest

from events.fact import Text
from projections.people import Volunteer
from services.roster.against import Known, Options
from services.roster.parse import parse
from services.roster.plan import Plan, plan
from services.roster.vocabulary import phases_named
from tests.unit.roster.planted import plan_words
from tests.unit.roster.real_books import BOOKS
from tests.unit.roster.real_texts import HEADER, ONE, TEXTS, Case, text

KNOWN = Known({}, lambda _: False, lambda _: True, lambda _: None)


def read(case: Case, known: Known = KNOWN) -> Plan:
    words = plan_words()
    return plan(parse(case.content, case.file, words), case.file, words, known, Options())


def test_there_are_as_many_as_it_takes() -> None:
    names = [case.id for case in (*TEXTS, *BOOKS)]
    assert len(set(names)) == len(names) > 60
    assert {Path(case.file).suffix for case in (*TEXTS, *BOOKS)} >= {".csv", ".xlsx", ".xls"}


@pytest.mark.parametrize("case", [*TEXTS, *BOOKS], ids=lambda case: case.id)
def test_a_file_is_taken_right_or_named(case: Case) -> None:
    made = read(case)
    assert {(each.row, each.column, each.code) for each in made.errors} == case.errors
    people = tuple(
        (
            change.id,
            change.row.name,
            change.row.role,
            change.row.site,
            (change.contact.phone if change.contact else None) or "",
        )
        for change in made.changes
    )
    assert people == case.people
    assert case.notes <= {each.code for each in made.notes}
    for problem in made.errors:
        assert problem.sheet
        assert re.search("[\u4e00-\u9fff]", problem.zh)
        assert problem.en
        assert "{" not in problem.zh + problem.en


@pytest.mark.parametrize(
    ("written", "codes"),
    [("0042", []), ("42", ["alike-id"]), ("V7", ["alike-id"]), ("v7", []), ("43", [])],
)
def test_who_is_on_the_roster_is_not_taken_in_again_under_a_spoilt_id(
    written: str, codes: list[str]
) -> None:
    row = Volunteer("hq", "王子涵", "Wang Zihan", "medical", ())
    known = KNOWN._replace(people={"0042": row, "v7": row._replace(name="李雨萱")})
    content = text(("编号", "姓名", "岗位", "站点"), (written, "王子涵", "医疗", "hq")).encode()
    made = read(Case("again", content), known)
    assert [(each.column, each.code) for each in made.errors] == [("A", code) for code in codes]
    assert not codes or "名册" in made.errors[0].zh


def test_nobody_is_missed_in_a_file_that_could_not_be_read() -> None:
    known = KNOWN._replace(people={"v7": Volunteer("hq", "王子涵", "Wang", "medical", ())})
    assert read(Case("no roster", b"%PDF-1.7"), known).absent == ()
    content = text(("编号", "姓名", "岗位", "站点"), ("v1", "李雨萱", "医疗", "hq")).encode()
    assert read(Case("a roster", content), known).absent == ("v7",)


def test_a_file_for_a_phase_that_nobody_planned_is_refused() -> None:
    content = text(("编号", "姓名", "岗位", "站点"), ("v1", "李雨萱", "医疗", "hq")).encode()
    planned = plan_words()._replace(
        phases=phases_named({"games": Text(zh="赛时", en="Games")}), any_phase=False
    )
    for phase, codes in (
        ("games", []),
        ("gmaes", ["unknown-phase"]),
        ("return", ["unknown-phase"]),
    ):
        made = plan(parse(content, "x.csv", planned), "x.csv", planned, KNOWN, Options(phase))
        assert [each.code for each in made.errors] == codes
        assert [each.row.phases for each in made.changes] == ([] if codes else [("games",)])


def test_a_header_moves_no_cursor_on_the_terminal_it_is_shown_on() -> None:
    content = text((*HEADER, "备\x1b[2J注\u202e"), (*ONE, "")).encode()
    [note] = [each for each in read(Case("escape", content)).notes if each.code == "column-ignored"]
    assert note.header == "备 [2J注"
