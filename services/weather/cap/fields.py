"""The children of one element, read by name: texts, lists, choices, numbers and pairs."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from services.weather.cap.deviations import Notes
from services.weather.cap.refusals import quoted, refuse
from services.weather.cap.xml import Node

_HTML: Final = re.compile(
    r"</?(?:a|b|i|u|br|p|div|span|ul|ol|li|table|tr|td|img|strong|em|font|h[1-6])\b[^<>]{0,300}>",
    re.IGNORECASE,
)
_BLANKS: Final = re.compile(r"[ \t\f\v\u00a0]+")
_NUMBER: Final = re.compile(r"[-+]?(?:\d{1,12}(?:\.\d{0,20})?|\.\d{1,20})")
_INTEGER: Final = re.compile(r"\d{1,12}")

CAP_NAMESPACE: Final = re.compile(r"cap[:/](1\.[0-2])", re.IGNORECASE)

OLDER_VALUES: Final[Mapping[str, str]] = {"very likely": "Likely"}
"""CAP 1.0's certainty, as CAP 1.1 and later ask to read it."""


class Fields:
    """One element of a message with its path, its children, and where to note what is odd.

    `strict` is set for signed messages: what was signed was complete, so a required element that
    is missing was taken out afterwards and the message is refused.
    """

    def __init__(self, node: Node, path: str, notes: Notes, *, strict: bool) -> None:
        self.node = node
        self.path = path
        self.notes = notes
        self.strict = strict
        self._by_name: dict[str, list[Node]] = {}
        for child in node.children:
            if child.namespace in {node.namespace, ""} or CAP_NAMESPACE.search(child.namespace):
                self._by_name.setdefault(child.name, []).append(child)

    def at(self, name: str) -> str:
        """Path of the child `name`."""
        return f"{self.path}/{name}"

    def has(self, name: str) -> bool:
        """Whether there is such a child, empty or not."""
        return name in self._by_name

    def each(self, name: str) -> Sequence["Fields"]:
        """Children called `name`; their paths are numbered where there are several."""
        nodes = self._by_name.get(name, [])
        numbered = len(nodes) > 1
        return [
            Fields(
                node,
                f"{self.path}/{name}[{number}]" if numbered else f"{self.path}/{name}",
                self.notes,
                strict=self.strict,
            )
            for number, node in enumerate(nodes, 1)
        ]

    def text(self, name: str) -> str | None:
        """The text of the only `name`, on one line; None where missing or blank."""
        found = self._by_name.get(name, [])
        if len(found) > 1:
            self.notes.add("element-repeated", self.at(name), found[1].text.strip())
        texts = (" ".join(node.text.split()) for node in found)
        return next((text for text in texts if text), None)

    def prose(self, name: str) -> str | None:
        """A text with its line breaks. One that was sent in several elements becomes one."""
        found = self._by_name.get(name, [])
        if len(found) > 1:
            self.notes.add("element-repeated", self.at(name), found[1].text.strip())
        texts = [tidy(node.text) for node in found]
        text = "\n".join(text for text in texts if text)
        if _HTML.search(text):
            self.notes.add("html-in-text", self.at(name), _HTML.findall(text)[0])
        return text or None

    def joined(self, name: str) -> str | None:
        """A list separated by blanks. One that was sent in several elements is one list."""
        self.text(name)
        return " ".join(self.texts(name)) or None

    def texts(self, name: str) -> tuple[str, ...]:
        """Every non-blank text of children called `name`."""
        texts = (" ".join(node.text.split()) for node in self._by_name.get(name, []))
        return tuple(text for text in texts if text)

    def needed(self, name: str) -> str:
        """The text of `name`.

        Raises:
            CapRefused: it is missing or empty.
        """
        text = self.text(name)
        if text is None:
            raise refuse("element-empty" if self.has(name) else "element-missing", self.at(name))
        return text

    def note_absence(self, name: str) -> None:
        """Note that the required `name` is missing or empty.

        Raises:
            CapRefused: it is missing from a signed message.
        """
        if self.has(name):
            self.notes.add("element-empty", self.at(name))
        elif self.strict:
            raise refuse("signed-but-incomplete", self.at(name))
        else:
            self.notes.add("element-missing", self.at(name))

    def known(self, text: str, name: str, allowed: Sequence[str]) -> str | None:
        """`text` as the standard spells it, or None if the standard does not know it."""
        if text in allowed:
            return text
        lowered = text.casefold()
        if lowered in OLDER_VALUES and OLDER_VALUES[lowered] in allowed:
            self.notes.add("value-deprecated", self.at(name), text)
            return OLDER_VALUES[lowered]
        squeezed = re.sub(r"[\s_-]+", "", lowered)
        for value in allowed:
            if value.casefold() == squeezed:
                self.notes.add("value-case", self.at(name), text)
                return value
        return None

    def needed_choice(self, name: str, allowed: Sequence[str]) -> str:
        """The value of `name`.

        Raises:
            CapRefused: it is missing, empty, not one of `allowed`, or there with two values.
        """
        text = self.needed(name)
        if len(said := dict.fromkeys(self.texts(name))) > 1:
            shown = ", ".join(map(quoted, list(said)[:3]))
            raise refuse("element-contradicts-itself", self.at(name), values=shown)
        value = self.known(text, name, allowed)
        if value is None:
            shown = ", ".join(allowed)
            raise refuse("value-unknown", self.at(name), value=quoted(text), allowed=shown)
        return value

    def choice(self, name: str, allowed: Sequence[str], otherwise: str) -> str:
        """The value of the required `name`, or `otherwise` with a note."""
        text = self.text(name)
        if text is None:
            self.note_absence(name)
            return otherwise
        value = self.known(text, name, allowed)
        if value is None:
            self.notes.add("value-unknown", self.at(name), text)
            return otherwise
        return value

    def choices(self, name: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """Every value of `name` that the standard knows, once; the others are noted."""
        values: dict[str, None] = {}
        for text in self.texts(name):
            value = self.known(text, name, allowed)
            if value is None:
                self.notes.add("value-unknown", self.at(name), text)
            else:
                values[value] = None
        return tuple(values)

    def number(self, name: str) -> float | None:
        """A decimal, as sent."""
        text = self.text(name)
        if text is None:
            return None
        if not _NUMBER.fullmatch(text):
            self.notes.add("number-unreadable", self.at(name), text)
            return None
        return float(text)

    def whole_number(self, name: str) -> int | None:
        """A count, as sent."""
        text = self.text(name)
        if text is None or not _INTEGER.fullmatch(text):
            if text is not None:
                self.notes.add("number-unreadable", self.at(name), text)
            return None
        return int(text)

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        """Name and value of every `name`. CAP 1.0 writes them as one text, `name=value`."""
        return tuple(pair for child in self.each(name) if (pair := child.pair()) is not None)

    def pair(self) -> tuple[str, str] | None:
        """This element's `valueName` and `value`; None where neither is there."""
        if not self.node.children and "=" in self.node.text:
            key, _, value = self.node.text.partition("=")
            return " ".join(key.split()), tidy(value)
        key = self.text("valueName") or ""
        value = self.prose_of_value()
        if not key or not self.has("value"):
            self.notes.add("pair-incomplete", self.path, key or value)
        return (key, value) if key or value else None

    def prose_of_value(self) -> str:
        """The text of `value`, empty where there is none; HTML in it is nobody's concern."""
        return "\n".join(tidy(node.text) for node in self._by_name.get("value", []))


def tidy(text: str) -> str:
    """`text` without blanks at the ends of its lines and without lines before and after it."""
    lines = (_BLANKS.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(lines).strip("\n")
