"""YAML files that people write: read strictly, refused with file, field and reason."""

from pathlib import Path
from typing import Final, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from events.fact import Text

M = TypeVar("M", bound=BaseModel)

FILE_BYTES_MAX: Final = 1024 * 1024
"""A plan of a thousand venues has 200 KB."""

# pydantic names its complaints in English only; these are the ones these files can cause.
_IN_CHINESE: Final = {
    "missing": "缺少此项",
    "extra_forbidden": "没有这一项，请检查拼写",
    "string_type": "应为文字；数字请加引号",
    "string_pattern_mismatch": "格式不符，应匹配 {pattern}",
    "string_too_short": "至少 {min_length} 个字符",
    "string_too_long": "最多 {max_length} 个字符",
    "float_type": "应为数字",
    "int_type": "应为整数",
    "bool_type": "应为 true 或 false",
    "finite_number": "应为有限的数字",
    "greater_than_equal": "不得小于 {ge}",
    "less_than_equal": "不得大于 {le}",
    "literal_error": "只能是 {expected}",
    "model_type": "应为若干“名称: 值”",
    "model_attributes_type": "应为若干“名称: 值”",
    "tuple_type": "应为列表",
    "too_short": "至少 {min_length} 项",
    "too_long": "最多 {max_length} 项",
}


class DataRefused(ValueError):
    """A file that cannot be used. `field` is the path to what is at fault, empty for all of it."""

    def __init__(self, file: Path, field: str, reason: Text) -> None:
        where = f"{file}: {field}" if field else str(file)
        super().__init__(f"read {where}: {reason.en}")
        self.file = file
        self.field = field
        self.reason = reason


def read_data(file: Path, model: type[M]) -> M:
    """Return what the YAML in `file` says.

    Raises:
        DataRefused: no such file, not YAML, or not what `model` wants.
    """
    try:
        # Through JSON, where "strict" still takes a list for a tuple.
        return model.model_validate_json(orjson.dumps(_parsed(file)), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise DataRefused(file, ".".join(map(str, first["loc"])), _reason(first)) from error


def _parsed(file: Path) -> object:
    try:
        with file.open("rb") as stream:
            body = stream.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        reason = Text(
            zh=f"打不开：{error.strerror}", en=f"cannot be opened: {error.strerror}".lower()
        )
        raise DataRefused(file, "", reason) from error
    if len(body) > FILE_BYTES_MAX:
        reason = Text(
            zh=f"文件超过 {FILE_BYTES_MAX} 字节", en=f"it is longer than {FILE_BYTES_MAX} bytes"
        )
        raise DataRefused(file, "", reason)
    try:
        parsed: object = YAML(typ="safe", pure=True).load(body)
        orjson.dumps(parsed)
    except (YAMLError, UnicodeDecodeError, orjson.JSONEncodeError) as error:
        said = " ".join(str(error).split())[:300]
        raise DataRefused(
            file, "", Text(zh=f"不是可用的 YAML：{said}", en=f"it is not usable yaml: {said}")
        ) from error
    return parsed


def _reason(error: ErrorDetails) -> Text:
    context = error.get("ctx", {})
    shown = repr(error["input"])[:80]
    english = error["msg"][0].lower() + error["msg"][1:]
    chinese = context.get("zh") or _IN_CHINESE.get(error["type"], "值不符合要求").format(**context)
    if error["type"] == "missing":
        return Text(zh=chinese, en=english)
    return Text(zh=f"{chinese}（现为 {shown}）", en=f"{english}, not {shown}")
