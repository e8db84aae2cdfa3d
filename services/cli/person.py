"""`muster person`: one person, what is sealed of them, and how it is destroyed."""

from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import quote

import typer

from services.cli import person_words as words
from services.cli.failure import Exit, Failure
from services.cli.language import both, read
from services.cli.session import Session, connected

app = typer.Typer(no_args_is_help=True)

Topic: TypeAlias = Literal["contact", "check-in", "presence", "set-aside"]
Id = Annotated[str, typer.Argument(metavar="ID", help=both("人员编号", "the person's id"))]


@app.command(help=both("此人的登记信息", "what the roster says of a person"))
@connected
def show(session: Session, id: Id) -> int:
    """Show a person."""
    found = session.client.get(f"/people/{quote(id, safe='')}")
    session.answer(found, *_lines(found))
    return Exit.OK


@app.command(
    help=both(
        "读取封存的信息；谁、何时、为何读取会先记录在案",
        "read what is sealed; who reads it when and what for is written down first",
    )
)
@connected
def details(
    session: Session,
    id: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help=both(
                "人员编号；set-aside 时为报告编号", "the person's id; for set-aside the report's"
            ),
        ),
    ],
    *,
    topic: Annotated[Topic, typer.Option(help=both("哪一类信息", "which kind of details"))],
    purpose: Annotated[str, typer.Option(help=both("读取目的", "what you want to know it for"))],
    limit: Annotated[
        int, typer.Option(min=1, max=100, help=both("最多几条", "at most so many of the newest"))
    ] = 10,
) -> int:
    """Read sealed details."""
    name = quote(id, safe="")
    if topic == "set-aside":
        path = f"/set-aside/{name}/details"
        body: dict[str, Any] = {"purpose": purpose}
    else:
        path = f"/people/{name}/details"
        body = {"topic": topic, "purpose": purpose, "limit": limit}
    answer = session.client.post(path, body, repeatable=False).body
    lines = [line for entry in answer["details"] for line in _entry(entry)]
    session.answer(answer, *(lines or [str(words.NONE)]))
    return Exit.OK


@app.command(
    help=both(
        "永久销毁此人的密钥：其联系方式、健康与情绪信息再也无法读取",
        "destroy a person's key for good: nobody reads their contact, health and mood again",
    )
)
@connected
def erase(
    session: Session,
    id: Id,
    *,
    reason: Annotated[str, typer.Option(help=both("原因，会公开记录", "why; it is kept, open"))],
    yes: Annotated[
        bool, typer.Option("--yes", help=both("不再询问", "do not ask for the id again"))
    ] = False,
) -> int:
    """Erase a person."""
    if not yes:
        typed = typer.prompt(str(words.SURE.fill(id=id)), default="", show_default=False, err=True)
        if typed.strip() != id:
            raise Failure(Exit.REJECTED, "not-confirmed", words.NOT_SURE, field="id")
    path = f"/people/{quote(id, safe='')}/erase"
    answer = session.client.post(path, {"reason": reason}, repeatable=True).body
    session.answer(answer, words.ERASED.fill(id=id))
    return Exit.OK


def _entry(entry: dict[str, Any]) -> list[str]:
    head = " ".join(str(entry[name]) for name in ("day", "at") if entry.get(name))
    said = entry.get("details")
    lines = [f"  {words.GONE}"] if said is None else [f"  {line}" for line in _lines(said)]
    return [head, *lines] if head else [line.strip() for line in lines]


def _lines(found: dict[str, Any]) -> list[str]:
    return [
        f"{words.FIELDS[name]}: {_value(found[name])}"
        for name in words.FIELDS
        if found.get(name) not in (None, "", [], {})
    ]


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    if not isinstance(value, dict):
        return str(value)
    if "id" in value and "name" in value:
        lane = read(value.get("lane_name"))
        return f"{lane} {value['name']} ({value['id']})".lstrip()
    return ", ".join(f"{name} {each}" for name, each in value.items())
