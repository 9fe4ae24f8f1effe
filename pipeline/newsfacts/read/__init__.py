"""Read raw input into Articles."""

from newsfacts.read.article import make_article, to_doc
from newsfacts.read.files import read_articles

__all__ = ["make_article", "read_articles", "to_doc"]
