"""What the processes say about themselves: JSON lines on stderr, with the correlation id of the
work.
"""

import logging
import sys
from typing import TextIO

import structlog

_TRACEBACKS = structlog.processors.ExceptionRenderer(
    # Without local variables: a request's are its headers, and with them its token.
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
)
_LEVELS = logging.getLevelNamesMapping()


def configure(level: str = "info", *, stream: TextIO | None = None, json: bool = True) -> None:
    """Send every log line, ours and the libraries', to `stream` (stderr) as one JSON object."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
        _lift_extra,
    ]
    render: list[structlog.typing.Processor] = (
        [_TRACEBACKS, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if json
        else [structlog.dev.ConsoleRenderer()]
    )
    threshold = _LEVELS.get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[*shared, *render],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(threshold, logging.WARNING))


def handlers_logger() -> logging.Logger:
    """Return the logger FastStream is given: its own writes to stdout, in colours."""
    logger = logging.getLogger("muster.handlers")
    logger.setLevel(logging.ERROR)
    if not logger.filters:
        logger.addFilter(_is_worth_telling)
    return logger


def _is_worth_telling(record: logging.LogRecord) -> bool:
    """Leave out that a pull found nothing for a while: nats-py raises the plain TimeoutError then,
    FastStream expects another one, and begins the pull anew.
    """
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, TimeoutError)


def _lift_extra(
    _: object, __: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """FastStream nests what it adds under `extra`; one level is enough."""
    extra = event.pop("extra", None)
    if isinstance(extra, dict):
        event.update(extra)
    return event
