"""No bytes are too odd to be read, and cells are read as another library reads them."""

from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from services.roster.entries import Parsed
from services.roster.parse import parse
from services.roster.sheets import Number
from services.roster.xlsx import read_xlsx
from tests.unit.roster.odd import HEADER, LINE, PLAIN, row, workbook
from tests.unit.roster.planted import book, plan_words

TEXT = f"{HEADER}\n{LINE}\n"


def parsed_of(content: bytes) -> Parsed:
    return parse(content, "名册", plan_words())


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=400))
def test_no_bytes_are_too_odd_to_be_read(content: bytes) -> None:
    assert parsed_of(content).problems.errors


SAMPLES = [book().save("xlsx"), book().save("gb18030")[:6000], workbook(PLAIN), TEXT.encode()]


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6),
    st.floats(0, 1),
)
def test_no_damage_is_too_odd_to_be_read(
    content: bytes, changed: list[tuple[float, int]], cut: float
) -> None:
    spoilt = bytearray(content)
    for place, value in changed:
        spoilt[int(place * len(spoilt))] = value
    parsed = parsed_of(bytes(spoilt[: int(cut * len(spoilt))]))
    assert parsed.entries or parsed.problems.errors


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12),
        min_size=4,
        max_size=4,
    )
)
def test_whatever_stands_in_the_cells_is_read_or_named(texts: list[str]) -> None:
    sheet = f"<sheetData>{row(*HEADER.split(','))}{row(*map(escape, texts))}</sheetData>"
    parsed = parsed_of(workbook(sheet))
    assert parsed.entries or parsed.problems.found


VALUES = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8).filter(
        lambda text: not text.startswith("=") and "_x" not in text
    ),
    st.integers(-(10**9), 10**9),
    st.floats(-1e6, 1e6, allow_nan=False),
    st.booleans(),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(VALUES, max_size=5), max_size=5))
def test_cells_are_read_as_another_library_reads_them(rows: list[list[Any]]) -> None:
    written = Workbook()
    page: Any = written.active
    for values in rows:
        page.append(values)
    file = BytesIO()
    written.save(file)
    [table] = read_xlsx(file.getvalue())
    ours = {
        (found.number, column): value.value if isinstance(value, Number) else value
        for found in table.rows
        for column, value in found.values.items()
    }
    other: Any = load_workbook(file).active
    theirs = {
        (each.row, each.column - 1): each.value
        for line in other.iter_rows()
        for each in line
        if each.value is not None and each.value != ""
    }
    assert ours == theirs
