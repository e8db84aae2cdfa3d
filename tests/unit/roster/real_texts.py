"""Rosters as text files that people really have: one case a file, and what must come of it."""

import csv
from io import StringIO
from typing import NamedTuple


class Case(NamedTuple):
    """A file. `people` are id, name, role, site and phone of each, in order, where it is right.

    `errors` are row, column and code of what is named where it is not; `notes` must be among them.
    """

    id: str
    content: bytes
    people: tuple[tuple[str, ...], ...] = ()
    errors: frozenset[tuple[int, str, str]] = frozenset()
    notes: frozenset[str] = frozenset()
    file: str = "名册.csv"


HEADER = ("编号", "姓名", "岗位", "赛区", "手机")
ONE = ("v1", "王子涵", "医疗", "延庆", "13800000001")
TWO = ("v2", "李雨萱", "媒体", "北京", "13800000002")
READ_ONE = ("v1", "王子涵", "medical", "yanqing", "13800000001")
READ_TWO = ("v2", "李雨萱", "media", "beijing", "13800000002")
BOTH = (READ_ONE, READ_TWO)
LINES = (HEADER, ONE, TWO)


def text(*rows: tuple[str, ...], delimiter: str = ",", newline: str = "\r\n") -> str:
    """Return rows as a spreadsheet saves them."""
    file = StringIO(newline="")
    csv.writer(file, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return file.getvalue()


def wrong(*found: tuple[int, str, str]) -> frozenset[tuple[int, str, str]]:
    return frozenset(found)


def with_phone(written: str) -> bytes:
    return text(HEADER, (*ONE[:4], written)).encode()


def with_column(name: str, *values: str) -> bytes:
    """Return a roster with one more column, its values being those of a person each."""
    rows = [(f"v{n}", "王子涵", "医疗", "延庆", "", value) for n, value in enumerate(values, 1)]
    return text((*HEADER, name), *rows).encode()


def with_name(written: str) -> bytes:
    return text(HEADER, ("v1", written, "医疗", "延庆", "13800000001")).encode()


FOREIGN = text(
    ("ID", "Name", "Role", "Site"), ("v1", "Jürgen Müller", "medical", "hq"),
    ("v2", "José Núñez", "media", "hq"), ("v3", "Zoë Brontë", "media", "hq"),
)  # fmt: skip
TRADITIONAL = text(
    ("編號", "姓名", "崗位", "賽區", "手機號碼", "領隊"),
    ("v1", "王子涵", "醫療", "延慶", "13800000001", ""),
    ("v2", "李雨萱", "媒體運行", "北京", "13800000002", "王子涵"),
)
MANY = tuple(
    (f"v{n}", name, "医疗", "延庆", f"138000000{n:02}")
    for n, name in enumerate(("王伟", "李娜", "张敏", "刘静", "陈杰", "黄艳", "周勇", "吴军"), 1)
)
DATES = (
    "2022-02-01", "2022/2/1", "2022.2.1", "2022年2月1日", "20220201", "1.2.2022", "1 Feb 2022",
    "Feb 1, 2022", "2022-02-01T08:00:00", "2022-02-01 08:00", "2/1/2022", "13/02/2022",
    "二〇二二年二月一日", "2022-02-01（周二）", "2022年2月1日上午", "44593", "01-Feb-22",
    "２０２２－０２－０１", "February 1 2022", "2022年02月01号",
)  # fmt: skip
MONTHS = ("1999-05", "1999.5", "1999年5月", "199905", "1999/05", "May 1999")

ENCODINGS = (
    Case("Excel, GBK", text(*LINES).encode("gbk"), BOTH),
    Case("Excel, UTF-8 with mark", text(*LINES).encode("utf-8-sig"), BOTH),
    Case("Excel, Unicode text", text(*LINES, delimiter="\t").encode("utf-16"), BOTH),
    Case("Google", text(*LINES).encode(), BOTH),
    Case("Numbers", text(*LINES, delimiter=";", newline="\n").encode(), BOTH),
    Case("bars", text(*LINES, delimiter="|").encode(), BOTH),
    Case("a semicolon in every line", text(
        (*HEADER, "语言"), (*ONE, "中文;英语"), (*TWO, "中文;法语"),
    ).encode(), BOTH),
    Case("ragged lines and a bar in each", (
        "编号,姓名,岗位,赛区,手机,语言|外语,备注\n" + "".join(
            f"{','.join(row)},中文|英语{',' * (n % 3)}\n" for n, row in enumerate((ONE, TWO))
        )
    ).encode(), BOTH, notes=frozenset({"column-ignored"})),
    Case("rare characters, GB 18030", text(
        HEADER, ("v1", "王㛃", "医疗", "延庆", "13800000001"),
        ("v2", "李𣲗", "媒体", "北京", "13800000002"),
    ).encode("gb18030"), (
        ("v1", "王㛃", "medical", "yanqing", "13800000001"),
        ("v2", "李𣲗", "media", "beijing", "13800000002"),
    )),
    Case("a name as the one foreign text, GBK", text(
        ("ID", "Name", "Role", "Site"), ("v1", "朱镕", "medical", "hq"),
    ).encode("gbk"), (("v1", "朱镕", "medical", "hq", ""),)),
    Case("western Excel", FOREIGN.encode("cp1252"), errors=wrong((0, "", "unknown-encoding"))),
    Case("western Excel, one name", b"ID,Name,Role,Site\nv1,M\xfcller,media,hq",
         errors=wrong((0, "", "unknown-encoding"))),
    Case("Taiwan, Big5", TRADITIONAL.encode("big5"), errors=wrong((0, "", "unknown-encoding"))),
    Case("Taiwan, UTF-8", TRADITIONAL.encode(), BOTH),
    Case("UTF-8 with a broken character", text(HEADER, *MANY).encode().replace(
        "黄".encode(), "黄".encode()[:2]), errors=wrong((0, "", "unknown-encoding"))),
    Case("UTF-8 that was cut off", text(HEADER, *MANY).encode() + "王".encode()[:2],
         errors=wrong((0, "", "unknown-encoding"))),
    Case("what begins like an archive", text(
        ("PK编号", "编号", "姓名", "岗位", "赛区", "手机"), ("1", *ONE), ("2", *TWO),
    ).encode(), BOTH),
    Case("a title in brackets", ("[内部] 志愿者名册\n" + text(*LINES)).encode(), BOTH),
    Case("a web page in UTF-16", "<html><table><tr><td>1</td></tr></table></html>".encode("utf-16"),
         errors=wrong((0, "", "web-page")), file="名册.xls"),
    Case("a web archive", b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html>",
         errors=wrong((0, "", "web-page")), file="名册.xls"),
)  # fmt: skip

HEADERS = (
    Case("a questionnaire", text(
        ("序号", "提交答卷时间", "1、您的姓名：", "2、您的学号：", "3、岗位", "4. 服务赛区",
         "5、手机号码（必填）"),
        ("1", "2022/1/1 10:00", "王子涵", "v1", "医疗", "延庆", "13800000001"),
    ).encode(), (READ_ONE,)),
    Case("both languages", text(
        ("编号 ID", "姓名 / Name", "岗位\nRole", "赛区(Site)", "Mobile 手机"), ONE,
    ).encode(), (READ_ONE,)),
    Case("an identity number is no id", text(
        ("身份证号 ID", *HEADER), ("110101199003078515", *ONE),
    ).encode(), (READ_ONE,)),
    Case("phones of others", text(
        (*HEADER, "手机（紧急联系人）", "Leader电话", "家长电话"), (*ONE, *["13900000009"] * 3),
    ).encode(), (READ_ONE,)),
    Case("people of an emergency", (
        "编号,姓名,岗位,赛区,手机,紧急联系人,\n,,,,,姓名,电话\n"
        "v1,王子涵,医疗,延庆,13800000001,王大,13900000009\n"
    ).encode(), (READ_ONE,)),
    Case("a column without a name", text(
        (*HEADER, "", "备注"), (*ONE, "13900000001", ""),
    ).encode(), (READ_ONE,), notes=frozenset({"column-unnamed"})),
    Case("two columns of one name", text(
        (*HEADER, "手机"), (*ONE, "13900000001"),
    ).encode(), errors=wrong((1, "F", "duplicate-column"))),
    Case("the header again on each page", text(*LINES[:2], HEADER, TWO).encode(), BOTH,
         notes=frozenset({"header-repeated"})),
    Case("instructions above", text(
        ("志愿者名册",), ("填写说明：编号、姓名、岗位为必填项",), (), ("单位：", "学生处"), *LINES,
    ).encode(), BOTH),
    Case("thirty lines above", text(*([("说明",)] * 31), *LINES).encode(),
         errors=wrong((0, "", "no-header"))),
)  # fmt: skip

FOOTERS = (
    Case("a total", text(*LINES, ("合计", "2人")).encode(), BOTH,
         notes=frozenset({"row-ignored"})),
    Case("a total after a number", text(*LINES, ("", "合计：2人")).encode(), BOTH),
    Case("who made it", text(*LINES, (), ("制表人：张三", "", "审核人：李四", "日期：2022-1-1"))
         .encode(), BOTH, notes=frozenset({"row-ignored"})),
    Case("who signs", text(*LINES, ("负责人签字：", "", "", "（盖章）")).encode(), BOTH),
    Case("remarks", text(*LINES, ("注：1. 请于三月前交回",), ("2. 手机号码须本人使用",)).encode(),
         errors=wrong((5, "A", "bad-id"), (5, "B", "empty"), (5, "C", "empty"), (5, "D", "empty"))),
    Case("numbers that were filled in before", text(
        ("序号", *HEADER), ("1", *ONE), ("2", *TWO), ("3",), ("4",),
    ).encode(), BOTH),
    Case("a person who is called like a total", text(
        HEADER, ("v1", "共和", "医疗", "延庆", "13800000001"),
    ).encode(), (("v1", "共和", "medical", "yanqing", "13800000001"),)),
)  # fmt: skip

_PHONES = (
    "138-0000-0001", "138 0000 0001", "+86 138-0000-0001", "(+86)13800000001", "0086 13800000001",
    "138\u20110000\u20110001", "138\u20130000\u20130001", "\u202d13800000001\u202c",
    "1３８00000001", "'13800000001", '="13800000001"', "\t13800000001", "1.3800000001E+10",
    "13800000001.0", "13800000001\n", "86-13800000001", "tel:13800000001",
)  # fmt: skip
_NO_PHONES = (
    ("13800000001/13900000002", "several-phones"), ("13800000001、13900000002", "several-phones"),
    ("13800000001 13900000002", "several-phones"), ("13800000001（母亲）", "bad-phone"),
    ("1.38E+10", "number-rounded"), ("1380000000", "bad-phone"), ("-13800000001", "bad-phone"),
    ("١٣٨٠٠٠٠٠٠٠١", "bad-phone"), ("\U0001d7cf3800000001", "bad-phone"), ("=A1", "formula"),
    ("#N/A", "fault"),
)  # fmt: skip
CELLS = (
    *(Case(f"phone {written!r}", with_phone(written), (READ_ONE,)) for written in _PHONES),
    *(Case(f"no phone {written!r}", with_phone(written), errors=wrong((2, "E", code)))
      for written, code in _NO_PHONES),
    *(Case(f"{name} {written!r}", with_column(name, written),
           (("v1", "王子涵", "medical", "yanqing", ""),))
      for name, all_written in (("到岗日期", DATES), ("出生年月", MONTHS))
      for written in all_written),
    *(Case(f"no day {written!r}", with_column("到岗日期", written), errors=wrong((2, "F", code)))
      for written, code in (
          ("2022-02-30", "impossible-date"), ("2月1日", "not-a-date"), ("开学后", "not-a-date"),
          ("0000-00-00", "impossible-date"), ("32/13/2022", "impossible-date"),
          ("二〇二二年二月三十日", "impossible-date"), ("1999年13月", "impossible-date"))),
    *(Case(f"name {written!r}", with_name(written),
           (("v1", read, "medical", "yanqing", "13800000001"),))
      for written, read in (
          ("阿依古丽·买买提", "阿依古丽·买买提"), ("Anna-Lena O’Neill", "Anna-Lena O’Neill"),
          ("王　五", "王五"), ("王\n五", "王五"), ("王五😀", "王五😀"), ("王\u200b五", "王五"),
          ("Nguyễn Thị Minh", "Nguyễn Thị Minh"), ("Александра", "Александра"),
          ("⺩\u2f29明", "⺩小明"), ("王\U00031350", "王\U00031350"), ("李四（大）", "李四(大)"))),
    *(Case(f"no name {written!r}", with_name(written), errors=wrong((2, "B", code)))
      for written, code in (
          ("王\ufffd", "lost-characters"), ("王\ue863", "lost-characters"),
          ("王?", "lost-characters"), ("锟斤拷", "lost-characters"), ("12345", "bad-name"))),
)  # fmt: skip

IDS = (
    Case("zeros that were lost in the file", text(
        HEADER, ("0042", *ONE[1:]), ("42", *TWO[1:]),
    ).encode(), errors=wrong((3, "A", "alike-id"))),
    Case("an id in capitals", text(HEADER, ONE, ("V1", *TWO[1:])).encode(),
         errors=wrong((3, "A", "alike-id"))),
    Case("an identity number for an id", text(HEADER, ("110101199003074514", *ONE[1:])).encode(),
         errors=wrong((2, "A", "identity-number"))),
    Case("the phone for an id", text(HEADER, ("13800000001", *ONE[1:])).encode(),
         errors=wrong((2, "A", "phone-as-id"))),
)  # fmt: skip
LISTS = (
    Case("lines in a cell", text(
        (*HEADER, "语言", "条线", "心理老师"), (*ONE, "中文\n英语", "交通\n心理", "v2\nv3"),
        (*TWO, "", "", ""), ("v3", "张敏", "媒体", "北京", "", "", "", ""),
    ).encode(), (*BOTH, ("v3", "张敏", "media", "beijing", ""))),
)  # fmt: skip

TEXTS = (*ENCODINGS, *HEADERS, *FOOTERS, *CELLS, *IDS, *LISTS)
