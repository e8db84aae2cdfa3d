"""What is wrong with an input: a stable code, the field at fault, and the reason in both
languages.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

FIELD_MAX = 200
"""The longest name of a field in an answer, in characters; senders may make up any name."""
_ECHO_MAX = 200

_REASONS: Mapping[str, tuple[str, str]] = {
    "missing": ("缺少该字段", "is missing"),
    "extra_forbidden": ("没有这个字段", "is not a field of it"),
    "literal_error": ("只能是 {expected}", "must be {expected}"),
    "union_tag_invalid": (
        "未知类型 {tag}，只能是 {expected_tags}",
        "unknown kind {tag}, must be {expected_tags}",
    ),
    "union_tag_not_found": ("缺少类型字段", "the field that says the kind is missing"),
    "string_type": ("必须是文本", "must be text"),
    "float_type": ("必须是数字", "must be a number"),
    "int_type": ("必须是整数", "must be a whole number"),
    "int_from_float": ("必须是整数", "must be a whole number"),
    "float_parsing": ("必须是数字", "must be a number"),
    "int_parsing": ("必须是整数", "must be a whole number"),
    "bool_type": ("必须是 true 或 false", "must be true or false"),
    "bool_parsing": ("必须是 true 或 false", "must be true or false"),
    "finite_number": ("必须是有限的数", "must be a finite number"),
    "greater_than_equal": ("不能小于 {ge}", "must be at least {ge}"),
    "less_than_equal": ("不能大于 {le}", "must be at most {le}"),
    "greater_than": ("必须大于 {gt}", "must be greater than {gt}"),
    "less_than": ("必须小于 {lt}", "must be less than {lt}"),
    "string_too_long": ("最多 {max_length} 个字符", "has more than {max_length} characters"),
    "string_too_short": ("至少 {min_length} 个字符", "has fewer than {min_length} characters"),
    "string_pattern_mismatch": (
        "格式不符（{pattern}）",
        "does not have the form {pattern}",
    ),
    "too_long": ("最多 {max_length} 项", "has more than {max_length} items"),
    "too_short": ("至少 {min_length} 项", "has fewer than {min_length} items"),
    "model_type": ("必须是一个对象", "must be an object"),
    "model_attributes_type": ("必须是一个对象", "must be an object"),
    "dict_type": ("必须是一个对象", "must be an object"),
    "tuple_type": ("必须是一个列表", "must be a list"),
    "json_invalid": ("不是有效的 JSON：{error}", "is not valid JSON: {error}"),
    "datetime_parsing": (
        "不是 ISO 8601 时间：{error}",
        "is not an ISO 8601 time: {error}",
    ),
    "datetime_from_date_parsing": (
        "不是 ISO 8601 时间：{error}",
        "is not an ISO 8601 time: {error}",
    ),
    "datetime_type": ("必须是 ISO 8601 时间", "must be an ISO 8601 time"),
    "datetime_object_invalid": (
        "不是 ISO 8601 时间：{error}",
        "is not an ISO 8601 time: {error}",
    ),
    "date_type": ("必须是日期，如 2026-02-01", "must be a day, such as 2026-02-01"),
    "date_parsing": ("必须是日期，如 2026-02-01", "must be a day, such as 2026-02-01"),
    "date_from_datetime_parsing": (
        "必须是日期，如 2026-02-01",
        "must be a day, such as 2026-02-01",
    ),
    "date_from_datetime_inexact": (
        "必须是日期，如 2026-02-01",
        "must be a day, such as 2026-02-01",
    ),
    "list_type": ("必须是一个列表", "must be a list"),
    "value_error": ("不符合要求：{error}", "{error}"),
}
_IN_CHINESE: Mapping[str, str] = {
    "has no offset from UTC": "缺少时区，应写成 2026-02-01T08:00:00+08:00",
    "lies outside the years 2000 to 2999": "不在 2000 年至 2999 年之间",
    "names either a person of the roster or a name": "须写明名册中的人或姓名，二者只写其一",
    "says of snowfall_mm and snowfall_h one without the other": (
        "snowfall_mm 与 snowfall_h 须同时写明"
    ),
    "has neither a measurement nor a text": "既没有测量值，也没有文字",
}
"""What the models' own rules say, in Chinese."""


class Problem(NamedTuple):
    """Why an input is not taken."""

    code: str
    field: str
    zh: str
    en: str

    def show(self) -> dict[str, Any]:
        """Return it as an answer carries it."""
        return {
            "code": self.code,
            "field": self.field,
            "reason": {"zh": self.zh, "en": self.en},
        }


def problem_of(error: ValidationError) -> Problem:
    """Return the first thing that is wrong, as a person is told."""
    return _problem(error.errors(include_url=False, include_input=False)[0])


def _problem(details: ErrorDetails) -> Problem:
    kind = details["type"]
    context = {key: _short(value) for key, value in details.get("ctx", {}).items()}
    zh, en = _REASONS.get(kind, (f"不符合要求：{details['msg']}", details["msg"]))
    zh = _IN_CHINESE.get(str(context.get("error", "")), zh)
    try:
        zh, en = zh.format(**context), en.format(**context)
    except (KeyError, IndexError, ValueError):
        zh = en = details["msg"]
    return Problem(kind.replace("_", "-"), _path(details, kind), zh, en)


def _path(details: ErrorDetails, kind: str) -> str:
    # A discriminated union puts its tag into the path, which is no field of what was sent.
    parts = [str(part) for part in details["loc"] if str(part) not in _TAGS]
    if kind.startswith("union_tag"):
        parts.append("kind")
    return ".".join(parts)[:FIELD_MAX]


def _short(value: Any) -> Any:
    """What was sent comes back in a reason, but not the whole of a long text."""
    return f"{value[:_ECHO_MAX]}…" if isinstance(value, str) and len(value) > _ECHO_MAX else value


_TAGS = frozenset(
    {"presence", "check-in", "safety", "need-help", "incident", "weather", "one", "many"}
)
