"""The main job: articles in, a fact dataset out."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import newsfacts
from newsfacts.emit.build import entities_of, facts_of, names_of, quantities_of, summary_of
from newsfacts.emit.dataset import DatasetWriter, output_files
from newsfacts.read.article import to_doc
from newsfacts.read.duplicates import Duplicates
from newsfacts.read.files import ArticleReader, display_name
from newsfacts.read.texts import TextFolder
from newsfacts.records import (
    Article,
    ArticleError,
    ArticleSummary,
    Counts,
    Entity,
    Fact,
    ModelInfo,
    Name,
    Quantity,
    RunReport,
)

if TYPE_CHECKING:
    from spacy.language import Language

_Found: TypeAlias = tuple[ArticleSummary, list[Fact | Quantity | Entity | Name]] | ArticleError


def run(
    paths: Sequence[str | Path],
    output: str | Path,
    *,
    nlp: Language | None = None,
    fields: Mapping[str, str] = MappingProxyType({}),
    save_text: str | Path | None = None,
    skip_duplicates: bool = False,
    on_error: Callable[[ArticleError], None] = lambda error: None,
    on_progress: Callable[[ArticleReader], None] = lambda reader: None,
) -> RunReport:
    """Read the articles of files and folders and write their facts, entities and errors into a folder.

    Articles stream: one at a time is in memory. An article that fails becomes a line of errors.jsonl, is passed to
    ``on_error``, and the others go on; ``on_progress`` is called after each. ``fields`` names the input's fields where
    they differ from ours ("text": "body"). Each article's text, which offsets refer to, goes to a file in the folder
    ``save_text``, if one is given. An article that repeats an earlier one is marked; with ``skip_duplicates``, one that
    adds nothing to it has no facts, entities and quantities. Raises ``OSError`` where a folder cannot be written to;
    then no file of the dataset has changed.
    """
    output = Path(output)
    texts = TextFolder(Path(save_text)) if save_text is not None else None
    exclude = [*output_files(output), *([texts.folder.resolve()] if texts else [])]
    reader = ArticleReader(paths, exclude=exclude, fields=fields)
    duplicates = Duplicates()
    totals = dict.fromkeys(Counts.model_fields, 0)
    with DatasetWriter(output) as dataset:
        nlp = nlp or newsfacts.load()
        with closing(_with_memory_returned(nlp, reader)) as items:
            for item in items:
                repeat = duplicates.find(item) if isinstance(item, Article) else None
                if isinstance(item, ArticleError):
                    found: _Found = item
                elif skip_duplicates and repeat and repeat.whole:
                    found = _unread(item), []
                else:
                    found = _recognize(nlp, item, reader)
                if isinstance(found, ArticleError):
                    dataset.write(found)
                    totals["errors"] += 1
                    on_error(found)
                else:
                    summary, records = found
                    if repeat:
                        summary = summary.model_copy(update={"duplicate_of": repeat.article})
                    if texts and isinstance(item, Article):
                        texts.save(item)
                    dataset.write(summary, *records)
                    totals["articles"] += 1
                    for name in ("characters", "facts", "entities", "names", "quantities"):
                        totals[name] += getattr(summary, name)
                on_progress(reader)
        report = RunReport(
            version=newsfacts.__version__,
            model=ModelInfo(name=f"{nlp.meta['lang']}_{nlp.meta['name']}", version=nlp.meta["version"]),
            inputs=tuple(display_name(Path(path)) for path in paths),
            counts=Counts(**totals),
        )
        dataset.finish(report)
    return report


def _with_memory_returned(
    nlp: Language, reader: ArticleReader, every: int = 100
) -> Generator[Article | ArticleError, None, None]:
    """Let spaCy forget the words of past articles from time to time; no Doc may be kept."""
    items = iter(reader)
    for first in items:
        with nlp.memory_zone():
            yield from chain([first], islice(items, every - 1))


def _unread(article: Article) -> ArticleSummary:
    """Sum up an article in which nothing was looked for."""
    known = article.model_dump(include=set(ArticleSummary.model_fields))
    nothing = dict.fromkeys(("facts", "entities", "names", "quantities"), 0)
    return ArticleSummary(**known, **nothing, characters=len(article.text), sha256=article.sha256)


def _recognize(nlp: Language, article: Article, reader: ArticleReader) -> _Found:
    try:
        doc = nlp(to_doc(nlp, article))
        facts = facts_of(doc, article.id)
        quantities = quantities_of(doc, article.id, facts)
        entities = entities_of(doc, article.id)
        names = names_of(doc, article.id)
        summary = summary_of(doc, article, len(facts), len(entities), len(names))
        return summary, [*facts, *quantities, *entities, *names]
    except Exception as error:  # one article must not end the run
        file, line = reader.place
        return ArticleError(code="failed", file=file, line=line, article=article.id, message=repr(error))
