"""`muster people`: who is called what, who is where."""

from typing import Annotated, Any

import typer

from services.cli import roster_words as words
from services.cli.failure import Exit
from services.cli.language import both
from services.cli.session import Session, connected
from services.cli.times import span

_COLUMNS = ("id", "name", "latin", "role", "site", "whereabouts", "venue", "age")


@connected
def people(  # noqa: PLR0913 - options of a command
    session: Session,
    query: Annotated[
        str,
        typer.Argument(
            metavar="[QUERY]",
            help=both(
                "姓名、拼音（不分空格声调）的一部分，或编号的开头",
                "a part of a name, in characters or Latin letters, or how an id begins",
            ),
        ),
    ] = "",
    *,
    venue: Annotated[
        str | None, typer.Option(help=both("此刻在或应在此场馆", "who is there now, or due there"))
    ] = None,
    site: Annotated[str | None, typer.Option(help=both("所属站点", "at home in this site"))] = None,
    role: Annotated[str | None, typer.Option(help=both("岗位", "of this role"))] = None,
    lane: Annotated[str | None, typer.Option(help=both("条线", "who serves this lane"))] = None,
    phase: Annotated[str | None, typer.Option(help=both("阶段", "of this phase"))] = None,
    after: Annotated[
        str | None, typer.Option(metavar="ID", help=both("从此编号之后", "those after this id"))
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=500, help=both("最多几人", "at most so many"))
    ] = 50,
) -> int:
    """List people."""
    found = session.client.get(
        "/people",
        query=query,
        venue=venue,
        site=site,
        role=role,
        lane=lane,
        phase=phase,
        after=after,
        limit=limit,
    )
    if session.as_json:
        session.answer(found)
        return Exit.OK
    if not found["people"]:
        print(words.NOBODY)
        return Exit.OK
    from services.cli.terminal import console, table

    headers = [str(words.COLUMNS[name]) for name in _COLUMNS]
    console().print(table("", headers, [_row(person) for person in found["people"]]))
    if found["next"]:
        print(words.NEXT.fill(after=found["next"]))
    return Exit.OK


def _row(person: dict[str, Any]) -> list[str]:
    age = person["evidence_age_s"]
    return [
        person["id"],
        person["name"],
        person["latin"],
        person["role"],
        person["site"],
        person["whereabouts"],
        person["venue"] or "-",
        span(age) if age is not None else "-",
    ]
