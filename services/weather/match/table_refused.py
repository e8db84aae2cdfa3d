"""What is wrong with a file of geocodes."""

from pathlib import Path
from typing import TypeAlias

from events.fact import Text
from services.weather.match.table import Meaning

Entry: TypeAlias = tuple[str, str, Meaning]
"""The name of a code, its value, and what it means."""


class TableRefused(ValueError):
    """A file that cannot be used.

    Attributes:
        file: the file.
        row: line of a CSV, number of a GeoJSON's feature, both from 1; 0 for all of the file.
        column: name of the column, or path inside the feature; empty for all of it.
        reason: what is wrong, in Chinese and English, with the value.
    """

    def __init__(self, file: Path, row: int, column: str, *, zh: str, en: str) -> None:
        place_en = (f", row {row}" if row else "") + (f", {column}" if column else "")
        place_zh = (f"，第 {row} 行" if row else "") + (f"，{column}" if column else "")
        super().__init__(
            f"read geocodes from {file}{place_en}: {en} / 读取地理编码表 {file}{place_zh}：{zh}"
        )
        self.file = file
        self.row = row
        self.column = column
        self.reason = Text(zh=zh, en=en)
