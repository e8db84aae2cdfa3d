"""What all tests share: a process that has collected thousands of them does not look at what it
collected again and again.
"""

import gc


def pytest_collection_finish() -> None:
    """Take what was collected out of the garbage collector's sight: it stays to the end anyway.

    Of a million objects, each full collection looked at every one.
    """
    gc.collect()
    gc.freeze()
