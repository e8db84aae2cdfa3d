"""Become a nats-server that ends when the muster that started it does. A script, never imported.

`subprocess` could set this in a `preexec_fn`, but that runs between fork and exec, where a process
with threads may only do what is safe in a signal handler. Here exec has already happened.

Arguments: the parent's process id, the binary, and the binary's arguments.
"""

import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def end_with_parent(parent: int) -> None:
    """Ask the kernel for a SIGTERM when the parent dies; on other systems do nothing."""
    if sys.platform != "linux":
        return
    try:
        import ctypes
    except ImportError:  # some builds of Python are without it
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    # It may have died before the request; nobody would tell us any more.
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - the binary find_binary() found
