"""Finding the time expressions of a text, and what stands around each."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from newsfacts.recognize.periods import days, expressions, lexicon, months, references, years
from newsfacts.recognize.periods.arithmetic import ONE_DAY, UNKNOWN, Dates, Stretch, shift
from newsfacts.recognize.periods.article import Article
from newsfacts.recognize.periods.context import Context, Rule

T = TypeVar("T")
RANGES = ("months", "years", "days")  # kinds that "from" opens
# kinds whose year may be told by the one that they are compared with
DATED_BY_COMPARISON = ("part", "month", "months", "month_quarter", "code", "ending")
TELLING = ("date", "month", "months", "part", "month_quarter", "code", "ending", "end")
OPENING = ("since", "from", "until", "before", "by")  # prepositions behind which a time may be long past, or ahead
OF_A_YEAR = ("date", "month", "months", "part", "month_quarter", "end")
LONG_OVER = 180  # days after which a part of a year is rather the next one, where something is expected
SENTENCE = 160  # how many characters at most a sentence goes on to speak of a time
FUTURE_WITHIN = 28  # how many characters before an expression a word of the future reaches
_SENTENCE_END = re.compile(r"[.!?]\s|\n")
_CLAUSE = re.compile(r"\b(?:as|because|when|while|despite|although|though|after|following)\s", re.IGNORECASE)
_NOUN = re.compile(r"\s[a-z]")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_YEAR_TOLD = re.compile(r"\b(?:last|previous|past|this|current|next)\b", re.IGNORECASE)  # a part of a year that is told
_HAD = re.compile(r"\bhad\s(?:been\s)?\Z", re.IGNORECASE)
_SINCE = re.compile(r"\bsince\s(?:[\w'’-]+\s){1,8}(?:in|on)\s\Z", re.IGNORECASE)

RULES: dict[str, Rule] = {
    **days.RULES,
    **months.RULES,
    **years.RULES,
    **references.RULES,
}


@dataclass(frozen=True, slots=True)
class Period:
    """One time expression: code point offsets, text, inclusive ISO dates where known, the rule and its reference."""

    start: int
    end: int
    text: str
    first: str | None
    last: str | None
    rule: str
    reference: str | None
    origin: str

    def as_dict(self) -> dict[str, object]:
        row = asdict(self)
        return {"from" if k == "first" else "to" if k == "last" else k: v for k, v in row.items()}


def find_periods(text: str, published: str | None = None) -> list[Period]:
    """Every time expression of a text, in order and without overlap."""
    return _Finder(text, published).find()


def resolve_period(phrase: str, published: str | None = None) -> Period | None:
    """The time expression that a phrase known to be a time holds, the longest; None where it holds none."""
    found = _Finder(phrase, published, of_time=True).find()
    return max(found, key=lambda period: period.end - period.start, default=None)


def coming(period: Mapping[str, Any], published: str | None) -> tuple[str | None, str | None]:
    """The dates of a period, as its dict has them, that something is expected of: "in November", said in September.

    A part of a year without its year that was over for half a year by publication is the coming one.
    """
    first, last = period["from"], period["to"]
    if not (published and first and last and period["reference"] == "published" and period["rule"] in OF_A_YEAR):
        return first, last
    over = (dt.date.fromisoformat(published) - dt.date.fromisoformat(last)).days
    if over < LONG_OVER or _YEAR_TOLD.search(period["text"]):
        return first, last
    begin, end = (shift(dt.date.fromisoformat(day), 1).isoformat() for day in (first, last))
    return begin, end


class _Finder:
    """Goes through a text from left to right; what it has read decides what later expressions mean.

    of_time: the text is known to be a time, so that "May" alone in it is the month.
    """

    def __init__(self, text: str, published: str | None, *, of_time: bool = False) -> None:
        self.text = text
        self.article = Article(text, published)
        self.of_time = of_time
        self.found: list[Period] = []
        self.earlier: list[Stretch] = []
        self.year: tuple[int, int] | None = None  # the last year named, and where
        self.state: tuple[Stretch, int] | None = None  # the last day of which a state is told, and where
        self.undated: re.Match[str] | None = None  # the expression before, where no year is known for it
        self.told: list[dt.date] = []  # the ends of times told with their years, of what has been

    def find(self) -> list[Period]:
        self._go_through()
        self.article.told = self._latest_told()
        if self.article.told is None:
            return self.found
        again = _Finder(self.text, None, of_time=self.of_time)
        again.article = self.article
        again._go_through()
        return again.found

    def _latest_told(self) -> dt.date | None:
        """The last day of the latest time told with its year, for an article without a date.

        None where it goes on to a later year.
        """
        if self.article.published or not self.told:
            return None
        latest = max(self.told)
        later = (m for m in _YEAR.finditer(self.text) if int(m[0]) > latest.year and not self._is_ahead(m.start()))
        return None if next(later, None) else latest

    def _is_ahead(self, here: int) -> bool:
        """Whether the sentence says before that a year may be one to come."""
        begin = max(0, here - SENTENCE)
        begin = max([begin, *(end.end() for end in _SENTENCE_END.finditer(self.text, begin, here))])
        return any(words.search(self.text, begin, here) for words in (lexicon.future(), lexicon.ahead()))

    def _go_through(self) -> None:
        for match in expressions.scanner().finditer(self.text):
            kind = next(name for name in RULES if match[name] is not None)
            if self._is_time(match, kind):
                self._read(match, kind)

    def _is_time(self, match: re.Match[str], kind: str) -> bool:
        """Whether a match is a time where it stands: "the fourth" after a quarter, "May" where no verb may stand."""
        if kind == "ellipsis":
            return "quarter" in self.text[max(0, match.start() - 120) : match.start()].lower()
        if self.of_time or kind not in ("month", "date"):
            return True
        word = match[kind].split()[-1 if kind == "month" else 0].rstrip(".")
        if word.upper() != "MAY" or match["prefix"] or any(c.isdigit() for c in match[kind]):
            return True
        return bool(lexicon.before_may().search(self.text, max(0, match.start() - 12), match.start()))

    def _read(self, match: re.Match[str], kind: str) -> None:
        prefix = self._prefix(match, kind)
        start = match.start(kind) if prefix in ("", "after", "at") else match.start()
        context = self._context(match, start, prefix, kind)
        if self.undated and self._in_sentence(self.undated.end(), match.start()):
            self.found[-1] = _dated_by(match, kind, self.undated, self.found[-1], context)
        first, last = _resolve(kind, match, context)
        if kind == "to_date" and not first:
            return  # a duration
        self.undated = match if kind in DATED_BY_COMPARISON and not first and not prefix else None
        named = kind in TELLING and context.reference is None and prefix not in OPENING
        if last and named and not (context.compared or self._is_ahead(start)):
            self.told.append(last)
        if kind == "end" and first and last:
            self.state = (first, last), match.end()
        if kind == "year":
            self.year = int(match["a_year"]), match.end()
        if not prefix and (since := self._since(match, kind)) is not None:
            prefix, start = "since", since
        if kind not in RANGES:
            first, last = _prefixed(prefix, first, last, context)
        self.found.append(
            Period(
                start=start,
                end=match.end(),
                text=self.text[start : match.end()],
                first=first.isoformat() if first else None,
                last=last.isoformat() if last else None,
                rule=kind,
                reference=context.reference if first or last else None,
                origin=context.origin,
            )
        )

    def _context(self, match: re.Match[str], start: int, prefix: str, kind: str) -> Context:
        return Context(
            self.article,
            self._looks_ahead(match, prefix, kind),
            self.earlier,
            near=prefix == "from" or (prefix in ("by", "until") and kind != "weekday"),
            year=self._said(self.year, match.start()),
            last=self._last(match.start()) if kind == "then" else None,
            state=self._said(self.state, match.start()),
            compared=bool(lexicon.comparing().search(self.text, max(0, start - 60), start)),
        )

    def _looks_ahead(self, match: re.Match[str], prefix: str, kind: str) -> bool:
        """Whether a word of the future right before reaches an expression.

        It does not reach into another clause ("cuts its forecast as third-quarter sales fell"), and what "had been
        expected" is past.
        """
        if prefix == "after" and kind in ("part", "code") and _NOUN.match(self.text, match.end()):
            return False
        begin = max(0, match.start() - FUTURE_WITHIN)
        for pattern in (_SENTENCE_END, _CLAUSE):
            begin = max([begin, *(end.end() for end in pattern.finditer(self.text, begin, match.start()))])
        word = lexicon.future().search(self.text, begin, match.start())
        return word is not None and not _HAD.search(self.text, max(0, word.start() - 10), word.start())

    def _said(self, said: tuple[T, int] | None, here: int) -> T | None:
        """What was said and where, as long as its sentence lasts."""
        return said[0] if said and self._in_sentence(said[1], here) else None

    def _last(self, here: int) -> tuple[str, Dates] | None:
        """Rule and dates of the expression before, unless a whole sentence or a paragraph's end stands between."""
        if not self.found or len(_SENTENCE_END.findall(self.text, self.found[-1].end, here)) > 1:
            return None
        period = self.found[-1]
        first, last = (dt.date.fromisoformat(day) if day else None for day in (period.first, period.last))
        return period.rule, (first, last)

    def _in_sentence(self, start: int, end: int) -> bool:
        return end - start < SENTENCE and not _SENTENCE_END.search(self.text, start, end)

    def _prefix(self, match: re.Match[str], kind: str) -> str:
        """The preposition that belongs to an expression; "from" where it does not compare ("in June from May")."""
        prefix = " ".join((match["prefix"] or "").lower().split())
        if prefix != "from":
            return prefix
        if kind in ("earlier", "same", "previous", "anaphor") or match["p_whose"]:
            return ""
        possessive = self.text[match.end() : match.end() + 2] in ("'s", "’s")
        follows = bool(self.found) and self.found[-1].end == match.start() - 1
        return "" if possessive or follows else prefix

    def _since(self, match: re.Match[str], kind: str) -> int | None:
        """Where "since it was set up in 2019" begins, for the 2019."""
        if kind not in ("year", "month", "date"):
            return None
        since = _SINCE.search(self.text, max(0, match.start() - 100), match.start())
        return since.start() if since and not (self.found and self.found[-1].end > since.start()) else None


def _resolve(kind: str, match: re.Match[str], context: Context) -> Dates:
    """The dates of a match, which later expressions may mean, unless it is what an earlier one is compared with."""
    try:
        first, last = RULES[kind](match, context)
        if not first or not last:
            return first, last
        if first > last:
            return UNKNOWN
        # "the quarter" is no season, though one is as long
        if kind != "season" and not _is_compared(first, last, context):
            context.earlier.append((first, last))
    except (ValueError, OverflowError):
        return UNKNOWN
    return first, last


def _is_compared(first: dt.date, last: dt.date, context: Context) -> bool:
    """Whether a stretch is that of an earlier one a year, or by the words before it a month or quarter, before."""
    days = (last - first).days
    if days < 364 and (shift(first, 1), shift(last, 1)) in context.earlier:
        return True
    return context.compared and any(
        abs((known[1] - known[0]).days - days) <= 4 and last < known[0] for known in context.earlier[-2:]
    )


def _dated_by(other: re.Match[str], kind: str, match: re.Match[str], period: Period, context: Context) -> Period:
    """The third quarter, where it is compared with that of 2003, or with 2003: that of the next year."""
    if kind != "same" and not (context.compared and kind in ("year", period.rule)):
        return period
    year = re.fullmatch(r"\d{4}", other["s_when"] or other["a_year"] or other["p_when"] or other["o_when"] or "")
    if year is None:
        return period
    undated = Context(Article("", None), False, context.earlier, year=int(year.group()) + 1)
    first, last = _resolve(period.rule, match, undated)
    if not first or not last:
        return period
    return replace(period, first=first.isoformat(), last=last.isoformat(), reference="text")


def _prefixed(prefix: str, first: dt.date | None, last: dt.date | None, context: Context) -> Dates:
    if prefix == "since" and first and context.article.published and first > context.article.published:
        return shift(first, -1), None  # since a day that is past
    if prefix == "since" or (prefix == "from" and first):
        return first, None
    if prefix == "until":
        return None, last
    if prefix == "before" and first and first == first.replace(month=1, day=1):
        return None, first - ONE_DAY
    if prefix == "through" and last:
        return (None if context.future else last.replace(month=1, day=1)), last
    if prefix == "between now and" and last:
        base = context.base()
        return (base, last) if base and base <= last else UNKNOWN
    if prefix == "before":
        return UNKNOWN
    return first, last
