"""Whether a written `muster ...` line is one the program would take. Nothing is run."""

from collections.abc import Sequence

from typer.exceptions import TyperException
from typer.main import get_command

from services.cli.day import DayGroup
from services.cli.main import app


def refusal(arguments: Sequence[str]) -> str | None:
    """Return why the program would not take these arguments, None when it would."""
    command, path, rest = get_command(app), "muster", list(arguments)
    while hasattr(command, "commands"):
        if not rest and (
            getattr(command, "invoke_without_command", False) or isinstance(command, DayGroup)
        ):
            return None
        if not rest or rest[0] not in command.commands:
            return f"{path}: there is no command {rest[0] if rest else '(none named)'}"
        path = f"{path} {rest[0]}"
        command, rest = command.commands[rest[0]], rest[1:]
    try:
        command.make_context(path, rest)
    except TyperException as error:
        return f"{path}: {error}"
    return None
