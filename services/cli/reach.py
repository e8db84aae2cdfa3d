"""`muster reach` and `muster messages`: can people be reached, and what were they told?"""

from typing import Annotated, Any
from urllib.parse import quote

import typer

from services.cli import reach_words as words
from services.cli.failure import Exit
from services.cli.language import both, read
from services.cli.session import Session, connected
from services.cli.times import shown, span
from services.cli.words import DRILL, word

app = typer.Typer(invoke_without_command=True)

Site = Annotated[str | None, typer.Option(help=both("只看此站点", "of this site only"))]


@app.callback()
@connected
def reach(session: Session, *, ctx: typer.Context, site: Site = None) -> int:
    """List who is on shift, or will be, and has fewer than two channels proven in 24 hours."""
    if ctx.invoked_subcommand is not None:
        return Exit.OK
    found = session.client.get("/reachability", site=site)
    session.answer(found, *map(_test, found["tests"]))
    if not session.as_json:
        _list(found)
    return Exit.OK


@app.command("test", help=both("立即测试联系渠道", "test channels now, of all on shift soon"))
@connected
def begin(
    session: Session,
    *,
    site: Site = None,
    person: Annotated[
        str | None, typer.Option(help=both("只测试此人", "of this person only"))
    ] = None,
) -> int:
    """Begin a test."""
    if person is not None:
        path = f"/people/{quote(person, safe='')}/test-message"
        sent = session.client.post(path, {}, repeatable=True).body
        channels = ", ".join(sent["channels"]) or "-"
        said = words.TEST_SENT.fill(person=person, id=sent["id"], channels=channels)
        session.answer(sent, said)
        return Exit.OK
    body = {} if site is None else {"site": site}
    answer = session.client.post("/reachability/test", body, repeatable=True).body
    lines = [
        (words.TEST_BEGUN if row["begun"] else words.TEST_GOES_ON).fill(
            site=row["site"], people=row["people"]
        )
        for row in answer["tests"]
    ]
    session.answer(answer, *lines)
    return Exit.OK


@connected
def messages(
    session: Session,
    person: Annotated[
        str, typer.Argument(metavar="PERSON", help=both("人员编号", "the person's id"))
    ],
) -> int:
    """Show what a person was told lately, and by which channels it reaches them."""
    found = session.client.get("/messages", person=person)
    lines = [_channel(row) for row in found["channels"]]
    heading = words.CHANNELS if lines else words.NO_CHANNELS
    told = [line for message in found["messages"] for line in _message(message)]
    session.answer(
        found, heading.fill(person=person), *lines, "", *(told or [str(words.NO_MESSAGES)])
    )
    return Exit.OK


def _list(found: dict[str, Any]) -> None:
    from services.cli.terminal import console, table

    screen = console()
    if not found["total"]:
        screen.print(str(words.REACHED))
        return
    said = words.UNPROVEN.fill(total=found["total"], unreachable=found["unreachable"])
    rows = [
        [
            shown(person["shift"]["starts_at"]),
            person["shift"]["venue"],
            person["name"],
            "; ".join(_channel(row).strip() for row in person["channels"]) or "-",
            person["id"],
        ]
        for person in found["people"]
    ]
    headers = [str(words.COLUMNS[name]) for name in ("starts", "venue", "name", "channels", "id")]
    screen.print(table(str(said), headers, rows))
    if more := found["total"] - len(rows):
        screen.print(str(words.MORE.fill(more=more)))


def _test(row: dict[str, Any]) -> str:
    said = words.TESTED if row["judged_at"] else words.TESTING
    return str(said.fill(**{**row, "prove_by": shown(row["prove_by"])}))


def _channel(row: dict[str, Any]) -> str:
    proof = words.PROVEN if row["proven"] else words.STALE
    age = row["proof_age_s"]
    how = words.NEVER if age is None else proof.fill(age=span(age))
    return f"  {row['channel']}: {how}"


def _message(message: dict[str, Any]) -> list[str]:
    drill = f"{DRILL} " if message["drill"] else ""
    purpose = word(words.PURPOSE, message["purpose"])
    lines = [f"{shown(message['at'])}  {drill}{purpose}  {read(message['text'])}  {message['id']}"]
    for row in message["channels"]:
        reason = f" ({read(row['reason'])})" if row.get("reason") else ""
        confirmed = f", {words.CONFIRMED}" if row["confirmed_at"] else ""
        stage = word(words.STAGE, row["stage"])
        lines.append(f"  {row['channel']}: {stage}{reason}{confirmed}")
    return lines
