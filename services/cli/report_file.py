"""Sends a file of reports in pieces, each report with an id from the start: none is doubled."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, Any, NamedTuple

from services.cli import words
from services.cli.answered import rejection
from services.cli.failure import Exit, Failure
from services.cli.language import Said
from services.cli.progress import Advance, progress
from services.cli.session import Session
from services.ids import new_id

PIECE_REPORTS = 500
PIECE_BYTES = 1024 * 1024
"""Well under what the server takes in one body."""

NDJSON = "application/x-ndjson"


class Line(NamedTuple):
    """A report as it is sent, or why it cannot be. `number` is its line, or place in the list."""

    number: int
    content: bytes
    refused: dict[str, Any] | None = None


class Sent(NamedTuple):
    """What came of a file."""

    accepted: int
    rejections: list[dict[str, Any]]


def send_file(session: Session, file: Path) -> int:
    """Send the reports of a file, or of stdin for `-`; return the exit code."""
    with _open(file) as stream, progress(words.SENDING, stream) as advance:
        sent = _send(session, str(file), read_lines(stream, whole=file.suffix == ".json"), advance)
    session.answer(
        {
            "accepted": sent.accepted,
            "rejected": len(sent.rejections),
            "rejections": sent.rejections,
        },
        words.FILE_DONE.fill(accepted=sent.accepted, rejected=len(sent.rejections)),
    )
    return Exit.REJECTED if sent.rejections else Exit.OK


def _send(session: Session, name: str, lines: Iterator[Line], advance: Advance) -> Sent:
    sent = Sent(0, [])
    rest = pieces(lines)
    for piece in rest:
        ready = [line for line in piece if line.refused is None]
        try:
            results = _send_piece(session, name, ready) if ready else []
        except (Failure, KeyboardInterrupt) as error:
            raise _cut(name, chain(piece, *rest), error) from error
        answers = dict(zip((line.number for line in ready), results, strict=True))
        accepted = 0
        for line in piece:
            result = line.refused or answers[line.number]
            if result.get("status") == "accepted":
                accepted += 1
            else:
                sent.rejections.append({"line": line.number, **result})
                if not session.as_json:
                    print(rejection(result, words.LINE_REJECTED, line=line.number))
        sent = sent._replace(accepted=sent.accepted + accepted)
        advance()
    return sent


def _send_piece(session: Session, name: str, lines: list[Line]) -> list[dict[str, Any]]:
    body = b"\n".join(line.content for line in lines) + b"\n"
    results = session.client.post_bytes("/reports", body, NDJSON).body
    if isinstance(results, dict):
        results = results.get("results", [results])
    if not isinstance(results, list) or len(results) != len(lines):
        got = len(results) if isinstance(results, list) else 1
        reason = words.WRONG_COUNT.fill(file=name, sent=len(lines), got=got)
        raise Failure(Exit.UNREACHABLE, "wrong-count", reason)
    return results


def _cut(name: str, rest: Iterable[Line], error: BaseException) -> Failure:
    """Keep what has no answer, with the ids under which it may have been recorded."""
    unsent = Path(f"muster-unsent-{new_id()}.ndjson")
    first = 0
    with unsent.open("wb") as stream:
        for line in rest:
            first = first or line.number
            stream.write(line.content + b"\n")
    if isinstance(error, Failure):
        ends, why = error.exit, error.reason
    else:
        ends, why = Exit.INTERRUPTED, words.STOPPED
    reason = words.FILE_CUT.fill(file=name, line=first, why=why)
    return Failure(ends, "cut", reason, hint=words.FILE_CUT_HINT.fill(unsent=unsent))


def read_lines(stream: IO[bytes], *, whole: bool) -> Iterator[Line]:
    """Read a JSON list, or one report a line. `whole` says that the file is called JSON."""
    number, first = next(
        ((number, line) for number, line in enumerate(stream, 1) if line.strip()), (1, b"")
    )
    lines: Iterable[bytes] = chain([first], stream)
    if whole or first.lstrip().startswith(b"["):
        text = b"".join(lines)
        try:
            listed = _loads(text)
        except ValueError as error:
            if text.lstrip().startswith(b"["):
                yield _refused(1, b" ".join(text.split()), words.NOT_JSON.fill(why=error))
                return
            lines = text.splitlines()  # NDJSON under the name of JSON
        else:
            reports = listed if isinstance(listed, list) else [listed]
            yield from (_line(place, report) for place, report in enumerate(reports, 1))
            return
    for place, line in enumerate(lines, number):
        if line.strip():
            yield _parse(place, line.strip())


def _parse(number: int, line: bytes) -> Line:
    try:
        return _line(number, _loads(line))
    except ValueError as error:
        return _refused(number, line, words.NOT_JSON.fill(why=error))


def _loads(text: bytes) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _line(number: int, report: Any) -> Line:
    if not isinstance(report, dict):
        reason = words.NOT_A_REPORT.fill(kind=type(report).__name__)
        return _refused(number, json.dumps(report).encode(), reason)
    if report.get("id") is None:
        report["id"] = new_id()
    return Line(number, json.dumps(report).encode())


def _refused(number: int, content: bytes, reason: Said) -> Line:
    rejected = {"status": "rejected", "code": "unreadable", "reason": reason._asdict()}
    return Line(number, content, rejected)


def pieces(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Cut the lines into pieces of at most PIECE_REPORTS, and PIECE_BYTES unless one is longer."""
    piece: list[Line] = []
    size = 0
    for line in lines:
        if piece and (len(piece) == PIECE_REPORTS or size + len(line.content) > PIECE_BYTES):
            yield piece
            piece, size = [], 0
        piece.append(line)
        size += len(line.content) + 1
    if piece:
        yield piece


@contextmanager
def _open(file: Path) -> Iterator[IO[bytes]]:
    if str(file) == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = file.open("rb")
    except OSError as error:
        reason = words.NO_FILE.fill(file=file, why=error.strerror)
        raise Failure(Exit.USAGE, "no-file", reason) from error
    with stream:
        yield stream
