"""How a command ends when it does not end well."""

from enum import IntEnum

from services.cli.language import Said


class Exit(IntEnum):
    """The exit codes. Scripts depend on them: they never change their meaning."""

    OK = 0
    REJECTED = 1
    """Muster, or the machine, said no."""
    USAGE = 2
    """The command was not written as it must be."""
    UNREACHABLE = 3
    """There was no answer, or none from Muster: what was sent may or may not be in the log."""
    NO_RIGHTS = 4
    """The token is missing, unknown, or not for this."""
    INTERRUPTED = 130
    """Somebody pressed Ctrl-C."""


class Failure(Exception):
    """What was attempted and why it failed, and in `hint` what to do about it."""

    def __init__(
        self,
        exit: Exit,
        code: str,
        reason: Said,
        *,
        hint: Said | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(reason.en)
        self.exit = exit
        self.code = code
        self.reason = reason
        self.hint = hint
        self.field = field

    def document(self) -> dict[str, object]:
        """Return the failure in the form in which Muster's own answers have it."""
        error: dict[str, object] = {"code": self.code, "reason": self.reason._asdict()}
        if self.field is not None:
            error["field"] = self.field
        if self.hint is not None:
            error["hint"] = self.hint._asdict()
        return {"error": error}
