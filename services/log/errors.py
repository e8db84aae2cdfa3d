"""What can go wrong between us and the log."""


class Conflict(Exception):
    """Somebody else wrote to the aggregate first. `last` is its last sequence where the server
    said it.
    """

    def __init__(self, aggregate: str, expected: int, last: int | None) -> None:
        super().__init__(
            f"append {aggregate}: expected its last sequence to be {expected}, found {last or '?'}"
        )
        self.last = last


class LogUnavailable(Exception):
    """The log did not answer in time. What was sent may or may not be in it: send it again, same
    id.
    """


class LogFull(Exception):
    """The log has reached its size limit and takes nothing more, rather than drop what is old."""


class Unstorable(Exception):
    """What was to be stored can never be: it has more bytes than the log takes. Do not send it
    again.
    """


class LogBroken(Exception):
    """The log is not what it was: sequences are missing or were given out twice. Nothing may go
    on.
    """
