"""Which alerts there are in a document, and where one ends and the next begins."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from services.weather.cap.envelope import in_envelopes
from services.weather.cap.fields import CAP_NAMESPACE
from services.weather.cap.xml import Document, Node

_ALERT_PARTS: Final = frozenset({"identifier", "sender", "sent", "status", "msgType", "info"})
_DECLARATION: Final = re.compile(r"<\?xml\s[^>]{0,400}\?>")
_NEXT: Final = re.compile(
    r"</(?:[\w.-]{1,40}:)?alert\s{0,9}>\s{0,99}(<(?:[\w.-]{1,40}:)?alert[\s>])"
)
_ASIDE: Final = re.compile(r"<!--|<!\[CDATA\[")
_ALERT_TEXT: Final = re.compile(r"\s*(?:<\?xml\s[^>]{0,400}\?>)?\s*<(?:[\w.-]{1,40}:)?alert[\s>]")


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert that is still to be read: its element, the document it came in and its number
    among the alerts there, and what is odd about that document (code and detail).
    """

    node: Node
    document: Document | None = None
    number: int = 0
    odd: tuple[tuple[str, str], ...] = ()
    envelope: str = ""
    """The status that the documents around it give it, where that is not Actual."""


def is_alert(name: str, namespace: str, children: Iterable[str]) -> bool:
    """In a CAP namespace the name is enough; elsewhere it must look like one as well."""
    if name != "alert":
        return False
    if CAP_NAMESPACE.search(namespace):
        return True
    return len(_ALERT_PARTS & set(children)) >= 3


def split(text: str) -> list[str]:
    """The documents of a text in which several were written one behind the other.

    A second XML declaration, or an alert behind the end of a first one that was the root, can only
    begin a second document, except within character data or a comment.
    """
    bare = _without_asides(text)
    begins = [0, *(match.start() for match in _DECLARATION.finditer(bare))]
    if len(begins) == 1 and _ALERT_TEXT.match(bare):
        begins += [match.start(1) for match in _NEXT.finditer(bare)]
    if len(begins) == 1:
        return [text]
    parts = (text[begin:end] for begin, end in zip(begins, [*begins[1:], None], strict=True))
    documents = [_DECLARATION.sub("", part, count=1).strip() for part in parts]
    return [document for document in documents if document] or [text]


def _without_asides(text: str) -> str:
    """`text` with blanks in the place of every comment and all character data."""
    kept, done = [], 0
    while (begin := _ASIDE.search(text, done)) is not None:
        mark = "-->" if begin[0] == "<!--" else "]]>"
        end = text.find(mark, begin.end())
        end = len(text) if end < 0 else end + len(mark)
        kept += [text[done : begin.start()], " " * (end - begin.start())]
        done = end
    return "".join([*kept, text[done:]])


def texts_with_alerts(root: Node, most: int) -> Iterator[tuple[str, str]]:
    """Texts that are alerts, as an envelope carries them escaped or as character data, and what it
    says of each.
    """
    for node, said in in_envelopes(root, lambda _: False):
        if _ALERT_TEXT.match(node.text):
            yield _DECLARATION.sub("", node.text, count=1).strip(), said
            most -= 1
            if most <= 0:
                return
