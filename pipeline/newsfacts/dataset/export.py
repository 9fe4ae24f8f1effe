"""Hand a dataset over: as a table, a database or a graph, told by the target's ending.

The target is written beside its place and moved there when it is whole. One that exists is replaced only if it is an
export of newsfacts.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from newsfacts.dataset.errors import DatasetError
from newsfacts.dataset.export_databases import is_our_duckdb, is_our_sqlite, write_duckdb, write_sqlite
from newsfacts.dataset.export_flat import is_our_csv, is_our_parquet, write_csv, write_parquet
from newsfacts.dataset.export_graph import TABLES, is_our_graph, write_graph
from newsfacts.dataset.export_rows import Source, tables
from newsfacts.dataset.files import FACTS


@dataclass(frozen=True, slots=True)
class _Format:
    write: Callable[[Source, Path], None]
    is_ours: Callable[[Path], bool]
    tables: tuple[str, ...]  # that must be there before anything is written


_FACTS = (Path(FACTS).stem,)
_SQLITE = _Format(write_sqlite, is_our_sqlite, tuple(tables()))
FORMATS = {
    ".csv": _Format(write_csv, is_our_csv, _FACTS),
    ".parquet": _Format(write_parquet, is_our_parquet, _FACTS),
    ".duckdb": _Format(write_duckdb, is_our_duckdb, tuple(tables())),
    ".sqlite": _SQLITE,
    ".db": _SQLITE,
    ".jsonld": _Format(write_graph, is_our_graph, TABLES),
}
# what databases keep beside a file that was not closed; they would take it for the new file's
_JOURNALS = ("-wal", "-journal", ".wal")


def export(dataset: str | Path, target: str | Path, *, quotes: bool = True) -> dict[str, int]:
    """Write a dataset to a file; returns how many records of each table it holds.

    ``dataset`` is the folder that a run wrote; for CSV and Parquet its facts file will do. The ending of ``target`` is
    one of ``FORMATS``. Without ``quotes`` it holds no text of the articles: sentences, quantities, mentions and
    headlines are null, their offsets stay, and so do the words that make a fact (subject, metric, period, source).
    Raises ``DatasetError`` where the dataset or the target cannot be used; then the target has not changed.
    """
    target = Path(target)
    form = FORMATS.get(target.suffix.lower())
    if form is None:
        raise DatasetError(str(target), f"the ending must be one of {', '.join(FORMATS)}")
    source = Source(Path(dataset), quotes=quotes)
    source.check(form.tables)
    try:
        _check_target(target, form)
        with _replaced(target.resolve()) as partial:
            form.write(source, partial)
            source.check_unchanged()
    except OSError as error:
        raise DatasetError(str(target), f"cannot be written: {error.strerror or error}") from error
    return source.counts


def _check_target(target: Path, form: _Format) -> None:
    if not target.parent.is_dir():
        raise DatasetError(str(target), f"the folder {target.parent} does not exist")
    if not os.path.lexists(target):
        return
    for ending in _JOURNALS:
        journal = target.with_name(target.name + ending)
        if journal.exists():
            raise DatasetError(str(target), f"a program has it open, or left {journal.name} behind; close it first")
    if not target.is_file() or not form.is_ours(target):
        raise DatasetError(str(target), "exists and was not exported by newsfacts; remove it or choose another name")


@contextmanager
def _replaced(target: Path) -> Iterator[Path]:
    """A path to write the target's new content to; it takes its place only if all goes well."""
    with ExitStack() as stack:
        prefix = f".partial-{target.name}-"
        _clear_left_overs(target.parent, prefix)
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        if (lock := _lock(folder)) is not None:
            stack.callback(os.close, lock)
        partial = folder / target.name
        yield partial
        with partial.open("rb+") as stream:
            os.fsync(stream.fileno())
        partial.replace(target)


def _clear_left_overs(parent: Path, prefix: str) -> None:
    """Remove what exports that were killed have left; one that is still writing holds its lock."""
    for left_over in parent.iterdir():
        if left_over.name.startswith(prefix) and (lock := _lock(left_over)) is not None:
            shutil.rmtree(left_over, ignore_errors=True)
            os.close(lock)


def _lock(folder: Path) -> int | None:
    """Lock a folder until the handle is closed; None where another program has it or the system knows no locks."""
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    handle = -1
    try:
        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if handle >= 0:
            os.close(handle)
        return None
    return handle
