"""The roster as a file: taken in from a spreadsheet, and handed out as one."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import quote, unquote

import orjson
from fastapi import APIRouter, Header, Query, Request, Response

from events.fact import Id
from projections.people import Volunteer
from projections.phases import Phase
from projections.places import Site, Venue
from services.auth import Grant
from services.gateway.ask import folded, found, refused
from services.gateway.errors import Refused, unknown
from services.gateway.handing_out import Purpose
from services.gateway.places import site_name
from services.gateway.roster_contacts import read_contacts
from services.gateway.rules import Commanding, Responding, must_see
from services.log import LogUnavailable
from services.node import Node
from services.problems import Problem
from services.roster.against import Known, Options
from services.roster.carry_out import Written, carry_out, opened
from services.roster.entries import words
from services.roster.export import Language, Line, sheet, to_csv, to_xlsx
from services.roster.options import pairs
from services.roster.parse import parse
from services.roster.plan import Plan, plan
from services.roster.show import show_plan
from services.roster.tidy import tidy_name
from services.roster.vocabulary import Place, sites_named

FOLDED_WITHIN_S = 5.0
_KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}

Pairs = Annotated[list[str] | None, Query(max_length=60)]


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["roster"])
    turn = asyncio.Lock()

    @router.post("/roster/import")
    async def take_in(
        request: Request,
        grant: Commanding,
        dry_run: Annotated[bool, Query()] = False,  # noqa: FBT002 - a query parameter
        phase: Annotated[Id | None, Query()] = None,
        map: Pairs = None,
        channel: Pairs = None,
        x_filename: Annotated[str, Header(max_length=600)] = "roster",
    ) -> Response:
        """Take in a roster: the body is an .xlsx or .csv file. All of it, or nothing.

        422 lists every problem with sheet, row and column. Sent again, only what changed is
        written. `map` names the column of a field (`phone=联系电话`), `channel` makes addresses of
        other columns (`sms=https://sms.example/send?to={phone}`), `phase` is whose roster it is.
        """
        mapping, templates = _pairs("map", map), _pairs("channel", channel)
        content = await request.body()
        name = unquote(x_filename)[:200] or "roster"
        async with turn:
            await _all_folded(node)
            compare = _compared(node, grant, _now(node), (content, name), mapping)
            made = await asyncio.to_thread(compare, Options(phase, templates))
            written = Written(0, 0, ())
            if not made.errors and not dry_run:
                now = node.clock.now()
                written = await carry_out(node, made.changes, grant.name, now)
                if written.seq:
                    await folded(node, written.seq)
        return _answer(made, written, dry_run=dry_run)

    @router.get("/roster/export")
    async def hand_out(
        grant: Responding,
        format: Annotated[Literal["xlsx", "csv"], Query()] = "xlsx",
        lang: Annotated[Language, Query()] = "zh",
        phase: Annotated[Id | None, Query()] = None,
        site: Annotated[Id | None, Query()] = None,
        contacts: Annotated[bool, Query()] = False,  # noqa: FBT002 - a query parameter
        purpose: Annotated[Purpose | None, Query()] = None,
    ) -> Response:
        """Hand out the roster as a file that reads back without a change.

        `contacts` adds phones and addresses: a commander's right, for a purpose, and each person's
        reading is written down first.
        """
        await _must_be_known(node, grant, phase, site)
        lines = _lines(node, grant, phase, site)
        if contacts:
            lines = await read_contacts(node, grant, purpose, lines)
        places = node.picture.places
        names = {id: getattr(place.name, lang) for id, place in places.sites.items()}
        sites = sites_named({id: place.name for id, place in places.sites.items()})
        write = to_csv if format == "csv" else to_xlsx
        content = await asyncio.to_thread(lambda: write(sheet(lines, lang, sites, names)))
        name = quote(f"{'名册' if lang == 'zh' else 'roster'}.{format}")
        disposition = f"attachment; filename=\"roster.{format}\"; filename*=UTF-8''{name}"
        headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
        return Response(content, media_type=_KINDS[format], headers=headers)

    return router


def _pairs(field: str, written: Sequence[str] | None) -> dict[str, str]:
    try:
        return pairs(written or ())
    except ValueError as error:
        raise Refused(
            422,
            Problem(
                "not-a-pair",
                field,
                f"应写成 名称=内容：{error}",
                f"must be written as name=text: {error}",
            ),
        ) from error


async def _all_folded(node: Node) -> None:
    """Wait until what is in the log is known: only then is it clear what changes."""
    try:
        async with asyncio.timeout(FOLDED_WITHIN_S):
            await node.reader.catch_up()
    except TimeoutError as error:
        raise LogUnavailable("compare the roster: the log is not folded") from error


class _Now(NamedTuple):
    """What there is when a file is compared with it, as shallow copies for another thread."""

    sites: dict[str, Site]
    venues: dict[str, Venue]
    phases: dict[str, Phase]
    people: dict[str, Volunteer]


def _now(node: Node) -> _Now:
    picture = node.picture
    return _Now(
        dict(picture.places.sites),
        dict(picture.places.venues),
        dict(picture.phases.rows),
        dict(picture.people.volunteers),
    )


def _compared(
    node: Node, grant: Grant, now: _Now, file: tuple[bytes, str], mapping: dict[str, str]
) -> Callable[[Options], Plan]:
    """Return what compares a file with what there is; it is run in a thread of its own."""
    content, name = file

    def compare(options: Options) -> Plan:
        people = {id: row for id, row in now.people.items() if not row.erased}
        terms = words(
            {id: site.name for id, site in now.sites.items()},
            {id: Place(venue.name, venue.site) for id, venue in now.venues.items()},
            {id: phase.name for id, phase in now.phases.items()},
            frozenset(tidy_name(row.name)[0] for row in people.values()),
        )
        known = Known(
            people, node.keys.erased.__contains__, grant.sees, lambda box: opened(node, box)
        )
        return plan(parse(content, name, terms, mapping), name, terms, known, options)

    return compare


def _answer(made: Plan, written: Written, *, dry_run: bool) -> Response:
    shown: dict[str, Any] = {
        "status": "refused" if made.errors else "checked" if dry_run else "accepted",
        "dry_run": dry_run,
        "events": written.events,
        "seq": written.seq,
        **show_plan(made),
        "refused": [refused(each.id, each.error) for each in written.refused],
    }
    if made.errors:
        first, count = made.errors[0], shown["counts"]["errors"]
        problem = Problem(
            "roster-refused",
            first.field,
            f"名册有 {count} 处错误，未写入任何内容。第一处：{first.zh}",
            f"the roster has {count} errors and nothing was written; the first: {first.en}",
        )
        shown["error"] = problem.show()
    return Response(orjson.dumps(shown), 422 if made.errors else 200, media_type="application/json")


async def _must_be_known(node: Node, grant: Grant, phase: str | None, site: str | None) -> None:
    """Raise Refused for a site or a phase that there is not: a file of nobody says nothing."""
    if site is not None:
        must_see(grant, site)
        await site_name(node, site)
    planned = node.picture.phases.rows
    if phase is not None and planned and await found(node, planned, phase) is None:
        raise unknown("阶段", "phase", phase)


def _lines(node: Node, grant: Grant, phase: str | None, site: str | None) -> list[Line]:
    """Return who is on the roster and may be seen, by id."""
    people = node.roster.home(site) if site is not None else node.roster.everyone()
    serving = frozenset(node.roster.in_phase(phase)) if phase is not None else None
    rows = node.picture.people.volunteers
    return [
        Line(person, row)
        for person in people
        if (row := rows.get(person)) is not None
        and grant.sees(row.site)
        and (serving is None or person in serving)
    ]
