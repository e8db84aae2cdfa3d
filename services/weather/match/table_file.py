"""A table of geocodes out of files that people have: GeoJSON with outlines, CSV with names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from services.weather.match.table import GeocodeTable
from services.weather.match.table_csv import csv_entries
from services.weather.match.table_geojson import geojson_entries
from services.weather.match.table_refused import Entry, TableRefused

FILE_BYTES_MAX: Final = 64 * 1024 * 1024
"""The 4,000 forecast zones of the United States with 500 points each have about 40 MB."""
ENTRIES_MAX: Final = 200_000
ENDINGS: Final = (".geojson", ".json", ".csv")


def read_table(path: Path | None) -> GeocodeTable:
    """Return the table in a file, or in all files of a folder with one of `ENDINGS`.

    Without a path it is empty. Raises TableRefused for what is wrong first.
    """
    if path is None:
        return GeocodeTable()
    found: list[Entry] = []
    for file in _files(path):
        for entry in _entries(file):
            found.append(entry)
            if len(found) > ENTRIES_MAX:
                raise TableRefused(
                    file,
                    0,
                    "",
                    zh=f"编码超过 {ENTRIES_MAX} 条",
                    en=f"with it there are more than {ENTRIES_MAX} codes",
                )
    return GeocodeTable.of(found)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = [file for file in sorted(path.iterdir()) if file.suffix.lower() in ENDINGS]
    if not files:
        raise TableRefused(
            path,
            0,
            "",
            zh=f"文件夹中没有 {'、'.join(ENDINGS)} 文件",
            en=f"the folder has no file that ends in {', '.join(ENDINGS)}",
        )
    return files


def _entries(file: Path) -> Iterator[Entry]:
    if file.suffix.lower() not in ENDINGS:
        raise TableRefused(
            file,
            0,
            "",
            zh=f"文件名应以 {'、'.join(ENDINGS)} 结尾",
            en=f"its name must end in {', '.join(ENDINGS)}",
        )
    read = csv_entries if file.suffix.lower() == ".csv" else geojson_entries
    return read(file, _body(file))


def _body(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            body = stream.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        said = str(error.strerror).lower()
        raise TableRefused(
            file, 0, "", zh=f"打不开：{said}", en=f"it cannot be opened: {said}"
        ) from error
    if len(body) > FILE_BYTES_MAX:
        raise TableRefused(
            file,
            0,
            "",
            zh=f"文件超过 {FILE_BYTES_MAX} 字节",
            en=f"it is longer than {FILE_BYTES_MAX} bytes",
        )
    return body
