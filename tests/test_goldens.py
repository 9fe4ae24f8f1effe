"""The facts of every seed article; a person read them against the text before they were accepted.

They are what the program says today, wrong answers included, so that every change of extraction shows.
A change in extraction shows as a difference of the YAML files in test_goldens/. After reading it, accept with
`pytest tests/test_goldens.py --force-regen`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

SEEDS = Path(__file__).parents[1] / "seeds"


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.stem)
def test_the_facts_of_a_seed(path, newsfacts_regression):
    newsfacts_regression.check(path, basename=path.stem)
