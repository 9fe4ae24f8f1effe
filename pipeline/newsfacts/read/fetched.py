"""What fetch has noted of the pages that it saved: FOLDER/fetched.log tells of FOLDER/HOST/PAGE.html."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from newsfacts.records import Fetched

LOG = "fetched.log"


class Known(NamedTuple):
    """What was known of a page when it was saved."""

    url: str | None = None
    charset: str | None = None
    published: dt.date | None = None


class FetchLogs:
    """The logs of folders, each read once."""

    def __init__(self) -> None:
        self._pages: dict[Path, dict[str, Known]] = {}

    def find(self, page: Path) -> Known:
        """Tell what is known of a page, if anything."""
        page = page.absolute()
        folder = page.parent.parent
        if folder not in self._pages:
            self._pages[folder] = {}
            for line in read_log(folder / LOG):
                if line.file:  # a page that was found at two addresses has the first one
                    self._pages[folder].setdefault(line.file, Known(line.final_url, line.charset, line.published))
        return self._pages[folder].get(f"{page.parent.name}/{page.name}", Known())


def read_log(path: Path) -> Iterator[Fetched]:
    """Read the lines of a log, if there is one; what is no line of a log is passed over, as one that was cut off."""
    if not path.is_file():
        return
    with path.open("rb") as lines:
        for line in lines:
            try:
                yield Fetched.model_validate_json(line)
            except ValidationError:
                continue
