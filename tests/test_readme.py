"""The README's questions to the database, and the answers that it gives for outputs/."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from newsfacts.dataset.export import export

ROOT = Path(__file__).parents[1]


def test_the_answers_to_the_readmes_questions(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    questions = re.findall(r"```sql\n([^`]*)```\n\n((?:    [^\n]*\n)+)", readme)
    assert len(questions) == 3
    export(ROOT / "outputs", tmp_path / "facts.sqlite")
    database = sqlite3.connect(tmp_path / "facts.sqlite")
    for query, answer in questions:
        found = ["|".join(map(str, row)) for row in database.execute(query)]
        assert found == [line.strip() for line in answer.splitlines()]
    database.close()
