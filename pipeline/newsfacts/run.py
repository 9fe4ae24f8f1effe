"""The main job: articles in, a fact dataset out."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing.connection import wait
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self, TypeAlias

import newsfacts
from newsfacts.emit.build import entities_of, facts_of, names_of, quantities_of, summary_of
from newsfacts.emit.correcting import Corrector
from newsfacts.emit.corrections import read_corrections
from newsfacts.emit.dataset import (
    ARTICLE_FILES,
    CORRECTIONS,
    REPORT,
    DatasetWriter,
    Lines,
    Trace,
    lines_of,
    output_files,
)
from newsfacts.emit.reuse import Finished, fingerprint, key_of
from newsfacts.emit.staleness import Expected, Staleness
from newsfacts.read.article import to_doc
from newsfacts.read.duplicates import Duplicates, sample_of
from newsfacts.read.files import ArticleReader, KnownArticle, display_name
from newsfacts.read.texts import TextFolder
from newsfacts.records import SKIPPED, Article, ArticleError, ArticleSummary, Counts, ErrorCode, ModelInfo, RunReport

if TYPE_CHECKING:
    from spacy.language import Language

_Found: TypeAlias = Lines | ArticleError
_NOWHERE: frozenset[ErrorCode] = frozenset({"missing_path", "empty_folder"})
_AHEAD = 4  # articles that each process may be ahead of the one that is waited for
_REMEMBERED = 100  # articles whose words spaCy keeps at a time


def run(
    paths: Sequence[str | Path],
    output: str | Path,
    *,
    nlp: Language | None = None,
    min_confidence: float = 0.0,
    jobs: int = 1,
    fields: Mapping[str, str] = MappingProxyType({}),
    save_text: str | Path | None = None,
    skip_duplicates: bool = False,
    on_error: Callable[[ArticleError], None] = lambda error: None,
    on_progress: Callable[[ArticleReader], None] = lambda reader: None,
) -> RunReport:
    """Read the articles of files and folders and write their facts, entities and errors into a folder.

    Articles stream: one at a time is in memory. An article that fails becomes a line of errors.jsonl, is passed to
    ``on_error``, and the others go on; ``on_progress`` is called after each. Where nothing at all can be read, a
    dataset that exists stays as it is, and where the paths lead nowhere none is made; then the report names no files.
    ``fields`` names the input's fields where they differ from ours ("text": "body"). Each article's text, which offsets
    refer to, goes to a file in the folder ``save_text``, if one is given. An article that repeats an earlier one is
    marked; with ``skip_duplicates``, one that adds nothing to it has no facts, entities and quantities. Raises
    ``OSError`` where a folder cannot be written to; then no file of the dataset has changed.

    Articles that the dataset in the folder, or a run into it that was killed, holds already are taken over from there
    where neither they nor the code, the model or ``min_confidence`` have changed; the files are the same as if all were
    read anew. ``jobs`` is the number of processes that read; a script that asks for several needs the guard
    ``if __name__ == "__main__":``. A pipeline ``nlp`` of your own reads everything anew, in this process.
    Raises ``BrokenProcessPool`` where the system ends one of the processes.

    The reviewers' decisions in the folder's corrections.yaml, if it has one, are applied to what is written; those that
    cannot be are errors as well (newsfacts.emit.corrections). Raises ``CorrectionsError`` where that file is wrong;
    then nothing is read.
    """
    output = Path(output)
    corrections = read_corrections(output / CORRECTIONS)
    corrector = Corrector(corrections)
    texts = TextFolder(Path(save_text)) if save_text is not None else None
    reader = _reader(paths, output, texts, fields)
    mark = None if nlp else fingerprint({"min_confidence": min_confidence, "skip_duplicates": skip_duplicates})
    with DatasetWriter(output, mark) as dataset:
        with (
            Finished(output, dataset.left_over, mark) as finished,
            _recognizer(nlp, min_confidence, jobs) as recognizer,
        ):
            needed = (lambda article: True) if texts else corrector.concerns
            results = _results(reader, finished, recognizer, skip_duplicates, needed)
            counts, skipped, lost = _work(reader, results, corrector, dataset, texts, on_error, on_progress)
        report = _report(paths, counts, nlp, mark, corrections.sha256)
        if lost or (not counts.articles and not skipped and (output / REPORT).exists()):
            return report  # a mistyped path must not make a dataset, nor empty one
        return dataset.finish(report)


def check(
    paths: Sequence[str | Path],
    output: str | Path,
    *,
    min_confidence: float = 0.0,
    jobs: int = 1,
    fields: Mapping[str, str] = MappingProxyType({}),
    skip_duplicates: bool = False,
    on_error: Callable[[ArticleError], None] = lambda error: None,
    on_progress: Callable[[ArticleReader], None] = lambda reader: None,
) -> tuple[Staleness, RunReport]:
    """Compare the dataset in a folder with what ``run`` would write there, and write nothing.

    Returns what is stale, and the report that ``run`` would give. Another version of the code that gives the same
    records makes no dataset stale. Raises ``OSError`` where a file of the dataset cannot be read, and
    ``CorrectionsError`` as ``run`` does.
    """
    output = Path(output)
    corrections = read_corrections(output / CORRECTIONS)
    expected = Expected()
    mark = fingerprint({"min_confidence": min_confidence, "skip_duplicates": skip_duplicates})
    with Finished(output, (), mark) as finished, _recognizer(None, min_confidence, jobs) as recognizer:
        reader = _reader(paths, output, None, fields)
        corrector = Corrector(corrections)
        results = _results(reader, finished, recognizer, skip_duplicates, corrector.concerns)
        counts, _, _ = _work(reader, results, corrector, expected, None, on_error, on_progress)
    report = _report(paths, counts, None, mark, corrections.sha256)
    return expected.compare(output, report), report


class _Result(NamedTuple):
    """What comes of an item of the input; ``article`` is None where that is an error from the start."""

    article: Article | KnownArticle | None
    characters: int
    trace: Trace
    found: Callable[[], _Found]


class _Sink(Protocol):
    """Where results go, in the order of the articles."""

    def write(self, article: str, lines: Lines, trace: Trace) -> None: ...

    def write_error(self, error: ArticleError) -> None: ...


class _Recognizer(Protocol):
    """What turns articles into lines, as many at a time as ``ahead``."""

    ahead: int

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def submit(self, article: Article, repeats: str | None, place: tuple[str, int | None]) -> Callable[[], _Found]: ...


def _reader(
    paths: Sequence[str | Path], output: Path, texts: TextFolder | None, fields: Mapping[str, str]
) -> ArticleReader:
    exclude = [*output_files(output), *([texts.folder.resolve()] if texts else [])]
    return ArticleReader(paths, exclude=exclude, fields=fields)


def _work(
    reader: ArticleReader,
    results: Iterator[_Result],
    corrector: Corrector,
    sink: _Sink,
    texts: TextFolder | None,
    on_error: Callable[[ArticleError], None],
    on_progress: Callable[[ArticleReader], None],
) -> tuple[Counts, int, bool]:
    """Pass all results on, corrected.

    Return their totals, how many articles were skipped without an error, and whether no path led anywhere.
    """
    totals = dict.fromkeys(Counts.model_fields, 0)
    skipped = 0
    lost = True

    def fail(error: ArticleError) -> None:
        sink.write_error(error)
        totals["errors"] += 1
        on_error(error)

    for article, characters, trace, result in results:
        found = result()
        lost = lost and isinstance(found, ArticleError) and found.code in _NOWHERE
        if isinstance(found, ArticleError):
            fail(found)
            skipped += found.code in SKIPPED
        elif article:
            if isinstance(article, Article):
                if texts:
                    texts.save(article)
                found = corrector.correct(article, found)
            sink.write(article.id, found, trace)
            totals["characters"] += characters
            for name, lines in zip(ARTICLE_FILES, found, strict=True):
                if (counted := name.removesuffix(".jsonl")) in totals:
                    totals[counted] += lines.count(b"\n")
        on_progress(reader)
    totals["corrections"] = corrector.applied
    if totals["articles"] or skipped:  # else all would be missed
        for error in corrector.unapplied():
            fail(error)
    return Counts(**totals), skipped, lost


def _results(
    reader: ArticleReader,
    finished: Finished,
    recognizer: _Recognizer,
    skip_duplicates: bool,
    needed: Callable[[str], bool],
) -> Iterator[_Result]:
    """What was found in each article, or why nothing was, in the order of the input.

    needed: whether the article with this id must be made even if its lines are known.
    """
    waiting: deque[_Result] = deque()
    duplicates = Duplicates()
    for item in reader.read(finished.origins):
        waiting.append(_begin(item, reader, duplicates, finished, recognizer, skip_duplicates, needed))
        if len(waiting) > recognizer.ahead:
            yield waiting.popleft()
    yield from waiting


def _begin(
    item: Article | KnownArticle | ArticleError,
    reader: ArticleReader,
    duplicates: Duplicates,
    finished: Finished,
    recognizer: _Recognizer,
    skip_duplicates: bool,
    needed: Callable[[str], bool],
) -> _Result:
    if isinstance(item, KnownArticle) and needed(item.id):
        item = item.make()
    if isinstance(item, KnownArticle):
        recalled = finished.recall(item.origin)
        sample = recalled.sample
        repeat = duplicates.find(item.id, sample)
        # whether a repeat was skipped depends on more than its lines tell
        if recalled.repeats == (repeat.article if repeat else None) and not (skip_duplicates and repeat):
            return _Result(item, recalled.characters, Trace(None, item.origin, sample), lambda: recalled.lines)
        made = item.make()
        if isinstance(made, ArticleError):
            return _failure(made)
        article = made
    elif isinstance(item, ArticleError):
        return _failure(item)
    else:
        article, sample = item, sample_of(item)
        repeat = duplicates.find(article.id, sample)
    repeats = repeat.article if repeat else None
    key = key_of(article, repeats)
    lines = finished.get(key)
    if skip_duplicates and repeat:
        if repeat.whole:
            lines = lines_of([_unread(article, repeat.article)])
        elif lines and sum(map(bool, lines)) == 1:
            lines = None  # a summary alone may be of a run that skipped it
    result = recognizer.submit(article, repeats, reader.place) if lines is None else lambda: lines
    return _Result(article, len(article.text), Trace(key, reader.origin, sample), result)


def _failure(error: ArticleError) -> _Result:
    return _Result(None, 0, Trace(None, None, b""), lambda: error)


def _unread(article: Article, repeats: str) -> ArticleSummary:
    """Sum up an article in which nothing was looked for."""
    known = article.model_dump(include=set(ArticleSummary.model_fields))
    nothing = dict.fromkeys(("facts", "entities", "names", "quantities"), 0)
    return ArticleSummary(**known, **nothing, characters=len(article.text), sha256=article.sha256, duplicate_of=repeats)


def _recognizer(nlp: Language | None, min_confidence: float, jobs: int) -> _Recognizer:
    if jobs == 1:
        return _Here(nlp, min_confidence)
    if nlp:
        raise ValueError("a pipeline of your own reads in one process: leave out jobs")
    return _Elsewhere(min_confidence, jobs)


class _Here:
    """Recognize in this process; the model is loaded for the first article."""

    ahead = 0

    def __init__(self, nlp: Language | None, min_confidence: float) -> None:
        self._nlp = nlp
        self._min_confidence = min_confidence
        self._memory = ExitStack()
        self._articles = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._memory.close()

    def submit(self, article: Article, repeats: str | None, place: tuple[str, int | None]) -> Callable[[], _Found]:
        result = self.recognize(article, repeats, place)
        return lambda: result

    def recognize(self, article: Article, repeats: str | None, place: tuple[str, int | None]) -> _Found:
        nlp = self._nlp = self._nlp or newsfacts.load(min_confidence=self._min_confidence)
        if self._articles % _REMEMBERED == 0:  # let spaCy forget the words of past articles; no Doc may be kept
            self._memory.close()
            self._memory.enter_context(nlp.memory_zone())
        self._articles += 1
        try:
            doc = nlp(to_doc(nlp, article))
            facts = facts_of(doc, article.id)
            quantities = quantities_of(doc, article.id, facts)
            entities = entities_of(doc, article.id)
            names = names_of(doc, article.id)
            summary = summary_of(doc, article, repeats, len(facts), len(entities), len(names))
            return lines_of([*facts, *quantities, *entities, *names, summary])
        except Exception as error:  # one article must not end the run
            file, line = place
            return ArticleError(code="failed", file=file, line=line, article=article.id, message=repr(error))


class _Elsewhere:
    """Recognize in other processes."""

    def __init__(self, min_confidence: float, jobs: int) -> None:
        self.ahead = _AHEAD * jobs
        # spawned, not forked: a fork would hold our lock on the folder and the state of our threads
        context = multiprocessing.get_context("spawn")
        self._processes = ProcessPoolExecutor(jobs, context, _start, (min_confidence,))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._processes.shutdown(cancel_futures=True)

    def submit(self, article: Article, repeats: str | None, place: tuple[str, int | None]) -> Callable[[], _Found]:
        return self._processes.submit(_recognize, article, repeats, place).result


_here: _Here  # of a process that _Elsewhere started


def _start(min_confidence: float) -> None:
    global _here
    _here = _Here(None, min_confidence)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends the others
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A killed run must leave no process behind."""
    parent = multiprocessing.parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)


def _recognize(article: Article, repeats: str | None, place: tuple[str, int | None]) -> _Found:
    return _here.recognize(article, repeats, place)


def _report(
    paths: Sequence[str | Path], counts: Counts, nlp: Language | None, mark: str | None, corrections: str | None
) -> RunReport:
    # the model itself may not have been needed
    meta = nlp.meta if nlp else json.loads((newsfacts._model_path() / "meta.json").read_text("utf-8"))
    return RunReport(
        version=newsfacts.__version__,
        model=ModelInfo(name=f"{meta['lang']}_{meta['name']}", version=meta["version"]),
        inputs=tuple(display_name(Path(path)) for path in paths),
        counts=counts,
        fingerprint=mark,
        corrections=corrections,
    )
