"""A list of reports cut apart unread, so that what is wrong with one concerns no other. Pure."""

import re

_MARK = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)
"""A text, closed or not, and what opens, closes and divides. Possessive, so it reads once."""


def pieces(body: bytes) -> list[bytes] | None:
    """Return what stands between the commas of a JSON list, None where its brackets do not match.

    Only texts, brackets and commas are looked at, in time that grows with the length alone, so
    nesting of any depth, numbers of any size and broken characters stay in the piece they are in.
    """
    found: list[bytes] = []
    depth = begin = 0
    for mark in _MARK.finditer(body):
        match mark[0]:
            case b"[" | b"{":
                depth += 1
                if depth == 1:
                    begin = mark.end()
            case b"]" | b"}":
                depth -= 1
                if depth == 0:
                    found.append(body[begin : mark.start()].strip())
                    is_last = not body[mark.end() :].strip()
                    return _without_emptiness(found) if is_last else None
            case b"," if depth == 1:
                found.append(body[begin : mark.start()].strip())
                begin = mark.end()
            case _:
                pass
    return None


def _without_emptiness(found: list[bytes]) -> list[bytes]:
    return [] if found == [b""] else found
