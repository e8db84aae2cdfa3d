"""Rosters as workbooks that people really have, made by the programs they use: a case a file."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.unit.roster.odd import MAIN, OFFICE, STRICT, TYPES, compound, packed, relations
from tests.unit.roster.real_texts import (
    BOTH,
    HEADER,
    LINES,
    ONE,
    READ_ONE,
    READ_TWO,
    TWO,
    Case,
    text,
    wrong,
)

Change = Callable[[Any, Any], None]


def made(change: Change, *rows: tuple[Any, ...]) -> bytes:
    """Return a workbook of the rows, after a change."""
    book = Workbook()
    page: Any = book.active
    for row in rows or LINES:
        page.append(row)
    change(book, page)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def plain(book: Any, page: Any) -> None:
    """Change nothing."""


def titled(book: Any, page: Any) -> None:
    page.insert_rows(1, 2)
    page["A1"], page["A2"] = "志愿者名册", "填表单位：学生处"
    page.merge_cells("A1:E1")
    page.merge_cells("A2:C2")


def two_lines(book: Any, page: Any) -> None:
    """Write a header of two rows, whose names are merged across or down."""
    page.insert_rows(2)
    for column in "ABCD":
        page.merge_cells(f"{column}1:{column}2")
    page["E1"], page["E2"], page["F2"] = "联系方式", "手机", "微信"
    page.merge_cells("E1:F1")


def emergency(book: Any, page: Any) -> None:
    page.insert_rows(2)
    page["F1"], page["F2"], page["G2"] = "紧急联系人", "姓名", "电话"
    page.merge_cells("F1:G1")
    page["F3"], page["G3"] = "王大", "13900000009"


def sheets(book: Any, page: Any) -> None:
    page.delete_rows(3)
    page.title = "延庆"
    other = book.create_sheet("北京")
    for row in (("姓名", "编号", "赛区", "角色", "电话"), ("李雨萱", "v2", "北京", "媒体", TWO[4])):
        other.append(row)
    book.create_sheet("说明").append(["本表由学生处维护"])


def hidden_sheet(book: Any, page: Any) -> None:
    old = book.create_sheet("旧", 0)
    for row in LINES:
        old.append(row)
    old.sheet_state = "veryHidden"


def filtered(book: Any, page: Any) -> None:
    page.auto_filter.ref = "A1:E3"
    page.auto_filter.add_filter_column(2, ["媒体"])
    page.row_dimensions[2].hidden = True


def spanning(book: Any, page: Any) -> None:
    page["D3"] = None
    page.merge_cells("D2:D3")


def sections(book: Any, page: Any) -> None:
    page.insert_rows(3)
    page["A3"] = "北京赛区（1人）"
    page.merge_cells("A3:E3")


def nowhere(book: Any, page: Any) -> None:
    page.title = "国家高山滑雪中心"
    page.delete_cols(4)


def formulas(book: Any, page: Any) -> None:
    page["F1"], page["F2"] = "序号", "=ROW()-1"
    page["E3"] = '="138"&"00000002"'


def rich(book: Any, page: Any) -> None:
    page["B2"] = CellRichText("王", TextBlock(InlineFont(b=True), "子"), "涵")
    page["A3"].comment = Comment("已确认", "学生处")


def mac(book: Any, page: Any) -> None:
    book.epoch = CALENDAR_MAC_1904
    page["F1"], page["F2"], page["F3"] = "生日", date(2001, 5, 1), date(1904, 1, 1)


def zero_dates(book: Any, page: Any) -> None:
    page["F1"], page["F2"], page["F3"] = "生日", date(2001, 5, 1), 0
    page["F3"].number_format = "yyyy-mm-dd"


def numbers(book: Any, page: Any) -> None:
    page["A2"], page["A3"] = 42, 43
    page["A2"].number_format = '"V"000'
    page["A3"].number_format = "000;-000;000;@"
    page["E2"], page["E3"] = 13800000001.0, 1.3800000002e10
    page["E3"].number_format = "0.00E+00"
    page["E2"].number_format = "000-0000-0000"


def long_number(book: Any, page: Any) -> None:
    page["A2"] = 110101199003074514


def day_as_id(book: Any, page: Any) -> None:
    page["A2"] = date(2022, 1, 2)


def totals(book: Any, page: Any) -> None:
    page["A4"], page["B4"] = "合计", "=COUNTA(B2:B3)"
    page["A6"], page["C6"] = "制表人：张三", "审核：李四"
    page.merge_cells("A6:B6")


def gaps(book: Any, page: Any) -> None:
    page.insert_cols(1, 2)
    page.insert_cols(5)
    page["C9"] = "   "


def nameless(book: Any, page: Any) -> None:
    page["F2"] = "13900000009"


def wide_and_spaced(book: Any, page: Any) -> None:
    page["A1"], page["E1"] = "编 号\n", "手 机 号"
    page["A2"], page["C2"], page["E2"] = "ｖ１\u200b", "\u00a0医疗\u3000", "１３８０００００００１ "


def validated(book: Any, page: Any) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="list", formula1='"医疗,媒体"')
    page.add_data_validation(rule)
    rule.add("C2:C200")
    page.protection.enable()
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    book.create_chartsheet("图表", 0)


BY_HAND: tuple[tuple[str, Change, dict[str, Any]], ...] = (
    ("plain", plain, {"people": BOTH}),
    ("title rows", titled, {"people": BOTH, "notes": frozenset({"merged-outside"})}),
    ("a header of two rows", two_lines, {"people": BOTH}),
    ("people of an emergency, merged", emergency, {"people": BOTH}),
    ("a sheet a site", sheets, {"people": BOTH, "notes": frozenset({"sheet-skipped"})}),
    ("a hidden copy", hidden_sheet, {"people": BOTH, "notes": frozenset({"sheet-hidden"})}),
    ("a filter", filtered, {"people": BOTH, "notes": frozenset({"row-hidden"})}),
    ("a site that spans rows", spanning, {"errors": wrong((2, "D", "merged-cells"))}),
    ("titles between people", sections, {"errors": wrong(
        (3, "A", "merged-cells"), (3, "A", "bad-id"))}),
    ("a sheet a venue, named by the sheet", nowhere, {"errors": wrong((1, "", "missing-column"))}),
    ("formulas", formulas, {"errors": wrong((3, "E", "formula"))}),
    ("rich text and comments", rich, {"people": BOTH}),
    ("days from 1904", mac, {"errors": wrong((3, "F", "date-out-of-range"))}),
    ("a day that is 0", zero_dates, {"errors": wrong((3, "F", "date-out-of-range"))}),
    ("numbers and their formats", numbers, {"people": (
        ("V042", *READ_ONE[1:]), ("043", *READ_TWO[1:]))}),
    ("a number too long", long_number, {"errors": wrong((2, "A", "number-rounded"))}),
    ("a day that was an id", day_as_id, {"errors": wrong((2, "A", "became-date"))}),
    ("totals and signatures", totals, {"people": BOTH, "notes": frozenset({"row-ignored"})}),
    ("empty columns", gaps, {"people": BOTH}),
    ("a column without a name, book", nameless, {"people": BOTH,
                                                 "notes": frozenset({"column-unnamed"})}),
    ("full width and spaces", wide_and_spaced, {"people": BOTH}),
    ("rules, protection and charts", validated, {"people": BOTH}),
)  # fmt: skip


def inline(values: tuple[str, ...], row: int) -> str:
    return f'<row r="{row}">' + "".join(
        f'<c t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>' for value in values
    ) + "</row>"  # fmt: skip


DATA = "<sheetData>" + "".join(inline(row, n) for n, row in enumerate(LINES, 1)) + "</sheetData>"


def book(
    sheet: str = DATA,
    *,
    home: str = "xl/",
    namespace: str = MAIN,
    target: str = "worksheets/sheet1.xml",
    path: str = "",
    strings: str = "",
    settings: str = "",
    more: dict[str, str] | None = None,
) -> bytes:
    """Return a workbook as some program packs it."""
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(("r1", "officeDocument", f"{home}workbook.xml")),
        f"{home}workbook.xml": (
            f'<workbook xmlns="{namespace}" xmlns:r="{OFFICE}">{settings}<sheets>'
            '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
        ),
        f"{home}_rels/workbook.xml.rels": relations(
            ("r1", "worksheet", target), ("r2", "sharedStrings", "sharedStrings.xml")
        ),
        path or f"{home}{target}": f'<worksheet xmlns="{namespace}">{sheet}</worksheet>',
        **({f"{home}sharedStrings.xml": strings} if strings else {}),
        **(more or {}),
    }
    return packed(dict(parts))


SHARED = DATA.replace(
    '<c t="inlineStr"><is><t xml:space="preserve">王子涵</t></is></c>', '<c t="s"><v>0</v></c>'
)
SPARKS = DATA + (
    '<extLst><ext xmlns:xm="x"><sparkline><xm:f>A1</xm:f><xm:sqref>B1</xm:sqref></sparkline></ext>'
    "</extLst>"
)
STRICT_DAY = (
    "<sheetData>"
    + inline((*HEADER, "生日"), 1)
    + inline(ONE, 2)[:-6]
    + '<c t="d"><v>2001-05-01T00:00:00</v></c></row>'
    + inline(TWO, 3)[:-6]
    + '<c t="d"><v>1800-05-01</v></c></row></sheetData>'
)

PROGRAMS = (
    Case("strict", book(STRICT_DAY, namespace=STRICT),
         errors=wrong((3, "F", "date-out-of-range"))),
    Case("sheets elsewhere", book(target="pages/page1.xml"), BOTH),
    Case("backslashes", book(target="worksheets\\sheet1.xml", path="xl\\worksheets\\sheet1.xml"),
         BOTH),
    Case("the workbook at the root", book(home=""), BOTH),
    Case("sparklines", book(SPARKS), BOTH),
    Case("a text that is not there", book(SHARED), errors=wrong((0, "", "damaged"))),
    Case("a text of many runs", book(
        SHARED, strings=f"<sst><si><r><t>王子涵</t></r>{'<r><t></t></r>' * 90}</si></sst>",
    ), BOTH),
    Case("macros", book(more={"xl/vbaProject.bin": "x"}), BOTH, file="名册.xlsm"),
    Case("an old workbook called new", compound("Workbook"), errors=wrong((0, "", "xls")),
         file="名册.xlsx"),
    Case("a password", compound("EncryptedPackage"), errors=wrong((0, "", "password")),
         file="名册.xlsx"),
    Case("a new workbook called old", made(plain), BOTH, file="名册.xls"),
    Case("a web page called a workbook", b"<html><table><tr><td>1</td></tr></table></html>",
         errors=wrong((0, "", "web-page")), file="名册.xls"),
    Case("a text called a workbook", text(*LINES, delimiter="\t").encode("gbk"), BOTH,
         file="名册.xls"),
    Case("XML of 2003", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>',
         errors=wrong((0, "", "web-page")), file="名册.xml"),
    Case("a document", packed({"word/document.xml": "<w/>"}),
         errors=wrong((0, "", "not-xlsx")), file="名册.docx"),
    Case("an archive of workbooks", packed({"延庆.xlsx": made(plain), "北京.xlsx": b"PK"}),
         errors=wrong((0, "", "archive")), file="名册.zip"),
    Case("LibreOffice's own", packed({"mimetype": "x", "content.xml": "<x/>"}),
         errors=wrong((0, "", "open-document")), file="名册.ods"),
)  # fmt: skip

BOOKS = (
    *(Case(id, made(change), file="名册.xlsx", **expected) for id, change, expected in BY_HAND),
    *(case if case.file != "名册.csv" else case._replace(file="名册.xlsx") for case in PROGRAMS),
)
