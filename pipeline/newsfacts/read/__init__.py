"""Read raw input into Articles."""

from newsfacts.read.article import make_article, to_doc
from newsfacts.read.files import ArticleReader

__all__ = ["ArticleReader", "make_article", "to_doc"]
