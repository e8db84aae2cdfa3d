"""Every problem has a reason in both languages, and every reason is one of a problem."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from services.roster.headers import FIELDS, field_of, words_of
from services.roster.lanes import lane_of
from services.roster.reasons import REASONS
from services.roster.vocabulary import ROLES, language_of

ROSTER = Path(__file__).resolve().parents[3] / "services/roster"


def texts() -> set[str]:
    """Return every text that stands in the code, but in the reasons themselves."""
    return {
        node.value
        for path in ROSTER.glob("*.py")
        if path.name != "reasons.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_reason_is_given_for_something() -> None:
    assert REASONS.keys() - texts() == set()


@pytest.mark.parametrize("code", sorted(REASONS))
def test_both_languages_say_the_same(code: str) -> None:
    zh, en = REASONS[code]
    assert re.search("[\u4e00-\u9fff]", zh)
    assert not re.search("[\u4e00-\u9fff]", en)
    assert en[0].islower() or en[0] in "-{"
    named = [
        {
            re.sub("(^|_)(zh|en)$", "", name)
            for _, name, _, _ in Formatter().parse(text)
            if name is not None
        }
        for text in (zh, en)
    ]
    assert named[0] == named[1]


def test_every_field_is_known_by_its_own_names() -> None:
    for field, words in FIELDS.items():
        assert {field_of(name) for name in (field, words.zh, words.en)} == {field}
        assert all(field_of(name) == field for name in words.synonyms.split())
        assert words_of(field) == (words.zh, words.en)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("学号（必填）", "id"),
        ("ID Number *", "id"),
        ("Team Leader", "lead"),
        ("心理老师", "helper:mental-health"),
        ("心理健康保障人", "helper:mental-health"),
        ("mental-health helper", "helper:mental-health"),
        ("Transport Contact Person", "helper:transport"),
        ("防疫专员", "helper:epidemic-prevention"),
        ("餐饮住宿联系人", "helper:catering-lodging"),
        ("宣传与舆情联系人", "helper:publicity"),
        ("helper:transport", "helper:transport"),
        ("微信号", "address:wechat"),
        ("企业微信", "address:wecom"),
        ("渠道地址:sms", "address:sms"),
        ("address: duty-desk", "address:duty-desk"),
        ("备注", None),
        ("身份证号", None),
        ("", None),
        ("helper:wings", None),
        ("老师", None),
    ],
)
def test_what_columns_are_called(header: str, field: str | None) -> None:
    assert field_of(header) == field


def test_what_roles_languages_and_lanes_are_called() -> None:
    assert [ROLES.find(text) for text in ("医疗服务", "First Aid", "翻译", "Team Leader", "?")] == [
        "medical", "medical", "language", "team-leader", None,
    ]  # fmt: skip
    said = ("英语（六级）", "French: B2", "zh-Hant", "de", "ab1")
    assert [language_of(text) for text in said] == [
        "en", "fr", "zh-Hant", "de", None,
    ]  # fmt: skip
    assert [lane_of(text) for text in ("交通保障", "心理", "mental health", "天气")] == [
        "transport", "mental-health", "mental-health", None,
    ]  # fmt: skip
