import re
from datetime import date, datetime
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from services.gateway.ask import When
from services.gateway.rollcall_people import WalkUp
from services.problems import FIELD_MAX, problem_of
from services.reporting.report import REPORT

CASES: list[tuple[str, str, str]] = [
    ("{}", "union-tag-not-found", "kind"),
    ('{"kind":"x"}', "union-tag-invalid", "kind"),
    ('{"kind":"incident"}', "missing", "text"),
    ('{"kind":"incident","text":1}', "string-type", "text"),
    ('{"kind":"incident","text":" "}', "string-pattern-mismatch", "text"),
    ('{"kind":"incident","text":"x","place":[]}', "model-type", "place"),
    ('{"kind":"incident","text":"x","place":{"lat":"1","lon":2}}', "float-type", "place.lat"),
    ('{"kind":"incident","text":"x","place":{"lat":99,"lon":2}}', "less-than-equal", "place.lat"),
    ('{"kind":"incident","text":"x","at":"2022-01-01T00:00:00"}', "value-error", "at"),
    ('{"kind":"incident","text":"x","at":"x"}', "datetime-parsing", "at"),
    ('{"kind":"incident","text":"x","more":1}', "extra-forbidden", "more"),
    ('{"kind":"weather","venue":"v","wind_ms":-1}', "greater-than-equal", "wind_ms"),
    ('{"kind":"weather","venue":"v","wind_ms":NaN}', "finite-number", "wind_ms"),
    ('{"kind":"weather","venue":"v"}', "value-error", ""),
    ('{"kind":"check-in","person":"p"}', "missing", "answer"),
    ('{"kind":"check-in","person":"p","answer":"sad"}', "literal-error", "answer"),
    ("{", "json-invalid", ""),
    ("[]", "dict-type", ""),
]


@pytest.mark.parametrize(("body", "code", "field"), CASES)
def test_what_is_wrong_has_a_code_a_field_and_words_in_both_languages(
    body: str, code: str, field: str
) -> None:
    with pytest.raises(ValidationError) as wrong:
        REPORT.validate_json(body, strict=True)
    problem = problem_of(wrong.value)
    assert (problem.code, problem.field) == (code, field)
    assert any("\u4e00" <= character <= "\u9fff" for character in problem.zh)
    assert problem.en
    assert "{" not in problem.zh.replace("{1,64}", "")
    assert problem.show()["reason"] == {"zh": problem.zh, "en": problem.en}


@pytest.mark.parametrize(
    "body", [{"kind": "x" * 9000}, {"kind": "incident", "text": "x", "y" * 9000: 1}]
)
def test_what_was_made_up_comes_back_shortened(body: Annotated[Any, "a report"]) -> None:
    with pytest.raises(ValidationError) as wrong:
        REPORT.validate_python(body)
    problem = problem_of(wrong.value)
    assert len(problem.field) <= FIELD_MAX
    assert len(problem.zh) < 600


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (REPORT, {"kind": "incident", "text": "x", "at": datetime(2022, 1, 1)}),  # noqa: DTZ001 - the fault
        (REPORT, {"kind": "weather", "venue": "v"}),
        (REPORT, {"kind": "weather", "venue": "v", "snowfall_mm": 1.0}),
        (TypeAdapter(When), "9999-01-01T00:00:00Z"),
        (TypeAdapter(WalkUp), {}),
        (TypeAdapter(date), "tomorrow"),
        (TypeAdapter(date), 1.5),
        (TypeAdapter(list[str]), "x"),
    ],
)
def test_what_a_rule_of_ours_says_has_no_english_in_chinese(
    model: TypeAdapter[Any], body: Any
) -> None:
    with pytest.raises(ValidationError) as wrong:
        model.validate_python(body)
    problem = problem_of(wrong.value)
    assert not re.search("[a-z]{3,} [a-z]{2,}", problem.zh), problem
    assert problem.en
