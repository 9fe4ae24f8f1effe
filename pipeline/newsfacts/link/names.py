"""Which mentions of an article are the same name, and what its fullest form is."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from newsfacts.link import gazetteer, lexicon
from newsfacts.link.fold import WORD, folded, plain

_POSSESSIVE = re.compile(r"['’]s?$")
_WORD_BEHIND = re.compile(r" ([\w'’-]+)")
_AND = re.compile(r",? (?:and|&) (?:the )?")
_JOINED = re.compile(r"[-–/]")
_LINKING = {"of", "for", "and", "the", "in", "at", "de", "und", "et"}
_LARGER = {"county", "prefecture", "province", "region", "state", "territory"}  # than a city of the same name
_EARLY = 2  # a headline and a lead may use a short form before the text gives the name in full


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the text: code point offsets, its text and label."""

    start: int
    end: int
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which the article writes a name."""

    text: str
    label: str  # of most of its mentions
    starts: Sequence[int]
    words: Sequence[str]  # folded
    core: Sequence[str]  # the words without title, legal form or "District"
    acronym: str | None  # its letters, where it can be an acronym
    initials: frozenset[str]  # of its words and of its core


def strip_possessive(phrase: str) -> str:
    """The phrase without a final 's."""
    return _POSSESSIVE.sub("", phrase)


class NameBook:
    """The names of one article."""

    def __init__(self, text: str, mentions: Iterable[Mention]) -> None:
        self.text = text
        self.mentions = sorted(mentions, key=lambda mention: mention.start)
        self._starts = [mention.start for mention in self.mentions]
        self._forms = self._read_forms()
        fuller = self._spellings()
        best = [form for form in self._forms.values() if form.text not in fuller]
        having: dict[str, list[Form]] = {}  # a word or initials
        for form in best:
            for part in {*form.core, *form.initials}:
                having.setdefault(part, []).append(form)
        for form in best:
            parts = {*form.core[:1], form.acronym or ""}
            if longer := self._longer(form, [other for part in parts for other in having.get(part, ())]):
                fuller[form.text] = longer.text
        for short, long in self._bracketed():
            if (short := _follow(fuller, short)) != (long := _follow(fuller, long)):
                fuller[short] = long
        self._full = {name: _follow(fuller, name) for name in self._forms}
        self._by_words = {self._forms[name].words: full for name, full in self._full.items()}
        self._names = {
            mention: self.called(mention.text, self.word_behind(mention.end)) or self._full[mention.text]
            for mention in self.mentions
        }

    def full(self, phrase: str) -> str:
        """The fullest form of a name; a phrase that is no name of the article comes back as it is."""
        return self._full.get(phrase) or self._by_words.get(folded(phrase), phrase)

    def called(self, name: str, sort: str) -> str | None:
        """The fullest form of the only name with the words of "Chenfeng" and one such as Park, for "Chenfeng park"."""
        generic = lexicon.generic_subjects().get(sort)
        if generic is None or not generic.words or not name[:1].isupper():
            return None
        if self.knows(name) and self.label(self.full(name)) != generic.label:
            return None  # "Dawa bureau" is not Dawa
        few = folded(name)
        many = ((full, self._forms[full].words) for full in self._full.values())
        found = {
            full
            for full, words in many
            if generic.words.intersection(words)
            and _place_in(few, words) is not None
            and self.label(full) == generic.label  # "Jiangsu province" is no Jiangsu Province Development Commission
        }
        return found.pop() if len(found) == 1 else None

    def knows(self, phrase: str) -> bool:
        """Whether a phrase is a name of the article as it stands."""
        return phrase in self._full

    def label(self, name: str) -> str:
        """What a name is, given in its fullest form."""
        return self._forms[name].label

    def is_place(self, *names: str) -> bool:
        """Whether all of some names, in their fullest forms, are names of places in the article."""
        return all(name in self._forms and self._forms[name].label == "PLACE" for name in names)

    def groups(self) -> dict[str, list[Mention]]:
        """{fullest form: the mentions of that name in all forms}, in the order of their first mentions."""
        found: dict[str, list[Mention]] = {}
        for mention in self.mentions:
            found.setdefault(self.name_of(mention), []).append(mention)
        return found

    def name_of(self, mention: Mention) -> str:
        """The fullest form of a mention's name; that of the park for the "Chenfeng" of "the Chenfeng park"."""
        return self._names[mention]

    def word_behind(self, offset: int) -> str:
        """The word right behind an offset, a blank between, without 's; empty where there is none."""
        after = _WORD_BEHIND.match(self.text, offset)
        return strip_possessive(after[1]) if after else ""

    def meant(self, offset: int, since: int, generic: lexicon.Generic) -> Mention | None:
        """The name that "the bank" or "it" at an offset stands for: the last one before it with the label.

        Names after `since` that fit come first: Orvane Bank for "the bank", a city, not a country, for "the city".
        """
        before = [*reversed(self.mentions[: bisect_left(self._starts, offset)])]
        fitting = (m for m in before if self._fits(self.name_of(m), m.label, generic))
        if found := next(fitting, None):
            called_so = generic.label == "PLACE" and generic.words.intersection(folded(self.name_of(found)))
            if found.start >= since or generic.must_fit or called_so:
                return found
        others = (m for m in before if m.label == generic.label and self._may_be(self.name_of(m), generic))
        return None if generic.must_fit else next(others, None)

    @staticmethod
    def _fits(name: str, label: str, generic: lexicon.Generic) -> bool:
        if generic.words.intersection(folded(name)):
            return label != "PERSON"
        return label == generic.label and bool(generic.sorts) and gazetteer.sort_of(name) in generic.sorts

    @staticmethod
    def _may_be(name: str, generic: lexicon.Generic) -> bool:
        return not generic.sorts or gazetteer.sort_of(name) in {*generic.sorts, None}

    def pair_before(self, offset: int) -> tuple[Mention, Mention] | None:
        """The last two names before an offset that "and" joins: "the two"."""
        before = self.mentions[: bisect_left(self._starts, offset)]
        joined = (
            (one, other)
            for one, other in zip(before[-2::-1], before[:0:-1], strict=True)
            if one.label == other.label and _AND.fullmatch(self.text[one.end : other.start])
        )
        return next(joined, None)

    def around(self, start: int, end: int) -> Mention | None:
        """The mention that a stretch of the text lies in."""
        return next((m for m in self.mentions if m.start <= start and end <= m.end), None)

    def within(self, start: int, end: int) -> list[Mention]:
        """The mentions in a stretch of the text."""
        first = bisect_left(self._starts, start)
        return [mention for mention in self.mentions[first : bisect_left(self._starts, end)] if mention.end <= end]

    def first_from(self, offset: int) -> Mention | None:
        """The first mention that starts at an offset or behind it."""
        index = bisect_left(self.mentions, offset, key=lambda mention: mention.start)
        return self.mentions[index] if index < len(self.mentions) else None

    def most_frequent(self) -> Mention | None:
        """The first mention of the organization or place that is named most often."""
        counts: dict[str, int] = {}
        first: dict[str, Mention] = {}
        for mention in self.mentions:
            if mention.label != "PERSON":
                name = self.name_of(mention)
                counts[name] = counts.get(name, 0) + 1
                first.setdefault(name, mention)
        best = max(counts, key=lambda name: (counts[name], -first[name].start), default=None)
        return first[best] if best is not None else None

    def _read_forms(self) -> dict[str, Form]:
        mentions: dict[str, list[Mention]] = {}
        for mention in self.mentions:
            mentions.setdefault(mention.text, []).append(mention)
        return {name: _form(name, places) for name, places in mentions.items()}

    def _spellings(self) -> dict[str, str]:
        """{form: the form that writes the same words, or names the same country, better}."""
        groups: dict[object, list[Form]] = {}
        for form in self._forms.values():
            country = gazetteer.country_of(form.text) if form.label == "PLACE" else None
            groups.setdefault(country or form.words or form.text, []).append(form)
        fuller: dict[str, str] = {}
        for group in groups.values():
            best = min(group, key=_spelling_rank)
            fuller |= {form.text: best.text for form in group if form is not best}
        return fuller

    def _longer(self, short: Form, forms: Sequence[Form]) -> Form | None:
        """The fullest form that a short one stands for; none where it could stand for two things."""
        found = [form for form in forms if form is not short and self._stands_for(short, form)]
        found = [form for form in found if form.core == short.core] or found
        longest = max(found, key=lambda form: (len(form.words), len(form.text), form.text), default=None)
        if longest is None or any(form is not longest and not self._stands_for(form, longest) for form in found):
            return None
        return longest

    def _stands_for(self, short: Form, long: Form) -> bool:
        if short.acronym and short.acronym in long.initials and short.label != "PERSON" != long.label:
            return short.label == long.label == "ORG" or len(short.acronym) > 2
        if short.label != long.label or len(short.words) >= len(long.words) or not short.core:
            return False
        if self._is_joined(short, long):
            return False
        rule = {"PERSON": _same_person, "PLACE": _same_place, "ORG": _same_organization}.get(short.label)
        return rule is not None and rule(short, long)

    def _is_joined(self, short: Form, long: Form) -> bool:
        """Whether the longer form names the shorter one and another beside it, as "Fiat-GM Powertrain" does Fiat."""
        parts = _JOINED.split(long.text)
        others = [part.split() for part in parts if f" {short.text} " not in f" {part} "]
        if len(others) == len(parts):
            return False
        return any(" ".join(words[:n]) in self._forms for words in others for n in range(1, len(words) + 1))

    def _bracketed(self) -> Iterable[tuple[str, str]]:
        """Pairs as in "Dongguan Toy Association (DTA)": the shorter form, the longer one."""
        for one, other in zip(self.mentions, self.mentions[1:], strict=False):
            if self.text[one.end : other.start].strip() != "(" or self.text[other.end : other.end + 1] != ")":
                continue
            long, short = sorted((self._forms[one.text], self._forms[other.text]), key=lambda form: -len(form.words))
            if "PERSON" not in (long.label, short.label) and _abbreviates(short, long):
                yield short.text, long.text


def _form(name: str, mentions: Sequence[Mention]) -> Form:
    label = Counter(mention.label for mention in mentions).most_common(1)[0][0]
    words = folded(name)
    first, last = _core(words, label)
    letters = "".join(WORD.findall(name))
    return Form(
        text=name,
        label=label,
        starts=[mention.start for mention in mentions],
        words=words,
        core=words[first:last],
        acronym=letters if " " not in name and len(letters) > 1 and letters.isupper() else None,
        initials=frozenset(
            "".join(word[0] for word in some if word[0].isupper()) for some in (plain(name), plain(name)[first:last])
        ),
    )


def _core(words: Sequence[str], label: str) -> tuple[int, int]:
    """Which words are left without title, legal form or the sort of place; one is at least."""
    first, last = 0, len(words)
    if label == "PERSON":
        while first < last - 1 and words[first] in lexicon.folded_words("titles.txt"):
            first += 1
        return first, last
    ends = lexicon.folded_words("company_suffixes.txt" if label == "ORG" else "place_suffixes.txt")
    while last > 1 and words[last - 1] in ends:
        last -= 1
    return first, last


def _spelling_rank(form: Form) -> tuple[int, bool, int, int]:
    """The first is best: the country's fullest name, no headline or dateline in capitals, most frequent, first."""
    shouted = form.text.isupper() and (form.label != "ORG" or len(form.text) > 4)
    return gazetteer.country_rank(form.text), shouted, -len(form.starts), form.starts[0]


def _same_person(short: Form, long: Form) -> bool:
    """A last or first name, a name without its title or middle initial."""
    few, many = short.core, long.core
    if few in (many, many[-len(few) :], many[: len(few)]):
        return True
    return len(few) == 2 < len(many) and (few[0], few[1]) == (many[0], many[-1])


def _same_place(short: Form, long: Form) -> bool:
    """A place without "District"; Mexico is not Mexico City, nor is the city of Lagos Lagos State."""
    if short.core != long.core or len(short.words) != len(short.core):
        return False
    return not gazetteer.country_of(short.text) and not (long.words[-1] in _LARGER and gazetteer.is_city(short.text))


def _same_organization(short: Form, long: Form) -> bool:
    """A name without its legal form, its last words or a place in front."""
    few, many = short.core, long.core
    if few == many:
        return True
    generic = few[-1] in lexicon.generic_subjects()  # "the Bank", of the Bank of England
    early = sum(start < long.starts[0] for start in short.starts) > _EARLY and not generic
    if len(few) >= len(many) or few != short.words or early:
        return False
    at = _place_in(few, many)
    if at is None or gazetteer.is_place(few):
        return False
    front, rest = many[:at], many[at + len(few) :]
    if _LINKING.intersection(front) or (front and _LINKING.intersection(few) and not gazetteer.is_place(front)):
        return False
    if rest[:1] == ("and",) or lexicon.folded_words("other_bodies.txt").intersection(rest):
        return False
    return generic or "(" in long.text or not gazetteer.is_place(rest[-1:])


def _place_in(few: Sequence[str], many: Sequence[str]) -> int | None:
    """Where some words stand in a row among others."""
    return next((at for at in range(len(many) - len(few) + 1) if many[at : at + len(few)] == few), None)


def _abbreviates(short: Form, long: Form) -> bool:
    """Whether the two can be the forms of one name, as one of them stands in brackets behind the other.

    An organization's short form may be of another language or made of syllables: Cochilco, MKiDN.
    """
    if len(short.words) != 1 or len(long.words) < 2:
        return False
    if any(_within_order(short.text, initials) for initials in long.initials):
        return True
    capitals = sum(letter.isupper() for letter in short.text)
    alike = short.text[0] == long.text[0] or capitals > 1
    return alike and short.label == long.label == "ORG" and "and" not in long.words


def _within_order(short: str, long: str) -> bool:
    rest = iter(long)
    return len(short) > 2 and all(letter in rest for letter in short)


def _follow(fuller: Mapping[str, str], name: str) -> str:
    seen = {name}
    while (name := fuller.get(name, name)) not in seen:
        seen.add(name)
    return name
