"""Work done in a copy of this process, on everything as it is now, while this process goes on.

Writing down what tens of thousands of people come to takes seconds; nobody's answer may wait for
it. The copy shares its memory with the original and costs only what either of them changes.
"""

import asyncio
import gc
import os
import signal
import traceback
import warnings
from collections.abc import Callable

import structlog

_log = structlog.get_logger()

_LOOK_S = 0.05
_STDERR = 2


class Copy:
    """A copy of this process that does one piece of work and ends."""

    def __init__(self, work: Callable[[], object]) -> None:
        """Begin. Raises OSError when the system has no room for another process."""
        self._status: int | None = None
        with warnings.catch_warnings():
            # Python warns of forking beside threads: the copy takes no lock that one may hold.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._pid = os.fork()
        if self._pid == 0:
            _work_and_end(work)

    def ended(self) -> bool:
        """Tell whether it has ended."""
        if self._status is None:
            try:
                pid, status = os.waitpid(self._pid, os.WNOHANG)
            except ChildProcessError:  # somebody else took its status: nobody knows how it ended
                pid, status = self._pid, 1
            self._status = status if pid else None
        return self._status is not None

    @property
    def succeeded(self) -> bool:
        """Whether it has ended and done all of its work."""
        return self.ended() and self._status == 0

    async def end(self) -> bool:
        """Wait for its end; tell whether it has done its work. Who stops waiting stops it."""
        try:
            while not self.ended():  # noqa: ASYNC110 - the system tells of it by a signal only
                await asyncio.sleep(_LOOK_S)
        finally:
            self.stop()
        return self.succeeded

    def stop(self) -> None:
        """End it at once if it has not ended, its work undone."""
        if not self.ended():
            os.kill(self._pid, signal.SIGKILL)
            _, self._status = os.waitpid(self._pid, 0)


def begin(work: Callable[[], object]) -> Copy | None:
    """Begin a piece of work in a copy; None where the system does not allow one."""
    try:
        return Copy(work)
    except OSError as error:
        _log.warning("no copy of this process could be made", error=str(error))
        return None


def _work_and_end(work: Callable[[], object]) -> None:
    """Work, and end without touching anything that is the original's."""
    status = 1
    try:
        # A signal meant for this copy must not wake the original, whose alarm it shares.
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        _let_go()
        gc.disable()
        work()
        status = 0
    except Exception:  # noqa: BLE001 - whatever it is, the original goes on and hears of it
        os.write(_STDERR, traceback.format_exc().encode())
    finally:
        os._exit(status)


def _let_go() -> None:
    """Close what is the original's: its sockets, locks and pipes end with it, not with this."""
    os.closerange(_STDERR + 1, os.sysconf("SC_OPEN_MAX"))
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
