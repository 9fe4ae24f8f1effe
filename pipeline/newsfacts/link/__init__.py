"""Link quantities, periods and names into facts."""

from newsfacts.link.component import Linker, make_linker

__all__ = ["Linker", "make_linker"]
