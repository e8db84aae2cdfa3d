"""A command that was not written as it must be: what is wrong with it, in the person's language."""

import re
from typing import Any

from typer.exceptions import TyperException

from services.cli import words
from services.cli.failure import Exit, Failure
from services.cli.language import Said

_NO_SUCH_COMMAND = re.compile(r"No such command '([^']*)'\.?(?: Did you mean (.+)\?)?")


def explain(error: TyperException) -> Failure:
    """Return the failure that an error of typer's is.

    typer keeps its error classes to itself, so they are told apart by name, and one that has no
    words here keeps its own, in English.
    """
    context: Any = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "muster"
    own = error.format_message()
    like = _like(getattr(error, "possibilities", None))
    reason = Said(own, own)
    if unknown := _NO_SUCH_COMMAND.match(own):
        guess = words.DID_YOU_MEAN.fill(names=unknown[2].replace("'", "")) if unknown[2] else like
        reason = words.NO_SUCH_COMMAND.fill(name=unknown[1], like=guess)
    match type(error).__name__:
        case "MissingParameter":
            reason = words.MISSING_OPTION.fill(hint=_hint(error))
        case "NoSuchOption":
            reason = words.NO_SUCH_OPTION.fill(name=getattr(error, "option_name", "?"), like=like)
        case "BadParameter":
            reason = _bad_value(error)
    return Failure(
        Exit.USAGE,
        "usage",
        words.USAGE.fill(path=path, why=reason),
        hint=words.USAGE_HINT.fill(path=path),
    )


def _bad_value(error: TyperException) -> Said:
    hint = _hint(error)
    descriptor: Any = getattr(getattr(error, "param", None), "type_descriptor", None)
    choices = descriptor.choices if descriptor is not None else None
    if choices:
        return words.NOT_A_CHOICE.fill(hint=hint, choices=", ".join(map(str, choices)))
    why = _why(error)
    return words.BAD_VALUE.fill(hint=hint, why=why) if hint else why


def _why(error: TyperException) -> Said:
    """Return what is wrong with a value; where typer let pydantic judge it, as we say it."""
    from pydantic import ValidationError

    from services.problems import problem_of

    if isinstance(error.__cause__, ValidationError):
        problem = problem_of(error.__cause__)
        return Said(problem.zh, problem.en)
    return Said(error.message, error.message)


def _hint(error: TyperException) -> str:
    parameter: Any = getattr(error, "param", None)
    hint = getattr(error, "param_hint", None)
    if hint is None and parameter is not None:
        hint = parameter.get_error_hint()
    return str(hint or "").replace("'", "")


def _like(possibilities: Any) -> Said:
    if not possibilities:
        return Said("", "")
    return words.DID_YOU_MEAN.fill(names=", ".join(sorted(possibilities)))


def say_headings_in_chinese() -> None:
    """Give the headings of typer's help their Chinese names; they are its settings for style."""
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
    rich_utils.OPTIONS_PANEL_TITLE = "选项"
    rich_utils.COMMANDS_PANEL_TITLE = "命令"
    rich_utils.DEFAULT_STRING = "［默认：{}］"
    rich_utils.REQUIRED_LONG_STRING = "［必填］"
