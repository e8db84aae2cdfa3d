import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.pieces import pieces

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(values), st.booleans(), st.sampled_from([None, 1]))
def test_the_pieces_of_any_list_are_its_items(items: list[Any], ascii: bool, indent: int) -> None:
    body = json.dumps(items, ensure_ascii=ascii, indent=indent).encode(errors="surrogatepass")
    found = pieces(body)
    assert found is not None
    assert [json.loads(piece.decode(errors="surrogatepass")) for piece in found] == items


@given(st.binary())
def test_whatever_bytes_come_nothing_breaks(body: bytes) -> None:
    found = pieces(b"[" + body + b"]")
    if found is not None:
        assert sum(map(len, found)) <= len(body)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"[]", []),
        (b" [ ] ", []),
        (b"[1,]", [b"1", b""]),
        (b"[,]", [b"", b""]),
        (b'["a,b", {"c": "]"}]', [b'"a,b"', b'{"c": "]"}']),
        (b'["\\"],[", 2]', [b'"\\"],["', b"2"]),
        (b'["\\\\", 2]', [b'"\\\\"', b"2"]),
        (b"[{]", None),
        (b"[1", None),
        (b'["]', None),
        (b"[1][2]", None),
        (b"", None),
        (b"]", None),
    ],
)
def test_lists_are_cut_at_their_own_commas(body: bytes, found: list[bytes] | None) -> None:
    assert pieces(body) == found


@pytest.mark.parametrize("unit", [b'\\"', b'"', b'"\\', b"[", b"{", b",", b'["'])
def test_the_time_grows_with_the_length_alone(unit: bytes) -> None:
    """A megabyte that would keep a backtracking expression busy for hours."""
    pieces(b'["' + unit * (1 << 20))
