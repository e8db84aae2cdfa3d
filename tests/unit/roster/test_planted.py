"""Every fault that is planted in a roster of 146 is named by sheet, row and column."""

import re

import pytest

from services.roster.against import Known, Options
from services.roster.parse import parse
from services.roster.plan import Plan, plan
from tests.unit.roster.planted import (
    BOOKS,
    FAULTS,
    TEXTS,
    Book,
    Fault,
    Format,
    Named,
    book,
    plan_words,
)

KNOWN = Known({}, lambda _: False, lambda _: True, lambda _: None)
EVERY_FORMAT: tuple[Format, ...] = (*BOOKS, *TEXTS)
CASES = [
    (fault, kind)
    for fault in FAULTS
    for kind in (*BOOKS, "utf-8", "gb18030")
    if kind in BOOKS or not fault.only_xlsx
]


def read(made: Book, format: Format = "xlsx") -> Plan:
    name = "名册.xlsx" if format in BOOKS else "名册.csv"
    words = plan_words()
    return plan(parse(made.save(format), name, words), name, words, KNOWN, Options())


def named(made: Plan) -> set[Named]:
    """Return the problems that rows have; what is told of a whole column is left out."""
    return {
        Named(each.row, each.column, each.code, each.level)
        for each in made.errors + made.notes
        if each.row > 2
    }


@pytest.mark.parametrize("format", EVERY_FORMAT)
def test_a_roster_without_a_fault_has_none(format: Format) -> None:
    made = read(book(), format)
    assert (made.errors, named(made)) == ([], set())
    assert len(made.changes) == 146
    assert {change.kind for change in made.changes} == {"added"}
    assert {note.code for note in made.notes} == {
        "column-ignored", "column-checked-only", "venue-not-kept", "kept-not-sent",
    }  # fmt: skip


@pytest.mark.parametrize(("fault", "format"), CASES, ids=lambda each: getattr(each, "id", each))
def test_each_fault_is_named(fault: Fault, format: Format) -> None:
    faulty = book()
    fault.plant(faulty)
    made = read(faulty, format)
    assert named(made) == {fault.named}
    problem = next(each for each in made.errors + made.notes if each.row == fault.named.row)
    assert problem.sheet == ("名册" if format in BOOKS else "名册.csv")
    assert re.search("[\u4e00-\u9fff]", problem.zh)
    assert problem.en
    assert (not made.changes) == (fault.named.level == "error")


@pytest.mark.parametrize("format", EVERY_FORMAT)
def test_all_of_them_are_named_at_once(format: Format) -> None:
    faulty = book()
    planted = [fault for fault in FAULTS if format in BOOKS or not fault.only_xlsx]
    assert len(planted) >= 20
    for fault in planted:
        fault.plant(faulty)
    made = read(faulty, format)
    assert named(made) == {fault.named for fault in planted}
    assert made.changes == []


def test_no_personal_detail_stands_in_a_problem() -> None:
    faulty = book()
    secrets = {str(row[column]) for row in faulty.rows for column in (6, 7)}
    for fault in FAULTS:
        fault.plant(faulty)
    told = " ".join(
        f"{each.zh} {each.en} {each.value}" for problems in read(faulty)[:2] for each in problems
    )
    assert not {secret for secret in secrets if secret in told}
    assert "1380000012" not in told


@pytest.mark.parametrize(
    ("one", "other", "column"), [(1, 6, "B"), (0, 1, "A"), (1, 2, "B"), (3, 4, "D"), (6, 7, "G")]
)
def test_columns_that_are_swapped_as_a_whole_are_named_once(
    one: int, other: int, column: str
) -> None:
    faulty = book()
    for row in faulty.rows:
        row[one], row[other] = row[other], row[one]
    made = read(faulty)
    swapped = [each for each in made.errors if each.code == "columns-swapped"]
    assert [(each.row, each.column) for each in swapped] == [(2, column)]
    assert {each.code for each in made.errors} <= {"columns-swapped", "swapped"}
