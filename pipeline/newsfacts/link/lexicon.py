"""The linker's data files, read once."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from newsfacts.lexicons import read_lines
from newsfacts.link.fold import folded

_THAN = (
    r"\b(?:than|from|on|over|against|compared (?:with|to)|versus|vs\.?)"
    r" (?:(?:that|those) of |(?:that |those )?in |for )?"
)


@lru_cache
def words(name: str) -> frozenset[str]:
    """The lines of a word list."""
    return frozenset(read_lines(__package__, name))


@lru_cache
def folded_words(name: str) -> frozenset[str]:
    """The lines of a word list of names' words, folded as names are."""
    return frozenset(word for line in words(name) for word in folded(line))


class Generic(NamedTuple):
    """What a phrase such as "the bank" stands for."""

    label: str
    words: frozenset[str]  # folded words of the names that fit best
    sorts: frozenset[str]  # of place, as the gazetteer has them
    must_fit: bool


@lru_cache
def generic_subjects() -> dict[str, Generic]:
    """{phrase: what it stands for}."""
    found = {}
    for line in read_lines(__package__, "generic_subjects.tsv"):
        phrase, label, fits, must = line.split("\t")
        words = [word for word in fits.split() if not word.startswith("@")]
        sorts = frozenset(word[1:] for word in fits.split() if word.startswith("@"))
        found[phrase] = Generic(label, frozenset(folded(" ".join(words))), sorts, must == "must")
    return found


@lru_cache
def clause() -> re.Pattern[str]:
    """A verb in a phrase that should have none."""
    return re.compile(rf"(?<=\w)\W+(?:{'|'.join(sorted(words('auxiliaries.txt')))})(?!\w)")


@lru_cache
def relational_nouns() -> dict[str, frozenset[str]]:
    """{noun: the prepositions that lead to what it is in, of or for}."""
    rows = (line.split("\t") for line in read_lines(__package__, "relational_nouns.tsv"))
    return {noun: frozenset(prepositions.split("|")) for noun, prepositions in rows}


@lru_cache
def legal_forms() -> dict[str, str]:
    """{folded words at the end of a company's name: its legal form}."""
    return dict(line.split("\t") for line in read_lines(__package__, "legal_forms.tsv"))


class VerbMetric(NamedTuple):
    """A metric that a verb says, the verb's forms, and words of metrics that say it already."""

    metric: str
    verbs: frozenset[str]
    said: frozenset[str]


@lru_cache
def verb_metrics() -> dict[tuple[str, str], list[VerbMetric]]:
    """{(class of the unit, measure): metrics that verbs right before the amount say}."""
    found: dict[tuple[str, str], list[VerbMetric]] = {}
    for line in read_lines(__package__, "verb_metrics.tsv"):
        unit, measure, metric, verbs, said = line.split("\t")
        row = VerbMetric(metric, frozenset(verbs.split("|")), frozenset(said.split("|")))
        found.setdefault((unit, measure), []).append(row)
    return found


@lru_cache
def basis_phrases() -> tuple[tuple[str, re.Pattern[str], bool], ...]:
    """(basis, pattern of the words around a number, which is # or #%, whether they say that it is a change).

    What stands behind the number comes first, then what stands before it, then the patterns of both sides.
    """
    behind, before, whole = [], [], []
    for line in read_lines(__package__, "basis_phrases.tsv"):
        basis, where, phrase = line.split("\t")
        phrase = f"(?:{phrase.replace('THAN ', _THAN)})"
        if where in ("behind", "around"):
            behind.append((basis, rf"#[^.;:\n]{{0,50}}?{phrase}(?!\w)", False))
        if where == "around":
            before.append((basis, rf"{phrase}(?!\w)[^#]*#", False))
        if where == "opening":
            before.append((basis, rf"\A\W*{phrase}(?!\w)[^#]*#", False))
        if where in ("whole", "change"):
            whole.append((basis, phrase, where == "change"))
    return tuple((basis, re.compile(p, re.IGNORECASE), change) for basis, p, change in behind + before + whole)


@lru_cache
def references() -> re.Pattern[str]:
    """Words that name what changes are measured against, for all that a sentence and the next one tell."""
    return re.compile(rf"\b(?:{'|'.join(read_lines(__package__, 'references.txt'))})", re.IGNORECASE)


@lru_cache
def penalties() -> dict[tuple[str, str], dict[str, float]]:
    """{(unit class, slot): {label: points taken off its log probability}}."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for line in read_lines(__package__, "unit_kinds.tsv"):
        unit, slot, label, points = line.split("\t")
        found.setdefault((unit, slot), {})[label] = float(points)
    return found
