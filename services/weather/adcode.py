"""China's administrative codes (GB/T 2260), as they come in a CAP `geocode`.

Two digits for the province, two for the city, two for the district or county; six more for town and
village, which are read as the whole district. Elsewhere six digits mean other things (SAME and FIPS
in the United States, for one), so a code counts only under a name that is known to carry them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from services.weather.cap.model import Pair

_NAMES: Final = frozenset(
    {
        "cpeasgeographiccode",  # China Public Emergency Alerting System; what CMA sends
        "cpeascode",
        "gbt2260",
        "gb2260",
        "gbt22602007",
        "adcode",
        "cnadcode",
        "administrativedivisioncode",
        "行政区划代码",
        "行政区划编码",
        "行政区域代码",
        "区划代码",
        "区域代码",
    }
)
_LENGTHS: Final = frozenset({2, 4, 6, 9, 12, 14, 15})
_NOT_WORD: Final = re.compile(r"[\W_]+")
NATION: Final = frozenset({"000000", "100000"})
RENAMED: Final[Mapping[str, str]] = {
    "110228": "110118",  # Miyun, county to district, 2015
    "110229": "110119",  # Yanqing, county to district, 2015
    "130733": "130709",  # Chongli, county to district, 2016
    "130729": "130708",  # Wanquan, county to district, 2016
}
"""Codes of counties that became districts; older systems still send them."""


def is_adcode_name(name: str) -> bool:
    """Whether a geocode of this name is known to carry a Chinese administrative code."""
    return _NOT_WORD.sub("", name).casefold() in _NAMES


def place_codes(geocodes: Iterable[Pair]) -> tuple[str, ...]:
    """The six digits of each Chinese administrative code among `geocodes`."""
    codes = []
    for name, value in geocodes:
        code = six_digits(value) if is_adcode_name(name) else None
        if code is not None:
            codes.append(code)
    return tuple(codes)


def six_digits(value: str) -> str | None:
    """The six digits of a code as it was written, long or short; None if it is none."""
    digits = value.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) in _LENGTHS):
        return None
    return _current(digits[:6].ljust(6, "0"))


def takes_in(code: str, adcode: str) -> bool:
    """Whether the place with six-digit `code` is, or has in it, the district `adcode`."""
    wanted = _current(adcode)
    if code in NATION:
        return True
    if code.endswith("0000"):
        return wanted.startswith(code[:2])
    if code.endswith("00"):
        return wanted.startswith(code[:4])
    return code == wanted


class Districts:
    """Many districts, to be asked which ones a code takes in without looking at each."""

    def __init__(self, adcodes: Sequence[str]) -> None:
        self._all = tuple(range(len(adcodes)))
        self._within: dict[str, list[int]] = {}
        for number, adcode in enumerate(adcodes):
            wanted = _current(adcode)
            for place in {wanted, wanted[:2] + "0000", wanted[:4] + "00"}:
                self._within.setdefault(place, []).append(number)

    def numbers(self, code: str) -> Sequence[int]:
        """As `takes_in`: the numbers, in the order given, of the districts in six-digit `code`."""
        return self._all if code in NATION else self._within.get(code, ())


def _current(code: str) -> str:
    return RENAMED.get(code, code)
