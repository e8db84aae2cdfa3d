"""`muster roster`: the roster from a spreadsheet, and as one."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import quote

import typer

from services.cli import roster_words as words
from services.cli.client import error_of
from services.cli.failure import Exit, Failure
from services.cli.language import Said, both, is_chinese, read
from services.cli.session import Session, connected
from services.cli.words import NO_FILE

app = typer.Typer(no_args_is_help=True)

Language: TypeAlias = Literal["zh", "en"]
Phase = Annotated[str | None, typer.Option(help=both("阶段编号", "the phase's id"))]

IMPORT_S = 900.0
"""How long an import may take: tens of thousands of people are written, each on the disk."""


@app.command(
    "import",
    help=both("导入名册；有一处错误则全部不写入", "take in a roster: all of it, or nothing"),
)
@connected
def import_(
    session: Session,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            allow_dash=True,
            help=both(".xlsx 或 .csv 文件；- 为标准输入", "an .xlsx or .csv file; - is stdin"),
        ),
    ],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=both("只核对，不写入", "check it, and write nothing"))
    ] = False,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="FIELD=HEADER",
            help=both(
                "指明某字段的列名，可重复；或写有这些的 YAML 文件",
                "the column of a field; may be repeated, or be a YAML file of them",
            ),
        ),
    ] = None,
    channel: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=URL",
            help=both(
                "由其他列得出渠道地址，如 sms=https://…?to={phone}",
                "makes a channel's addresses of other columns: sms=https://...?to={phone}",
            ),
        ),
    ] = None,
    phase: Phase = None,
) -> int:
    """Send the file; print every problem, and end with 1 if one is an error."""
    query: dict[str, Any] = {"dry_run": "true" if dry_run else "false", "phase": phase}
    query |= {"map": _mapping(map_ or []), "channel": channel or []}
    answer = session.client.post_bytes(
        "/roster/import",
        _read(file),
        "application/octet-stream",
        takes=(422,),
        query={name: value for name, value in query.items() if value},
        headers={"x-filename": quote(file.name)},
        answer_s=IMPORT_S,
    ).body
    if "counts" not in answer:
        said = error_of(answer)
        reason = said.reason or Said("-", "-")
        raise Failure(Exit.REJECTED, said.code or "rejected", reason, field=said.field)
    if session.as_json:
        session.answer(answer)
    else:
        _print(answer)
    return Exit.REJECTED if answer["errors"] or answer["refused"] else Exit.OK


@app.command("export", help=both("导出名册", "write the roster to a file"))
@connected
def export(
    session: Session,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help=both(".xlsx 或 .csv 文件", "an .xlsx or .csv file")),
    ],
    *,
    phase: Phase = None,
    site: Annotated[
        str | None, typer.Option(help=both("只导出此站点", "of this site only"))
    ] = None,
    lang: Annotated[
        Language | None, typer.Option(help=both("表头的语言", "the language of the headers"))
    ] = None,
    purpose: Annotated[
        str | None,
        typer.Option(
            help=both(
                "连同联系方式导出，并写明用途；每次读取都会记录",
                "with phones and addresses, for this purpose: each reading is written down",
            )
        ),
    ] = None,
) -> int:
    """Write the roster to a file that only its owner may read."""
    kind = file.suffix.removeprefix(".").lower()
    if kind not in ("xlsx", "csv"):
        raise typer.BadParameter(str(words.FORMAT), param_hint="FILE")
    content = session.client.download(
        "/roster/export",
        answer_s=IMPORT_S,
        format=kind,
        lang=lang or ("zh" if is_chinese() else "en"),
        phase=phase,
        site=site,
        contacts="true" if purpose else None,
        purpose=purpose,
    )
    _write(file, content)
    said = words.EXPORTED.fill(file=file, size=len(content))
    session.answer({"file": str(file), "bytes": len(content)}, said)
    return Exit.OK


def _read(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        raise _no_file(file, error) from error


def _no_file(file: Path, error: OSError) -> Failure:
    return Failure(Exit.USAGE, "no-file", NO_FILE.fill(file=file, why=error.strerror))


def _write(file: Path, content: bytes) -> None:
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:  # noqa: PTH123 - a mode from the start
            stream.write(content)
        fresh.replace(file)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        reason = words.NOT_WRITTEN.fill(file=file, why=error.strerror)
        raise Failure(Exit.USAGE, "not-written", reason) from error


def _mapping(written: list[str]) -> list[str]:
    """Return the pairs of the command line, and those of the files it names."""
    found: list[str] = []
    for each in written:
        if "=" in each:
            found.append(each)
        else:
            found += [f"{field}={header}" for field, header in _mapping_of(Path(each)).items()]
    return found


def _mapping_of(file: Path) -> dict[str, str]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        read_in = YAML(typ="safe").load(file.read_text("utf-8"))
    except OSError as error:
        raise _no_file(file, error) from error
    except (YAMLError, UnicodeDecodeError) as error:
        why = str(error).splitlines()[0]
        raise Failure(
            Exit.USAGE, "not-a-mapping", words.NOT_A_MAPPING.fill(file=file, why=why)
        ) from error
    if not isinstance(read_in, dict):
        reason = words.NOT_A_MAPPING.fill(file=file, why=type(read_in).__name__)
        raise Failure(Exit.USAGE, "not-a-mapping", reason)
    return {str(field): str(header) for field, header in read_in.items()}


def _print(answer: dict[str, Any]) -> None:
    from services.cli.terminal import console, table

    screen = console()
    counts = answer["counts"]
    for level, heading in (("errors", words.ERRORS), ("notes", words.NOTES)):
        listed = answer[level]
        if not listed:
            continue
        headers = [str(words.COLUMNS[n]) for n in ("sheet", "row", "column", "what", "value")]
        rows = [_row(problem) for problem in listed]
        screen.print(table(f"{heading} ({counts[level]})", headers, rows))
        if counts[level] > len(listed):
            print(words.MORE.fill(count=counts[level] - len(listed)))
        print()
    if answer["absent"]:
        more = counts["absent"] - len(answer["absent"][:10])
        people = ", ".join(answer["absent"][:10]) + (f" +{more}" if more else "")
        print(words.ABSENT.fill(people=people))
    for each in answer["refused"]:
        print(words.NOT_TAKEN.fill(id=each["id"], why=read(each.get("reason"))))
    print(words.COUNTS.fill(**counts))
    said = {"checked": words.CHECKED, "refused": words.REFUSED, "accepted": words.ACCEPTED}
    print(said[answer["status"]].fill(events=answer["events"]))


def _row(problem: dict[str, Any]) -> list[str]:
    column, header = problem["column"] or "", problem["header"] or ""
    return [
        problem["sheet"],
        str(problem["row"] or ""),
        f"{column} {header}".strip(),
        read(problem["reason"]),
        problem["value"] or "",
    ]
