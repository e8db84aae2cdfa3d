"""What is neither XML nor JSON: named as far as its first bytes tell, and refused."""

import re
from typing import Final

from services.weather.cap.model import CapRefused
from services.weather.cap.refusals import refuse

_META: Final = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9._-]{1,40})""", re.IGNORECASE
)
_MAGIC: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"%PDF", "PDF 文档", "a PDF document"),
    (b"\x89PNG", "图片", "a picture"),
    (b"\xff\xd8\xff", "图片", "a picture"),
    (b"GIF8", "图片", "a picture"),
    (b"GRIB", "GRIB 数据", "GRIB data"),
    (b"BUFR", "BUFR 数据", "BUFR data"),
    (b"\x89HDF", "HDF 数据", "HDF data"),
    (b"CDF", "NetCDF 数据", "NetCDF data"),
)
_BULLETIN: Final = re.compile(rb"\A[\s\x00-\x1f0-9]{0,40}[A-Z]{4}\d\d [A-Z]{4} \d{6}", re.ASCII)
_METAR: Final = re.compile(rb"\A\s*(?:METAR |SPECI |TAF )?[A-Z]{4} \d{6}Z\b", re.ASCII)


def text_of(body: bytes) -> str:
    """A web page as text, by the encoding it names; what does not fit is replaced."""
    named = _META.search(body[:4_096])
    encoding = named[1].decode("ascii").casefold() if named else "utf-8"
    if encoding in {"gb2312", "gbk", "gb18030"}:
        return body.decode("gb18030", "replace")
    return body.decode("utf-8", "replace")


def refusal(body: bytes) -> CapRefused:
    """Why a body that is no text of a known format is not read."""
    for magic, zh, en in _MAGIC:
        if body.startswith(magic):
            return refuse("format-without-warnings", "", zh=zh, en=en)
    head = body[:200]
    if _BULLETIN.match(head) or _METAR.match(head):
        zh, en = "文本产品，不是 CAP", "a text product, not CAP"
        return refuse("format-without-warnings", "", zh=zh, en=en)
    start = head[:40].decode("utf-8", "replace")
    shown = "".join(each if each.isprintable() else "." for each in start)
    return refuse("format-unknown", "", value=shown)
