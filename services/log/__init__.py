"""The log: append, load, and read on from a checkpoint."""

from services.log.errors import Conflict, LogBroken, LogFull, LogUnavailable, Unstorable
from services.log.group import Log
from services.log.load import load
from services.log.reader import Reader

__all__ = [
    "Conflict",
    "Log",
    "LogBroken",
    "LogFull",
    "LogUnavailable",
    "Reader",
    "Unstorable",
    "load",
]
