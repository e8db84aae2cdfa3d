"""A call for help of which something is wrong is still a call for help. Pure.

What can be read of it is kept as what it is, and the rest as words: "gate 3" is no venue's id, and
says all the same where to look. Only what no hand types is sent back: more words than a report may
have.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from pydantic import BaseModel, ValidationError

from services.problems import Problem, problem_of
from services.reporting.report import NeedHelpReport, SafetyReport

TEXT_MAX = 4000
_VALUE_MAX = 300
_FIELDS_MAX = 50
"""Fields that are looked at: no form has as many."""
_ENCODINGS = ("utf-8", "gb18030")
_WORDLESS = frozenset({"id", "at", "sent_at", "device", "method"})
"""What says nothing to whoever helps."""


class Heard(NamedTuple):
    """What was understood of a call for help, and what was wrong with it."""

    report: Any
    notes: tuple[Problem, ...]


def hear(body: bytes, key: str | None = None) -> Heard | None:
    """Return the call for help that a broken report is, None where it is none.

    `key` is its id where it carries none.
    """
    said = _loaded(body)
    if not isinstance(said, dict) or not _calls(said) or len(str(said.get("text"))) > TEXT_MAX:
        return None
    given = {name: _clean(value) for name, value in list(said.items())[:_FIELDS_MAX]}
    given.setdefault("id", key)
    model, good = _shape(given)
    notes: list[Problem] = []
    unread: list[str] = []
    for name, value in given.items():
        if name in good or value is None:
            continue
        try:
            _read(model, {**good, name: value})
        except ValidationError as error:
            notes.append(problem_of(error))
            if name not in _WORDLESS:
                unread.append(_words(name, value))
        else:
            good[name] = value
    if unread:
        good["text"] = "\n".join([*filter(None, [good.get("text")]), *unread])[:TEXT_MAX]
    return Heard(_read(model, good), tuple(notes))


def _calls(said: Mapping[str, Any]) -> bool:
    kind = said.get("kind")
    return kind == "need-help" or (kind == "safety" and said.get("answer") == "need-help")


def _shape(given: Mapping[str, Any]) -> tuple[type[BaseModel], dict[str, Any]]:
    """Return what it may be read as, and the fields that this takes."""
    if given["kind"] == "safety":
        good = {name: given.get(name) for name in ("kind", "answer", "person")}
        try:
            _read(SafetyReport, good)
        except ValidationError:
            return NeedHelpReport, {"kind": "need-help"}
        return SafetyReport, good
    return NeedHelpReport, {"kind": "need-help"}


def _read(model: type[BaseModel], said: Mapping[str, Any]) -> BaseModel:
    return model.model_validate_json(json.dumps(said), strict=True)


def _loaded(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass  # half an emoji, a line break, another encoding: it may be readable all the same
    for encoding in _ENCODINGS:
        try:
            return json.loads(body.decode(encoding), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _clean(value: Any) -> Any:
    """Return a text without halves of characters, and anything else as it is."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _words(name: str, value: Any) -> str:
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"{_clean(name)[:_VALUE_MAX]}: {_clean(written)[:_VALUE_MAX]}"
