"""Read what an evaluation compares: gold articles, and the facts and entities predicted for them.

The gold format, one JSON object an article, either in a ``.json`` file of its own in a folder or as a line of a
``.jsonl`` file:

    {"article": "harbour-foods",
     "facts": [{"start": 58, "end": 69, "text": "7.5 percent", "value": 7.5, "unit": "percent", "kind": "change",
                "direction": "up", "basis": "year_on_year", "qualifier": "exact",
                "subject": ["Harbour Foods", "the company"], "metric": ["sales", "annual sales"], "measure": "sales",
                "period": {"text": "2023", "start": "2023-01-01", "end": "2023-12-31"}, "modality": "actual",
                "source": "Harbour Foods", "equivalents": []}],
     "optional": [{"start": 0, "end": 2}],
     "entities": [{"start": 0, "end": 13, "label": "ORG"}]}

Facts have the slots of a line of facts.jsonl. ``subject``, ``metric`` and ``source`` are an answer or a list of answers
that count as right, the preferred one first. ``optional`` are the spans of quantities that may be extracted or not; a
period with ``"optional": true`` may be anything. Without ``entities``, an article's names are not scored. In a folder,
``article`` may be left out: it is the file's name without its ending. Offsets count Unicode code points of the text of
the article. Other fields are ignored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, ValidationError

from newsfacts.dataset.errors import DatasetError
from newsfacts.dataset.files import FACTS, parse
from newsfacts.emit.dataset import FILES
from newsfacts.records import Entity

ENTITIES = FILES[Entity]

Number = StrictInt | StrictFloat | None


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True)


class Spanned(_Read):
    """Offsets in the article's text."""

    start: int
    end: int


class Time(_Read):
    """A period: its text, its inclusive ISO dates; ``optional`` where a gold period is not scored."""

    text: str | None = None
    start: str | None = None
    end: str | None = None
    optional: bool = False


class Amount(_Read):
    """A number, or the ends of a range, with its unit; no unit means a count."""

    value: Number | list[Number]
    unit: str | None = None


class Restated(Spanned, Amount):
    """The same amount restated: an equivalent in the gold."""


class _Slots(Spanned, Amount):
    text: str = ""
    kind: str | None
    direction: str | None = None
    basis: str | None = None
    qualifier: str | None = "exact"
    measure: str | None = None
    period: Time | None = None
    modality: str | None = "actual"


class GoldFact(_Slots):
    """A fact as it should be, with all answers that count as right."""

    subject: str | list[str] | None
    metric: str | list[str] | None
    source: str | list[str] | None = None
    equivalents: list[Restated] | None = None


class Answer(_Slots):
    """A fact as it was predicted; what is missing counts as not answered."""

    value: Number | list[Number] = None
    kind: str | None = None
    subject: str | None = None
    metric: str | None = None
    source: str | None = None
    equivalents: list[Amount] | None = None


class Mention(Spanned):
    """A name in the text."""

    label: str


class GoldArticle(_Read):
    """What a careful reader finds in an article."""

    article: str = Field(min_length=1)
    facts: list[GoldFact]
    optional: list[Spanned] = []
    entities: list[Mention] | None = None


R = TypeVar("R", bound=_Read)


def read_gold(path: Path, prefixes: tuple[str, ...] = ()) -> dict[str, GoldArticle]:
    """Read gold articles by id, in the order of their ids; see this module for the format.

    ``prefixes``: only articles whose id begins with one of these. Raises ``DatasetError`` where there are none, or
    where one cannot be read.
    """
    golds: dict[str, GoldArticle] = {}
    for file, line, row in _gold_rows(path):
        if not str(row.get("article")).startswith(prefixes or ("",)):
            continue
        gold = validated(GoldArticle, row, file, line)
        if gold.article in golds:
            raise DatasetError(file, f"a second gold for {gold.article!r}", line=line, field="article")
        golds[gold.article] = gold
    if not golds:
        raise DatasetError(str(path), f"no gold articles{' with that prefix' if prefixes else ''}")
    return dict(sorted(golds.items()))


def read_predicted(path: Path, articles: set[str]) -> tuple[dict[str, list[Answer]], dict[str, list[Mention]] | None]:
    """Read the facts and entities predicted for some articles, by article.

    ``path``: facts.jsonl, or the folder that holds it and, where names are scored too, entities.jsonl; without that
    file the entities are ``None``. Raises ``DatasetError``.
    """
    if not path.is_dir():
        return _by_article(Answer, path, articles), None
    entities = path / ENTITIES
    return (
        _by_article(Answer, path / FACTS, articles),
        _by_article(Mention, entities, articles) if entities.exists() else None,
    )


def _gold_rows(path: Path) -> Iterator[tuple[str, int | None, dict[str, Any]]]:
    if not path.is_dir():
        for line, row in read_rows(path):
            yield str(path), line, row
        return
    for file in sorted(path.glob("*.json")):
        with _readable(file):
            row = parse(file.read_bytes(), str(file))
        yield str(file), None, {"article": file.stem, **row}


def _by_article(model: type[R], path: Path, articles: set[str]) -> dict[str, list[R]]:
    found: dict[str, list[R]] = defaultdict(list)
    for line, row in read_rows(path):
        article = row.get("article")
        if not isinstance(article, str):
            raise DatasetError(str(path), "must be the id of an article", line=line, field="article")
        if article in articles:
            found[article].append(validated(model, row, str(path), line))
    return found


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a file with one a line, with the numbers of their lines; raises ``DatasetError``."""
    with _readable(path), path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if not line.isspace():
                yield number, parse(line, str(path), number)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatasetError(str(path), f"cannot be read: {error.strerror or error}") from error


def validated(model: type[R], row: dict[str, Any], file: str, line: int | None) -> R:
    """The record of an object that stands in a line of a file; raises ``DatasetError`` where it is none."""
    try:
        return model.model_validate(row)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise DatasetError(file, first["msg"], line=line, field=field) from None
