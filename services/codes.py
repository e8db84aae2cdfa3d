"""QR codes that open the page of a Muster: at a post to check in, on a badge for a lead to scan."""

from io import BytesIO, StringIO
from typing import Literal, TypeAlias

import segno

What: TypeAlias = Literal["venue", "person"]

_ASKS: dict[What, str] = {"venue": "check-in", "person": "person"}
_BORDER_MODULES = 4
"""The quiet zone that ISO/IEC 18004 asks for."""
_SCALE_PX = 10


def address(base: str, what: What, id: str) -> str:
    """Return what a code says: the page's address, and whose code it is behind the `#`, which no
    browser sends to any server.
    """
    return f"{base.rstrip('/')}/#{_ASKS[what]}={id}"


def svg(address: str) -> bytes:
    """Return a code as an SVG document. A quarter of it may be dirty or torn."""
    out = BytesIO()
    _made(address).save(
        out, kind="svg", scale=_SCALE_PX, border=_BORDER_MODULES, light="white", title=address
    )
    return out.getvalue()


def in_terminal(address: str) -> str:
    """Return a code as characters, for a terminal."""
    out = StringIO()
    _made(address).terminal(out, border=_BORDER_MODULES, compact=True)
    return out.getvalue()


def _made(address: str) -> segno.QRCode:
    return segno.make_qr(address, error="q")
