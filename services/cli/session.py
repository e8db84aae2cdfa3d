"""What every command that asks Muster has: an address, a token, and --json."""

import functools
import inspect
import json
import os
import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Concatenate, ParamSpec

import typer

from services.cli.client import Client
from services.cli.connection import Connection, find
from services.cli.failure import Exit
from services.cli.language import both

P = ParamSpec("P")

_PANEL = both("连接与输出", "Connection and output")

Json = Annotated[
    bool,
    typer.Option(
        "--json",
        help=both("在标准输出上给出 JSON", "print JSON on stdout"),
        rich_help_panel=_PANEL,
    ),
]
Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help=both("正在运行的 Muster 的数据目录", "the data folder of a running Muster"),
        rich_help_panel=_PANEL,
    ),
]


def _options(
    *,
    url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help=both("Muster 的地址（或 MUSTER_URL）", "where Muster is (or MUSTER_URL)"),
            rich_help_panel=_PANEL,
        ),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(
            metavar="TOKEN",
            help=both("令牌（或 MUSTER_TOKEN）", "the token (or MUSTER_TOKEN)"),
            rich_help_panel=_PANEL,
        ),
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> "Session":
    return Session(lambda: find(url, token, data), as_json=as_json)


class Session:
    """One command's conversation with Muster, and where its answer goes."""

    def __init__(self, find: Callable[[], Connection], *, as_json: bool) -> None:
        self._find = find
        self.as_json = as_json

    @cached_property
    def client(self) -> Client:
        """The connection, looked for when it is needed: a command's own mistakes come first."""
        return Client(self._find())

    def close(self) -> None:
        """Let go of the connection, if there is one."""
        if "client" in self.__dict__:
            self.client.close()

    def answer(self, document: object, *lines: object) -> None:
        """Print the answer: the document with --json, else the lines."""
        if self.as_json:
            print_json(document)
        else:
            for line in lines:
                print(line, flush=True)

    def note(self, text: object) -> None:
        """Say on stderr how it goes, to a person; a script is not told."""
        if sys.stderr.isatty():
            print(text, file=sys.stderr, flush=True)


def print_json(document: object) -> None:
    """Print one line of JSON, at once: whoever follows it waits for it."""
    print(json.dumps(document, ensure_ascii=False, separators=(",", ":")), flush=True)


def forget_stdout() -> None:
    """Send what still waits to be written nowhere: Python would complain of it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def connected(command: Callable[Concatenate[Session, P], int]) -> Callable[..., int]:
    """Give a command the options of every command that asks Muster, and the session they make."""
    shared = inspect.signature(_options).parameters
    own = list(inspect.signature(command).parameters.values())[1:]
    own = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]

    @functools.wraps(command)
    def run(**given: Any) -> int:
        session = _options(**{name: given.pop(name) for name in shared})
        try:
            return command(session, **given)  # type: ignore[call-arg]  # typer filled in the rest
        except BrokenPipeError:
            forget_stdout()  # whoever read the answer has enough of it
            return Exit.OK
        finally:
            session.close()

    parameters = [*own, *shared.values()]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # read by typer
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run
