"""What the next git commit would hold, as files."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager
from pathlib import Path

from newsfacts.dataset.errors import DatasetError

_WHAT = "what is staged"


@contextmanager
def staged(paths: Sequence[Path]) -> Iterator[None]:
    """Work in a copy of the repository that holds what is staged of some relative paths, and nothing else.

    Raises ``DatasetError`` for a path that does not lie in the repository, and where there is none.
    """
    for path in paths:
        if path.is_absolute() or path == Path("-"):
            raise DatasetError(str(path), "must be a path from the working folder, to be looked up in git")
    top = Path(_git("rev-parse", "--show-toplevel").decode().removesuffix("\n"))
    listed = _git("--literal-pathspecs", "ls-files", "-z", "--full-name", "--", *map(str, paths))
    with tempfile.TemporaryDirectory(prefix="newsfacts-") as copy:
        # from the top: there, the listed names and the prefix mean what they say
        _git("-C", str(top), "checkout-index", "-z", "--stdin", f"--prefix={copy}/", given=listed)
        here = Path(copy) / Path.cwd().relative_to(top)
        here.mkdir(parents=True, exist_ok=True)
        with chdir(here):
            yield


def _git(*arguments: str, given: bytes = b"") -> bytes:
    try:
        done = subprocess.run(["git", *arguments], input=given, capture_output=True, check=False)
    except FileNotFoundError:
        raise DatasetError(_WHAT, "git is not installed") from None
    if done.returncode:
        message = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        raise DatasetError(_WHAT, f"git cannot tell: {message}")
    return done.stdout
