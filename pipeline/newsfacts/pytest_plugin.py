"""A pytest fixture that pins the facts of articles, so that a change of what is read shows as a failing test.

    def test_facts(newsfacts_regression):
        newsfacts_regression.check(Path("articles/one.txt"))

pytest imports this module wherever Newsfacts is installed: what is heavy waits until the fixture is used.
"""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_regressions.data_regression import DataRegressionFixture

    from newsfacts.records import Article, Fact

SLOTS = ("kind", "direction", "basis", "qualifier", "subject", "metric", "measure", "modality", "source")
USUAL = {"direction": None, "basis": None, "qualifier": "exact", "modality": "actual", "source": None}


class FactsRegression:
    """Checks the facts of articles against the YAML files beside the test module, by pytest-regressions."""

    def __init__(self, data_regression: DataRegressionFixture) -> None:
        self._data_regression = data_regression

    def check(
        self,
        article: str | os.PathLike[str],
        published: str | dt.date | None = None,
        *,
        basename: str | None = None,
    ) -> None:
        """Fail where the facts of an article are not those of its YAML file; ``--force-regen`` accepts them.

        ``article`` is its text, or as a ``pathlib.Path`` a file that holds one article, of any kind that
        ``newsfacts run`` reads. ``published`` is its ISO 8601 publication date; without one, a date that the article
        itself prints is used. ``basename`` names the YAML file where one test checks several articles; else the test
        does. Raises ``ValueError`` for what is not one article that can be read, and for a date that is none.
        """
        __tracebackhide__ = True
        import newsfacts
        from newsfacts.emit.build import facts_of
        from newsfacts.read import make_article, to_doc

        read = make_article("text", article) if isinstance(article, str) else _of(article)
        if published is not None:
            read = type(read).model_validate({**read.model_dump(), "published": published})
        nlp = newsfacts._loaded()
        pinned = {
            "published": read.published.isoformat() if read.published else None,
            "title": read.title,
            "facts": [readable(fact) for fact in facts_of(nlp(to_doc(nlp, read)), read.id)],
        }
        self._data_regression.check(pinned, basename=basename)


@pytest.fixture
def newsfacts_regression(request: pytest.FixtureRequest) -> FactsRegression:
    """Pin the facts of articles: ``newsfacts_regression.check(text_or_path, published=None)``."""
    try:
        return FactsRegression(request.getfixturevalue("data_regression"))
    except pytest.FixtureLookupError:
        message = "newsfacts_regression needs pytest-regressions: pip install 'newsfacts[pytest]'"
    pytest.fail(message, pytrace=False)


def readable(fact: Fact) -> dict[str, object]:
    """A fact in words, without offsets, without confidences and without slots that say nothing."""
    row: dict[str, object] = {"quantity": fact.text, "value": fact.model_dump(mode="json")["value"], "unit": fact.unit}
    row |= {slot: value for slot in SLOTS if (value := getattr(fact, slot)) != USUAL.get(slot, "")}
    if fact.period:
        dates = f"{fact.period.start or ''}..{fact.period.end or ''}"
        row["period"] = fact.period.text if dates == ".." else f"{fact.period.text} [{dates}]"
    if fact.equivalents:
        row["equivalents"] = [f"{same.text} = {same.value} {same.unit}" for same in fact.equivalents]
    if fact.part == "headline":
        row["part"] = "headline"
    row["sentence"] = " ".join(fact.sentence.text.split())
    return row


def _of(path: str | os.PathLike[str]) -> Article:
    """The one article of a file."""
    from pathlib import Path

    from newsfacts.read import ArticleReader
    from newsfacts.records import ArticleError

    articles = []
    for item in ArticleReader([Path(path)]):
        if isinstance(item, ArticleError):
            raise ValueError(str(item))
        articles.append(item)
    if len(articles) != 1:
        raise ValueError(f"{os.fspath(path)}: must hold one article, holds {len(articles):,}")
    return articles[0]
