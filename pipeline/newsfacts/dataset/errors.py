"""What is wrong with a dataset, for people."""

from __future__ import annotations


class DatasetError(Exception):
    """A dataset that cannot be used: the file, where known its line and field, and what is wrong."""

    def __init__(self, file: str, message: str, *, line: int | None = None, field: str | None = None) -> None:
        place = file if line is None else f"{file}, line {line}"
        super().__init__(f"{place}{f', field {field}' if field else ''}: {message}")
