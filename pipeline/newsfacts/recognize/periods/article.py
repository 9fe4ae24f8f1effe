"""What a whole article says of its own time: the year that it was written in, when its fiscal year ends."""

from __future__ import annotations

import datetime as dt
import re
from functools import cached_property

from newsfacts.recognize.periods import lexicon

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class Article:
    """The times that hold for all of an article, each read when it is first asked for; None where it is not known."""

    def __init__(self, text: str, published: str | None) -> None:
        self._text = text
        self.published: dt.date | None = None
        if published:
            try:
                self.published = dt.date.fromisoformat(published)
            except ValueError:
                self.published = None
        self.told: dt.date | None = None  # without a publication date: the last day of the latest time told in full

    @cached_property
    def present(self) -> int | None:
        """The year of writing: that of the publication date, else what year_cues.tsv tells."""
        if self.published:
            return self.published.year
        cues = self._cues
        present = set(cues["present"])
        past = max((cues["past"] | cues["reported"]) - cues["ahead"], default=None)
        if not present and past is not None and past + 1 in cues["ahead"]:
            present.add(past + 1)
        return present.pop() if len(present) == 1 else None

    @cached_property
    def reported(self) -> int | None:
        """The last full year that an article without a publication date gives results of."""
        if self.published:
            return None
        reported = max(self._cues["reported"] - self._cues["ahead"], default=None)
        latest = max({int(year) for year in _YEAR.findall(self._text)} - self._cues["ahead"], default=None)
        if reported is None or (latest and latest > reported) or (self.present and self.present <= reported):
            return None  # the article goes on to later years
        return reported

    @cached_property
    def fiscal_end(self) -> int | None:
        """The month that the fiscal year ends in, where the text says one and no other."""
        months = lexicon.values("month")
        ends = {months[match["month"].lower()] for match in lexicon.fiscal_end().finditer(self._text)}
        return ends.pop() if len(ends) == 1 else None

    @cached_property
    def _cues(self) -> dict[str, set[int]]:
        """The years that each kind of cue names."""
        found: dict[str, set[int]] = {"present": set(), "reported": set(), "past": set(), "ahead": set()}
        for kind, pattern, years_later in lexicon.year_cues():
            found[kind].update(int(match["year"]) + years_later for match in pattern.finditer(self._text))
        return found
