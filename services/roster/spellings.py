"""The ways in which one column is named: numbered, polite, with remarks, in two languages."""

import re
from collections.abc import Iterator

from services.roster.tidy import word_key

_IN_BRACKETS = re.compile(r"[（(\[【](.*?)[)）\]】]")
_SOMEBODY_ELSE = re.compile(
    r"紧急|家长|监护|亲属|家属|父亲|母亲|父母|配偶|推荐|介绍|担保|"
    r"emergency|parent|guardian|next of kin|father|mother|spouse|referee",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"^\s*(?:[（(]?\s*(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*[)）、.．:：]|[①-⑳]|"
    r"[Qq]\d{1,3}[.:：、\s])\s*"
)
_POLITE = re.compile(
    r"^(?:请(?:填写|输入|选择|提供|问)?)?(?:您|你|本人)?的?|^(?:what\s+is\s+)?(?:your|my)\s+",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff]+")


def spellings(header: str) -> Iterator[str]:
    """Yield what a column may be known by, the surest first. What is in brackets is a remark."""
    yield word_key(header)
    if not is_of_somebody_else(" ".join(_IN_BRACKETS.findall(header))):
        bare = _IN_BRACKETS.sub("", header)
        yield word_key(bare)
        yield word_key(_POLITE.sub("", _NUMBERED.sub("", bare)))


def in_both_languages(header: str) -> tuple[str, str] | None:
    """Return the Chinese and the English half of a name that is given in both."""
    han = "".join(_HAN.findall(header))
    latin = _HAN.sub(" ", header)
    if not han or not word_key(latin):
        return None
    return word_key(han), word_key(_NUMBERED.sub("", latin))


def is_of_somebody_else(words: str) -> bool:
    """Tell whether a column is about a person's relatives, not about the person."""
    return _SOMEBODY_ELSE.search(words) is not None
