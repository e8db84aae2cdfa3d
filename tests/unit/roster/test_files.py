"""What is no roster gets one clear error, and what is an odd one is read all the same."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from time import monotonic
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from services.roster.entries import Entry, Parsed
from services.roster.parse import parse
from services.roster.sheets import ROWS_MAX
from tests.unit.roster.odd import (
    HEADER,
    LINE,
    PLAIN,
    STRICT,
    bomb,
    cell,
    compound,
    lying,
    packed,
    row,
    workbook,
)
from tests.unit.roster.planted import plan_words

TEXT = f"{HEADER}\n{LINE}\n"


def read(content: bytes, **mapping: str) -> Parsed:
    return parse(content, "名册", plan_words(), mapping)


def entry(content: bytes) -> Entry:
    parsed = read(content)
    assert parsed.problems.sorted("error") == []
    [found] = parsed.entries
    return found


def errors(content: bytes) -> list[str]:
    return [each.code for each in read(content).problems.sorted("error")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"\xef\xbb\xbf\r\n \r\n", "empty-file"),
        (compound("Workbook"), "xls"),
        (compound("EncryptedPackage"), "password"),
        (b"%PDF-1.7\n%\xe2\xe3", "pdf"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0JFIF", "picture"),
        (b"Rar!\x1a\x07", "archive"),
        (b"\x1f\x8b\x08\x00", "archive"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web-page"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "web-page"),
        (b'[{"id": "v1"}]', "json"),
        (b"PK\x03\x04 not an archive", "damaged"),
        (packed({"word/document.xml": "<w/>"}), "not-xlsx"),
        (packed({"mimetype": "x", "content.xml": "<x/>"}), "open-document"),
        (packed({"xl/workbook.bin": b"\0"}), "not-xlsx"),
        (workbook(PLAIN)[:-300], "damaged"),
        (workbook("<sheetData><row>"), "damaged"),
        (workbook(PLAIN, more={"xl/workbook.xml": "<workbook/>"}), "no-header"),
        (workbook(PLAIN, more={"xl/sharedStrings.xml": "<sst><si>"}), "damaged"),
        (workbook(PLAIN, more={"xl/workbook.xml": "<!DOCTYPE a><workbook/>"}), "damaged"),
        (workbook("<sheetData/>"), "no-header"),
        (bytes(range(256)) * 40, "not-a-table"),
        ("编号,姓名\n".encode() + b"\xff\xff\xff", "unknown-encoding"),
        ("\n".join(["你好"] * 5).encode(), "no-header"),
        (HEADER.encode(), "no-rows"),
        (f'{HEADER},"v1\n{LINE}'.encode(), "bad-line"),
    ],
)
def test_what_is_no_roster_gets_one_error_that_says_so(content: bytes, code: str) -> None:
    parsed = read(content)
    [problem] = parsed.problems.sorted("error")
    assert (problem.code, parsed.entries) == (code, [])
    assert re.search("[\u4e00-\u9fff]", problem.zh)
    assert problem.en
    assert "{" not in problem.zh + problem.en


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-be"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace(",", ";").encode("gbk"),
        TEXT.replace(",", "\t").encode(),
        f"sep=;\n{TEXT.replace(',', ';')}".encode(),
        f"\n\n名册,,,\n,,,\n{TEXT}\n,,,\n".encode(),
        f"{TEXT}{HEADER}\n合计,1,,\n".encode(),
        'id,Name,ROLE,Home-Site\n="v1",王五,doctor,HQ\n'.encode(),
        "编号 *,姓名（必填）,岗位,赛区\nv1,王　五,ｍｅｄｉｃａｌ, 总指挥部\u200b\n".encode(),
        workbook(PLAIN),
        workbook(PLAIN, namespace=STRICT),
        workbook(re.sub(r"<(/?)(\w)", r"<\1x:\2", PLAIN), prefix="x"),
    ],
)
def test_one_person_is_read_however_they_are_written(content: bytes) -> None:
    found = entry(content)
    assert (found.id, found.name, found.role, found.site) == ("v1", "王五", "medical", "hq")


def test_a_header_of_two_rows_is_one() -> None:
    content = (
        "名册,,,,,\n编号,姓名,岗位,站点,联系方式,\n,,,,手机,微信\nv1,王五,医疗,hq,13800000000,wu5\n"
    )
    found = entry(content.encode())
    assert (found.row, found.phone, found.addresses) == (4, "13800000000", {"wechat": "wu5"})


def test_a_first_person_who_is_called_like_a_column_is_no_header() -> None:
    content = f"{HEADER},手机\n{LINE},电话\n"
    assert errors(content.encode()) == ["bad-phone"]


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("xl/worksheets/sheet1.xml", "xl/Worksheets/Sheet1.XML"),
        ("xl/workbook.xml", "XL/Workbook.xml"),
        ("xl/worksheets/sheet1.xml", "xl\\worksheets\\sheet1.xml"),
    ],
)
def test_parts_are_found_however_their_names_are_written(path: str, written: str) -> None:
    content = workbook(PLAIN)
    with ZipFile(BytesIO(content)) as archive:
        parts = {
            written if name == path else name: archive.read(name) for name in archive.namelist()
        }
    assert entry(packed(dict(parts))).id == "v1"


def made(change: Any) -> bytes:
    """Return a workbook of one person as openpyxl writes it, after a change."""
    book = Workbook()
    page: Any = book.active
    page.append(HEADER.split(","))
    page.append(LINE.split(","))
    change(book, page)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_hidden_rows_columns_and_sheets_are_told_of() -> None:
    def hide(book: Any, page: Any) -> None:
        page.row_dimensions[2].hidden = True
        page.column_dimensions["B"].hidden = True
        other = book.create_sheet("旧")
        other.append(HEADER.split(","))
        other.append(["v9", "赵六", "医疗", "hq"])
        other.sheet_state = "hidden"
        book.create_sheet("说明").append(["填写说明"])

    parsed = read(made(hide))
    assert [each.id for each in parsed.entries] == ["v1"]
    told = {(each.code, each.sheet, each.row, each.column) for each in parsed.problems.found}
    assert told == {
        ("row-hidden", "Sheet", 2, ""),
        ("column-hidden", "Sheet", 1, "B"),
        ("sheet-hidden", "旧", 0, ""),
        ("sheet-skipped", "说明", 0, ""),
    }


def test_several_sheets_are_one_roster() -> None:
    def add(book: Any, page: Any) -> None:
        other = book.create_sheet("北京")
        other.append([])
        other.append(["姓名", "编号", "站点", "角色"])
        other.append(["赵六", "v2", "北京赛区", "媒体"])

    parsed = read(made(add))
    assert [(each.sheet, each.row, each.id, each.site) for each in parsed.entries] == [
        ("Sheet", 2, "v1", "hq"),
        ("北京", 3, "v2", "beijing"),
    ]


def test_numbers_that_are_ids_and_phones_are_written_out() -> None:
    def number(book: Any, page: Any) -> None:
        page.append([42, "赵六", "医疗", "hq"])
        page["A3"].number_format = "00000"
        page["E1"], page["E2"], page["E3"] = "手机", 1.38e10, 13900000000

    parsed = read(made(number))
    assert [each.id for each in parsed.entries] == ["v1", "00042"]
    assert [each.phone for each in parsed.entries] == ["13800000000", "13900000000"]


def test_what_a_spreadsheet_made_of_an_id_is_told() -> None:
    def spoil(book: Any, page: Any) -> None:
        page["A2"] = date(2022, 1, 2)
        page.append([123456789012345678, "赵六", "医疗", "hq"])
        page.append([True, "孙七", "医疗", "hq"])

    parsed = read(made(spoil))
    told = [(each.row, each.column, each.code) for each in parsed.problems.sorted("error")]
    assert told == [(2, "A", "became-date"), (3, "A", "number-rounded")]
    assert parsed.entries[2].id == "TRUE"


def test_readings_above_characters_are_no_part_of_a_name() -> None:
    shared = (
        "<sst><si><r><t>王</t></r><r><t>五</t></r><rPh sb='0' eb='1'><t>ワン</t></rPh></si></sst>"
    )
    sheet = PLAIN.replace(cell("王五"), '<c t="s"><v>0</v></c>')
    assert entry(workbook(sheet, more={"xl/sharedStrings.xml": shared})).name == "王五"


def test_cells_without_addresses_and_gaps_between_them_are_where_they_are() -> None:
    header = '<row r="7"><c r="C7" t="str"><v>编号</v></c>' + "".join(
        map(cell, ("姓名", "岗位", "站点"))
    )
    line = '<row r="9"><c r="C9" t="str"><v>v1</v></c>' + "".join(map(cell, ("王五", "医疗", "hq")))
    found = entry(workbook(f"<sheetData>{header}</row>{line}</row></sheetData>"))
    assert (found.row, found.spot("site").column, found.site) == (9, 5, "hq")


def test_merged_cells_of_a_title_are_no_fault_and_those_of_people_are_one() -> None:
    def merge(book: Any, page: Any) -> None:
        page.append(["v2", "赵六", "医疗", None])
        page.append(["v3", "孙七", "医疗", None])
        page.append(["v4", "周八", "医疗", None])
        page.merge_cells("D2:D4")
        page["H1"] = "备注"
        page.merge_cells("H2:H5")
        page.insert_rows(1)
        page["A1"] = "名册"

    def titled(book: Any, page: Any) -> None:
        page.insert_rows(1)
        page["A1"] = "名册"
        page.merge_cells("A1:D1")

    assert entry(made(titled)).row == 3
    parsed = read(made(merge))
    merged = [each for each in parsed.problems.found if each.code.startswith("merged")]
    assert {each.code for each in merged} == {"merged-cells", "merged-outside"}
    empty = [each for each in parsed.problems.sorted("error") if each.code == "empty"]
    assert empty


@pytest.mark.parametrize(
    ("lines", "where"),
    [
        (("编号,姓名,岗位", "v1,王五,医疗"), [(1, "", "missing-column")]),
        (("编号,姓名,岗位,场馆", "v1,王五,医疗,"), [(2, "D", "empty")]),
        (("编号,学号,姓名,岗位,站点", "v1,v1,王五,医疗,hq"), [(1, "B", "duplicate-column")]),
        (
            ("编号,姓名,岗位,站点", "v1,,,"),
            [(2, "B", "empty"), (2, "C", "empty"), (2, "D", "empty")],
        ),
        (
            ("编号,姓名,岗位,站点,生日", "v1,王五,医疗,hq,1899-01-01"),
            [(2, "E", "date-out-of-range")],
        ),
        (
            ("编号,姓名,岗位,站点,到岗日期,离岗日期", "v1,王五,医疗,hq,2022-02-01,2022-01-31"),
            [(2, "F", "ends-before-start")],
        ),
    ],
)
def test_what_is_missing_or_doubled_is_named(
    lines: tuple[str, ...], where: list[tuple[int, str, str]]
) -> None:
    problems = read("\n".join(lines).encode()).problems.sorted("error")
    assert [(each.row, each.column, each.code) for each in problems] == where


def test_a_column_can_be_named() -> None:
    content = "代号,尊称,干什么,在哪\nv1,王五,医疗,hq\n".encode()
    assert read(content).problems.sorted("error")[0].code == "no-header"
    parsed = read(content, id="代号", name="尊称", role="干什么", site="在哪")
    assert [each.id for each in parsed.entries] == ["v1"]
    missing = read(TEXT.encode(), phone="没有这列")
    assert [each.code for each in missing.problems.sorted("error")] == ["mapped-column-missing"]
    unknown = read(TEXT.encode(), wings="姓名")
    assert [each.code for each in unknown.problems.sorted("error")] == ["unknown-field"]


def test_a_named_column_goes_before_what_its_name_suggests() -> None:
    content = "编号,姓名,岗位,站点,手机,备用手机\nv1,王五,医疗,hq,1,13800000000\n".encode()
    parsed = read(content, phone="备用手机")
    assert parsed.problems.sorted("error") == []
    assert parsed.entries[0].phone == "13800000000"


# Made when they are wanted: whoever only collects the tests need not pack a quarter of a gigabyte.
TOO_LARGE: dict[str, tuple[Callable[[], bytes], str]] = {
    "huge": (lambda: bomb(260), "too-large-unpacked"),
    "packed": (lambda: bomb(20), "too-large-unpacked"),
    "smaller": (lambda: lying(workbook(PLAIN), 64), "damaged"),
    "larger": (lambda: lying(workbook(PLAIN), 1 << 31), "too-large-unpacked"),
    "columns": (
        lambda: workbook("<sheetData>" + row("x") * 5 + row(*["y"] * 400) + "</sheetData>"),
        "too-many-columns",
    ),
    "columns of text": (f"{TEXT}{'z,' * 300}\n".encode, "too-many-columns"),
    "rows": (lambda: TEXT.encode() + b"v,w\n" * (ROWS_MAX + 5), "too-many-rows"),
    "deep": (lambda: workbook("<sheetData>" + ("<a>" * 50_000)), "damaged"),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_is_too_large_is_refused_in_good_time(name: str) -> None:
    make, code = TOO_LARGE[name]
    content = make()
    began = monotonic()
    assert code in errors(content)
    assert monotonic() - began < 15
