"""What a process takes: seconds, CPU time of all its threads and children, memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import IO


def measured(
    command: Sequence[str | Path],
    out: IO[bytes] | int = subprocess.DEVNULL,
    *,
    folder: Path | None = None,
    right: Collection[int] = (0,),
) -> dict[str, float]:
    """Run a program in a folder; seconds, seconds of CPU and mebibytes (largest resident size) that it took.

    Ends this one where its exit status is none of the ``right`` ones.
    """
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=out)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in right:
        sys.exit(f"{' '.join(map(str, command))} failed")
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "seconds": round(seconds, 2),
        "cpu": round(usage.ru_utime + usage.ru_stime, 2),
        "mib": round(usage.ru_maxrss * unit / 2**20),
    }
