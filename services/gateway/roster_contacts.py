"""How everyone on a roster is reached, read for a file: each reading is written down first."""

import asyncio
from collections.abc import Sequence

from services.auth import Grant
from services.gateway.errors import Refused
from services.gateway.handing_out import Box, Whose, hand_out
from services.node import Node
from services.problems import Problem
from services.roster.contacts import NO_CONTACT, contact_of
from services.roster.export import Line

_AT_ONCE = 250


async def read_contacts(
    node: Node, grant: Grant, purpose: str | None, lines: Sequence[Line]
) -> list[Line]:
    """Return the lines with how each person is reached.

    Raises Refused for who is no commander or gave no purpose, LogUnavailable, LogFull, LogBroken.
    """
    if not grant.may("commander"):
        raise Refused(
            403,
            Problem(
                "role-not-allowed",
                "contacts",
                f"角色 {grant.role} 无权导出联系方式，需要 commander",
                f"role {grant.role} may not export contact details, commander is needed",
            ),
        )
    if purpose is None:
        raise Refused(
            422,
            Problem(
                "missing", "purpose", "导出联系方式须写明用途", "say what the contacts are read for"
            ),
        )
    read: list[Line] = []
    for first in range(0, len(lines), _AT_ONCE):
        piece = lines[first : first + _AT_ONCE]
        read += await asyncio.gather(*(_with_contact(node, grant, purpose, each) for each in piece))
    return read


async def _with_contact(node: Node, grant: Grant, purpose: str, line: Line) -> Line:
    sealed = line.row.contact
    if sealed is None:
        return line._replace(contact=NO_CONTACT)
    whose = Whose(line.id, line.row.site)
    (handed,) = await hand_out(node, grant, "contact", whose, purpose, [Box(sealed)])
    return line._replace(contact=contact_of(handed["details"]))
