"""The command `muster`."""

import errno
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from services.cli import (
    alerts,
    bulletin,
    care,
    clearance,
    code,
    day,
    incident,
    journey,
    log,
    person,
    phase,
    reach,
    roll_call,
    roster,
    serving,
    shift,
    tokens,
    weather,
    words,
)
from services.cli.board import board
from services.cli.checkin import check_in
from services.cli.failure import Exit, Failure
from services.cli.help import call, take
from services.cli.language import both, is_chinese
from services.cli.people import people
from services.cli.picture import picture, replay
from services.cli.reach import messages
from services.cli.report import report
from services.cli.send_cap import cap
from services.cli.session import forget_stdout
from services.cli.usage import explain, say_headings_in_chinese

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=both(
        "Muster：大型志愿服务活动的突发事件应急响应",
        "Muster: incident and emergency response for large volunteer operations",
    ),
)

_NOT_WRITTEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}
"""What a disk that is full or gone answers to whoever writes on it."""

_START = both("启动", "Start")
_TELL = both("上报", "Tell")
_SEE = both("查看", "See")
_ACT = both("处置", "Act")
_KEEP = both("管理", "Keep")


def version() -> int:
    """Print the version."""
    from importlib.metadata import version as installed

    print(f"muster {installed('muster')}")
    return Exit.OK


for _name, _command, _panel, _help in (
    (
        "up",
        serving.up,
        _START,
        both("启动 Muster，直到被停止", "start Muster, and stay until stopped"),
    ),
    (
        "demo",
        serving.demo,
        _START,
        both("启动并演示冬奥场景", "start it with the winter-games scenario"),
    ),
    ("run", serving.run, _START, both("单独启动一个服务", "start one service alone")),
    (
        "report",
        report,
        _TELL,
        both("上报一件事，或一个报告文件", "report something, or a file of reports"),
    ),
    ("cap", cap, _TELL, both("发送 CAP 1.2 预警文件", "send warnings, as CAP 1.2 documents")),
    (
        "check-in",
        check_in,
        _TELL,
        both("每日打卡：良好、不适或想谈谈", "check in for the day: fine, not-fine or talk"),
    ),
    ("help", call, _TELL, both("求助：一行即可", "call for help, in one line")),
    ("take", take, _ACT, both("接手求助或事件", "take a call for help, or any incident")),
    ("picture", picture, _SEE, both("当前态势", "what is going on")),
    ("replay", replay, _SEE, both("过去某一时刻的态势", "what was going on at a past moment")),
    ("people", people, _SEE, both("查找人员", "find people")),
    ("board", board, _SEE, both("场馆当班情况", "who is on at a venue, comes, goes, is missing")),
    (
        "training",
        clearance.training,
        _KEEP,
        both("记录培训", "record that a person passed a course"),
    ),
    (
        "messages",
        messages,
        _SEE,
        both("某人收到的通知", "what a person was told, and by which channels"),
    ),
    ("version", version, _START, both("版本", "print the version")),
):
    app.command(_name, help=_help, rich_help_panel=_panel)(_command)

for _name, _group, _panel, _help in (
    (
        "alerts",
        alerts.app,
        _SEE,
        both("跟踪、列出、确认、关闭警报", "follow, list, acknowledge, close alerts"),
    ),
    (
        "bulletin",
        bulletin.app,
        _ACT,
        both("对外公告：拟写、批准、发布", "what the public is told: draft, approve, publish"),
    ),
    ("day", day.app, _SEE, both("每日打卡与日报", "the day's check-ins, and its report")),
    ("care", care.app, _ACT, both("关怀请求", "requests for care")),
    ("log", log.app, _SEE, both("日志中的事件", "the events of the log")),
    ("incident", incident.app, _ACT, both("处置事件", "act on an incident")),
    (
        "journey",
        journey.app,
        _ACT,
        both("行程：谁去哪里，到了吗", "who travels, and have they come?"),
    ),
    ("roll-call", roll_call.app, _ACT, both("点名：人都在吗", "is everybody accounted for?")),
    ("reach", reach.app, _SEE, both("能否联系到人", "can people be reached?")),
    (
        "person",
        person.app,
        _KEEP,
        both("个人与其封存的信息", "one person, and what is sealed of them"),
    ),
    (
        "roster",
        roster.app,
        _KEEP,
        both("名册：导入、导出", "the roster: take it in, write it out"),
    ),
    ("shift", shift.app, _ACT, both("班次与换班", "shifts, swaps and stand-ins")),
    (
        "weather",
        weather.app,
        _SEE,
        both("天气：预警、数据源", "weather: warnings, feeds"),
    ),
    ("phase", phase.app, _KEEP, both("阶段", "the phases of the operation")),
    ("leave", clearance.app, _KEEP, both("离校审批", "approvals to leave campus")),
    ("code", code.app, _KEEP, both("岗位与人员的二维码", "the QR codes of posts and people")),
    ("token", tokens.app, _KEEP, both("令牌", "who may do what")),
):
    app.add_typer(_group, name=_name, help=_help, rich_help_panel=_panel)


def main() -> None:
    """Run the command line this process was started with, and end with its exit code."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started it
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115  # until the end
        # A terminal without Chinese letters shows their numbers, and the command goes on.
        getattr(sys, name).reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command line; return its exit code. What went wrong is told on stderr."""
    as_json = "--json" in arguments
    try:
        arguments = [_text(at, each) for at, each in enumerate(arguments, 1)]
    except Failure as failure:
        return _tell(failure, as_json)
    if is_chinese() and ("--help" in arguments or len(arguments) < 2):
        say_headings_in_chinese()
    try:
        ended = get_command(app).main(
            args=list(arguments), prog_name="muster", standalone_mode=False
        )
        sys.stdout.flush()
    except Failure as failure:
        return _tell(failure, as_json)
    except TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            return Exit.USAGE  # the help has been printed
        return _tell(explain(error), as_json)
    except typer.Abort:
        return _tell(Failure(Exit.INTERRUPTED, "stopped", words.STOPPED), as_json)
    except BrokenPipeError:
        forget_stdout()  # whoever read the answer has enough of it
        return Exit.OK
    except OSError as error:
        if error.errno not in _NOT_WRITTEN:
            raise
        forget_stdout()
        reason = words.NOT_WRITTEN.fill(why=error.strerror)
        return _tell(Failure(Exit.REJECTED, "not-written", reason), as_json)
    return int(ended or 0)


def _text(at: int, argument: str) -> str:
    """Return an argument as it was typed, where Python took its bytes for another encoding's."""
    if not any("\ud800" <= letter <= "\udfff" for letter in argument):
        return argument
    try:
        return os.fsencode(argument).decode("utf-8")
    except UnicodeError:
        raise Failure(Exit.USAGE, "usage", words.NOT_TEXT.fill(n=at)) from None


def _tell(failure: Failure, as_json: bool) -> int:
    if as_json:
        print(json.dumps(failure.document(), ensure_ascii=False), file=sys.stderr)
    else:
        print(f"muster: {failure.reason}", file=sys.stderr)
        if failure.hint is not None:
            print(f"  {failure.hint}", file=sys.stderr)
    return failure.exit
