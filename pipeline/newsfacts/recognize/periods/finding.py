"""Finding the time expressions of a text, and what stands around each."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict, dataclass, replace

from newsfacts.recognize.periods import days, lexicon, months, references, years
from newsfacts.recognize.periods.arithmetic import ONE_DAY, UNKNOWN, Dates, shift
from newsfacts.recognize.periods.context import Context, Rule

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
    try:
        day = dt.date.fromisoformat(published) if published else None
    except ValueError:
        day = None
    found: list[Period] = []
    earlier: list[tuple[dt.date, dt.date]] = []
    named: tuple[int, int] | None = None  # the last year named, and where
    undated: re.Match[str] | None = None  # the expression before, where no year is known for it
    for match in lexicon.scanner().finditer(text):
        kind = next(name for name in RULES if match[name] is not None)
        if kind == "ellipsis" and "quarter" not in text[max(0, match.start() - 120) : match.start()].lower():
            continue
        prefix = " ".join((match["prefix"] or "").lower().split())
        if not of_time and kind in ("month", "date") and not _is_month(text, match, kind):
            continue
        if prefix == "from" and kind in ("earlier", "same", "previous", "anaphor"):
            prefix = ""  # "rose from a year earlier" compares
        start = match.start(kind) if prefix in ("", "after", "at") else match.start()
        before = text[max(0, match.start() - 100) : match.start()]
        sentence = re.split(r"[.!?]\s|\n", before)[-1]
        context = Context(
            day,
            bool(lexicon.future().search(sentence[-28:])),
            earlier,
            near=prefix == "from" or (prefix in ("by", "until") and kind != "weekday"),
            year=named[0] if named and match.start() - named[1] < len(sentence) else None,
        )
        if kind == "same" and undated and undated.group() in sentence:
            found[-1] = _fixed_by(match, undated, found[-1], earlier)
        first, last = _resolve(kind, match, context)
        undated = match if kind in ("part", "month", "months") and not first and not prefix else None
        if kind == "year":
            named = int(match["a_year"]), match.start()
        if not prefix and kind in ("year", "month", "date") and (since := _SINCE.search(before)):
            since_start = match.start() - len(since.group())
            if not found or found[-1].end <= since_start:
                prefix, start = "since", since_start
        if kind not in ("months", "years", "days"):  # where "from" belongs to the range
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


def _resolve(kind: str, match: re.Match[str], context: Context) -> Dates:
    """The dates of a match, which later expressions may mean, unless it is what an earlier one is compared with."""
    try:
        first, last = RULES[kind](match, context)
        if not first or not last:
            return first, last
        if first > last:
            return UNKNOWN
        if (last - first).days >= 364 or (shift(first, 1), shift(last, 1)) not in context.earlier:
            context.earlier.append((first, last))
    except (ValueError, OverflowError):
        return UNKNOWN
    return first, last


def _fixed_by(
    same: re.Match[str], match: re.Match[str], period: Period, earlier: list[tuple[dt.date, dt.date]]
) -> Period:
    """The third quarter, where it is compared with the same quarter of 2003: that of the next year."""
    year = re.fullmatch(r"\d{4}", same["s_when"] or "")
    if year is None:
        return period
    context = Context(None, False, earlier, year=int(year.group()) + 1)
    first, last = _resolve(period.rule, match, context)
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
