"""`muster phase`: the phases of the operation, and who is ready for one."""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from services.cli import shift_words as words
from services.cli.client import error_of
from services.cli.failure import Exit, Failure
from services.cli.language import both, read
from services.cli.session import Session, connected
from services.cli.times import shown
from services.cli.words import NO_FILE

app = typer.Typer(no_args_is_help=True)

_PAGE = 1000


@app.command(help=both("按 YAML 文件计划阶段", "plan phases, as a YAML file says them"))
@connected
def plan(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=both("YAML 文件", "the YAML file"))],
) -> int:
    """Plan phases; ends with 1 if one is refused."""
    phases = _phases(file)
    answer = session.client.post("/phases", phases, repeatable=True).body
    lines = [_line(row) for row in answer["results"]]
    session.answer(answer, *lines)
    return Exit.REJECTED if answer["rejected"] else Exit.OK


@app.command("list", help=both("列出阶段", "list the phases"))
@connected
def list_(session: Session) -> int:
    """List the phases, those that run first."""
    answer = session.client.get("/phases")
    if session.as_json:
        session.answer(answer)
        return Exit.OK
    from services.cli.terminal import console, table

    columns = ("id", "name", "runs", "from", "to", "check_in", "gates")
    headers = [str(words.COLUMNS[name]) for name in columns]
    console().print(table("", headers, [_row(row) for row in answer["phases"]]))
    return Exit.OK


@app.command(help=both("谁已就绪，谁还缺什么", "who is ready, and what the others lack"))
@connected
def readiness(
    session: Session,
    id: Annotated[str, typer.Argument(metavar="ID", help=both("阶段编号", "the phase's id"))],
) -> int:
    """Show who does not pass the gates of a phase."""
    path = f"/phases/{quote(id, safe='')}/readiness"
    answer = session.client.get(path, limit=_PAGE)
    following = answer["next"]
    while following is not None:
        page = session.client.get(path, limit=_PAGE, after=following)
        answer["unready"] += page["unready"]
        following = page["next"]
    answer["next"] = None
    if session.as_json:
        session.answer(answer)
        return Exit.OK
    print(words.READY.fill(**{name: answer[name] for name in ("phase", "people", "ready")}))
    for gate, count in answer["fails"].items():
        print(words.FAILS.fill(gate=words.GATES.get(gate, gate), n=count))
    _draw(answer["unready"])
    return Exit.OK


def _phases(file: Path) -> list[dict[str, Any]]:
    """Read the phases of a file. Every value is text: Muster makes numbers and moments of it."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        said = YAML(typ="base").load(file.read_text(encoding="utf-8"))
    except OSError as error:
        reason = NO_FILE.fill(file=file, why=error.strerror)
        raise Failure(Exit.USAGE, "no-file", reason) from error
    except (YAMLError, UnicodeDecodeError) as error:
        reason = words.NOT_YAML.fill(file=file, why=" ".join(str(error).split()))
        raise Failure(Exit.USAGE, "not-yaml", reason) from error
    if isinstance(said, dict):
        said = said.get("phases", [said])
    if not isinstance(said, list) or not all(isinstance(phase, dict) for phase in said):
        raise Failure(Exit.USAGE, "not-phases", words.NOT_PHASES.fill(file=file))
    return said


def _line(row: dict[str, Any]) -> object:
    if row["status"] == "accepted":
        return words.PHASE_PLANNED.fill(id=row["id"], seq=row["seq"])
    return words.PHASE_REFUSED.fill(id=row["id"], why=error_of(row).reason or "-")


def _row(row: dict[str, Any]) -> list[str]:
    return [
        row["id"],
        read(row["name"]),
        str(words.YES if row["runs"] else words.NO),
        shown(row["starts_at"]),
        shown(row["ends_at"]),
        f"{row['check_in_at']} {row['timezone']}",
        ", ".join(str(words.GATES.get(gate, gate)) for gate in row["gates"]) or "-",
    ]


def _draw(unready: list[dict[str, Any]]) -> None:
    if not unready:
        return
    from services.cli.terminal import console, table

    headers = [str(words.COLUMNS[name]) for name in ("id", "name", "role", "fails")]
    rows = [[row["id"], row["name"], row["role"], _lacks(row)] for row in unready]
    console().print(table("", headers, rows))


def _lacks(row: dict[str, Any]) -> str:
    courses = f" ({', '.join(row['courses'])})" if row["courses"] else ""
    names = (str(words.GATES.get(gate, gate)) for gate in row["fails"])
    return ", ".join(names) + courses
