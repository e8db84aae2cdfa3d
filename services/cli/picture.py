"""`muster picture` and `muster replay`: what is going on, or was."""

from typing import Annotated

import typer

from services.cli.failure import Exit
from services.cli.language import both
from services.cli.session import Session, connected, print_json
from services.cli.times import moment

Site = Annotated[str | None, typer.Option(help=both("只看此站点", "of this site only"))]
KnownBy = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help=both("只含此时刻前已知的事实", "with what was known by this moment, and no more"),
    ),
]


@connected
def picture(
    session: Session,
    *,
    site: Site = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="TIME", help=both("此时刻的态势", "as it was at this moment")),
    ] = None,
    known_by: KnownBy = None,
) -> int:
    """Print the picture."""
    return _show(session, site, as_of, known_by)


@connected
def replay(
    session: Session,
    *,
    as_of: Annotated[
        str, typer.Option(metavar="TIME", help=both("回到此时刻", "the moment to go back to"))
    ],
    known_by: KnownBy = None,
    site: Site = None,
) -> int:
    """Print the picture as it was."""
    return _show(session, site, as_of, known_by)


def _show(session: Session, site: str | None, as_of: str | None, known_by: str | None) -> int:
    document = session.client.get(
        "/picture",
        site=site,
        as_of=moment(as_of, "--as-of"),
        known_by=moment(known_by, "--known-by"),
    )
    if session.as_json:
        print_json(document)
        return Exit.OK
    from services.cli.picture_tables import show

    show(document, known_by=moment(known_by, "--known-by"))
    return Exit.OK
