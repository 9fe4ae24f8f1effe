"""The facts of every seed article; a person read them against the text before they were accepted.

They are what the program says today, wrong answers included, so that every change of extraction shows.
A change in extraction shows as a difference of the YAML files in test_goldens/. After reading it, accept with
`pytest tests/test_goldens.py --force-regen`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from newsfacts.emit.build import facts_of
from newsfacts.read import ArticleReader, to_doc
from newsfacts.records import Article, Fact

SEEDS = Path(__file__).parents[1] / "seeds"
SLOTS = ("kind", "direction", "basis", "qualifier", "subject", "metric", "measure", "modality", "source")
USUAL = {"direction": None, "basis": None, "qualifier": "exact", "modality": "actual", "source": None}


def readable(fact: Fact) -> dict[str, object]:
    """A fact in the order in which it reads, without offsets and without slots that say nothing."""
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


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.stem)
def test_the_facts_of_a_seed(path, nlp, data_regression):
    (article,) = ArticleReader([path])
    assert isinstance(article, Article)
    facts = [readable(fact) for fact in facts_of(nlp(to_doc(nlp, article)), article.id)]
    published = article.published.isoformat() if article.published else None
    data_regression.check({"published": published, "title": article.title, "facts": facts}, basename=path.stem)
