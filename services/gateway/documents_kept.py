"""Documents as they were sent."""

import re
from typing import Annotated

from fastapi import APIRouter, Path, Response

from services.gateway.errors import Refused, unknown
from services.gateway.rules import Responding
from services.kept import Damaged
from services.node import Node
from services.problems import Problem

_MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}(; ?charset=[\w-]{1,40})?", re.ASCII)
_ANY = "application/octet-stream"
_INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, immutable, max-age=31536000",
}
"""What a stranger sent is nothing that a browser may run here."""


def routes(node: Node) -> APIRouter:
    """Return the endpoint."""
    router = APIRouter(tags=["warnings"])

    @router.get("/documents/{sha256}")
    async def document(
        sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")], _: Responding
    ) -> Response:
        """A document byte for byte as it was sent, taken or refused, under the SHA-256 of its
        bytes.
        """
        try:
            kept = await node.kept.read(sha256)
        except Damaged:
            raise Refused(
                500,
                Problem(
                    "damaged-document",
                    "sha256",
                    "文件已损坏，与其摘要不符",
                    "the document is damaged: its bytes are not those of its digest",
                ),
            ) from None
        if kept is None:
            raise unknown("文件", "document", sha256)
        known = _MEDIA_TYPE.fullmatch(kept.media_type)
        headers = {
            **_INERT,
            "Content-Type": kept.media_type if known else _ANY,
            "Content-Disposition": f'attachment; filename="{sha256}"',
        }
        return Response(kept.body, headers=headers)

    return router
