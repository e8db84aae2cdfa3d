"""`muster log`: the events themselves, one a line."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from services.cli import words
from services.cli.failure import Exit
from services.cli.language import both
from services.cli.session import Session, connected
from services.cli.times import seconds_between, shown, span

app = typer.Typer(no_args_is_help=True)

PAGE = 1000
TAIL = 10
"""How many of the last events `follow` begins with."""
WAIT_S = 20
"""How long one question for new events is held open."""
PATIENCE_S = 3600.0
"""How long who follows waits for a Muster that was there and has gone."""
ON_TIME_S = 1.0
"""An event that was told within this is not called late."""
WORDS_MAX = 100

After = Annotated[int | None, typer.Option(min=0, help=both("此序号之后", "after this sequence"))]
Kind = Annotated[
    str | None,
    typer.Option(
        help=both("只看此类对象，如 incident", "of this kind of thing, for example incident")
    ),
]
Type = Annotated[
    str | None,
    typer.Option(help=both("只看此类型，如 reported", "of this type, for example reported")),
]
Site = Annotated[str | None, typer.Option(help=both("只看此站点", "of this site"))]
Correlation = Annotated[
    str | None,
    typer.Option(
        metavar="ID", help=both("只看由同一件事引起的", "that followed from one and the same thing")
    ),
]


@app.command(help=both("显示日志中的事件", "print the events of the log"))
@connected
def show(
    session: Session,
    *,
    after: After = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help=both("最多多少个", "at most so many"))
    ] = None,
    kind: Kind = None,
    type: Type = None,
    site: Site = None,
    correlation: Correlation = None,
) -> int:
    """Print the events from a sequence on up to the last there is now."""
    query = {"kind": kind, "type": type, "site": site, "correlation": correlation}
    left = limit
    for event in _events(session, query, after or 0, wait_s=None):
        _print(session, event)
        left = left - 1 if left is not None else None
        if left == 0:
            break
    return Exit.OK


@app.command(help=both("跟踪日志", "print events as they come"))
@connected
def follow(
    session: Session,
    *,
    after: After = None,
    kind: Kind = None,
    type: Type = None,
    site: Site = None,
    correlation: Correlation = None,
) -> int:
    """Print the last few events, or those after a sequence, and then each new one."""
    query = {"kind": kind, "type": type, "site": site, "correlation": correlation}
    session.client.patience_s = PATIENCE_S
    if after is None:
        last = session.client.get("/events", after=0, limit=1)["last"]
        after = max(0, int(last) - TAIL)
    session.note(words.FOLLOWING.fill(url=session.client.connection.url))
    for event in _events(session, query, after, wait_s=WAIT_S):
        _print(session, event)
    return Exit.OK


def _events(
    session: Session, query: dict[str, str | None], after: int, *, wait_s: int | None
) -> Iterator[dict[str, Any]]:
    """Yield events page by page, up to the last there is, or with `wait_s` without end."""
    while True:
        page = session.client.get("/events", after=after, limit=PAGE, wait_s=wait_s, **query)
        yield from page["events"]
        # A page of a filtered log may be empty and yet lead on.
        moved = int(page["next"]) > after
        after = max(after, int(page["next"]))
        if wait_s is None and (not moved or after >= int(page["last"])):
            return


def _print(session: Session, event: dict[str, Any]) -> None:
    session.answer(event, *([] if session.as_json else [_line(event)]))


def _line(event: dict[str, Any]) -> str:
    late_s = seconds_between(event["time"], event["recordedat"])
    recorded = shown(event["recordedat"])
    late = f" (+{span(late_s)})" if late_s >= ON_TIME_S else ""
    kind = event["type"].removeprefix("muster.").rpartition(".v")[0]
    parts = (
        f"{event.get('seq', 0):>6}",
        shown(event["time"]),
        f"{recorded}{late}",
        event["site"],
        event["subject"],
        kind,
        event["actor"],
        said(event["data"]),
    )
    return "  ".join(part for part in parts if part)


def said(data: dict[str, Any]) -> str:
    """Return what a fact says, in a line: its values, and the words somebody wrote in quotes."""
    from services.cli.language import read

    parts = []
    for name, value in data.items():
        if isinstance(value, dict) and {"zh", "en"} <= value.keys():
            parts.append(f"“{read(value)}”")
        elif isinstance(value, dict):
            parts.append(f"{name}={'/'.join(str(part) for part in value.values())}")
        elif isinstance(value, list):
            parts.append(f"{name}[{len(value)}]")
        elif name in {"text", "note", "comment", "reason"}:
            parts.append(f"“{value}”" if value else "")
        elif value is not None:
            parts.append(f"{name}={value}")
    line = " ".join(part for part in parts if part).replace("\n", " ")
    return line if len(line) <= WORDS_MAX else line[: WORDS_MAX - 1] + "…"
