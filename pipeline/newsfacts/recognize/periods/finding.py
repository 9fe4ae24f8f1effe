"""Finding the time expressions of a text, and what stands around each."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict, dataclass, replace

from newsfacts.recognize.periods import days, expressions, lexicon, months, references, years
from newsfacts.recognize.periods.arithmetic import ONE_DAY, UNKNOWN, Dates, Stretch, shift
from newsfacts.recognize.periods.article import Article
from newsfacts.recognize.periods.context import Context, Rule

RANGES = ("months", "years", "days")  # kinds that "from" opens
# kinds whose year may be told by the one that they are compared with
DATED_BY_COMPARISON = ("part", "month", "months", "month_quarter", "code", "ending")
FUTURE_WITHIN = 28  # how many characters before an expression a word of the future reaches
_SENTENCE_END = re.compile(r"[.!?]\s|\n")
_SINCE = re.compile(r"\bsince\s(?:[\w'’-]+\s){1,8}(?:in|on)\s\Z", re.IGNORECASE)


_NOT_MAY_BEFORE = re.compile(
    r"(?:\b(?:in|of|to|since|by|from|until|through|and|last|next|this|early|mid|late|end|during|for|between|on|the|before|"
    r"after)"
    r"[\s-]|[\d,(|/–-]\s?)\Z",
    re.IGNORECASE,
)


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
    return _find(text, published, of_time=False)


def _find(text: str, published: str | None, *, of_time: bool) -> list[Period]:
    """As find_periods; of_time: the text is known to be a time, so that "May" alone in it is the month."""
    article = Article(text, published)
    found: list[Period] = []
    earlier: list[Stretch] = []
    named: tuple[int, int] | None = None  # the last year named, and where
    undated: re.Match[str] | None = None  # the expression before, where no year is known for it
    state, state_at = None, 0  # the day that a sentence gives the state of, and where
    for match in expressions.scanner().finditer(text):
        kind = next(name for name in RULES if match[name] is not None)
        if not _is_time(text, match, kind, of_time=of_time):
            continue
        before = text[max(0, match.start() - 100) : match.start()]
        sentence = _SENTENCE_END.split(before)[-1]
        prefix = _prefix(text, match, kind, found)
        start = match.start(kind) if prefix in ("", "after", "at") else match.start()
        context = Context(
            article,
            bool(lexicon.future().search(sentence[-FUTURE_WITHIN:])),
            earlier,
            near=prefix == "from" or (prefix in ("by", "until") and kind != "weekday"),
            year=named[0] if named and match.start() - named[1] < len(sentence) else None,
            state=state if state and not _SENTENCE_END.search(text, state_at, match.start()) else None,
            compared=bool(lexicon.comparing().search(text, max(0, start - 60), start)),
        )
        if undated and not _SENTENCE_END.search(text, undated.end(), match.start()):
            found[-1] = _fixed_by(match, kind, undated, found[-1], context)
        first, last = _resolve(kind, match, context)
        if kind == "to_date" and not first:
            continue  # a duration
        undated = match if kind in DATED_BY_COMPARISON and not first and not prefix else None
        if kind == "end" and first and last:
            state, state_at = (first, last), match.end()
        if kind == "year":
            named = int(match["a_year"]), match.start()
        if not prefix and kind in ("year", "month", "date") and (since := _SINCE.search(before)):
            since_start = match.start() - len(since.group())
            if not found or found[-1].end <= since_start:
                prefix, start = "since", since_start
        if kind not in RANGES:
            first, last = _prefixed(prefix, first, last, context)
        found.append(
            Period(
                start=start,
                end=match.end(),
                text=text[start : match.end()],
                first=first.isoformat() if first else None,
                last=last.isoformat() if last else None,
                rule=kind,
                reference=context.reference if first or last else None,
                origin=context.origin,
            )
        )
    return found


def _is_time(text: str, match: re.Match[str], kind: str, *, of_time: bool) -> bool:
    """Whether a match is a time where it stands: "the fourth" after a quarter, "May" where no verb may stand."""
    if kind == "ellipsis":
        return "quarter" in text[max(0, match.start() - 120) : match.start()].lower()
    return of_time or kind not in ("month", "date") or _is_month(text, match, kind)


def _prefix(text: str, match: re.Match[str], kind: str, found: list[Period]) -> str:
    """The preposition that belongs to an expression; "from" where it does not compare ("in June from May")."""
    prefix = " ".join((match["prefix"] or "").lower().split())
    if prefix != "from":
        return prefix
    if kind in ("earlier", "same", "previous", "anaphor") or match["p_whose"]:
        return ""
    possessive = text[match.end() : match.end() + 2] in ("'s", "’s")
    return "" if possessive or (found and found[-1].end == match.start() - 1) else prefix


def _resolve(kind: str, match: re.Match[str], context: Context) -> Dates:
    """The dates of a match, which later expressions may mean, unless it is what an earlier one is compared with."""
    try:
        first, last = RULES[kind](match, context)
        if not first or not last:
            return first, last
        if first > last:
            return UNKNOWN
        if not _is_compared(first, last, context):
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


def _fixed_by(other: re.Match[str], kind: str, match: re.Match[str], period: Period, context: Context) -> Period:
    """The third quarter, where it is compared with that of 2003, or with 2003: that of the next year."""
    if kind != "same" and not (context.compared and kind in ("year", period.rule)):
        return period
    year = re.fullmatch(r"\d{4}", other["s_when"] or other["a_year"] or other["p_when"] or other["o_when"] or "")
    if year is None:
        return period
    fixed = replace(context, article=Article("", None), future=False, near=False)
    fixed.year = int(year.group()) + 1
    first, last = _resolve(period.rule, match, fixed)
    if not first or not last:
        return period
    return replace(period, first=first.isoformat(), last=last.isoformat(), reference="text")


def resolve_period(phrase: str, published: str | None = None) -> Period | None:
    """The time expression that a phrase known to be a time holds, the longest; None where it holds none."""
    found = _find(phrase, published, of_time=True)
    return max(found, key=lambda period: period.end - period.start, default=None)


def _is_month(text: str, match: re.Match[str], kind: str) -> bool:
    """Whether "May" or "March" is the month: not where a sentence begins with it or a verb may stand."""
    word = match[kind].split()[-1 if kind == "month" else 0].rstrip(".")
    if word.upper() != "MAY" or match["prefix"] or any(c.isdigit() for c in match[kind]):
        return True
    return bool(_NOT_MAY_BEFORE.search(text, max(0, match.start() - 12), match.start()))


def _prefixed(prefix: str, first: dt.date | None, last: dt.date | None, context: Context) -> Dates:
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
