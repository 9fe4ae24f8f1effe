"""outputs/ holds what seeds/ give today: a change of code, model or articles is not whole before `make` was run."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsfacts.dataset.compare import compare
from newsfacts.dataset.files import locate, opened
from newsfacts.run import run

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("outputs")
    run([ROOT / "seeds"], folder)
    return folder


def test_facts_are_up_to_date(made):
    # by meaning: other kinds of machines may round a confidence otherwise
    before, after = locate(str(ROOT / "outputs"), str(made))
    with opened(before) as old, opened(after) as new:
        assert not [difference for article in compare(old, new) for difference in article.differences]


@pytest.mark.parametrize("records", ["quantities", "entities", "names", "articles", "errors"])
def test_files_without_confidences_are_up_to_date(made, records):
    assert (made / f"{records}.jsonl").read_bytes() == (ROOT / "outputs" / f"{records}.jsonl").read_bytes()
