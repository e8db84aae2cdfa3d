"""What is written out reads back without a change, whatever the roster holds."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from events.lane import Helper
from events.sealed import Sealed
from projections.people import Volunteer
from services.roster.against import Known, Options
from services.roster.contacts import Contact
from services.roster.export import Line, Sheet, sheet, to_csv, to_xlsx
from services.roster.parse import parse
from services.roster.plan import Plan, plan
from services.roster.tidy import tidy_name
from tests.unit.roster.planted import plan_words

IDENTITY = "110101199003074514"
"""Nobody new may be called so, but who is on the roster may stay."""
IDS = ("v1", "v2", "=v", "-3", "007")
SITES = {"hq": "总指挥部", "yanqing": "延庆赛区", "beijing": "Beijing zone"}
HAN = st.text("王李子涵=+-@'?\u3000\u00a0\tａ １ab", max_size=8)
NAMES = HAN.map(lambda text: f"{text}王五")
LATIN = st.one_of(
    st.just("Wáng Wǔ"),
    st.just("+Anna-Lena O'Neill"),
    st.just("王五"),
    st.just("v1"),
    st.just("Li?"),
    NAMES,
)


def some(*values: str) -> Any:
    return st.lists(st.sampled_from(values), unique=True, max_size=3).map(tuple)


HELPERS = st.lists(
    st.tuples(
        st.sampled_from(["transport", "mental-health", "catering-lodging", "publicity"]),
        st.sampled_from([*IDS[:2], "007", "ghost"]),
    ),
    unique=True,
    max_size=4,
).map(
    lambda pairs: tuple(
        Helper.model_validate({"lane": lane, "person": person}) for lane, person in pairs
    )
)
ROWS = st.fixed_dictionaries(
    {
        "site": st.sampled_from(list(SITES)),
        "name": NAMES,
        "latin": LATIN,
        "role": st.sampled_from(["medical", "team-leader", "duty-officer", "support"]),
        "leads": some("alpine-ski-centre", "hq", "gone-venue"),
        "languages": some("zh", "en", "eng", "zh-yue", "csl"),
        "lead": st.sampled_from([None, "v1", "v2", "ghost"]),
        "helpers": HELPERS,
        "lanes": some("transport", "mental-health"),
        "phases": some("games", "return", "other"),
        "channels": some("sms", "mail", "ding"),
    }
).map(lambda said: Volunteer(**said))
URL = st.just("https://127.0.0.1/a?b=c&d=1")
CONTACTS = st.builds(
    Contact,
    phone=st.sampled_from([None, "13800000001", "+41791234567", "010123456789"]),
    addresses=st.fixed_dictionaries(
        {},
        optional={
            "sms": st.one_of(URL, st.just("other:x_1")),
            "mail": st.one_of(URL, st.just("mailto:a@example.org")),
            "wechat": st.one_of(URL, st.just("wechat:x_1")),
            "ding-1": st.one_of(URL, st.just("ding-1:+41 1")),
        },
    ).map(lambda found: tuple(found.items())),
)


def at_id(row: Volunteer) -> Volunteer:
    """Return a row with the least of names that an import would take at all."""
    return row._replace(name=row.name if tidy_name(row.name)[0] else "王五")


def again(
    made: Sheet, format: str, people: dict[str, Volunteer], contacts: dict[str, Contact]
) -> Plan:
    content = to_csv(made) if format == "csv" else to_xlsx(made)
    words = plan_words()._replace(
        names=frozenset(tidy_name(row.name)[0] for row in people.values())
    )

    def opened(box: Sealed) -> dict[str, Any]:
        return contacts[box.owner].details()

    known = Known(people, lambda _: False, lambda _: True, opened)
    return plan(parse(content, "x", words), "x", words, known, Options())


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh", "en"])
@settings(deadline=None, max_examples=60)
@given(
    people=st.dictionaries(st.sampled_from(["v1", "V1", "007", "-3", IDENTITY]), ROWS, min_size=1),
    contacts=st.lists(CONTACTS, min_size=5, max_size=5),
    with_contacts=st.booleans(),
)
def test_a_roster_that_was_written_out_reads_back_as_it_was(
    format: str,
    language: Any,
    people: dict[str, Volunteer],
    contacts: list[Contact],
    with_contacts: bool,
) -> None:
    reached = {
        id: contact._replace(phone=f"1380000000{number}" if contact.phone else None)
        for number, (id, contact) in enumerate(zip(people, contacts, strict=False))
    }
    rows = {
        id: at_id(row)._replace(contact=Sealed(owner=id, topic="contact", box="AAAA"))
        for id, row in people.items()
    }
    lines = [
        Line(id, row, reached[id] if with_contacts else None) for id, row in sorted(rows.items())
    ]
    sites = plan_words().sites
    made = again(sheet(lines, language, sites, SITES), format, rows, reached)
    assert [(each.row, each.column, each.code, each.value) for each in made.errors] == []
    assert (made.changes, made.unchanged) == ([], len(rows))
    assert made.absent == ()


def test_no_cell_is_a_formula_for_a_spreadsheet() -> None:
    row = Volunteer("hq", "=1+1", "@x", "medical", ())
    lines = [Line("-3", row, Contact("+41791234567", (("sms", "=HYPERLINK(1)"),)))]
    made = sheet(lines, "en", plan_words().sites, {})
    text = to_csv(made).decode("utf-8-sig").splitlines()[1]
    assert text.split(",")[:2] == ["'-3", "'=1+1"]
    assert "'+41791234567" in text
    assert "'=HYPERLINK(1)" in text
    from io import BytesIO

    from openpyxl import load_workbook

    book: Any = load_workbook(BytesIO(to_xlsx(made)))
    cells = [each for line in book.active.iter_rows() for each in line if each.value is not None]
    assert {each.data_type for each in cells} <= {"s", "inlineStr"}


CELLS = st.fixed_dictionaries(
    {
        "编号": st.sampled_from(["v1", "v2", "v3"]),
        "姓名": st.sampled_from(["王五", " 赵六", "Anna B"]),
        "岗位": st.sampled_from(["医疗", "领队", "media"]),
        "站点": st.sampled_from(["hq", "延庆"]),
    },
    optional={
        "拼音": st.sampled_from(["", "Wang Wu"]),
        "负责": st.sampled_from(["", "国家高山滑雪中心、hq"]),
        "语言": st.sampled_from(["", "中文、英语", "eng"]),
        "领队": st.sampled_from(["", "v1", "v2"]),
        "心理老师": st.sampled_from(["", "v1", "v2、v3"]),
        "条线": st.sampled_from(["", "交通", "心理、交通"]),
        "阶段": st.sampled_from(["", "games", "赛时、返程"]),
        "手机": st.sampled_from(["", "13800000001", "+86 139-0000-0001"]),
        "微信": st.sampled_from(["", "wu_5"]),
        "渠道地址:sms": st.sampled_from(["", "https://127.0.0.1/1"]),
    },
)


@settings(deadline=None, max_examples=150)
@given(
    people=st.dictionaries(st.sampled_from(["v1", "v2", "v3", "v4"]), ROWS),
    contacts=st.lists(CONTACTS, min_size=5, max_size=5),
    rows=st.lists(CELLS, min_size=1, max_size=3, unique_by=lambda row: row["编号"]),
    phase=st.sampled_from([None, "games", "return"]),
    templated=st.booleans(),
)
def test_a_file_that_was_taken_in_changes_nothing_the_second_time(
    people: dict[str, Volunteer],
    contacts: list[Contact],
    rows: list[dict[str, str]],
    phase: str | None,
    templated: bool,
) -> None:
    headers = list(dict.fromkeys(header for row in rows for header in row))
    lines = [headers, *([row.get(header, "") for header in headers] for row in rows)]
    content = "\n".join("\t".join(line) for line in lines).encode()
    reached = dict(zip(people, contacts, strict=False))
    options = Options(phase, {"call": "https://127.0.0.1/{phone}"} if templated else {})

    def compare() -> Plan:
        known = Known(
            {id: row._replace(contact=_box(id)) for id, row in people.items()},
            lambda _: False,
            lambda _: True,
            lambda box: reached.get(box.owner, Contact()).details(),
        )
        words = plan_words()
        return plan(parse(content, "x", words), "x", words, known, options)

    first = compare()
    assume(not first.errors)
    for change in first.changes:
        people[change.id] = change.row
        if change.contact is not None:
            reached[change.id] = change.contact
    second = compare()
    assert (second.errors, second.changes) == ([], [])
    assert second.unchanged == len(rows)
    assert second.absent == first.absent


def _box(owner: str) -> Sealed:
    return Sealed(owner=owner, topic="contact", box="AAAA")
