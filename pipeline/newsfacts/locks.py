"""Locks that keep two processes from writing to one folder."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path


def lock_folder(folder: Path, opened: ExitStack, others: str) -> None:
    """Keep others out of the folder until ``opened`` closes, where the system can; raises ``OSError`` if one is there.

    ``others`` says in the message what they are.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        return
    handle = os.open(folder, os.O_RDONLY)
    opened.callback(os.close, handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OSError(f"another {others} is writing there") from None
    except OSError:
        pass  # a file system without locks
