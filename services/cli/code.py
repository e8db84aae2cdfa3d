"""`muster code`: the QR code of a post or of a person."""

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from services.cli import roll_call_words as words
from services.cli.failure import Exit, Failure
from services.cli.language import both
from services.cli.session import Session, connected

app = typer.Typer(no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help=both("编号", "its id"))]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.svg",
        help=both("写入 SVG 文件，默认显示在终端", "write it as SVG; on the terminal if left out"),
    ),
]


@app.command(help=both("岗位的二维码：扫描即签到", "of a post: whoever scans it checks in"))
@connected
def venue(session: Session, id: Id, *, out: Out = None) -> int:
    """Make the code of a venue."""
    return _made(session, f"/venues/{quote(id, safe='')}", out)


@app.command(help=both("人员的二维码：供负责人扫描", "of a person, for a lead to scan"))
@connected
def person(session: Session, id: Id, *, out: Out = None) -> int:
    """Make the code of a person."""
    return _made(session, f"/people/{quote(id, safe='')}", out)


def _made(session: Session, path: str, out: Path | None) -> int:
    from services.codes import in_terminal

    found = session.client.get(f"{path}/code.svg", format="json")
    address = found["address"]
    if out is None:
        session.answer({"address": address}, in_terminal(address), address)
        return Exit.OK
    try:
        out.write_text(found["svg"], encoding="utf-8")
    except OSError as error:
        why = error.strerror or str(error)
        reason = words.CODE_NOT_WRITTEN.fill(file=out, why=why)
        raise Failure(Exit.REJECTED, "not-written", reason, field="--out") from error
    session.answer(
        {"address": address, "file": str(out)},
        words.CODE_WRITTEN.fill(file=out),
        words.CODE_SAYS.fill(address=address),
    )
    return Exit.OK
