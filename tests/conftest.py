from typing import Any

import pytest
from spacy.language import Language
from spacy.tokens import Doc

import newsfacts


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The model that ships, loaded once."""
    return newsfacts.load()


class Counting:
    """The model, counting the articles that it reads."""

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp
        self.read = 0

    def __call__(self, doc: Doc) -> Doc:
        self.read += 1
        return self.nlp(doc)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.nlp, name)


@pytest.fixture
def model(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> Counting:
    """The model that a run loads, counting."""
    counting = Counting(nlp)
    monkeypatch.setattr(newsfacts, "load", lambda *, min_confidence=0.0: counting)
    return counting
