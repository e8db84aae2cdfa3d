"""`muster bulletin`: what the public is told, as CAP, with a second person for what is severe."""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from services.cli import bulletin_words as words
from services.cli.failure import Exit, Failure
from services.cli.language import both, read
from services.cli.session import Session, connected
from services.cli.times import shown
from services.cli.words import NO_FILE, SEVERITY

app = typer.Typer(no_args_is_help=True)

_ATOM = "{http://www.w3.org/2005/Atom}"

Id = Annotated[str, typer.Argument(metavar="ID", help=both("公告编号", "the bulletin's id"))]
File = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FILE]", help=both("公告各字段，YAML 或 JSON", "its fields, as YAML or JSON")
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help=both("一个字段，如 headline.en=…", "one field, such as headline.en=..."),
    ),
]
DraftNumber = Annotated[
    int, typer.Option("--draft", help=both("已阅的草稿号", "the draft that was read"))
]
Seen = Annotated[
    int | None,
    typer.Option("--draft", help=both("所依据的草稿号", "the draft that this follows")),
]


@app.command(help=both("拟写公告", "draft a bulletin, from an alert, a warning, or a file"))
@connected
def draft(
    session: Session,
    file: File = None,
    alert: Annotated[
        str | None, typer.Option("--from-alert", metavar="ID", help=both("警报", "an alert"))
    ] = None,
    warning: Annotated[
        str | None, typer.Option("--from-warning", metavar="ID", help=both("预警", "a warning"))
    ] = None,
    fields: Set = None,
) -> int:
    """Draft a bulletin; ends with 1 where something is missing. Minor ones go out at once."""
    body: dict[str, Any] = {"content": _content(file, fields)}
    for kind, id in (("alert", alert), ("warning", warning)):
        if id is not None:
            body["from"] = {"kind": kind, "id": id}
    answer = session.client.post("/bulletins", body, repeatable=True, takes=(422,))
    if answer.status == 422:
        return _refused(session, answer.body)
    return _told(session, answer.body)


@app.command("list", help=both("列出公告", "list the bulletins"))
@connected
def list_(session: Session) -> int:
    """List the bulletins, the newest first."""
    answer = session.client.get("/bulletins")
    if session.as_json or not answer["bulletins"]:
        session.answer(answer, words.NO_BULLETINS)
        return Exit.OK
    from services.cli.terminal import console, table

    columns = ("id", "status", "draft", "severity", "headline", "expires", "source")
    headers = [str(words.COLUMNS[name]) for name in columns]
    console().print(table("", headers, [_row(row) for row in answer["bulletins"]]))
    return Exit.OK


@app.command(help=both("查看公告", "show a bulletin, its drafts and what went out"))
@connected
def show(
    session: Session,
    id: Id,
    cap: Annotated[
        bool, typer.Option("--cap", help=both("输出 CAP 报文", "print the CAP message it would be"))
    ] = False,
) -> int:
    """Show a bulletin."""
    answer = session.client.get(_path(id))
    if cap and not session.as_json:
        print(answer["cap"], end="")
        return Exit.OK
    lines: list[object] = [f"{id}: {words.STATUS[answer['status']]}", read(answer["headline"])]
    for one in answer["drafts"]:
        lines += _draft_lines(one)
    for message in answer["messages"]:
        sent = shown(message["sent"])
        lines.append(words.MESSAGE.fill(identifier=message["identifier"], sent=sent))
    if (source := answer["source"]) is not None and source["ask"]:
        lines.append(f"{source['kind']} {source['id']}: {read(source['ask'])}")
    session.answer(answer, *lines)
    return Exit.OK


@app.command(help=both("批准一份草稿", "agree that a draft goes out"))
@connected
def approve(
    session: Session,
    id: Id,
    draft: DraftNumber,
    comment: Annotated[str, typer.Option(help=both("说明", "a comment"))] = "",
) -> int:
    """Approve a draft of another person's."""
    body = {"draft": draft, "comment": comment}
    answer = session.client.post(_path(id, "approve"), body, repeatable=True).body
    return _told(session, {"draft": draft, **answer})


@app.command(help=both("否决一份草稿，或撤回自己的", "decline a draft, or take one's own back"))
@connected
def decline(
    session: Session,
    id: Id,
    draft: DraftNumber,
    reason: Annotated[str, typer.Option(help=both("理由", "why"))],
) -> int:
    """Decline a draft."""
    body = {"draft": draft, "reason": reason}
    answer = session.client.post(_path(id, "decline"), body, repeatable=True).body
    session.answer(answer, words.DECLINED.fill(id=id, draft=draft))
    return Exit.OK


@app.command(help=both("更新已发布的公告，或改写草稿", "update what is published, or a draft"))
@connected
def update(
    session: Session, id: Id, file: File = None, fields: Set = None, draft: Seen = None
) -> int:
    """Say it anew."""
    body = {"content": _content(file, fields), "draft": draft}
    return _told(session, session.client.post(_path(id, "update"), body, repeatable=True).body)


@app.command(help=both("解除已发布的公告", "take back what is published"))
@connected
def cancel(
    session: Session,
    id: Id,
    fields: Set = None,
    draft: Seen = None,
    reason_zh: Annotated[str, typer.Option(help=both("中文理由", "why, in Chinese"))] = "",
    reason_en: Annotated[str, typer.Option(help=both("英文理由", "why, in English"))] = "",
) -> int:
    """Cancel it."""
    if bool(reason_zh) != bool(reason_en):
        raise Failure(Exit.USAGE, "missing-language", words.BOTH_REASONS, field="reason")
    reason = {"zh": reason_zh, "en": reason_en} if reason_zh else None
    body = {"content": _content(None, fields), "draft": draft, "reason": reason}
    return _told(session, session.client.post(_path(id, "cancel"), body, repeatable=True).body)


@app.command(help=both("对外发布的内容（Atom）", "what is published, as its Atom feed says"))
@connected
def feed(session: Session) -> int:
    """List the entries of the feed."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root: Any = etree.fromstring(session.client.download("/cap/feed.atom"), parser)
    entries = [_entry(entry) for entry in root.iterfind(f"{_ATOM}entry")]
    if session.as_json or not entries:
        session.answer({"entries": entries}, words.NOTHING_OUT)
        return Exit.OK
    from services.cli.terminal import console, table

    headers = [str(words.COLUMNS[name]) for name in ("updated", "title", "link")]
    rows = [[shown(entry["updated"]), entry["title"], entry["link"]] for entry in entries]
    console().print(table("", headers, rows))
    return Exit.OK


def _entry(entry: Any) -> dict[str, Any]:
    said = {name: entry.findtext(f"{_ATOM}{name}") for name in ("id", "title", "updated")}
    return {**said, "link": entry.find(f"{_ATOM}link").get("href")}


def _path(id: str, verb: str = "") -> str:
    return f"/bulletins/{quote(id, safe='')}" + (f"/{verb}" if verb else "")


def _told(session: Session, answer: dict[str, Any]) -> int:
    id, out = answer["id"], answer.get("published")
    if out:
        line = words.OUT.fill(id=id, identifier=out["identifier"])
    elif answer.get("needs_approval"):
        line = words.DRAFTED.fill(id=id, draft=answer["draft"])
    else:
        line = words.GOING_OUT.fill(id=id)
    session.answer(answer, line)
    return Exit.OK


def _refused(session: Session, answer: dict[str, Any]) -> int:
    """Say what is missing, or what is wrong with what was said."""
    from services.cli.client import Answer, refusal

    missing = answer.get("missing")
    if not missing:
        raise refusal("POST", "/bulletins", Answer(422, answer))
    line = words.MISSING.fill(names=", ".join(missing), first=missing[0])
    session.answer(answer, line)
    return Exit.REJECTED


def _content(file: Path | None, fields: list[str] | None) -> dict[str, Any]:
    """Return the fields of a file, with those that were set one by one in their place."""
    content = _read(file) if file is not None else {}
    for said in fields or ():
        name, equals, value = said.partition("=")
        if not equals or not name:
            raise Failure(Exit.USAGE, "not-a-field", words.NOT_SET.fill(value=repr(said)))
        first, dot, rest = name.partition(".")
        if not dot:
            content[first] = value.split(",") if first == "venues" else value
        elif isinstance(content.setdefault(first, {}), dict):
            content[first][rest] = value
    return content


def _read(file: Path) -> dict[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        said = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    except OSError as error:
        reason = NO_FILE.fill(file=file, why=error.strerror)
        raise Failure(Exit.USAGE, "no-file", reason) from error
    except (YAMLError, UnicodeDecodeError, ValueError) as error:
        reason = NO_FILE.fill(file=file, why=" ".join(str(error).split()))
        raise Failure(Exit.USAGE, "not-yaml", reason) from error
    if not isinstance(said, dict):
        raise Failure(Exit.USAGE, "not-content", words.NOT_CONTENT.fill(file=file))
    moments = {name: str(said[name]) for name in ("onset", "expires") if said.get(name)}
    return {**said, **moments}


def _row(row: dict[str, Any]) -> list[str]:
    source = row["source"]
    ask = read(source["ask"]) if source and source["ask"] else ""
    return [
        row["id"],
        str(words.STATUS[row["status"]]),
        str(row["draft"]),
        str(SEVERITY.get(row["severity"], row["severity"])),
        read(row["headline"]),
        shown(row["expires"]),
        f"{source['kind']} {source['id']} {ask}".strip() if source else "-",
    ]


def _draft_lines(one: dict[str, Any]) -> list[object]:
    move = words.MOVES[one["move"]]
    head = words.DRAFT.fill(draft=one["draft"], move=move, by=one["by"], at=shown(one["at"]))
    lines: list[object] = [head]
    declined = [one["declined"]] if one["declined"] else []
    for judged, line in ((one["approvals"], words.APPROVED), (declined, words.NOT_APPROVED)):
        lines += [line.fill(**{**said, "at": shown(said["at"])}) for said in judged]
    if one["needs_approval"] and not one["approved"] and not one["declined"]:
        lines.append(words.WAITS)
    return lines
