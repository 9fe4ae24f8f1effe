import pytest
from spacy.language import Language

import newsfacts


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The model that ships, loaded once."""
    return newsfacts.load()
