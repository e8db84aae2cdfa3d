"""`muster up`, `demo` and `run`: the commands that are Muster, and import all of it."""

import errno
import sys
import tempfile
from collections.abc import Callable, Coroutine
from datetime import time, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli import words
from services.cli.failure import Exit, Failure
from services.cli.language import Said, both, read
from services.cli.session import Json, print_json

if TYPE_CHECKING:
    from pydantic import ValidationError

    from services.runner import Ready
    from services.scenario.driver import Progress
    from services.settings import Settings

_SCENARIO_ZONE = timezone(timedelta(hours=8))
"""The winter games are told in Beijing's time, wherever they are watched from."""

_LINE_MAX = 76
"""A line that is written over itself must not be broken by the terminal."""

_PORT = {"min": 0, "max": 65535, "show_default": False}

Folder = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help=both("数据目录，默认 ./muster-data", "the data folder; ./muster-data if left out"),
    ),
]
Port = Annotated[
    int | None,
    typer.Option(
        **_PORT, help=both("HTTP 端口；0 为任意空闲端口", "the HTTP port; 0 is any free one")
    ),
]
NatsPort = Annotated[
    int | None,
    typer.Option(
        **_PORT, help=both("NATS 端口；0 为任意空闲端口", "the NATS port; 0 is any free one")
    ),
]
Host = Annotated[
    str | None,
    typer.Option(
        help=both("监听地址，默认仅本机", "the address to listen on; this machine only if left out")
    ),
]


def up(
    *,
    data: Folder = None,
    port: Port = None,
    nats_port: NatsPort = None,
    host: Host = None,
    plan: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE|none", help=both("启动时载入的计划", "the plan to start with")
        ),
    ] = None,
    as_json: Json = False,
) -> int:
    """Start Muster with its log, and stay until it is stopped."""
    settings = _settings(data=data, port=port, nats_port=nats_port, host=host, plan=plan)

    def start() -> Coroutine[Any, Any, int]:
        from services import runner

        return runner.up(settings, on_ready=_teller(as_json))

    return _stay(start)


def demo(  # noqa: PLR0913  # one parameter an option
    *,
    speed: Annotated[
        float,
        typer.Option(
            min=0,
            help=both("快多少倍；0 为尽快", "how many times as fast; 0 is as fast as it goes"),
        ),
    ] = 60.0,
    seed: Annotated[
        int, typer.Option(help=both("随机种子", "the seed: the same one gives the same log"))
    ] = 1,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="HH:MM", help=both("场景时间到此为止", "stop at this time of the scenario")
        ),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help=both("场景结束后退出", "end when the scenario has ended"))
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            help=both(
                "数据目录，默认为新的临时目录", "the data folder; a fresh temporary one if left out"
            ),
        ),
    ] = None,
    port: Port = None,
    nats_port: NatsPort = None,
    host: Host = None,
    as_json: Json = False,
) -> int:
    """Start Muster with the winter-games scenario."""
    _check_time(until)
    if data is None:
        data = Path(tempfile.mkdtemp(prefix="muster-demo-"))
        print(words.DEMO_DATA.fill(folder=data), file=sys.stderr)
    settings = _settings(data=data, port=port, nats_port=nats_port, host=host)

    def start() -> Coroutine[Any, Any, int]:
        from services import runner

        return runner.demo(
            settings,
            speed=speed,
            seed=seed,
            until=until,
            once=once,
            on_ready=_teller(as_json),
            on_progress=_progress(),
        )

    return _stay(start)


def run(
    name: Annotated[str, typer.Argument(metavar="NAME", help=both("服务名称", "the service"))],
    *,
    nats: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help=both("NATS 地址（或 MUSTER_NATS）", "where NATS is (or MUSTER_NATS)"),
        ),
    ] = None,
    port: Port = None,
    host: Host = None,
    data: Folder = None,
    as_json: Json = False,
) -> int:
    """Start one service alone, beside others on the same NATS."""
    settings = _settings(nats=nats, port=port, host=host, data=data)
    if settings.nats is None:
        raise typer.BadParameter(str(words.NEEDS.fill(name="muster run", needs="--nats")))

    from services import runner

    if name not in runner.SERVICES:
        reason = words.NOT_A_CHOICE.fill(hint="NAME", choices=", ".join(runner.SERVICES))
        raise typer.BadParameter(str(reason))
    return _stay(lambda: runner.run(name, settings, on_ready=_teller(as_json)))


def _check_time(until: str | None) -> None:
    try:
        time.fromisoformat(until or "00:00")
    except ValueError:
        reason = words.NOT_A_TIME_OF_DAY.fill(value=repr(until))
        raise typer.BadParameter(str(reason), param_hint="--until") from None


def _settings(**given: object) -> "Settings":
    """Return the settings: an option goes before the environment, and that before a default."""
    from pydantic import ValidationError

    from services.settings import Settings

    try:
        return Settings.model_validate(
            {name: value for name, value in given.items() if value is not None}
        )
    except ValidationError as error:
        reason = words.BAD_SETTINGS.fill(why=_wrong_setting(error))
        raise Failure(Exit.USAGE, "bad-settings", reason) from error


def _wrong_setting(error: "ValidationError") -> Said:
    """Return the first setting that is wrong, by its variable, and why."""
    from services.problems import problem_of
    from services.settings import Limits

    problem = problem_of(error)
    prefix = "MUSTER_LIMIT_" if problem.field in Limits.model_fields else "MUSTER_"
    name = f"{prefix}{problem.field.upper()}"
    return words.BAD_VALUE.fill(hint=name, why=Said(problem.zh, problem.en))


def _stay(start: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run until it ends; turn what keeps it from starting into words."""
    import nats.errors
    import uvloop

    from services.embedded.errors import DataFolderBusy, ServerFailed, ServerNotFound
    from services.key_bucket import WeakBucket
    from services.log.errors import LogBroken, LogFull, LogUnavailable
    from services.playbooks.playbook import PlaybookError
    from services.provision import ConsumerDrift, Refused
    from services.provision.stream import WeakerLog
    from services.scenario.datafile import DataRefused

    known = (
        DataFolderBusy,
        ServerFailed,
        ServerNotFound,
        WeakerLog,
        WeakBucket,
        ConsumerDrift,
        Refused,
        DataRefused,
        PlaybookError,
        LogBroken,
        LogFull,
        LogUnavailable,
        nats.errors.Error,
        ValueError,
        OSError,
    )
    try:
        return uvloop.run(start())
    except known as error:
        reason = words.CANNOT_START.fill(why=error)
        taken = isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.EADDRINUSE
        hint = words.PORT_TAKEN_HINT if taken else None
        raise Failure(Exit.REJECTED, "cannot-start", reason, hint=hint) from error


def _teller(as_json: bool) -> "Callable[[Ready], None]":
    """Return what says on stdout that Muster is ready, and where."""

    def tell(ready: "Ready") -> None:
        if as_json:
            print_json(
                {
                    "url": ready.url,
                    "nats": ready.nats,
                    "token": ready.token,
                    "data": str(ready.data),
                    **({"mqtt": ready.mqtt} if ready.mqtt else {}),
                }
            )
            return
        link = f"{_openable(ready.url)}/?token={ready.token}"
        print(f"{words.READY.zh} / {words.READY.en}")
        _row(words.READY_PAGE, link)
        _row(words.READY_NATS, ready.nats)
        if ready.mqtt:
            _row(words.READY_MQTT, ready.mqtt)
        _row(words.READY_DATA, ready.data)
        print(f"  {words.READY_STOP.zh} / {words.READY_STOP.en}", flush=True)

    return tell


def _openable(url: str) -> str:
    """Return an address that a browser here can open: "every address" is none to go to."""
    for every, here in (("//0.0.0.0", "//127.0.0.1"), ("//[::]", "//[::1]")):
        url = url.replace(every, here)
    return url


def _row(name: Said, value: object) -> None:
    print(f"  {name.zh} / {name.en}: {value}" if name.zh != name.en else f"  {name.en}: {value}")


def _progress() -> "Callable[[Progress], None]":
    """Return what says how far the scenario is, over itself, to a person at a terminal; a text that
    came of it is shown as it is, wherever it goes.
    """
    at_terminal = sys.stderr.isatty()

    def tell(progress: "Progress") -> None:
        if at_terminal:
            tell_how_far(progress)
        if progress.text:
            print(f"\n{progress.text}", file=sys.stderr, flush=True)

    def tell_how_far(progress: "Progress") -> None:
        at = progress.at.astimezone(_SCENARIO_ZONE).strftime("%m-%d %H:%M")
        odd = f"  {words.SURPRISES.fill(n=progress.surprises)}" if progress.surprises else ""
        note = read({"zh": progress.note.zh, "en": progress.note.en})
        end = "\n" if progress.played == progress.total else ""
        line = f"{at}  {progress.played}/{progress.total}{odd}  {note}"[:_LINE_MAX]
        print(f"\r\033[K{line}", end=end, file=sys.stderr, flush=True)

    return tell
