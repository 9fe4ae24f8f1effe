"""Which mentions of an article are the same name, and what its fullest form is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsfacts.link import lexicon

_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the text: code point offsets, its text and label."""

    start: int
    end: int
    text: str
    label: str


def strip_possessive(phrase: str) -> str:
    """The phrase without a final 's."""
    return _POSSESSIVE.sub("", phrase)


class NameBook:
    """The names of one article."""

    def __init__(self, text: str, mentions: Iterable[Mention]) -> None:
        self.mentions = sorted(mentions, key=lambda mention: mention.start)
        self._labels: dict[str, str] = {}
        for mention in self.mentions:
            self._labels.setdefault(mention.text, mention.label)
        self._words = {name: _WORD.findall(name) for name in self._labels}
        bracketed = self._bracketed(text)
        self._full: dict[str, str] = {}
        for name in self._labels:
            longer = [other for other in self._labels if other != name and self._stands_for(name, other)]
            known = bracketed.get(name)
            self._full[name] = known or self._longest(longer) or name
        self._folded = {name.casefold(): full for name, full in self._full.items()}

    def full(self, phrase: str) -> str:
        """The fullest form of a name; a phrase that is no name of the article comes back as it is.

        A full stop at its end may be missing, as where a sentence ends in "Inc.".
        """
        key = strip_possessive(phrase).casefold()
        return self._folded.get(key) or self._folded.get(f"{key}.", phrase)

    def last_before(self, offset: int, label: str) -> Mention | None:
        """The last mention with a label that starts before an offset."""
        found = None
        for mention in self.mentions:
            if mention.start >= offset:
                break
            if mention.label == label:
                found = mention
        return found

    def around(self, start: int, end: int) -> Mention | None:
        """The mention that a stretch of the text lies in."""
        return next((m for m in self.mentions if m.start <= start and end <= m.end), None)

    def most_frequent(self) -> Mention | None:
        """The first mention of the organization or place that is named most often."""
        counts: dict[str, int] = {}
        first: dict[str, Mention] = {}
        for mention in self.mentions:
            if mention.label != "PERSON":
                name = self._full[mention.text]
                counts[name] = counts.get(name, 0) + 1
                first.setdefault(name, mention)
        best = max(counts, key=lambda name: (counts[name], -first[name].start), default=None)
        return first[best] if best is not None else None

    def _bracketed(self, text: str) -> dict[str, str]:
        """Short forms that stand in brackets right after the name: "Dongguan Toy Association (DTA)"."""
        found = {}
        for long, short in zip(self.mentions, self.mentions[1:], strict=False):
            if text[long.end : short.start].strip() == "(" and text[short.end : short.end + 1] == ")":
                found[short.text] = long.text
        return found

    def _stands_for(self, short: str, long: str) -> bool:
        """Whether a name is a short form of another one with the same label."""
        label = self._labels[short]
        few, many = self._words[short], self._words[long]
        if label != self._labels[long] or not few or len(few) >= len(many):
            return label == "ORG" == self._labels[long] and len(few) == 1 and self._initials(few[0], many)
        if label == "PERSON":
            return many[-len(few) :] == few or many[: len(few)] == few
        if label == "PLACE":
            return many[: len(few)] == few and all(w in lexicon.words("place_suffixes.txt") for w in many[len(few) :])
        if many[: len(few)] == few or self._initials(few[0], many) and len(few) == 1:
            return True
        return self._inside(few, many)

    @staticmethod
    def _initials(short: str, many: Sequence[str]) -> bool:
        capitals = "".join(word[0] for word in many if word[0].isupper())
        return len(short) > 1 and short.isupper() and short == capitals

    @staticmethod
    def _inside(few: Sequence[str], many: Sequence[str]) -> bool:
        """Whether the short form is the long one without words in front and a legal form behind."""
        core = list(many)
        while core and core[-1] in lexicon.words("company_suffixes.txt"):
            core.pop()
        return len(core) > len(few) > 0 and any(list(few) == core[i : i + len(few)] for i in range(1, len(core)))

    def _longest(self, names: Sequence[str]) -> str | None:
        return max(names, key=lambda name: (len(self._words[name]), len(name), name), default=None)
