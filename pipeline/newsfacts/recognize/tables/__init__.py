"""Tables in an article's text: rows of cells, and the units that their headers give to bare numbers.

A table is a dict: rows (for each row its cells, each [start, end] in code points of the text, without the blanks around
them; an empty cell has no length), headers (how many rows at the top hold labels, 0 where none does), label (which
column names the rows) and caption (the line above, [start, end], or None). Cells stand on one line with " | " or a tab
between them, as a page's tables are read.
"""

from newsfacts.recognize.tables.component import Tables, make_tables
from newsfacts.recognize.tables.grid import find_tables
from newsfacts.recognize.tables.units import template

__all__ = ["Tables", "find_tables", "make_tables", "template"]
