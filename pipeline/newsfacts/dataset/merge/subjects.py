"""Which subjects of different articles are one.

A wrong merge is worse than a missed one: names that could stand for two things are left alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from newsfacts.link.fold import folded
from newsfacts.link.lexicon import generic_subjects, legal_forms
from newsfacts.records import Fact, Name

Subject: TypeAlias = tuple[str, ...]
"""What a subject is known by: its type, or "" where it is no name, then its folded words."""

_TYPES = ("ORG", "PLACE", "PERSON")
_ARTICLES = {"the", "a", "an"}
_LONGEST = max(len(form.split()) for form in legal_forms())
_GEONAMES = "@"  # stands for the type where a subject is known by a GeoNames id


class Subjects:
    """The names of all articles, with those that are one taken together.

    One are names of one type whose folded words are the same, legal forms aside; places with the same GeoNames id; and
    a name that is the short form of just one other in some article. Places of one name with different GeoNames ids and
    companies of one name with different legal forms stay apart. Memory grows with the number of different names.
    """

    def __init__(self, names: Callable[[], Iterable[Name]]) -> None:
        told: defaultdict[tuple[Subject, str], Counter[str]] = defaultdict(
            Counter
        )  # forms of (name, what tells it apart)
        owners: defaultdict[Subject, set[tuple[Subject, str]]] = defaultdict(set)  # of short forms
        for name in names():
            key, mark = _key(name.type, name.name), _mark(name)
            told[key, mark][name.name] += 1
            for alias in name.aliases:
                owners[_key(name.type, alias)].add((key, mark))
        self._marks: defaultdict[Subject, set[str]] = defaultdict(set)
        for key, mark in told:
            self._marks[key].add(mark)
        self._split = {key for key, marks in self._marks.items() if _contradict(key[0], marks - {""})}
        split_places = any(key[0] == "PLACE" for key in self._split)
        self._ids = (
            {name.id: _mark(name) for name in names() if _key(name.type, name.name) in self._split}
            if split_places
            else {}
        )
        self._parents: dict[Subject, Subject] = {}
        for key, mark in told:
            if mark and key[0] == "PLACE":
                self._unite(self._node(key, mark), (_GEONAMES, mark))
        self._owners = {
            short: {self._root(self._node(*owner)) for owner in found if owner[0] != short}
            for short, found in owners.items()
        }
        for short, found in self._owners.items():
            if len(found) == 1 and short not in self._split and _tells(short):
                self._unite(short, *found)
        self._forms: defaultdict[Subject, Counter[str]] = defaultdict(Counter)
        for owner, forms in told.items():
            self._forms[self._root(self._node(*owner))].update(forms)

    def of(self, fact: Fact) -> Subject:
        """What the subject of a fact is known by; one that does not tell whom it means is known by its article too."""
        key = self._key_of(fact)
        if not _tells(key):
            return (*key, fact.article)
        subject = fact.subject or ""
        mark = ""
        if key in self._split:
            mark = self._ids.get(fact.subject_id or "", "") if key[0] == "PLACE" else _legal_form(folded(subject))
        return self._root(self._node(key, mark))

    def is_one_of(self, fact: Fact, wanted: set[Subject]) -> bool:
        """Whether a fact is about one of the subjects that ``named`` found."""
        return (self.of(fact) if _tells(key := self._key_of(fact)) else key) in wanted

    def named(self, phrase: str) -> set[Subject]:
        """All subjects that a phrase can stand for."""
        found = {self._root(_key("", phrase))}
        for kind in _TYPES:
            key = _key(kind, phrase)
            if key in self._marks:
                found |= {self._root(self._node(key, mark)) for mark in {"", *self._marks[key]}}
            found |= {self._root(owner) for owner in self._owners.get(key, ())}
        return found

    def name(self, subject: Subject) -> str | None:
        """The form of a name that most articles use, the fullest of equals; None where it is no name."""
        forms = self._forms.get(subject)
        return max(forms, key=lambda form: (forms[form], len(form), form)) if forms else None

    def forms(self) -> Iterator[str]:
        """All names in the full forms of their articles."""
        for forms in self._forms.values():
            yield from forms

    def _key_of(self, fact: Fact) -> Subject:
        subject = fact.subject or ""
        if fact.subject_type is not None:
            return _key(fact.subject_type, subject)
        found = [key for kind in _TYPES if (key := _key(kind, subject)) in self._marks]
        return found[0] if len(found) == 1 else _key("", subject)

    def _node(self, key: Subject, mark: str) -> Subject:
        return (*key, mark) if mark and key in self._split else key

    def _root(self, node: Subject) -> Subject:
        while (parent := self._parents.get(node)) is not None:
            node = parent
        return node

    def _unite(self, one: Subject, other: Subject) -> None:
        """Take two together, under the first by the alphabet, words before GeoNames ids."""
        first, second = sorted((self._root(one), self._root(other)), key=lambda node: (node[0] == _GEONAMES, node))
        if first != second:
            self._parents[second] = first


def _key(kind: str, phrase: str) -> Subject:
    words = folded(phrase)
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    if kind == "ORG" and (form := _legal_form(words)):
        words = words[: -len(form.split())]
    return (kind, *(words or (phrase.casefold(),)))


def _legal_form(words: tuple[str, ...]) -> str:
    """The words of the legal form at the end of a company's name, or ""."""
    ends = (" ".join(words[first:]) for first in range(max(1, len(words) - _LONGEST), len(words)))
    return next((end for end in ends if end in legal_forms()), "")


def _mark(name: Name) -> str:
    """What tells a name apart from others of the same words, or ""."""
    if name.type == "PLACE":
        return str(name.geonames or "")
    return _legal_form(folded(name.name)) if name.type == "ORG" else ""


def _contradict(kind: str, marks: set[str]) -> bool:
    """Whether marks are of different things; "Co." and "Co., Ltd." or "Corp." and "Corporation" need not be."""
    if kind == "PLACE":
        return len(marks) > 1
    forms = sorted({legal_forms()[mark] for mark in marks}, key=len, reverse=True)
    return any(not set(folded(form)) <= set(folded(forms[0])) for form in forms[1:])


def _tells(form: Subject) -> bool:
    """Whether a form says whom it means outside of its article: no "the Bank", no "Smith"."""
    kind, *words = form
    return " ".join(words) not in generic_subjects() and not (kind == "PERSON" and len(words) == 1)
