"""`muster alerts`: follow them, list them, own them, close them."""

from typing import Annotated, Any
from urllib.parse import quote

import typer

from services.cli import words
from services.cli.choices import Severity
from services.cli.client import error_of
from services.cli.failure import Exit
from services.cli.language import Said, both, read
from services.cli.session import Session, connected
from services.cli.times import shown, span
from services.cli.words import word

app = typer.Typer(no_args_is_help=True)

Site = Annotated[str | None, typer.Option(help=both("只看此站点", "of this site only"))]
Venue = Annotated[str | None, typer.Option(help=both("只看此场馆", "of this venue only"))]
Worst = Annotated[
    Severity | None, typer.Option(help=both("此等级及更严重的", "of this severity or worse"))
]

_WORST_FIRST = ("extreme", "severe", "moderate", "minor", "unknown")


@app.command(
    help=both("跟踪警报，断线后自动续接", "follow alerts; after a cut it goes on where it was")
)
@connected
def follow(
    session: Session,
    site: Site = None,
    venue: Venue = None,
    severity: Worst = None,
    after: Annotated[
        int | None, typer.Option(min=0, help=both("从此序号之后开始", "begin after this sequence"))
    ] = None,
) -> int:
    """Print an alert's every change as it comes, and never twice."""
    from services.cli.stream import follow as stream

    if after is None:
        # From here on nothing may be missed, not even by a cut before the first alert.
        after = int(session.client.get("/picture", site=site)["seq"])
    session.note(words.FOLLOWING.fill(url=session.client.connection.url))
    query = {"site": site, "venue": venue, "severity": severity}
    for change in stream(session, "/alerts/stream", query, after):
        session.answer(change, *([] if session.as_json else [_changed(change)]))
    return Exit.OK


@app.command("list", help=both("列出尚未关闭的警报", "list the alerts that are not closed"))
@connected
def list_(session: Session, site: Site = None, venue: Venue = None, severity: Worst = None) -> int:
    """Print the alerts, the unanswered ones first; end with 0 even if there are none."""
    alerts = [
        alert
        for alert in session.client.get("/picture", site=site).get("alerts", [])
        if venue in (None, alert["venue"]) and _is_as_bad(alert["severity"], severity)
    ]
    session.answer(alerts, *(map(_row, alerts) if alerts else [words.NO_ALERTS]))
    return Exit.OK


@app.command(help=both("确认警报：由您负责", "acknowledge alerts: they are yours now"))
@connected
def acknowledge(
    session: Session,
    ids: Annotated[
        list[str], typer.Argument(metavar="ID...", help=both("警报编号", "ids of alerts"))
    ],
    comment: Annotated[str, typer.Option(help=both("说明", "what you will do, or why"))] = "",
) -> int:
    """Acknowledge one alert or many; end with 1 if one of them was refused."""
    if len(ids) == 1:
        path = f"/alerts/{quote(ids[0], safe='')}/acknowledge"
        body = session.client.post(path, {"comment": comment}, repeatable=True).body
        session.answer(body, words.ACKNOWLEDGED.fill(id=ids[0]))
        return Exit.OK
    many = {"ids": ids, "comment": comment}
    body = session.client.post("/alerts/acknowledge", many, repeatable=True).body
    results = body.get("results", []) if isinstance(body, dict) else body
    lines = [_acknowledged(alert, result) for alert, result in zip(ids, results, strict=False)]
    session.answer(body, *(lines or [words.ACKNOWLEDGED.fill(id=", ".join(ids))]))
    return Exit.REJECTED if any(map(_is_refused, results)) else Exit.OK


@app.command(help=both("关闭警报", "close an alert: what it was about is over"))
@connected
def close(
    session: Session,
    id: Annotated[str, typer.Argument(metavar="ID", help=both("警报编号", "the alert's id"))],
    reason: Annotated[str, typer.Option(help=both("原因", "why"))],
) -> int:
    """Close an alert."""
    path = f"/alerts/{quote(id, safe='')}/close"
    body = session.client.post(path, {"reason": reason}, repeatable=True).body
    session.answer(body, words.ALERT_CLOSED.fill(id=id))
    return Exit.OK


def _is_refused(result: dict[str, Any]) -> bool:
    return "error" in result or result.get("status") not in (None, "accepted")


def _acknowledged(id: str, result: dict[str, Any]) -> Said:
    if not _is_refused(result):
        return words.ACKNOWLEDGED.fill(id=id)
    reason = error_of(result).reason or Said("?", "?")
    return words.NOT_ACKNOWLEDGED.fill(id=id, why=reason)


def _is_as_bad(severity: str, worst: str | None) -> bool:
    # Unknown is not harmless: it is shown whatever is asked for, as in the stream.
    if worst is None or severity == "unknown":
        return True
    return _WORST_FIRST.index(severity) <= _WORST_FIRST.index(worst)


def _changed(change: dict[str, Any]) -> str:
    alert = change["alert"]
    by = f"  {alert['acknowledged_by']}" if alert.get("acknowledged_by") else ""
    comment = f" “{alert['comment']}”" if by and alert.get("comment") else ""
    said = word(words.STATUS, change["type"])
    if change.get("drill"):
        said = f"{words.DRILL} {said}"
    return f"{change['seq']}  {shown(change.get('occurred_at'))}  {said}  {_of(alert)}{by}{comment}"


def _row(alert: dict[str, Any]) -> str:
    said = word(words.STATUS, alert["status"])
    by = f"  {alert['acknowledged_by']}" if alert.get("acknowledged_by") else ""
    return f"{said}  {span(alert.get('age_s'))}  {_of(alert)}{by}"


def _of(alert: dict[str, Any]) -> str:
    severity = word(words.SEVERITY, alert["severity"])
    where = "/".join(part for part in (alert["site"], alert.get("venue")) if part)
    return f"[{severity}] {where}  {read(alert['title'])}  {alert['id']}"
