"""`muster weather try`: what would be made of a file, without a Muster and without a trace."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli import weather_try_words as said
from services.cli import words
from services.cli.failure import Exit, Failure
from services.cli.language import Said
from services.cli.weather_try_files import files_in, read, unreadable

if TYPE_CHECKING:
    from services.weather.cap.signature import Trust

_ADDRESS = ("http://", "https://")


def try_(
    files: Annotated[list[str], typer.Argument(metavar="FILE...|URL", help=str(said.FILES))],
    trust: Annotated[Path | None, typer.Option(metavar="FOLDER", help=str(said.TRUST))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=str(said.JSON))] = False,
) -> int:
    """Judge each file; end with 1 if one of them was refused."""
    trusted = _trusted(trust)
    tallies = {True: 0, False: 0}
    for name in list(_named(files)):
        judged = {"file": name, **_judge(name, trusted)}
        tallies[judged["taken"]] += 1
        _show(judged, as_json=as_json)
    count = sum(tallies.values())
    if not as_json and count > 1:
        print(said.SUMMARY.fill(files=count, taken=tallies[True], refused=tallies[False]))
    return Exit.REJECTED if tallies[False] else Exit.OK


def _judge(name: str, trusted: "Trust") -> dict[str, Any]:
    from services.weather.trial import TRIAL_LIMITS, judge, unread

    # One byte more than is read, so that the judge says that it is too much.
    most = TRIAL_LIMITS.body_bytes_max + 1
    if not name.startswith(_ADDRESS):
        try:
            body = read(name, most)
        except OSError as error:
            return unread(unreadable(name, error))
        return judge(body, name=name, trust=trusted)
    from services.cli.weather_try_fetch import Unfetched, fetch

    try:
        body = fetch(name, most)
    except Unfetched as error:
        return unread(error.reason)
    return judge(body, name=name, trust=trusted)


def _show(judged: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        from services.cli.session import print_json

        print_json(judged)
    else:
        from services.cli.weather_try_table import show

        show(judged)


def _trusted(folder: Path | None) -> "Trust":
    from services.weather.cap.signature import NOBODY

    named = os.environ.get("MUSTER_TRUST")
    if folder is None and not named:
        return NOBODY
    from services.weather.trust import trusted

    try:
        return trusted(folder or Path(named or ""))
    except ValueError as error:
        why = Said(str(error), str(error))
        raise Failure(Exit.USAGE, "bad-trust", said.BAD_TRUST.fill(why=why)) from error


def _named(files: list[str]) -> Iterator[str]:
    """Each file; those of a folder one by one. All are looked for before any is judged."""
    for name in files:
        path = Path(name)
        if name == "-" or name.startswith(_ADDRESS):
            yield name
        elif path.is_dir():
            inside = files_in(path)
            if not inside:
                raise Failure(Exit.USAGE, "no-file", said.NO_FILES.fill(folder=name))
            yield from inside
        elif path.exists() or path.is_symlink():
            yield name
        else:
            reason = words.NO_FILE.fill(file=name, why=os.strerror(2))
            raise Failure(Exit.USAGE, "no-file", reason)
